"""What was read of each source: by what a thing is known to be the same as last time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import readings

row = readings.c


@dataclass(frozen=True, slots=True)
class StoredReading:
    source_key: str
    fingerprint: str
    stamp: str = ""


def iter_readings(tx: Transaction, source: str) -> list[StoredReading]:
    """Everything that this source ever gave, by key."""
    wanted = select(row.source_key, row.fingerprint, row.stamp).where(row.source == source).order_by(row.source_key)
    return [StoredReading(*found) for found in tx.execute(wanted)]


def upsert_readings(tx: Transaction, source: str, read: Iterable[StoredReading]) -> None:
    values = [
        {"source": source, "source_key": one.source_key, "fingerprint": one.fingerprint, "stamp": one.stamp}
        for one in read
    ]
    if not values:
        return
    insert = insert_for(tx, readings)
    changed = {name: insert.excluded[name] for name in ("fingerprint", "stamp")}
    tx.execute(insert.on_conflict_do_update(index_elements=[row.source, row.source_key], set_=changed), values)
