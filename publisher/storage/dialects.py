"""What differs between SQLite and PostgreSQL, in one place."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import Insert as PostgresInsert
from sqlalchemy.dialects.sqlite import Insert as SqliteInsert

from publisher.storage.engine import Transaction


def insert_for(tx: Transaction, table: Table) -> SqliteInsert | PostgresInsert | Any:
    """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update` on either database."""
    if tx.dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
