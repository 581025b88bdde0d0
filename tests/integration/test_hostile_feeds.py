"""Feeds that attack their reader, and feeds that are broken: each ends, the others go on (P1, U4, U9)."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.app.publish import Wanted, publish
from publisher.app.runtime import open_runtime
from publisher.errors import SourceError
from publisher.formats import parse_file
from publisher.formats.article_page import parse_article_page
from publisher.formats.feed import parse_feed
from publisher.model.reports import PublishReport, SourceReport
from publisher.model.settings import SourceSettings
from publisher.sources.bounded import Bounded
from publisher.sources.feed import READ_S, FeedSource
from publisher.sources.port import Memory, Seen
from tests.acceptance.a_site import CONFIG, NOW
from tests.doubles.fetching import a_client
from tests.doubles.hostile_xml import MARK, PATTERNS, attacks, feed, with_items
from tests.doubles.measured import Measured, measured
from tests.doubles.proving import IS_FULL, some
from tests.doubles.web_server import Reply, WebServer

XML = {"Content-Type": "application/xml"}
SLOW = frozenset(("authors", "links", "categories", "enclosures", "references"))
"""What takes its whole time: read in the full proof only."""
BOUNDS = (25.0, 300_000_000)
"""Seconds of the clock and bytes; the figures that are aimed at are 2 s and 64 MB."""
GOOD = feed(title="The last ferry", link="the-last-ferry", guid="ferry", body="It left at six, and nobody was on it.")


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded() as made:
        yield made


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as opened:
        yield opened


@pytest.fixture
def canary() -> Iterator[WebServer]:
    """Nobody may ask it."""
    with WebServer() as opened:
        opened.routes["*"] = Reply(200, MARK.encode())
        yield opened


def hostile(folder: Path, canary: WebServer) -> dict[str, bytes]:
    secret = folder / "secret"
    secret.write_text(MARK)
    return attacks(secret.as_uri(), canary.url)


def check_ended(found: Measured, name: str) -> None:
    assert found.is_stopped or found.seconds < BOUNDS[0], name
    assert found.grown_bytes < BOUNDS[1], name
    assert MARK not in found.outcome, name


def read_feed(bounded: Bounded, data: bytes) -> Measured:
    named = {"content_type": "application/xml", "url": "https://up.example/feed", "known": {}}
    return measured(bounded, READ_S, parse_feed, data, **named)


def test_there_are_as_many_attacks_as_the_reference_asks_for() -> None:
    assert len(attacks("file:///x", "http://127.0.0.1:9")) >= 113


def test_no_attack_gets_anything_or_lasts(tmp_path: Path, canary: WebServer, bounded: Bounded) -> None:
    found = hostile(tmp_path, canary)
    chosen = some([name for name in found if IS_FULL or name not in SLOW], 40)

    for name in chosen:
        check_ended(read_feed(bounded, found[name]), name)

    assert canary.connections == 0


def test_a_million_items_are_read_or_refused(bounded: Bounded) -> None:
    found = read_feed(bounded, with_items(1_000_000))

    check_ended(found, "a million items")
    assert not found.is_stopped


LATER = "2026-11-24T08:05:00Z"
"""However slow the first run was: a clock that goes back hides what is newer."""


def a_config(urls: dict[str, str]) -> str:
    form = '[[sources]]\nname = "{}"\nkind = "feed"\nurl = "{}"\nallow_private = true\n\n'
    return CONFIG.replace("[feeds]", "".join(form.format(*one) for one in urls.items()) + "[feeds]")


def published(root: Path, config: str, *, now: str = NOW) -> PublishReport:
    for folder in ("config", "articles"):
        (root / folder).mkdir(exist_ok=True, parents=True)
    (root / "config/publisher.toml").write_text(config)
    with open_runtime(root, environ={"PUBLISHER_NOW": now}) as runtime:
        return publish(runtime, Wanted(mail=False))


def told(report: PublishReport) -> dict[str, SourceReport]:
    return {one.name: one for one in report.collect.sources}


def texts_under(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_hostile_sources_are_told_in_a_line_each_and_the_others_go_on(
    tmp_path: Path, server: WebServer, canary: WebServer
) -> None:
    found = hostile(tmp_path, canary)
    chosen = some([name for name in found if name not in SLOW], 3)
    urls = {}
    for number, name in enumerate(chosen):
        server.routes[f"/{number}"] = Reply(200, found[name], XML)
        urls[f"bad-{number}"] = f"{server.url}/{number}"
    server.routes["/good"] = Reply(200, GOOD.encode(), XML)
    root = tmp_path / "site"

    report = published(root, a_config(urls | {"good": f"{server.url}/good"}))

    assert told(report)["good"].new == 1
    assert len(told(report)) == len(chosen) + 2
    assert all("\n" not in (one.error or "") for one in report.collect.sources)
    assert b"The last ferry" in (root / "feeds/rss.xml").read_bytes()
    assert MARK.encode() not in texts_under(root)
    assert canary.connections == 0


def truncated(text: str) -> list[bytes]:
    data = text.encode()
    return [data[: len(data) * at // 200] for at in range(200)]


def test_a_feed_that_is_cut_short_takes_nothing_away(tmp_path: Path, server: WebServer, bounded: Bounded) -> None:
    boats = [feed(title=f"Boat {n}", guid=f"b{n}", link=f"boat-{n}", body=f"of boat {n}") for n in range(9)]
    items = "".join(f"<item>{boat.partition('<item>')[2].partition('</channel>')[0]}" for boat in boats)
    whole = feed(loose=items)
    server.routes["/feed"] = Reply(200, whole.encode(), XML)
    config = a_config({"up": f"{server.url}/feed"})
    before = published(tmp_path, config)
    shown = (tmp_path / "feeds/rss.xml").read_bytes()

    for data in some(truncated(whole), 3):
        server.routes["/feed"] = Reply(200, data, XML)
        after = told(published(tmp_path, config, now=LATER))["up"]
        assert (after.new, after.held) == (0, 0)
        for number in range(9):
            assert f"Boat {number}".encode() in (tmp_path / "feeds/rss.xml").read_bytes()

    assert told(before)["up"].new >= 9
    assert shown.count(b"<item>") == told(before)["up"].new


SAYINGS = ("Not found", "Log in", "Down for repairs", "Access denied", "Checking your browser")
SHELLS = (
    *("<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>", "<html><body>{0}"),
    *(
        '{{"error": "{0}"}}',
        "{0}",
        "<?xml version='1.0'?><error>{0}</error>",
        "<html><frameset><frame src=x></html>{0}",
    ),
    *(
        "\ufeff<!DOCTYPE html PUBLIC '-//W3C//DTD XHTML 1.0 Strict//EN' 'x'><html xmlns='http://www.w3.org/1999/xhtml'>{0}</html>",
    ),
    *("<opml version='2.0'><head><title>{0}</title></head><body/></opml>", '["{0}"]', "\n\n\x00\x01{0}"),
)


def test_a_page_in_place_of_a_feed_is_an_error_and_what_was_there_stays(server: WebServer, bounded: Bounded) -> None:
    pages = [shell.format(words) for shell in SHELLS for words in SAYINGS]
    settings = SourceSettings(name="up", kind="feed", url=f"{server.url}/feed", allow_private=True)
    memory = Memory({"g1": Seen("f" * 64)})

    with a_client() as client:
        source = FeedSource(settings, client, authority="review.example,2026", bounded=bounded)
        for page in pages:
            server.routes["/feed"] = Reply(200, page.encode(), {"Content-Type": "text/html"})
            with pytest.raises(SourceError) as caught:
                list(source.read(memory))
            assert "\n" not in str(caught.value)

    assert len(pages) == 50


@pytest.mark.parametrize("entry", ["folder", "page", "feed"])
def test_patterns_that_hang_parsers_end_in_every_entry(bounded: Bounded, entry: str) -> None:
    sizes = (10_000, 100_000, 1_000_000) if IS_FULL else (10_000,)

    for size in sizes:
        for name, pattern in PATTERNS.items():
            check_ended(read_entry(bounded, entry, pattern(size)), f"{name}, {size}, {entry}")


def read_entry(bounded: Bounded, entry: str, text: str) -> Measured:
    if entry == "folder":
        return measured(bounded, bounded.seconds, parse_file, "a.md", text.encode(), where="a.md")
    if entry == "page":
        page = f"<html><body><article>{text}".encode()
        return measured(bounded, bounded.seconds, parse_article_page, page, where="a", url="https://up.example/")
    return read_feed(bounded, feed(body=html.escape(text)).encode())
