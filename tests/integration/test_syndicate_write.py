"""Feeds on the disk: whole files, only those that changed, nothing outside the output."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from publisher.config.load import load_settings
from publisher.model.article import Article, ArticleState
from publisher.model.reports import FeedsReport
from publisher.model.settings import Settings
from publisher.output import remove_leftovers, write_atomic
from publisher.resources import load_templates
from publisher.syndicate import plan_feeds, preview_plan, write_plan
from tests.acceptance.a_site import CONFIG
from tests.builders import NOW, an_article

TEMPLATES = load_templates(Path("/nonexistent"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(CONFIG)
    return load_settings(tmp_path, environ={})


def some_articles(count: int = 3) -> list[Article]:
    times = [NOW - timedelta(hours=number) for number in range(count)]
    return [an_article(number, published=at, updated=at) for number, at in enumerate(times, start=1)]


def write(articles: Sequence[Article], settings: Settings, root: Path) -> FeedsReport:
    plan = plan_feeds(articles, settings, stored={}, templates=TEMPLATES, now=NOW)
    return write_plan(plan, root, now=lambda: NOW)


def test_a_second_build_writes_nothing(settings: Settings, tmp_path: Path) -> None:
    first = write(some_articles(), settings, tmp_path)
    second = write(list(reversed(some_articles())), settings, tmp_path)

    assert len(first.written) == 17
    assert "feeds/section/culture/index.html" in first.written
    assert (second.written, second.unchanged) == ((), 17)


def test_one_more_article_of_another_section_leaves_the_others_alone(settings: Settings, tmp_path: Path) -> None:
    write(some_articles(), settings, tmp_path)
    more = an_article(9, section="science", authors=("Bo Ek",), language="fi", updated=NOW + timedelta(seconds=5))

    report = write([*some_articles(), more], settings, tmp_path)

    assert "feeds/section/science/rss.xml" in report.written
    assert "feeds/rss.xml" in report.written
    assert not [path for path in report.written if path.startswith("feeds/section/culture/") and "index" not in path]


def test_held_withdrawn_and_future_pieces_are_in_no_feed(settings: Settings, tmp_path: Path) -> None:
    hidden = [
        an_article(1, state=ArticleState.HELD),
        an_article(2, state=ArticleState.WITHDRAWN),
        an_article(3, published=NOW + timedelta(hours=1)),
    ]

    write(hidden, settings, tmp_path)

    assert b"<item>" not in (tmp_path / "feeds/rss.xml").read_bytes()


def test_a_rehearsal_says_what_a_build_would_write(settings: Settings, tmp_path: Path) -> None:
    plan = plan_feeds(some_articles(), settings, stored={}, templates=TEMPLATES, now=NOW)

    assert preview_plan(plan, tmp_path) == FeedsReport(written=write(some_articles(), settings, tmp_path).written)


def test_a_reader_never_sees_half_a_feed(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "feeds/rss.xml"
    versions = [some_articles(count) for count in (2, 9)]
    write(versions[0], settings, tmp_path)
    broken: list[str] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            try:
                etree.fromstring(path.read_bytes())
            except (OSError, etree.XMLSyntaxError) as error:
                broken.append(str(error))

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(12):
        write(versions[number % 2], settings, tmp_path)
    is_over.set()
    for reader in readers:
        reader.join()

    assert broken == []


def test_a_link_planted_at_an_output_name_is_replaced_not_followed(tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    canary.write_text("untouched")
    (tmp_path / "rss.xml").symlink_to(canary)

    write_atomic(tmp_path / "rss.xml", b"<rss/>", now=NOW)

    assert canary.read_text() == "untouched"
    assert (tmp_path / "rss.xml").read_bytes() == b"<rss/>"
    assert not (tmp_path / "rss.xml").is_symlink()


def test_the_modification_time_always_moves_forward(tmp_path: Path) -> None:
    path = tmp_path / "rss.xml"
    times = []
    for number in range(3):
        write_atomic(path, str(number).encode(), now=NOW)
        times.append(int(path.stat().st_mtime))

    assert times == [times[0], times[0] + 1, times[0] + 2]


def test_what_a_killed_run_left_is_removed(tmp_path: Path) -> None:
    write_atomic(tmp_path / "rss.xml", b"whole", now=NOW)
    (tmp_path / ".publisher-123.part").write_bytes(b"half")

    assert remove_leftovers(tmp_path) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["rss.xml"]
