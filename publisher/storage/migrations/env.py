"""Alembic's entry: migrations run on the engine that is handed in, each in a transaction."""

from __future__ import annotations

from alembic import context

from publisher.storage.tables import metadata

engine = context.config.attributes["engine"]

with engine.connect().execution_options(writes=True) as connection:
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True)
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()
