"""Queries over sources: when each was read, when it is due again, what its last error was."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import sources

row = sources.c


@dataclass(frozen=True, slots=True)
class SourceRecord:
    name: str
    collected_at: datetime | None
    next_try_at: datetime | None
    failure_count: int
    last_error: str | None
    etag: str | None = None
    last_modified: str | None = None
    not_before_at: datetime | None = None


def get_or_add(tx: Transaction, name: str) -> SourceRecord:
    tx.execute(insert_for(tx, sources).values(name=name, failure_count=0).on_conflict_do_nothing())
    found = tx.execute(
        select(
            row.name,
            row.collected_at,
            row.next_try_at,
            row.failure_count,
            row.last_error,
            row.etag,
            row.last_modified,
            row.not_before_at,
        ).where(row.name == name)
    ).one()
    return SourceRecord(*found)


def is_due(tx: Transaction, name: str, *, now: datetime) -> bool:
    found = tx.execute(select(row.next_try_at).where(row.name == name)).first()
    return found is None or found.next_try_at is None or found.next_try_at <= now


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask it by the next time (RFC 9110 8.8)."""

    etag: str | None = None
    last_modified: str | None = None
    is_complete: bool = True
    """Whether all of the source was read; its first collect lasts until then."""


def mark_collected(tx: Transaction, name: str, validators: Validators, *, now: datetime, next_try_at: datetime) -> None:
    collected_at = now if validators.is_complete else row.collected_at
    values = {
        "collected_at": collected_at,
        "next_try_at": next_try_at,
        "failure_count": 0,
        "last_error": None,
        "not_before_at": None,
        "etag": validators.etag,
        "last_modified": validators.last_modified,
    }
    tx.execute(update(sources).where(row.name == name).values(values))


def mark_failed(
    tx: Transaction, name: str, *, error: str, next_try_at: datetime, not_before_at: datetime | None
) -> None:
    values = {
        "next_try_at": next_try_at,
        "not_before_at": not_before_at,
        "failure_count": row.failure_count + 1,
        "last_error": error,
    }
    tx.execute(update(sources).where(row.name == name).values(values))
