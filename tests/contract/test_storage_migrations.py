"""The migrations lead to exactly the declared tables, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from publisher.errors import SchemaError
from publisher.storage import Database, open_database
from publisher.storage.migrate import (
    MIGRATIONS,
    back_up,
    current_revision,
    head_revision,
    is_older,
    prepare,
    revisions,
    upgrade,
)
from publisher.storage.tables import metadata
from tests.builders import NOW


def test_the_migrated_schema_is_the_declared_one(database: Database) -> None:
    with database.read() as tx:
        differences = compare_metadata(MigrationContext.configure(tx, opts={"compare_type": True}), metadata)

    assert differences == []


def test_every_declared_table_is_there(database: Database) -> None:
    assert set(metadata.tables) <= set(inspect(database.engine).get_table_names())


def test_the_revisions_are_those_that_alembic_finds() -> None:
    scripts = ScriptDirectory(str(MIGRATIONS))

    assert revisions() == sorted(script.revision for script in scripts.walk_revisions())
    assert head_revision() == scripts.get_current_head()


def test_a_missing_database_is_made(tmp_path: Path) -> None:
    database = open_database("sqlite:///var/new.db", root=tmp_path)

    backup = prepare(database, now=NOW)

    assert backup is None
    assert current_revision(database) == head_revision()
    assert (tmp_path / "var").stat().st_mode & 0o777 == 0o700


def test_a_newer_database_is_refused(database: Database) -> None:
    with database.begin() as tx:
        tx.execute(text("update alembic_version set version_num = '9999'"))

    with pytest.raises(SchemaError, match="newer"):
        is_older(current_revision(database))


def test_a_backup_holds_what_the_database_holds(tmp_path: Path) -> None:
    database = open_database("sqlite:///var/publisher.db", root=tmp_path)
    upgrade(database)
    with database.begin() as tx:
        tx.execute(text("insert into facts values ('a', 'b')"))

    copy = open_database(f"sqlite:///{back_up(Path(database.where), now=NOW)}", root=tmp_path)

    with copy.read() as tx:
        assert tx.execute(text("select value from facts")).scalar_one() == "b"
