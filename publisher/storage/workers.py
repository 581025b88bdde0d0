"""Processes that deliver: each pass has an epoch of its own, and what it claimed carries that epoch."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, insert, or_, select, true, update

from publisher.model.delivery import DeliveryState
from publisher.model.ids import SubscriberId
from publisher.storage.engine import Transaction
from publisher.storage.tables import deliveries, delivery_ranges, workers

d, r, w = deliveries.c, delivery_ranges.c, workers.c


@dataclass(frozen=True, slots=True)
class Worker:
    """Who delivers. `journal` is the folder of its journal, whose file is `EPOCH.log`."""

    host: str
    boot_id: str
    pid: int
    journal: str


@dataclass(frozen=True, slots=True)
class StaleClaim:
    """A claim whose process is gone. `boot_id` and `journal` are empty where nothing is known of it."""

    issue: int
    subscriber_id: SubscriberId
    attempt: int
    epoch: int
    host: str
    boot_id: str
    journal: str


def register(tx: Transaction, worker: Worker, *, now: datetime) -> int:
    """Begin a deliver pass: its epoch, higher than every one before."""
    values = {"host": worker.host, "boot_id": worker.boot_id, "pid": worker.pid, "journal": worker.journal}
    added = insert(workers).values(values | {"started_at": now, "heartbeat_at": now}).returning(w.epoch)
    return int(tx.execute(added).scalar_one())


def beat(tx: Transaction, epoch: int, *, now: datetime) -> None:
    """The process lives."""
    tx.execute(update(workers).where(w.epoch == epoch).values(heartbeat_at=now))


def mark_stopped(tx: Transaction, epoch: int, *, now: datetime) -> None:
    """The pass is over."""
    tx.execute(update(workers).where(w.epoch == epoch).values(stopped_at=now))


def stale_claims(tx: Transaction, *, epoch: int, silent_since: datetime | None = None) -> list[StaleClaim]:
    """Claims of other epochs, by issue and subscriber.

    With the deliver lock held all other epochs are over (`silent_since` None). Where several processes deliver,
    only those count that stopped, or gave no sign since `silent_since`.
    """
    is_over: ColumnElement[bool] = true()
    if silent_since is not None:
        is_over = or_(w.epoch.is_(None), w.stopped_at.is_not(None), w.heartbeat_at < silent_since)
    found = (
        select(d.issue, d.subscriber_id, d.attempt, d.epoch, w.host, w.boot_id, w.journal)
        .select_from(delivery_ranges)
        .join(deliveries, and_(d.issue == r.issue, d.subscriber_id.between(r.first, r.last)))
        .outerjoin(workers, w.epoch == d.epoch)
        .where(r[DeliveryState.CLAIMED.value] > 0, d.state == DeliveryState.CLAIMED.value, d.epoch != epoch, is_over)
        .order_by(d.issue, d.subscriber_id)
    )
    return [
        StaleClaim(
            row.issue, row.subscriber_id, row.attempt, row.epoch, row.host or "", row.boot_id or "", row.journal or ""
        )
        for row in tx.execute(found)
    ]


def release_ranges(tx: Transaction, *, epochs: list[int]) -> None:
    """Free the ranges that ended epochs had taken."""
    tx.execute(update(delivery_ranges).where(r.epoch.in_(epochs)).values(owner=None, lease_until_at=None))
