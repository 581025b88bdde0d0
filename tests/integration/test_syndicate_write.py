"""Feeds on the disk: dates, ids and lists as they are stored; whole files, nothing outside the output."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from publisher.model.article import Article
from publisher.output import remove_leftovers, write_atomic
from publisher.storage.tables import feeds
from tests.builders import NOW, an_article
from tests.doubles.feeds_site import FeedsSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[FeedsSite]:
    made = FeedsSite(tmp_path, by=("section",))
    yield made
    made.close()


def updated(minutes: int, number: int, **changes: object) -> Article:
    return an_article(number, published=NOW - timedelta(days=1), updated=NOW - timedelta(minutes=minutes), **changes)


def test_a_feed_is_dated_by_its_newest_update(site: FeedsSite) -> None:
    site.put(updated(9, 1), updated(5, 2))
    site.build()

    assert site.rows()["rss.xml"].dated_at == NOW - timedelta(minutes=5)
    assert b"<dateModified>Tue, 24 Nov 2026 07:55:00 +0000" in site.read("feeds.opml")


def test_a_feed_that_lost_its_newest_piece_is_dated_when_that_was_seen_and_keeps_that_date(site: FeedsSite) -> None:
    site.put(updated(9, 1), updated(5, 2))
    site.build()
    seen = NOW + timedelta(days=1, microseconds=9)

    site.withdraw(updated(5, 2))
    site.build(now=seen)
    lost = site.rows()["rss.xml"].dated_at
    site.set(by=("section",), hub="https://hub.example/")
    site.build(now=seen + timedelta(days=1))

    assert lost == site.rows()["rss.xml"].dated_at == NOW + timedelta(days=1)


def test_an_empty_feed_keeps_the_date_of_its_first_build(site: FeedsSite) -> None:
    site.build()
    site.set(by=("author",))
    site.build(now=NOW + timedelta(days=9))

    assert site.rows()["rss.xml"].dated_at == NOW


def test_what_only_the_hub_knows_is_kept_in_the_row(site: FeedsSite) -> None:
    site.put(updated(9, 1))
    site.build()
    with site.database.begin() as tx:
        tx.execute(update(feeds).values(pinged_hash="f" * 64, ping_failure_count=3))

    site.put(updated(3, 1, title="New"))
    site.build()

    with site.database.read() as tx:
        rows = [(row.pinged_hash, row.ping_failure_count) for row in tx.execute(feeds.select())]
    assert set(rows) == {("f" * 64, 3)}


def test_readers_and_hubs_know_feeds_and_no_pages(site: FeedsSite) -> None:
    site.put(updated(9, 1))
    site.build()

    topics = {path for path, row in site.rows().items() if row.is_topic}

    names = ("rss.xml", "atom.xml", "feed.json")
    assert topics == {f"{folder}{name}" for folder in ("", "section/culture/") for name in names}


@pytest.mark.parametrize("formats", [("json", "atom"), ("atom",)])
def test_the_subscription_list_names_each_feed_once_in_a_format_that_readers_import(
    site: FeedsSite, formats: tuple[str, ...]
) -> None:
    site.set(formats=formats, by=("section",))
    site.put(updated(9, 1))
    site.build()

    opml = site.read("feeds.opml").decode()
    assert opml.count("xmlUrl=") == 2
    assert "atom.xml" in opml
    assert "feed.json" not in opml
    assert "RSS2" not in opml


def test_a_feed_names_a_licence_only_where_all_its_pieces_agree(site: FeedsSite) -> None:
    free = "https://creativecommons.org/licenses/by/4.0/"
    site.put(updated(9, 1, licence=free), updated(5, 2, licence="All rights reserved", section="science"))
    site.build()

    head = {path: site.read(path).partition(b"<entry")[0] for path in site.rows() if path.endswith("atom.xml")}
    assert b'rel="license"' not in head["atom.xml"]
    assert free.encode() in head["section/culture/atom.xml"]
    assert b"<rights>All rights reserved</rights>" in head["section/science/atom.xml"]


def test_only_the_first_page_shows_pieces_and_lists_all_feeds(site: FeedsSite) -> None:
    site.put(updated(9, 1))
    site.build()

    first, section = site.read("index.html"), site.read("section/culture/index.html")
    assert b"Article 1" in first
    assert b"section/culture/rss.xml" in first
    assert b"Article 1" not in section
    assert b'href="https://harbour.example/feeds/index.html">All feeds</a>' in section
    assert b"section/culture/rss.xml" in section


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
