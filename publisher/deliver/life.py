"""How an issue's state is moved by people and by its end (design.md 6). Each move is one transaction with an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from publisher.errors import UsageError
from publisher.model.issue import Issue, IssueState
from publisher.storage import Transaction, events, issues
from publisher.storage.ledger import keep_start, lock_issue

CAN_PAUSE = (IssueState.SENDING,)
CAN_RESUME = (IssueState.PAUSED,)
CAN_CANCEL = (IssueState.DRAFT, IssueState.HELD, IssueState.APPROVED, IssueState.SENDING, IssueState.PAUSED)


@dataclass(frozen=True, slots=True)
class Cause:
    """Who moves an issue, why and when."""

    actor: str
    now: datetime
    reason: str = ""


def locked(tx: Transaction, issue_id: str) -> Issue:
    """The issue as it is until this transaction ends; NotFound."""
    lock_issue(tx, issue_id)
    return issues.get_issue(tx, issue_id)


def pause(tx: Transaction, issue_id: str, cause: Cause) -> Issue:
    """No mail of it is begun any more; what is in flight is settled. UsageError where it is not `sending`."""
    issue = locked(tx, issue_id)
    check(issue, CAN_PAUSE, "only one that is sending can be paused")
    return move(tx, issue, IssueState.PAUSED, cause)


def resume(tx: Transaction, issue_id: str, cause: Cause) -> Issue:
    """It is sent on from where it was stopped, by the next pass. UsageError where it is not `paused`."""
    issue = locked(tx, issue_id)
    check(issue, CAN_RESUME, "only a paused one can be resumed")
    move(tx, issue, IssueState.SENDING, cause, what="resumed")
    keep_start(tx, issue.number, issue.started)
    return issues.get_issue(tx, issue.id)


def cancel(tx: Transaction, issue_id: str, cause: Cause) -> Issue:
    """It is never sent (on) again; its rows stay as they are. UsageError where it has come to its end."""
    issue = locked(tx, issue_id)
    check(issue, CAN_CANCEL, "it has come to its end")
    return move(tx, issue, IssueState.CANCELLED, cause)


def conclude(tx: Transaction, issue_id: str, cause: Cause) -> Issue:
    """`sent` once nothing is left to do, however it ended for each; else the reason why it is not, where there is one.

    An issue that is not `sending` stays as it is.
    """
    issue = locked(tx, issue_id)
    if issue.state is not IssueState.SENDING:
        return issue
    if not issue.counts.is_open:
        return move(tx, issue, IssueState.SENT, Cause(cause.actor, cause.now))
    if cause.reason:
        issues.note_reason(tx, issue, cause.reason)
    return issues.get_issue(tx, issue.id)


def check(issue: Issue, allowed: tuple[IssueState, ...], words: str) -> None:
    if issue.state not in allowed:
        raise UsageError(f"The issue is {issue.state}: {words}", issue.id, "See `publisher issues show`.")


def move(tx: Transaction, issue: Issue, state: IssueState, cause: Cause, *, what: str = "") -> Issue:
    """Along an arrow, with an event; the issue as it is then."""
    issues.set_state(tx, issue, state, now=cause.now, reason=cause.reason)
    detail = {"reason": cause.reason} if cause.reason else {}
    events.add(tx, at=cause.now, actor=cause.actor, subject=issue.id, what=what or state.value, detail=detail)
    return issues.get_issue(tx, issue.id)
