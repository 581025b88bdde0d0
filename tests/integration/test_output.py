"""A file whole or not at all, on a real disk; and the rows that remember what was written."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from publisher.errors import StorageError
from publisher.output import remove_leftovers, temporary_for, write_atomic
from publisher.storage import open_database
from publisher.storage.feeds import StoredFeed, iter_feeds, upsert_feeds
from publisher.storage.tables import metadata
from tests.builders import NOW


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_is_there_already_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "rss.xml"
    assert write_atomic(path, b"same", now=NOW) is True
    before = path.stat()

    assert write_atomic(path, b"same", now=NOW + timedelta(hours=1)) is False

    after = path.stat()
    assert (after.st_ino, after.st_mtime_ns) == (before.st_ino, before.st_mtime_ns)


def test_folders_are_made_and_nothing_else_is_left_in_them(tmp_path: Path) -> None:
    path = tmp_path / "section/culture/rss.xml"

    write_atomic(path, b"words", now=NOW)

    assert path.read_bytes() == b"words"
    assert names_in(path.parent) == ["rss.xml"]
    assert path.stat().st_mode & 0o444 == 0o444


def test_a_link_planted_at_the_temporary_name_is_not_followed(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("untouched")
    path = tmp_path / "rss.xml"
    temporary_for(path).symlink_to(canary)

    write_atomic(path, b"words", now=NOW)

    assert canary.read_text() == "untouched"
    assert path.read_bytes() == b"words"


def test_a_link_to_the_same_words_is_still_replaced_by_a_file(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"words")
    path = tmp_path / "rss.xml"
    path.symlink_to(tmp_path / "elsewhere")

    assert write_atomic(path, b"words", now=NOW) is True
    assert not path.is_symlink()


def test_a_folder_in_the_way_is_an_error_that_names_it_and_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "rss.xml"
    path.mkdir()

    with pytest.raises(StorageError) as raised:
        write_atomic(path, b"words", now=NOW)

    assert raised.value.where == str(path)
    assert names_in(tmp_path) == ["rss.xml"]


def test_a_file_where_a_folder_is_needed_is_an_error_that_names_the_path(tmp_path: Path) -> None:
    (tmp_path / "feeds").write_text("a file")

    with pytest.raises(StorageError, match=r"feeds/rss\.xml"):
        write_atomic(tmp_path / "feeds/rss.xml", b"words", now=NOW)


def test_leftovers_go_and_files_of_others_stay(tmp_path: Path) -> None:
    for name in (".publisher-1.part", ".htaccess", "rss.xml", "a.part"):
        (tmp_path / name).write_text("x")

    assert remove_leftovers(tmp_path) == 1
    assert remove_leftovers(tmp_path / "missing") == 0
    assert names_in(tmp_path) == [".htaccess", "a.part", "rss.xml"]


def test_a_feeds_row_keeps_the_id_that_readers_have_seen(tmp_path: Path) -> None:
    database = open_database("sqlite:///feeds.db", root=tmp_path)
    metadata.create_all(database.engine)
    first = StoredFeed("rss.xml", "tag:a,2026:feed/all", "all", "", "", "a" * 64, "b" * 64, NOW)
    second = StoredFeed("rss.xml", "tag:b,2026:feed/all", "all", "", "", "c" * 64, "d" * 64, NOW + timedelta(days=1))

    for row in (first, second):
        with database.begin() as tx:
            upsert_feeds(tx, [row])
    with database.read() as tx:
        [found] = iter_feeds(tx)
    database.close()

    assert found.id == first.id
    assert (found.written_hash, found.dated_at) == (second.written_hash, second.dated_at)
