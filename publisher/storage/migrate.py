"""Migrations: a missing database is made, an older SQLite one upgraded after a copy, a newer one refused."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from publisher.errors import SchemaError, StorageError
from publisher.storage.engine import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def alembic_config(database: Database) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.engine
    return config


def head_revision() -> str:
    """The revision that this program was written for."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head() or ""


def current_revision(database: Database) -> str | None:
    """The revision of the database; None where it has no tables of ours yet."""
    with database.read() as tx:
        return MigrationContext.configure(tx).get_current_revision()


def is_older(revision: str | None) -> bool:
    """Whether `revision` is one that this program knows and has moved on from; SchemaError if it does not know it."""
    if revision is None:
        return True
    known = [script.revision for script in ScriptDirectory(str(MIGRATIONS)).walk_revisions()]
    if revision not in known:
        raise SchemaError(
            f"The database is of a newer version (revision {revision})",
            "database.url",
            "Use the Publisher that wrote it, or a newer one.",
        )
    return revision != head_revision()


def upgrade(database: Database) -> None:
    """Run every migration that is missing, forward only."""
    command.upgrade(alembic_config(database), "head")


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
