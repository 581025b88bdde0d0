"""Closed pages of the archive (RFC 5005): numbered once, all of them reachable, written only when they change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from publisher.model.article import Article
from tests.builders import NOW, an_article
from tests.doubles.feeds_site import FeedsSite

ATOM = "{http://www.w3.org/2005/Atom}"
FH = "{http://purl.org/syndication/history/1.0}"
BASE = "https://harbour.example/feeds/"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[FeedsSite]:
    made = FeedsSite(tmp_path, entries=3, by=())
    yield made
    made.close()


def piece(number: int, **changes: object) -> Article:
    """The higher its number, the later it came out."""
    when = NOW - timedelta(hours=500 - number)
    return an_article(number, **({"published": when, "updated": when} | changes))


def links_of(root: etree._Element) -> dict[str, str]:
    nodes = root.findall(f"{ATOM}link") or root.findall(f"channel/{ATOM}link")
    return {str(node.get("rel")): str(node.get("href")) for node in nodes}


def chain(site: FeedsSite, name: str) -> list[tuple[str, list[str]]]:
    """Every document from the subscription document on: its path and its titles."""
    found, path = [], name
    while path:
        root = etree.fromstring(site.read(path))
        titles = root.findall(f"{ATOM}entry/{ATOM}title") or root.findall("channel/item/title")
        found.append((path, [str(node.text) for node in titles]))
        links = links_of(root)
        assert links["self"] == f"{BASE}{path}"
        path = links.get("prev-archive", "").removeprefix(BASE)
    return found


def archived(paths: list[str]) -> list[str]:
    return [path for path in paths if path.startswith("archive/")]


def test_there_is_no_page_before_two_are_closed(site: FeedsSite) -> None:
    site.put(*(piece(number) for number in range(1, 6)))

    assert archived(site.written()) == []
    assert b"prev-archive" not in site.read("atom.xml") + site.read("rss.xml")


@pytest.mark.parametrize(("name", "kind"), [("rss.xml", "rss"), ("atom.xml", "atom")])
def test_every_article_is_reached_from_the_subscription_document(site: FeedsSite, name: str, kind: str) -> None:
    site.put(*(piece(number) for number in range(1, 9)))
    site.build()

    assert chain(site, name) == [
        (name, ["Article 8", "Article 7", "Article 6"]),
        (f"archive/{kind}-2.xml", ["Article 6", "Article 5", "Article 4"]),
        (f"archive/{kind}-1.xml", ["Article 3", "Article 2", "Article 1"]),
    ]


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_a_page_says_what_it_is_and_where_its_neighbours_are(site: FeedsSite, kind: str) -> None:
    site.put(*(piece(number) for number in range(1, 10)))
    site.build()

    subscription, *pages = [
        etree.fromstring(site.read(path)) for path in (f"{kind}.xml", *(f"archive/{kind}-{n}.xml" for n in (1, 2, 3)))
    ]
    assert subscription.find(f".//{FH}archive") is None
    assert "current" not in links_of(subscription)
    for number, page in enumerate(pages, start=1):
        links = links_of(page)
        assert page.find(f".//{FH}archive") is not None
        assert links["current"] == f"{BASE}{kind}.xml"
        assert links.get("prev-archive") == (f"{BASE}archive/{kind}-{number - 1}.xml" if number > 1 else None)
        assert links.get("next-archive") == (f"{BASE}archive/{kind}-{number + 1}.xml" if number < 3 else None)


def test_closing_a_page_writes_it_the_one_before_and_the_subscription_document(site: FeedsSite) -> None:
    site.put(*(piece(number) for number in range(1, 9)))
    site.build()

    site.put(piece(9))
    written = site.written()

    assert archived(written) == [f"archive/{kind}-{n}.xml" for n in (3, 2) for kind in ("rss", "atom")]
    assert written.index("archive/atom-2.xml") < written.index("rss.xml")
    assert b"archive/rss-3.xml" in site.read("rss.xml")


def test_an_edit_of_an_old_article_writes_its_page_and_nothing_else(site: FeedsSite) -> None:
    site.put(*(piece(number) for number in range(1, 15)))
    site.build()

    site.put(piece(4, title="Edited", updated=NOW))

    assert site.written() == ["archive/rss-2.xml", "archive/atom-2.xml"]
    assert b"Edited" in site.read("archive/atom-2.xml")


def test_a_withdrawn_article_leaves_its_page_and_no_other_moves_up(site: FeedsSite) -> None:
    site.put(*(piece(number) for number in range(1, 10)))
    site.build()

    site.withdraw(piece(5))

    assert archived(site.written()) == ["archive/rss-2.xml", "archive/atom-2.xml"]
    assert [titles for _, titles in chain(site, "rss.xml")][1:] == [
        ["Article 9", "Article 8", "Article 7"],
        ["Article 6", "Article 4"],
        ["Article 3", "Article 2", "Article 1"],
    ]


def test_a_late_article_with_an_old_date_is_in_the_subscription_document_until_its_page_is_closed(
    site: FeedsSite,
) -> None:
    site.put(*(piece(number) for number in range(1, 7)))
    site.build()
    pages = {path: data for path, data in site.files().items() if path.startswith("archive/")}

    site.put(piece(99, published=NOW - timedelta(days=900), updated=NOW - timedelta(days=900)))
    site.build()

    assert chain(site, "atom.xml")[0][1] == ["Article 6", "Article 5", "Article 4", "Article 99"]
    assert {path: data for path, data in site.files().items() if path.startswith("archive/")} == pages
    site.put(piece(7), piece(8))
    site.build()
    assert chain(site, "atom.xml")[:2] == [
        ("atom.xml", ["Article 8", "Article 7", "Article 6"]),
        ("archive/atom-3.xml", ["Article 8", "Article 7", "Article 99"]),
    ]


def test_pages_keep_their_size_and_their_articles_when_the_number_of_entries_changes(site: FeedsSite) -> None:
    site.put(*(piece(number) for number in range(1, 12)))
    site.build()
    before = chain(site, "rss.xml")[1:]

    site.set(entries=1, by=())
    site.build()
    fewer = chain(site, "rss.xml")
    site.set(entries=9, by=())
    site.build()

    assert fewer[1:] == before
    assert fewer[0][1] == ["Article 11", "Article 10"]
    assert chain(site, "rss.xml")[1:] == before


def test_closed_pages_stay_byte_for_byte_while_more_comes(site: FeedsSite) -> None:
    site.put(*(piece(number) for number in range(1, 13)))
    site.build()
    before = {path: data for path, data in site.files().items() if path.startswith("archive/")}

    for number in range(13, 34):
        site.put(piece(number))
        site.build()
    after = site.files()

    changed = {path for path, data in before.items() if after[path] != data}
    assert changed == {"archive/rss-4.xml", "archive/atom-4.xml"}
    reached = {title for _, titles in chain(site, "atom.xml") for title in titles}
    assert reached == {f"Article {number}" for number in range(1, 34)}


def test_a_lost_page_is_written_again_and_a_build_without_archive_leaves_the_pages_alone(site: FeedsSite) -> None:
    site.put(*(piece(number) for number in range(1, 8)))
    site.build()
    (site.root / "feeds/archive/atom-1.xml").unlink()

    assert site.written() == ["archive/atom-1.xml"]
    site.set(entries=3, by=(), archive=False)
    assert archived(site.written()) == []
    assert b"prev-archive" not in site.read("rss.xml")
    assert (site.root / "feeds/archive/atom-1.xml").is_file()


def test_json_has_no_pages(site: FeedsSite) -> None:
    site.set(entries=2, by=(), formats=("json",))
    site.put(*(piece(number) for number in range(1, 8)))

    assert site.written() == ["feed.json", "feeds.opml", "index.html"]
    assert b"next_url" not in site.read("feed.json")


def test_a_number_is_never_given_again(site: FeedsSite) -> None:
    site.put(*(piece(number) for number in range(1, 8)))
    site.build()
    site.withdraw(piece(7))
    site.build()
    site.put(piece(8), replace(piece(7), title="Back"))
    site.build()

    assert chain(site, "rss.xml")[0][1] == ["Article 8", "Back", "Article 6"]
