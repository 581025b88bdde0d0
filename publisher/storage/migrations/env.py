"""Alembic's entry: migrations run on the engine that is handed in, each in a transaction."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection

from publisher.errors import StorageError
from publisher.storage.engine import integrity_problems
from publisher.storage.tables import metadata

engine = context.config.attributes["engine"]


@contextmanager
def without_foreign_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, and would refuse to drop the old one that others point to.

    Nothing can be switched inside a transaction, so it is before and after (sqlite.org/lang_altertable.html 7).
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    raw = connection.connection.dbapi_connection
    assert raw is not None
    raw.cursor().execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        raw.cursor().execute("PRAGMA foreign_keys=ON")


def refuse_orphans(connection: Connection) -> None:
    """Nothing that pointed to a row may point to none after the tables were made anew."""
    problems = integrity_problems(connection)
    if problems:
        raise StorageError("The database cannot be upgraded: " + "; ".join(problems[:3]), "database.url", HINT)


HINT = "Nothing was changed. Run `publisher db check`, and keep the copy that was made."

with engine.connect().execution_options(writes=True) as connection, without_foreign_keys(connection):
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
        refuse_orphans(connection)
    connection.commit()
