"""Republish storms (reliability.md U1, U2; feeds.md G1-G3): what was there before is never new, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from publisher.collect.identity import url_key
from publisher.collect.intake import Intake
from publisher.collect.record import Change, Recorded, record_article
from publisher.html.blocks import body_of_html
from publisher.model.article import ArticleState, ParsedArticle
from publisher.model.settings import Settings, SourceSettings
from publisher.storage import Database, articles

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
COUNT = 50
Item = tuple[str, ParsedArticle]
UPSTREAM = SourceSettings(name="upstream", kind="feed", url="https://up.example/feed")
SETTINGS = Settings.model_validate(
    {
        "site": {
            "title": "The Test Review",
            "url": "https://review.example/",
            "language": "en",
            "timezone": "Europe/Helsinki",
            "id_authority": "review.example,2026",
        },
        "sources": [UPSTREAM.model_dump()],
        "feeds": {"base_url": "https://review.example/feeds/"},
    }
)


def an_item(number: int) -> Item:
    words = f"<p>Piece {number} tells of the quay.</p><p>It has a second paragraph, which is number {number} too.</p>"
    return f"https://up.example/?p={number}", ParsedArticle(
        title=f"Piece {number}",
        body=body_of_html(words),
        url=f"https://up.example/culture/piece-{number}",
        published=NOW - timedelta(days=number),
        entry_id=f"https://up.example/?p={number}",
    )


ITEMS = [an_item(number) for number in range(1, COUNT + 1)]


def take(database: Database, items: list[Item], *, source: SourceSettings = UPSTREAM, hours: int = 0) -> list[Recorded]:
    """Record the items as one collect of the source would."""
    present = frozenset(key for key, _ in items)
    intake = Intake(source, SETTINGS, NOW + timedelta(hours=hours), present)
    with database.begin() as tx:
        return [record_article(tx, intake, key, parsed) for key, parsed in items]


def out(database: Database) -> dict[str, tuple[str, datetime]]:
    """Title to id and date of publication."""
    with database.read() as tx:
        return {one.title: (one.id, one.published) for one in articles.iter_articles(tx)}


def with_url(change: Callable[[str], str]) -> Callable[[Item], Item]:
    def changed(item: Item) -> Item:
        url = change(item[1].url or "")
        return url, replace(item[1], url=url, entry_id=url)

    return changed


STORMS: dict[str, Callable[[Item], Item]] = {
    "other guids": lambda item: (f"tag:{item[0]}", replace(item[1], entry_id=f"tag:up.example,2026:{item[0][-2:]}")),
    "https to http": with_url(lambda url: url.replace("https://", "http://")),
    "www": with_url(lambda url: url.replace("//up.", "//www.up.")),
    "a trailing slash": with_url(lambda url: f"{url}/"),
    "tracking": with_url(lambda url: f"{url}?utm_source=rss&utm_medium=feed"),
    "no guids": lambda item: (item[1].url or "", replace(item[1], entry_id=None)),
    "other dates": lambda item: (f"{item[0]}#2", replace(item[1], published=NOW)),
    "other slugs": with_url(lambda url: url.replace("/culture/", "/2026/11/")),
}


@pytest.mark.parametrize("storm", STORMS.values(), ids=STORMS)
def test_a_storm_makes_no_article_new(database: Database, storm: Callable[[Item], Item]) -> None:
    take(database, ITEMS)
    before = out(database)

    changes = [one.change for one in take(database, [storm(item) for item in ITEMS], hours=1)]

    assert Change.NEW not in changes
    assert out(database) == before
    assert len(before) == COUNT


def test_a_storm_of_edits_at_the_same_addresses_is_edits(database: Database) -> None:
    take(database, ITEMS)
    edited = [
        (f"new-{key}", replace(one, entry_id=None, body=body_of_html(f"<p>Rewritten: {one.title}.</p>")))
        for key, one in ITEMS
    ]

    assert {one.change for one in take(database, edited, hours=1)} == {Change.CHANGED}


def test_two_pieces_with_the_same_words_at_once_are_two(database: Database) -> None:
    key, parsed = an_item(1)
    twice = [(key, parsed), ("other", replace(parsed, entry_id=None, url="https://up.example/other"))]

    assert [one.change for one in take(database, twice)] == [Change.NEW, Change.NEW]


def test_a_page_address_that_all_items_share_makes_none_of_them_another(database: Database) -> None:
    shared = [(key, replace(one, url="https://up.example/radio", entry_id=None)) for key, one in ITEMS[:3]]
    take(database, shared)
    later = [("later", replace(an_item(9)[1], url="https://up.example/radio", entry_id=None))]

    assert [one.change for one in take(database, later, hours=1)] == [Change.NEW]


def test_a_guid_that_is_used_again_is_an_edit_and_is_told(database: Database) -> None:
    take(database, ITEMS[:1])
    key, other = ITEMS[0][0], replace(an_item(7)[1], entry_id=ITEMS[0][0])

    [found] = take(database, [(key, other)], hours=1)

    assert found.change is Change.CHANGED
    assert found.warnings[-1] == "its key was that of “Piece 1”: taken as an edit of piece-1"


def test_an_article_that_another_source_has_stays_there(database: Database) -> None:
    take(database, ITEMS[:1])
    other = SourceSettings(name="pages", kind="page", url="https://up.example/")
    settings = SETTINGS.model_copy(update={"sources": (UPSTREAM, other)})
    intake = Intake(other, settings, NOW, present=frozenset({"up.example/culture/piece-1"}))
    with database.begin() as tx:
        found = record_article(tx, intake, "up.example/culture/piece-1", replace(ITEMS[0][1], entry_id=None))

    assert found.change is Change.UNCHANGED
    assert found.warnings == ("the article is there already, from the source upstream: piece-1",)
    assert len(out(database)) == 1


def test_a_site_that_changes_its_source_keeps_its_articles(database: Database) -> None:
    take(database, ITEMS)
    before = out(database)
    wordpress = SourceSettings(name="blog", kind="wordpress", url="https://up.example/")
    settings = SETTINGS.model_copy(update={"sources": (wordpress,)})
    moved = [(f"post/{number}", replace(one, entry_id=None)) for number, (_, one) in enumerate(ITEMS)]
    intake = Intake(wordpress, settings, NOW, present=frozenset(key for key, _ in moved))
    with database.begin() as tx:
        changes = [record_article(tx, intake, key, parsed).change for key, parsed in moved]

    assert Change.NEW not in changes
    assert out(database) == before


def test_what_comes_at_one_instant_gets_a_second_each(database: Database) -> None:
    undated = [(key, replace(one, published=None)) for key, one in ITEMS]
    take(database, undated)
    with database.read() as tx:
        times = sorted(one.updated for one in articles.iter_articles(tx, states=(ArticleState.PUBLISHED,)))

    assert times == [NOW + timedelta(seconds=number) for number in range(COUNT)]


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://www.Harbour.example/index.php/culture/fog/?utm_source=x", "harbour.example/culture/fog"),
        ("http://harbour.example/culture/fog", "harbour.example/culture/fog"),
        ("https://harbour.example/culture/fog/index.html#top", "harbour.example/culture/fog"),
        ("https://harbour.example/?p=7&a=1", "harbour.example?a=1&p=7"),
        ("https://harbour.example/", ""),
        ("mailto:a@harbour.example", ""),
        (None, ""),
    ],
)
def test_an_address_is_known_by_what_stays_of_it(url: str | None, key: str) -> None:
    assert url_key(url) == key
