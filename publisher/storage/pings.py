"""What a hub has been told of each feed file, and when it is told again (WebSub; feeds.md G56)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update

from publisher.storage.engine import Transaction
from publisher.storage.feeds import ARCHIVE, PAGE
from publisher.storage.tables import feeds

f = feeds.c
UNTOLD = (
    (f.state == "live")
    & f.selection.not_in((PAGE, ARCHIVE))
    & f.written_hash.is_not(None)
    & f.written_hash.is_distinct_from(f.pinged_hash)
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A feed file that changed since the hub was last told; `hash` is of what is on the disk."""

    path: str
    hash: str
    failure_count: int


def due_topics(tx: Transaction, *, now: datetime, pinged_before: datetime) -> list[Topic]:
    """What the hub can be told now: not again within a minute, and not before a failed try's wait is over."""
    is_due = f.ping_next_try_at.is_(None) | (f.ping_next_try_at <= now)
    is_calm = f.pinged_at.is_(None) | (f.pinged_at <= pinged_before)
    wanted = select(f.path, f.written_hash, f.ping_failure_count).where(UNTOLD, is_due, is_calm).order_by(f.path)
    return [Topic(*found) for found in tx.execute(wanted)]


def waiting_count(tx: Transaction) -> int:
    """Feeds that the hub has not been told of."""
    return int(tx.execute(select(func.count()).select_from(feeds).where(UNTOLD)).scalar_one())


def mark_told(tx: Transaction, topic: Topic, *, now: datetime) -> None:
    values = {"pinged_hash": topic.hash, "pinged_at": now, "ping_next_try_at": None, "ping_failure_count": 0}
    tx.execute(update(feeds).where(f.path == topic.path).values(values | {"ping_error": None}))


def mark_untold(tx: Transaction, path: str, *, error: str, next_try_at: datetime) -> None:
    values = {"ping_failure_count": f.ping_failure_count + 1, "ping_next_try_at": next_try_at, "ping_error": error}
    tx.execute(update(feeds).where(f.path == path).values(values))
