"""Looking at issues: the list, one issue, its audit."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.app.forecast import ForecastError, error_of
from publisher.app.runtime import Runtime
from publisher.model.delivery import Counts, Delivery
from publisher.model.issue import Issue, IssueItem, IssueState
from publisher.storage import issues, ledger
from publisher.storage.ledger import ErrorGroup


@dataclass(frozen=True, slots=True)
class Audit:
    """Whether the ledger of an issue adds up, and everyone who does not have it, with the reason."""

    issue: Issue
    adds_up: bool
    counts: Counts
    not_accepted: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """One issue with all that is told of it: its items, its errors by code, its forecast and how far that was off."""

    issue: Issue
    items: list[IssueItem]
    errors: list[ErrorGroup]
    forecast_error: ForecastError | None


def list_issues(runtime: Runtime, *, with_skipped: bool = False) -> list[Issue]:
    """Newest first; slots that were skipped only if asked for."""
    states = tuple(state for state in IssueState if with_skipped or state is not IssueState.SKIPPED)
    with runtime.read() as tx:
        return list(issues.iter_issues(tx, states=states))


def show_issue(runtime: Runtime, issue_id: str) -> Shown:
    with runtime.read() as tx:
        issue = issues.get_issue(tx, issue_id)
        items = issues.get_items(tx, issue.number)
        return Shown(issue, items, ledger.errors(tx, issue.number), error_of(issue))


def audit(runtime: Runtime, issue_id: str) -> Audit:
    """Count the rows of the ledger anew and hold them against what was frozen and against the counters."""
    with runtime.read() as tx:
        issue = issues.get_issue(tx, issue_id)
        counted = ledger.recount(tx, issue.number)
        missing = ledger.not_accepted(tx, issue.number)
    return Audit(issue, counted.adds_up and counted == issue.counts, counted, tuple(missing))
