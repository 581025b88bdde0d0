"""Migrations: a missing database is made, an older SQLite one upgraded after a copy, a newer one refused."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from sqlalchemy import inspect, text

from publisher.errors import SchemaError, StorageError
from publisher.storage.engine import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def revisions() -> list[str]:
    """Those that this program knows, oldest first: the numbers that the files of the migrations begin with."""
    return sorted(path.name.partition("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*_*.py"))


def head_revision() -> str:
    """The revision that this program was written for."""
    return revisions()[-1]


def current_revision(database: Database) -> str | None:
    """The revision of the database; None where it has no tables of ours yet."""
    with database.read() as tx:
        if not inspect(tx).has_table("alembic_version"):
            return None
        found = tx.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found) if found else None


def is_older(revision: str | None) -> bool:
    """Whether `revision` is one that this program knows and has moved on from; SchemaError if it does not know it."""
    if revision is None:
        return True
    if revision not in revisions():
        raise SchemaError(
            f"The database is of a newer version (revision {revision})",
            "database.url",
            "Use the Publisher that wrote it, or a newer one.",
        )
    return revision != head_revision()


def upgrade(database: Database, *, to: str = "head") -> None:
    """Run every migration that is missing up to that revision, forward only."""
    # Alembic takes a tenth of a second to import: only who migrates waits for it.
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.engine
    command.upgrade(config, to)


def prepare(database: Database, *, now: datetime) -> Path | None:
    """Make or upgrade the schema at start-up; return the backup copy's path if one was made.

    An older PostgreSQL schema is refused (design.md 10): other machines may be at work on it.
    """
    revision = current_revision(database)
    if not is_older(revision):
        return None
    if revision is None:
        upgrade(database)
        return None
    if not database.is_sqlite:
        raise SchemaError(
            f"The database is of an older version (revision {revision})", "database.url", "Run `publisher db upgrade`."
        )
    backup = back_up(Path(database.where), now=now)
    upgrade(database)
    return backup


def back_up(path: Path, *, now: datetime) -> Path:
    """A whole copy of a SQLite database beside it, made with SQLite's own backup."""
    target = path.with_name(f"{path.name}.{now:%Y%m%dT%H%M%SZ}.bak")
    try:
        source, copy = sqlite3.connect(path), sqlite3.connect(target)
        with source, copy:
            source.backup(copy)
        source.close()
        copy.close()
    except sqlite3.Error as error:
        raise StorageError(f"The backup failed: {error}", str(target), "Free some space and try again.") from error
    target.chmod(0o600)
    return target
