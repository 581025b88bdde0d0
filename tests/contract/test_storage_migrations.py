"""The migrations lead to exactly the declared tables, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from publisher.errors import SchemaError
from publisher.model.article import ArticleState
from publisher.model.ids import ArticleId
from publisher.storage import Database, articles, open_database
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
from publisher.storage.readings import StoredReading, iter_readings
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


OLD_ARTICLE = """
insert into articles (id, number, source, source_key, fingerprint, slug, url, title, authors, section, language, tags,
  published_at, updated_at, first_seen_at, body_html, body_text, blocks, origin, passages, given, content_hash,
  text_hash, state, warnings)
values ('tag:a', 7, 'articles', 'a.md', 'f:m', 'a', 'https://a.example/a', 'A', '[]', 'culture', 'en', '[]',
  :at, :at, :at, '<p>Words.</p>', 'Words.', '[]', 'lead', '[]', '[]', 'c', 't', 'published', '[]')
"""
OLD_LISTED = """
insert into listed_extracts (page, position, dated_on, passages, article_id) values ('p', 1, :day, '[]', 'tag:a')
"""
OLD_FEED = """
insert into feeds (path, id, selection, slug, name, closed_count, state)
values ('rss.xml', 'tag:f', 'all', '', '', 0, 'live')
"""


def test_a_database_of_the_first_version_keeps_what_it_holds(empty_database: Database) -> None:
    upgrade(empty_database, to="0001")
    with empty_database.begin() as tx:
        is_sqlite = tx.dialect.name == "sqlite"
        at = NOW.isoformat(sep=" ") if is_sqlite else NOW
        tx.execute(text(OLD_ARTICLE), {"at": at})
        tx.execute(text(OLD_LISTED), {"day": NOW.date().isoformat() if is_sqlite else NOW.date()})
        tx.execute(text(OLD_FEED))

    upgrade(empty_database)

    with empty_database.begin() as tx:
        assert articles.get(tx, "a").number == 7
        assert iter_readings(tx, "articles") == [StoredReading("a.md", "f:m")]
        assert articles.listed_for(tx, ArticleId("tag:a")) == ()
        articles.set_state(tx, ArticleId("tag:a"), ArticleState.HELD)
        with pytest.raises(IntegrityError):
            tx.execute(text(OLD_LISTED.replace("'p', 1", "'p', 2").replace("tag:a", "tag:none")), {"day": NOW.date()})
