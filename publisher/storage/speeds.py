"""How fast issues were sent: the events `delivered` of the last of them, one for each pass that sent something."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from publisher.model.issue import IssueState
from publisher.storage.engine import Transaction
from publisher.storage.tables import events, issues

LAST_COUNT = 5


@dataclass(frozen=True, slots=True)
class Speed:
    """`accepted_count` mails in `seconds` of sending; waits between passes are not in it."""

    accepted_count: int
    seconds: float


def recent_speed(tx: Transaction) -> Speed:
    """Over the last issues that came to their end."""
    i, e = issues.c, events.c
    last = select(i.id).where(i.state == IssueState.SENT.value).order_by(i.finished_at.desc()).limit(LAST_COUNT)
    ids = tx.execute(last).scalars().all()
    details = tx.execute(select(e.detail).where(e.subject.in_(ids), e.what == "delivered")).scalars().all()
    return Speed(sum(int(one["accepted"]) for one in details), sum(float(one["seconds"]) for one in details))
