"""What is true of the database as a whole."""

from __future__ import annotations

from sqlalchemy import func, select, text

from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import facts


def get(tx: Transaction, key: str) -> str | None:
    """The value of a fact; None where it was never stated."""
    return tx.execute(select(facts.c.value).where(facts.c.key == key)).scalar()


def put(tx: Transaction, key: str, value: str) -> None:
    """State a fact, instead of what was stated before."""
    stated = insert_for(tx, facts).values(key=key, value=value)
    tx.execute(stated.on_conflict_do_update(index_elements=[facts.c.key], set_={"value": value}))


def put_first(tx: Transaction, key: str, value: str) -> str:
    """State a fact unless it was stated before; the value that stands."""
    tx.execute(insert_for(tx, facts).values(key=key, value=value).on_conflict_do_nothing())
    return str(tx.execute(select(facts.c.value).where(facts.c.key == key)).scalar_one())


def server_identity(tx: Transaction) -> str:
    """Which database of which PostgreSQL cluster this is: a dump that is restored elsewhere gets another."""
    cluster = tx.execute(text("select system_identifier from pg_control_system()")).scalar_one()
    return f"{cluster}/{tx.execute(select(func.current_database())).scalar_one()}"
