"""What every source promises, and what a folder does with bad files (reliability.md U12)."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from publisher.errors import FetchError
from publisher.sources.folder import FolderSource
from publisher.sources.port import Memory, Reading, Seen, Source

ARTICLE = "---\ntitle: The last ferry\n---\n\nIt left at six.\n"


def a_folder(site: Path) -> FolderSource:
    folder = site / "articles"
    (folder / "2026").mkdir(parents=True)
    (folder / "b.md").write_text(ARTICLE)
    (folder / "2026" / "a.html").write_text("<h1>Fog</h1><p>It lifted.</p>")
    (folder / "bad.md").write_text("---\ndate: soon\n---\nWords.\n")
    return FolderSource("articles", folder, site_root=site)


SOURCES: list[Callable[[Path], Source]] = [a_folder]
"""A site's folder to a source that holds two good things and a bad one; one line for each kind of source."""


@pytest.fixture(params=SOURCES, ids=lambda make: make.__name__)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> Source:
    made: Source = request.param(tmp_path)
    return made


def seen_of(readings: Iterable[Reading]) -> dict[str, Seen]:
    return {one.source_key: Seen(one.fingerprint, one.stamp) for one in readings}


def test_a_source_has_its_name(source: Source) -> None:
    assert source.name == "articles"


def test_each_thing_is_read_or_has_a_problem(source: Source) -> None:
    readings = list(source.read(Memory()))
    assert len([one for one in readings if one.parsed and not one.problem]) == 2
    assert len([one for one in readings if one.problem and not one.parsed]) == 1


def test_keys_are_distinct_and_stay(source: Source) -> None:
    first, second = ([one.source_key for one in source.read(Memory())] for _ in range(2))
    assert first == second
    assert len(set(first)) == 3


def test_what_is_known_and_unchanged_is_not_read_again(source: Source) -> None:
    seen = seen_of(source.read(Memory()))
    again = list(source.read(Memory(seen)))
    assert seen_of(again) == seen
    assert all(one.parsed is None and one.problem is None for one in again)


def test_what_changed_is_read_again(source: Source) -> None:
    seen = {one.source_key: Seen("another", "another") for one in source.read(Memory())}
    assert all(one.parsed or one.problem for one in source.read(Memory(seen)))


def read(site: Path) -> dict[str, Reading]:
    readings = list(FolderSource("articles", site / "articles", site_root=site).read(Memory()))
    return {one.source_key: one for one in readings}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "articles").mkdir()
    return tmp_path / "articles"


def test_a_folder_is_read_in_the_order_of_its_paths(tmp_path: Path) -> None:
    assert [one.source_key for one in a_folder(tmp_path).read(Memory())] == ["2026/a.html", "b.md", "bad.md"]


def test_a_problem_names_the_file_in_the_site_and_its_line(tmp_path: Path) -> None:
    problem = list(a_folder(tmp_path).read(Memory()))[-1].problem
    assert problem is not None
    assert problem.where == "articles/bad.md:2"
    assert "'date'" in problem.what
    assert "2026-11-24" in problem.hint


def test_a_missing_folder_is_a_fetch_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        FolderSource("articles", tmp_path / "articles", site_root=tmp_path).read(Memory())
    assert caught.value.where == "articles"


def test_a_file_in_place_of_the_folder_is_a_fetch_error(tmp_path: Path) -> None:
    (tmp_path / "articles").write_text("x")
    with pytest.raises(FetchError):
        read(tmp_path)


@pytest.mark.parametrize(
    "name", [".draft.md", "_part.md", "README.md", "readme.txt", "picture.jpg", "a.md~", ".git/a.md"]
)
def test_other_files_are_left_out_without_a_word(folder: Path, name: str) -> None:
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text(ARTICLE)
    assert read(folder.parent) == {}


def test_a_pipe_never_blocks(folder: Path) -> None:
    os.mkfifo(folder / "a.md")
    (folder / "b.md").write_text(ARTICLE)
    readings = read(folder.parent)
    assert readings["a.md"].problem is not None
    assert "pipe" in readings["a.md"].problem.what
    assert readings["b.md"].parsed is not None


def test_a_socket_is_refused(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)  # a socket's path may be no longer than 107 bytes
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("a.md")
        problem = read(folder.parent)["a.md"].problem
    assert problem is not None
    assert "socket" in problem.what


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    (folder.parent / "secret.md").write_text("The secret words.")
    (folder / "a.md").symlink_to(folder.parent / "secret.md")
    (folder / "b.md").symlink_to("/dev/zero")
    (folder / "out").symlink_to(folder.parent)
    (folder / "loop").symlink_to(folder)
    readings = read(folder.parent)
    assert set(readings) == {"a.md", "b.md"}
    for one in readings.values():
        assert one.problem is not None
        assert one.problem.what == "The symbolic link leads out of the folder"
    assert "secret words" not in repr(readings)


def test_links_that_lead_nowhere_or_in_a_circle_are_refused(folder: Path) -> None:
    (folder / "a.md").symlink_to("nowhere.md")
    (folder / "b.md").symlink_to("c.md")
    (folder / "c.md").symlink_to("b.md")
    assert all(one.problem for one in read(folder.parent).values())
    assert len(read(folder.parent)) == 3


def test_a_link_inside_the_folder_is_read(folder: Path) -> None:
    (folder / "a.md").write_text(ARTICLE)
    (folder / "b.md").symlink_to("a.md")
    assert read(folder.parent)["b.md"].parsed is not None


def test_a_folder_named_like_an_article_is_walked(folder: Path) -> None:
    (folder / "a.md").mkdir()
    (folder / "a.md" / "b.md").write_text(ARTICLE)
    assert set(read(folder.parent)) == {"a.md/b.md"}


def test_a_file_of_a_gigabyte_is_refused_without_being_read(folder: Path) -> None:
    with (folder / "a.md").open("wb") as file:
        file.truncate(1_000_000_000)
    problem = read(folder.parent)["a.md"].problem
    assert problem is not None
    assert "5,000,000" in problem.what


def test_a_name_that_is_not_utf8_is_read_under_a_name_that_is(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.md")).write_text(ARTICLE)
    assert set(read(folder.parent)) == {"caf\\xe9.md"}


def test_a_line_end_in_a_name_stays_out_of_messages(folder: Path) -> None:
    (folder / "a\nb.md").write_text("")
    problem = read(folder.parent)["a\nb.md"].problem
    assert problem is not None
    assert problem.where == "articles/a b.md:1"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xfe",
        b"---\n",
        b"---\na: &x [*x]\n---\nb",
        b"---\na: !!python/x y\n---\nb",
        b"\x00" * 100,
        b"<" * 1000 + b"\xe9",
    ],
)
def test_a_bad_file_stops_no_other(folder: Path, data: bytes) -> None:
    (folder / "a.md").write_bytes(data)
    (folder / "b.md").write_text(ARTICLE)
    readings = read(folder.parent)
    assert readings["a.md"].problem is not None
    assert readings["b.md"].parsed is not None


def test_a_problem_is_reported_once_until_the_file_changes(folder: Path) -> None:
    os.mkfifo(folder / "a.md")
    source = FolderSource("articles", folder, site_root=folder.parent)
    (first,) = source.read(Memory())
    (again,) = source.read(Memory({first.source_key: Seen(first.fingerprint)}))
    assert first.problem is not None
    assert again.problem is None


SETTLED_NS = 4_000_000_000_000_000_000
"""A clock for which every file was written long ago."""


def test_a_file_with_the_times_it_had_is_not_opened(folder: Path) -> None:
    (folder / "a.md").write_text(ARTICLE)
    source = FolderSource("articles", folder, site_root=folder.parent, clock_ns=lambda: SETTLED_NS)
    (first,) = source.read(Memory())
    known = Memory({"a.md": Seen("what it was", first.stamp)})

    assert first.stamp
    assert list(source.read(known)) == [Reading("a.md", "what it was", first.stamp)]


def test_a_file_that_was_just_written_is_looked_at_again(folder: Path) -> None:
    (folder / "a.md").write_text(ARTICLE)
    written_ns = (folder / "a.md").stat().st_ctime_ns
    source = FolderSource("articles", folder, site_root=folder.parent, clock_ns=lambda: written_ns)
    (first,) = source.read(Memory())

    assert first.stamp == ""


def test_a_folder_that_is_left_out_is_not_walked(folder: Path) -> None:
    (folder / "imported").mkdir()
    (folder / "imported" / "a.md").write_text(ARTICLE)
    source = FolderSource("articles", folder, site_root=folder.parent, left_out=(folder / "imported",))

    assert list(source.read(Memory())) == []
