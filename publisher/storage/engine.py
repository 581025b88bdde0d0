"""Opening the database, and the two kinds of transaction. Only `app` calls `begin` and `read`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, SQLAlchemyError

from publisher.errors import ConfigError, StorageError

Transaction = Connection

BUSY_TIMEOUT_S = 30


class Database:
    """One database of one site. Transactions are short; nothing calls the network inside one."""

    def __init__(self, engine: Engine, *, where: str) -> None:
        self.engine = engine
        self.where = where
        self._open = threading.local()

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @property
    def in_transaction(self) -> bool:
        """Whether this thread has one open: adapters that reach the network refuse to start then."""
        return getattr(self._open, "depth", 0) > 0

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that writes: BEGIN IMMEDIATE on SQLite, so that it never fails half way on a lock."""
        with self._transaction(writes=True) as tx:
            yield tx

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads: one snapshot."""
        with self._transaction(writes=False) as tx:
            yield tx

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Transaction]:
        self._open.depth = getattr(self._open, "depth", 0) + 1
        try:
            with (
                translated(self.where),
                self.engine.connect().execution_options(writes=writes) as connection,
                connection.begin(),
            ):
                yield connection
        finally:
            self._open.depth -= 1

    def close(self) -> None:
        self.engine.dispose()


@contextmanager
def translated(where: str) -> Iterator[None]:
    """What the database cannot do becomes a StorageError that says where."""
    try:
        yield
    except DBAPIError as error:
        raise StorageError(f"The database failed: {error.orig}", where, "See `publisher doctor`.") from error
    except SQLAlchemyError as error:
        raise StorageError(f"The database failed: {error}", where, "See `publisher doctor`.") from error


@contextmanager
def savepoint(tx: Transaction, where: str) -> Iterator[None]:
    """A part of a transaction that can fail alone: StorageError, and the rest of the transaction stands."""
    with translated(where), tx.begin_nested():
        yield


class Rehearsal(Database):
    """The same database seen through one transaction that is rolled back at the end: a dry run stores nothing."""

    def __init__(self, database: Database, connection: Connection) -> None:
        super().__init__(database.engine, where=database.where)
        self._connection = connection

    @contextmanager
    def _transaction(self, *, writes: bool) -> Iterator[Transaction]:
        with savepoint(self._connection, self.where):
            yield self._connection


@contextmanager
def rehearse(database: Database) -> Iterator[Database]:
    """Open a Rehearsal; whatever is written through it is gone afterwards."""
    with database.engine.connect().execution_options(writes=True) as connection:
        whole = connection.begin()
        try:
            yield Rehearsal(database, connection)
        finally:
            whole.rollback()


def open_database(url: str, *, root: Path) -> Database:
    """Open `sqlite:///RELATIVE` (against the site) or `postgresql+psycopg://…`; StorageError if it cannot be."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigError("It is no database URL", "database.url", "Use sqlite:///var/publisher.db.") from error
    if parsed.get_backend_name() == "sqlite":
        path = root / (parsed.database or "var/publisher.db")
        make_private_folder(path.parent)
        return Database(sqlite_engine(path), where=str(path))
    if parsed.drivername != "postgresql+psycopg":
        raise ConfigError(
            f"database.url names {parsed.drivername}", "database.url", "Use sqlite:/// or postgresql+psycopg://."
        )
    engine = create_engine(parsed, pool_size=2, max_overflow=3, pool_pre_ping=True)
    return Database(engine, where=parsed.render_as_string(hide_password=True))


def make_private_folder(path: Path) -> None:
    """`var/` and what is below it: mode 0700."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"Cannot make the folder: {error.strerror}", str(path), "Check its owner.") from error


def sqlite_engine(path: Path) -> Engine:
    """WAL, full synchronous (a claim is on the disk before its dot: reliability.md 1.2), foreign keys on."""
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def integrity_problems(tx: Transaction) -> list[str]:
    """What the database finds wrong with itself (SQLite's integrity and foreign key checks); empty when sound."""
    if tx.dialect.name != "sqlite":
        return []
    found = [str(row[0]) for row in tx.exec_driver_sql("PRAGMA integrity_check(20)") if row[0] != "ok"]
    orphans = tx.exec_driver_sql("PRAGMA foreign_key_check").fetchmany(20)
    return found + [f"{row[0]}: a row points to {row[2]}, which has no such row" for row in orphans]
