"""Which article is in which feed, and the addresses and ids that stay."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from publisher.errors import ConfigError
from publisher.model.article import ArticleState
from publisher.model.ids import ArticleId
from publisher.model.settings import FeedSettings, Settings, SiteSettings
from publisher.storage.feeds import StoredFeed
from publisher.storage.listings import Card
from publisher.syndicate.changes import mark_of
from publisher.syndicate.moves import check_targets, moves_of
from publisher.syndicate.selections import Directory, read_directory
from tests.builders import NOW


def settings_with(**feeds: Any) -> Settings:
    site = {
        "title": "T",
        "url": "https://h.example/",
        "language": "en",
        "timezone": "UTC",
        "id_authority": "h.example,2026",
    }
    return Settings(site=SiteSettings(**site), feeds=FeedSettings(base_url="https://h.example/feeds/", **feeds))


def a_card(number: int = 1, **changes: Any) -> Card:
    values: dict[str, Any] = {
        "id": ArticleId(f"tag:h.example,2026:article/{number}"),
        "state": ArticleState.PUBLISHED,
        "published": NOW,
        "section": "culture",
        "authors": ("Ada Berg",),
        "language": "en",
        "number": None,
    }
    return Card(**(values | changes))


def directory_of(cards: Sequence[Card], *, stored: Sequence[StoredFeed] = (), **feeds: Any) -> Directory:
    oldest_first = sorted(cards, key=lambda card: (card.published, card.id))
    return read_directory(stored, oldest_first, settings_with(**feeds), NOW)


def paths_of(cards: Sequence[Card], *, stored: Sequence[StoredFeed] = (), **feeds: Any) -> list[str]:
    return [one.path for one in directory_of(cards, stored=stored, **feeds).selections.values()]


def test_there_is_a_feed_for_everything_each_section_author_and_language() -> None:
    cards = [a_card(1, authors=("Ann Lee", "Bo Ek")), a_card(2, section="Art & Design", language="fi")]

    assert paths_of(cards) == [
        "",
        "section/art-design",
        "section/culture",
        "author/ada-berg",
        "author/ann-lee",
        "author/bo-ek",
        "language/en",
        "language/fi",
    ]
    assert paths_of(cards, by=("language",)) == ["", "language/en", "language/fi"]


def test_an_article_that_is_not_out_begins_no_feed_and_is_in_none() -> None:
    cards = [a_card(1, section="secret", published=NOW + timedelta(seconds=1)), a_card(2, state=ArticleState.HELD)]

    assert paths_of(cards) == [""]
    assert directory_of(cards).listings_of(cards, NOW) == []


def test_two_spellings_of_a_section_are_one_feed() -> None:
    cards = [a_card(1, section="current-affairs"), a_card(2, section="Current Affairs")]

    assert paths_of(cards, by=("section",)) == ["", "section/current-affairs"]


def test_two_names_with_one_slug_keep_apart_and_the_first_keeps_the_plain_one() -> None:
    first = a_card(1, authors=("José",), published=NOW - timedelta(days=2))
    second = a_card(2, authors=("Jose",), published=NOW - timedelta(days=1))

    forward, backward = paths_of([first, second], by=("author",)), paths_of([second, first], by=("author",))

    assert forward == backward
    assert forward[1] == "author/jose"
    assert forward[2].startswith("author/jose-")


def test_a_stored_slug_and_id_stay_when_another_comes_that_would_take_them() -> None:
    known = StoredFeed("author/jose/rss.xml", "tag:old.example,2020:feed/jose", "author", "jose", "Jose")
    cards = [a_card(1, authors=("José",), published=NOW - timedelta(days=2)), a_card(2, authors=("Jose",))]

    found = directory_of(cards, stored=[known], by=("author",))

    by_name = {one.name: one for one in found.selections.values()}
    assert (by_name["Jose"].slug, by_name["Jose"].id) == ("jose", "tag:old.example,2020:feed/jose")
    assert by_name["José"].slug != "jose"


def test_a_languages_feed_is_found_again_though_its_name_is_its_own() -> None:
    known = StoredFeed("language/fi/rss.xml", "tag:h.example,2026:feed/language/fi", "language", "fi", "suomi")

    found = directory_of([a_card(1, language="fi")], stored=[known], by=("language",))

    assert list(found.selections) == [("all", ""), ("language", "fi")]


def test_a_feed_without_articles_stays_and_is_called_as_it_was() -> None:
    known = StoredFeed("section/old/rss.xml", "tag:h.example,2026:feed/section/old", "section", "old", "Old")

    assert directory_of([], stored=[known]).selections["section", "old"].name == "Old"


def test_a_feed_is_called_as_its_newest_article_spells_it() -> None:
    cards = [a_card(1, section="current-affairs"), a_card(2, section="Current AFFAIRS")]

    found = directory_of(cards).named_by(("section", "current-affairs"), cards[1])

    assert found.name == "Current AFFAIRS"


def test_the_mark_changes_with_all_that_every_feed_depends_on() -> None:
    template = {"feeds/subscribe.html": "a"}
    marks = {
        mark_of(settings_with(), template),
        mark_of(settings_with(), {"feeds/subscribe.html": "b"}),
        mark_of(settings_with(entries=3), template),
        mark_of(settings_with(gone=("section/old/",)), template),
    }

    assert len(marks) == 4
    assert mark_of(settings_with(), template | {"mail/digest.html": "x"}) in marks


@pytest.mark.parametrize(
    "path", ["", "/", ".", "../config/publisher.toml", "/etc/passwd", "a/../b", "a//b", ".x/y", "a b"]
)
def test_an_ended_or_moved_path_outside_the_output_is_refused(path: str) -> None:
    with pytest.raises(ConfigError, match="no path below the feeds"):
        moves_of(settings_with(gone=(path,)).feeds)
    with pytest.raises(ConfigError, match="no path below the feeds"):
        moves_of(settings_with(redirects={path: "rss.xml"}).feeds)


@pytest.mark.parametrize(
    ("redirects", "words"),
    [
        ({"a/rss.xml": "a/rss.xml"}, "cannot lead"),
        ({"a/rss.xml": "javascript:x"}, "cannot lead"),
        ({"a/rss.xml": "b/rss.xml", "b/rss.xml": "a/rss.xml"}, "circle"),
        ({"a/": "a/b/"}, "cannot lead"),
    ],
)
def test_a_redirect_that_leads_nowhere_is_refused(redirects: dict[str, str], words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        moves_of(settings_with(redirects=redirects).feeds)


def test_a_redirect_to_what_is_not_there_is_refused_one_to_elsewhere_is_not() -> None:
    lost = moves_of(settings_with(redirects={"a/rss.xml": "b/rss.xml"}).feeds)
    fine = moves_of(settings_with(redirects={"a/rss.xml": "https://new.example/rss.xml", "old.xml": "rss.xml"}).feeds)

    with pytest.raises(ConfigError, match="where no feed is"):
        check_targets(lost, {"rss.xml", "a/rss.xml"})
    check_targets(fine, {"rss.xml"})
    assert fine.redirect_lines == b"a/rss.xml https://new.example/rss.xml\nold.xml rss.xml\n"


def test_a_chain_of_redirects_is_one_step() -> None:
    moves = moves_of(settings_with(redirects={"a.xml": "b.xml", "b.xml": "rss.xml"}).feeds)

    assert moves.redirect_lines == b"a.xml rss.xml\nb.xml rss.xml\n"


def test_what_has_moved_is_not_gone_too() -> None:
    with pytest.raises(ConfigError, match="gone too"):
        moves_of(settings_with(redirects={"a.xml": "rss.xml"}, gone=("a.xml",)).feeds)
