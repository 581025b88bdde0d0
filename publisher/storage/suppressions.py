"""Queries over suppressions: addresses that get nothing, and why."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from sqlalchemy import delete, select

from publisher.model.subscriber import Suppression, SuppressionReason
from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import suppressions

s = suppressions.c


def add(tx: Transaction, *, key: str, address: str, reason: SuppressionReason, now: datetime) -> bool:
    """Suppress an address; False where it was suppressed already (the first reason stays)."""
    values = {"address_key": key, "address": address, "reason": reason.value, "since_at": now}
    added = insert_for(tx, suppressions).values(values).on_conflict_do_nothing().returning(s.address_key)
    return tx.execute(added).first() is not None


def add_many(tx: Transaction, addresses: Mapping[str, str], *, reason: SuppressionReason, now: datetime) -> None:
    """Suppress addresses, given by their folded form; where one is suppressed already the first reason stays."""
    rows = [
        {"address_key": key, "address": address, "reason": reason.value, "since_at": now}
        for key, address in sorted(addresses.items())
    ]
    if rows:
        tx.execute(insert_for(tx, suppressions).on_conflict_do_nothing(), rows)


def find(tx: Transaction, key: str) -> Suppression | None:
    """The suppression of a folded address; None where it has none."""
    row = tx.execute(select(suppressions).where(s.address_key == key)).first()
    return Suppression(row.address, SuppressionReason(row.reason), row.since_at) if row else None


def remove(tx: Transaction, key: str) -> bool:
    """Lift a suppression; False where there was none."""
    return tx.execute(delete(suppressions).where(s.address_key == key).returning(s.address_key)).first() is not None


def iter_suppressions(tx: Transaction) -> Iterator[Suppression]:
    """By address."""
    for row in tx.execute(select(suppressions).order_by(s.address_key)):
        yield Suppression(row.address, SuppressionReason(row.reason), row.since_at)
