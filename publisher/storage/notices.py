"""What the editor was told of an issue, and what is still to be told: read from the events, which are only added to.

An occasion is a state that was reached, numbered, for an issue may be paused twice: `paused-2`. Telling is noted
before (`told`); where it did not succeed that is noted too (`not-told`), so the newest of the two counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select

from publisher.model.delivery import DeliveryState
from publisher.model.ids import IssueId
from publisher.model.issue import IssueState
from publisher.storage.engine import Transaction
from publisher.storage.tables import delivery_ranges, events, issues

TOLD, NOT_TOLD = "told", "not-told"
MAX_WAIT = timedelta(hours=1)
e, i = events.c, issues.c


@dataclass(frozen=True, slots=True)
class Occasion:
    issue_id: IssueId
    state: IssueState
    number: int

    @property
    def name(self) -> str:
        return f"{self.state}-{self.number}"


def find_untold(tx: Transaction, *, moved: Sequence[int], ended_after: datetime, now: datetime) -> list[Occasion]:
    """Issues that are held or paused, or ended with unknown or failed ones, and nobody was told; a try is due.

    Of those that ended: the `moved` ones (by number), and what ended after an instant.
    """
    r = delivery_ranges.c
    doubtful = r[DeliveryState.FAILED.value] + r[DeliveryState.UNKNOWN.value] > 0
    went_wrong = select(r.issue).where(r.issue == i.number, doubtful).exists()
    is_recent = or_(i.finished_at >= ended_after, i.number.in_(moved))
    ended = and_(i.state == IssueState.SENT.value, is_recent, went_wrong)
    waits = i.state.in_([IssueState.HELD.value, IssueState.PAUSED.value])
    rows = tx.execute(select(i.id, i.state).where(or_(waits, ended)).order_by(i.number)).all()
    found = [occasion_of(tx, IssueId(row.id), IssueState(row.state)) for row in rows]
    return [one for one in found if is_due(tx, one, now=now)]


def occasion_of(tx: Transaction, issue_id: IssueId, state: IssueState) -> Occasion:
    """The newest time that the issue reached the state it is in."""
    reached = tx.execute(select(e.number).where(e.subject == issue_id, e.what == state.value)).all()
    return Occasion(issue_id, state, max(len(reached), 1))


def is_told(tx: Transaction, occasion: Occasion) -> bool:
    tries = tries_of(tx, occasion)
    return bool(tries) and tries[-1].what == TOLD


def is_due(tx: Transaction, occasion: Occasion, *, now: datetime) -> bool:
    """It was not told, and its last try is long enough ago: the next pass, then 1, 3, 7 … minutes, an hour at most."""
    tries = tries_of(tx, occasion)
    failed = [one for one in tries if one.what == NOT_TOLD]
    if not failed:
        return not tries
    wait = min(timedelta(minutes=2 ** (len(failed) - 1) - 1), MAX_WAIT)
    return bool(tries[-1].what == NOT_TOLD and failed[-1].at + wait <= now)


def tries_of(tx: Transaction, occasion: Occasion) -> list[Any]:
    """The events of telling this occasion, oldest first."""
    wanted = select(e.what, e.at, e.detail).where(e.subject == occasion.issue_id, e.what.in_([TOLD, NOT_TOLD]))
    rows = tx.execute(wanted.order_by(e.number))
    return [row for row in rows if row.detail.get("occasion") == occasion.name]
