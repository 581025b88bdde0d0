"""Which article is in which feed, the addresses and ids that stay, and the date of a feed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from publisher.feeds import FeedEntry, project
from publisher.model.article import Article
from publisher.model.settings import FeedSettings, Settings, SiteSettings
from publisher.storage.feeds import StoredFeed
from publisher.syndicate.build import FeedPlan, plan_feeds
from publisher.syndicate.selections import distinct_updates, select_feeds
from tests.builders import NOW, an_article

TEMPLATES = {"feeds/subscribe.html": "{{ view.name }}"}


def settings_with(**feeds: Any) -> Settings:
    return Settings(
        site=SiteSettings(
            title="The Harbour Review",
            url="https://harbour.example/",
            language="en",
            timezone="Europe/Helsinki",
            id_authority="harbour.example,2026",
        ),
        feeds=FeedSettings(base_url="https://harbour.example/feeds/", **feeds),
    )


def entry_of(number: int, **changes: Any) -> FeedEntry:
    return project(an_article(number, **changes), site_url="https://harbour.example/")


def paths_of(entries: Sequence[FeedEntry], *, stored: Sequence[StoredFeed] = (), **feeds: Any) -> list[str]:
    return [one.path for one in select_feeds(entries, settings_with(**feeds), stored=stored, now=NOW)]


def plan(
    articles: Sequence[Article], *, stored: Mapping[str, StoredFeed] | None = None, now: datetime = NOW, **feeds: Any
) -> FeedPlan:
    return plan_feeds(articles, settings_with(**feeds), stored=stored or {}, templates=TEMPLATES, now=now)


def rows_of(built: FeedPlan) -> dict[str, StoredFeed]:
    return {row.path: row for row in built.rows}


def test_there_is_a_feed_for_everything_each_section_author_and_language() -> None:
    entries = [entry_of(1, authors=("Ann Lee", "Bo Ek")), entry_of(2, section="Art & Design", language="fi")]

    assert paths_of(entries) == [
        "",
        "section/art-design",
        "section/culture",
        "author/ada-berg",
        "author/ann-lee",
        "author/bo-ek",
        "language/en",
        "language/fi",
    ]
    assert paths_of(entries, by=("language",)) == ["", "language/en", "language/fi"]


def test_the_newest_come_first_and_only_as_many_as_asked() -> None:
    entries = [entry_of(number, published=NOW - timedelta(days=number)) for number in (3, 1, 2, 4)]

    whole, *_ = select_feeds(entries, settings_with(entries=2), now=NOW)

    assert [entry.title for entry in whole.entries] == ["Article 1", "Article 2"]


def test_an_embargoed_piece_makes_no_feed_of_its_section() -> None:
    entries = [entry_of(1, section="secret", published=NOW + timedelta(seconds=1))]

    assert paths_of(entries) == [""]


def test_two_spellings_of_a_section_are_one_feed() -> None:
    entries = [entry_of(1, section="current-affairs"), entry_of(2, section="Current Affairs")]

    assert paths_of(entries, by=("section",)) == ["", "section/current-affairs"]


def test_two_names_with_one_slug_keep_apart_and_the_first_keeps_the_plain_one() -> None:
    first = entry_of(1, authors=("José",), published=NOW - timedelta(days=2))
    second = entry_of(2, authors=("Jose",), published=NOW - timedelta(days=1))

    forward, backward = paths_of([first, second], by=("author",)), paths_of([second, first], by=("author",))

    assert forward == backward
    assert forward[1] == "author/jose"
    assert forward[2].startswith("author/jose-")


def test_a_stored_slug_and_id_stay_when_another_comes_that_would_take_them() -> None:
    known = StoredFeed("author/jose/rss.xml", "tag:old.example,2020:feed/jose", "author", "jose", "Jose")
    older = entry_of(1, authors=("José",), published=NOW - timedelta(days=2))
    entries = [older, entry_of(2, authors=("Jose",))]

    found = select_feeds(entries, settings_with(by=("author",)), stored=[known], now=NOW)

    by_name = {one.name: one for one in found}
    assert (by_name["Jose"].slug, by_name["Jose"].id) == ("jose", "tag:old.example,2020:feed/jose")
    assert by_name["José"].slug != "jose"


def test_a_languages_feed_is_found_again_though_its_name_is_its_own() -> None:
    articles = [an_article(1, language="fi")]
    first = plan(articles, by=("language",))
    again = plan(articles, by=("language",), stored=rows_of(first))

    assert [file.path for file in again.files] == [file.path for file in first.files]
    assert again.rows == ()


def test_equal_dates_move_apart_the_same_way_whatever_the_order() -> None:
    entries = [entry_of(number) for number in range(1, 5)]

    forward, backward = distinct_updates(entries), distinct_updates(reversed(entries))

    assert forward == backward
    assert [entry.updated - NOW for entry in forward] == [timedelta(seconds=number) for number in range(4)]
    assert distinct_updates(forward) == forward


def test_the_rows_in_any_order_give_the_same_bytes() -> None:
    articles = [an_article(number, section=name) for number, name in enumerate(("C", "C++", "culture"), start=1)]

    assert plan(articles).files == plan(articles[::-1]).files


def test_ids_stay_when_the_site_moves() -> None:
    articles = [an_article(1)]
    moved = settings_with()
    moved = moved.model_copy(update={"feeds": moved.feeds.model_copy(update={"base_url": "https://new.example/f/"})})

    ids = {path: row.id for path, row in rows_of(plan(articles)).items()}
    after = plan_feeds(articles, moved, stored={}, templates=TEMPLATES, now=NOW)

    assert {path: row.id for path, row in rows_of(after).items()} == ids
    assert ids["section/culture/atom.xml"] == "tag:harbour.example,2026:feed/section/culture"


def test_a_feed_is_dated_by_its_newest_update() -> None:
    articles = [an_article(number, updated=NOW + timedelta(minutes=number)) for number in (1, 2)]

    assert rows_of(plan(articles))["rss.xml"].dated_at == NOW + timedelta(minutes=2)


def test_a_feed_that_lost_its_newest_piece_is_dated_when_that_was_seen_and_keeps_that_date() -> None:
    articles = [an_article(number, updated=NOW + timedelta(minutes=number)) for number in (1, 2)]
    stored = rows_of(plan(articles))
    seen = NOW + timedelta(days=1, microseconds=9)

    lost = rows_of(plan(articles[:1], stored=stored, now=seen))
    later = plan(articles[:1], stored=stored | lost, now=seen + timedelta(days=1))

    assert lost["rss.xml"].dated_at == NOW + timedelta(days=1)
    assert later.rows == ()


def test_an_empty_feed_keeps_the_date_of_its_first_build() -> None:
    first = plan([])
    again = plan([], stored=rows_of(first), now=NOW + timedelta(days=9))

    assert rows_of(first)["rss.xml"].dated_at == NOW
    assert again.files == first.files


def test_what_only_the_archive_and_the_hub_know_is_kept_in_the_row() -> None:
    first = rows_of(plan([an_article(1)]))
    stored = {path: replace(row, closed_count=3, pinged_hash="f" * 64) for path, row in first.items()}

    changed = rows_of(plan([an_article(1, title="New")], stored=stored))

    assert {(row.closed_count, row.pinged_hash) for row in changed.values()} == {(3, "f" * 64)}


@pytest.mark.parametrize("formats", [("json", "atom"), ("atom",)])
def test_the_subscription_list_names_each_feed_once_in_a_format_that_readers_import(formats: tuple[str, ...]) -> None:
    files = {file.path: file.data for file in plan([an_article(1)], formats=formats, by=("section",)).files}

    opml = files["feeds.opml"].decode()
    assert opml.count("xmlUrl=") == 2
    assert "atom.xml" in opml
    assert "feed.json" not in opml
    assert "RSS2" not in opml


def test_a_feed_names_a_licence_only_where_all_its_pieces_agree() -> None:
    free = "https://creativecommons.org/licenses/by/4.0/"
    articles = [an_article(1, licence=free), an_article(2, licence="All rights reserved", section="science")]

    files = {file.path: file.data.partition(b"<entry")[0] for file in plan(articles).files}

    assert b'rel="license"' not in files["atom.xml"]
    assert free.encode() in files["section/culture/atom.xml"]
    assert b"<rights>All rights reserved</rights>" in files["section/science/atom.xml"]
