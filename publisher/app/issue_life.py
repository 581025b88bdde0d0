"""What a person does to an issue: pause, resume, cancel, send, retry. Moving its state never waits for who sends it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.app.audience import read_audience
from publisher.app.digest import digest_settings
from publisher.app.forecast import forecast
from publisher.app.publish import deliver_pass, feeds_pass, hub_pass
from publisher.app.runtime import Runtime
from publisher.app.sending import approve, begin_sending, read_stored
from publisher.deliver import life
from publisher.errors import ConflictError, RelayError, UsageError
from publisher.model.issue import Issue, IssueState
from publisher.storage import Transaction, issues, ledger

POLL_S = 1.0
EDITOR = "editor"
NOT_BEGUN = (IssueState.DRAFT, IssueState.HELD)
Move = Callable[[Transaction, str, life.Cause], Issue]


@dataclass(frozen=True, slots=True)
class Done:
    """The issue as it is then; `problems` say what could not be done now and is done by the next pass."""

    issue: Issue
    problems: tuple[str, ...] = ()
    requeued_count: int = 0


def is_unfinished(issue: Issue) -> bool:
    """Deliveries of it remain that are queued, deferred, unknown, held or paused (exit code 75, design.md 5)."""
    waits = issue.state in (IssueState.HELD, IssueState.PAUSED)
    return waits or issue.counts.is_open or bool(issue.counts.unknown)


def pause(runtime: Runtime, issue_id: str) -> Issue:
    """Whoever sends it begins no mail later than a second after this returned."""
    return moved_by_hand(runtime, life.pause, issue_id, reason="paused by the editor")


def resume(runtime: Runtime, issue_id: str) -> Issue:
    """The next pass goes on with it."""
    return moved_by_hand(runtime, life.resume, issue_id)


def cancel(runtime: Runtime, issue_id: str) -> Issue:
    """As `pause`, for ever. Who has it has it; who has not never gets it."""
    return moved_by_hand(runtime, life.cancel, issue_id, reason="cancelled by the editor")


def moved_by_hand(runtime: Runtime, move: Move, issue_id: str, *, reason: str = "") -> Issue:
    with runtime.begin() as tx:
        return move(tx, issue_id, life.Cause(EDITOR, runtime.now(), reason))


def send(runtime: Runtime, issue_id: str, *, wait: bool = False) -> Done:
    """Let an issue out whatever it waits for, and deliver it now; nothing to do for one that was sent.

    UsageError for a cancelled or a skipped one.
    """
    issue = find(runtime, issue_id)
    if issue.state is IssueState.SENT:
        return Done(issue)
    problems = begin(runtime, issue)
    return deliver_one(runtime, issue.id, wait=wait, problems=problems)


def begin(runtime: Runtime, issue: Issue) -> list[str]:
    """Approve a draft or a held one and write its page, resume a paused one; what could not be written now.

    One that was approved by a process that ended before it began is begun.
    """
    if issue.state in (*NOT_BEGUN, IssueState.APPROVED):
        with runtime.hold("compose"):
            if issue.state in NOT_BEGUN:
                approve(runtime, issue.id)
            else:
                begin_sending(runtime, issue)
        return write_archive(runtime)
    if issue.state is IssueState.PAUSED:
        resume(runtime, issue.id)
    elif issue.state is not IssueState.SENDING:
        raise UsageError(
            f"The issue is {issue.state}: it is not sent any more", issue.id, "See `publisher issues show`."
        )
    return []


def write_archive(runtime: Runtime) -> list[str]:
    """The archive page and the feed of issues are written when sending begins (design.md 7, Compose)."""
    try:
        feeds_pass(runtime)
        hub_pass(runtime)
    except ConflictError as error:
        return [str(error)]
    return []


def deliver_one(runtime: Runtime, issue_id: str, *, wait: bool, problems: Sequence[str] = ()) -> Done:
    """Deliver one issue; a relay that is away, or another process that delivers, is told and not raised."""
    told = list(problems)
    try:
        deliver(runtime, only=(issue_id,), wait=wait)
    except (ConflictError, RelayError) as error:
        told.append(str(error))
    return Done(find(runtime, issue_id), tuple(told))


def deliver(runtime: Runtime, *, only: Sequence[str] = (), wait: bool = False) -> list[Issue]:
    """One pass, or (`wait`) passes until nothing that is sending is queued or deferred; the issues, as they are then.

    Named ones are in the result also where they are paused, or at their end.
    """
    found: dict[str, Issue] = {name.lower(): find(runtime, name) for name in only}
    while True:
        found |= {issue.id: issue for issue in deliver_pass(runtime, only=only)}
        is_open = any(one.state is IssueState.SENDING and one.counts.is_open for one in found.values())
        if not (wait and is_open) or runtime.stop():
            return list(found.values())
        runtime.wait(POLL_S)
        found = {name: find(runtime, name) for name in found}


def retry(runtime: Runtime, issue_id: str, *, sends: bool = True) -> Done:
    """Queue what is deferred before its time, and (`sends`) deliver; a paused issue is not sent by this.

    UsageError for an issue in which nothing can be deferred, or that was cancelled.
    """
    with runtime.begin() as tx:
        issue = life.locked(tx, issue_id)
        allowed = (IssueState.SENDING, IssueState.PAUSED, IssueState.SENT)
        life.check(issue, allowed, "nothing of it is tried again")
        count = ledger.retry_now(tx, issue=issue.number, actor=EDITOR, now=runtime.now())
    if not sends or issue.state is not IssueState.SENDING:
        return Done(find(runtime, issue_id), requeued_count=count)
    done = deliver_one(runtime, issue.id, wait=False)
    return Done(done.issue, done.problems, count)


def foresee(runtime: Runtime, issue_id: str) -> tuple[Issue, dict[str, Any]]:
    """What `send` would do: how many mails at which speed. Nothing is changed."""
    with runtime.read() as tx:
        issue = issues.get_issue(tx, issue_id)
        counts = issue.counts
        left = counts.queued + counts.claimed + counts.deferred
        if issue.state in NOT_BEGUN:
            digest, items = digest_settings(runtime.settings, issue.digest), read_stored(tx, issue).items
            left = read_audience(tx, runtime.settings, digest, items, now=runtime.now()).plan.count
        elif issue.state in (IssueState.CANCELLED, IssueState.SKIPPED):
            left = 0
        return issue, forecast(tx, runtime.settings, recipients=left, now=runtime.now())


def find(runtime: Runtime, issue_id: str) -> Issue:
    with runtime.read() as tx:
        return issues.get_issue(tx, issue_id)
