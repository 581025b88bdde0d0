"""What feeds and WordPress sites promise as sources, against a scripted server: good, changing, hostile."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from publisher.errors import FetchError, ParseError, SourceError
from publisher.fetch import Client, Limits
from publisher.model.settings import SourceSettings
from publisher.sources.bounded import Bounded
from publisher.sources.feed import FeedSource
from publisher.sources.port import Memory, Reading, Seen, Source
from publisher.sources.wordpress import WordPressSource
from tests.doubles.web_server import Reply, Request, Route, WebServer, conditional, redirect

AUTHORITY = "harbour.example,2026"
FEED_TYPE = "application/rss+xml"


def rss(*items: str, links: str = "") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    names = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    return f'<rss version="2.0" {names}><channel><title>E</title>{links}{inner}</channel></rss>'.encode()


def item(number: int, title: str = "Fog") -> str:
    return f"<guid isPermaLink='false'>{number}</guid><title>{title} {number}</title><description>Words.</description>"


THREE = rss(item(1), item(2), "<guid>bad</guid>")


def post(number: int, *, at: str = "2026-11-24T08:00:00", **changes: object) -> dict[str, Any]:
    return {
        "id": number,
        "status": "publish",
        "guid": {"rendered": f"https://elsewhere.example/?p={number}"},
        "date_gmt": at,
        "modified_gmt": at,
        "title": {"rendered": f"Post {number}"},
        "content": {"rendered": "<p>Words.</p>", "protected": False},
    } | changes


@dataclass
class Site:
    """A WordPress site: pages of two posts, sorted and cut as WordPress does."""

    posts: list[dict[str, Any]] = field(default_factory=list)
    per_page: int = 2

    def answer(self, request: Request) -> Reply:
        since = request.query.get("modified_after", "").rstrip("Z")
        found = sorted((one for one in self.posts if one["modified_gmt"] > since), key=lambda one: one["modified_gmt"])
        at = (int(request.query.get("page", "1")) - 1) * self.per_page
        total = -(-len(found) // self.per_page)
        headers = {"Content-Type": "application/json", "X-WP-Total": str(len(found)), "X-WP-TotalPages": str(total)}
        return Reply(200, json.dumps(found[at : at + self.per_page]).encode(), headers)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as made:
        yield made


@pytest.fixture
def client() -> Iterator[Client]:
    limits = Limits(size_bytes=2_000_000, wall_s=1.0, connect_s=1.0, read_s=0.5)
    with Client(user_agent="Publisher/test", wait=lambda _s: None, allow_private=True, limits=limits) as made:
        yield made


def settings(url: str, **changes: Any) -> SourceSettings:
    given: dict[str, Any] = {"name": "articles", "kind": "feed", "url": url, "allow_private": True}
    return SourceSettings(**{**given, **changes})


def a_feed(server: WebServer, client: Client) -> Source:
    server.routes["/feed"] = Reply(200, THREE, {"Content-Type": FEED_TYPE})
    return FeedSource(settings(f"{server.url}/feed"), client, authority=AUTHORITY)


def a_site(server: WebServer, client: Client) -> Source:
    site = Site([post(1), post(2), post(3, title={}, content={})])
    server.routes["/"] = Reply(200, b"<html>", {"Link": f'<{server.url}/api/>; rel="https://api.w.org/"'})
    server.routes["/api/wp/v2/posts"] = site.answer
    return WordPressSource(settings(f"{server.url}/", kind="wordpress"), client, authority=AUTHORITY)


def a_closed_site(server: WebServer, client: Client) -> Source:
    server.routes["/"] = Reply(200, b"<html>")
    server.routes["/feed/"] = Reply(200, THREE, {"Content-Type": FEED_TYPE})
    return WordPressSource(settings(f"{server.url}/", kind="wordpress"), client, authority=AUTHORITY)


SOURCES: list[Callable[[WebServer, Client], Source]] = [a_feed, a_site, a_closed_site]
"""A server to a source that holds two good things and a bad one; one line for each kind of source."""


@pytest.fixture(params=SOURCES, ids=lambda make: make.__name__)
def source(request: pytest.FixtureRequest, server: WebServer, client: Client) -> Source:
    made: Source = request.param(server, client)
    return made


def remembered(source: Source, readings: list[Reading], before: Memory | None = None) -> Memory:
    """What the next read is told, as the collect pass keeps it."""
    seen = {one.source_key: Seen(one.fingerprint, one.stamp) for one in readings}
    return Memory((dict(before.seen) if before else {}) | seen, source.outcome.etag, source.outcome.last_modified)


def parsed_keys(readings: list[Reading]) -> list[str]:
    return [one.source_key for one in readings if one.parsed is not None]


def title_of(reading: Reading) -> str:
    assert reading.parsed is not None
    assert reading.parsed.article is not None
    return reading.parsed.article.title


def entry_id(reading: Reading) -> str | None:
    assert reading.parsed is not None
    assert reading.parsed.article is not None
    return reading.parsed.article.entry_id


def test_a_source_has_its_name(source: Source) -> None:
    assert source.name == "articles"


def test_each_thing_is_read_or_has_a_problem(source: Source) -> None:
    readings = list(source.read(Memory()))
    assert len(parsed_keys(readings)) == 2
    assert len([one for one in readings if one.problem and not one.parsed]) == 1


def test_keys_are_distinct_and_stay(source: Source) -> None:
    first, second = ([one.source_key for one in source.read(Memory())] for _ in range(2))
    assert first == second
    assert len(set(first)) == 3


def test_what_is_known_and_unchanged_is_not_read_again(source: Source) -> None:
    memory = remembered(source, list(source.read(Memory())))
    again = list(source.read(memory))
    assert all(one.parsed is None and one.problem is None for one in again)
    assert all(memory.seen[one.source_key].fingerprint == one.fingerprint for one in again)


def test_what_changed_is_read_again(source: Source) -> None:
    first = list(source.read(Memory()))
    memory = Memory({one.source_key: Seen("another", one.stamp) for one in first})
    again = list(source.read(memory))
    assert len(again) == 3
    assert all(one.parsed or one.problem for one in again)


@dataclass(frozen=True)
class Trouble:
    reply: Route
    words: str
    status: int | None = None


GOOD = {"Content-Type": FEED_TYPE}
TROUBLES = {
    "slow": Trouble(Reply(200, headers=GOOD, chunks=[b"<rss>"] * 50, pause_s=0.2), "second|slow|time|long"),
    "a redirect loop": Trouble(redirect("/feed"), "leads on|times"),
    "an error of the server": Trouble(Reply(500, b"<html>oops"), "500", 500),
    "too many requests": Trouble(Reply(429, b"", {"Retry-After": "120"}), "429", 429),
    "a page": Trouble(Reply(200, b"<!doctype html><title>Down</title>"), "web page, not a feed: Down"),
    "nothing": Trouble(Reply(200, b""), "empty"),
    "no such page": Trouble(Reply(404, b"gone"), "404", 404),
    "a bomb": Trouble(
        Reply(200, gzip.compress(b"<rss>" + b" " * 30_000_000), {"Content-Encoding": "gzip"}), "larger than"
    ),
    "half an answer": Trouble(Reply(200, b"<rss><channel>", {"Content-Length": "5000"}), ""),
    "a 304 that was not asked for": Trouble(Reply(304), "not modified|304"),
    "a feed without entries": Trouble(Reply(200, rss(), GOOD), "no entries any more, and had 1"),
}


@pytest.mark.parametrize("trouble", TROUBLES.values(), ids=TROUBLES)
def test_a_hostile_server_is_an_error_that_names_the_feed(server: WebServer, client: Client, trouble: Trouble) -> None:
    source = a_feed(server, client)
    server.routes["/feed"] = trouble.reply
    with pytest.raises(SourceError, match=f"(?i){trouble.words}") as caught:
        list(source.read(Memory({"1": Seen("x")})))
    assert f"{server.url}/feed" in caught.value.where
    if trouble.status is not None:
        assert isinstance(caught.value, FetchError)
        assert caught.value.status == trouble.status


def test_when_to_come_back_is_told(server: WebServer, client: Client) -> None:
    source = a_feed(server, client)
    server.routes["/feed"] = Reply(429, b"", {"Retry-After": "120"})
    with pytest.raises(FetchError) as caught:
        list(source.read(Memory()))
    assert caught.value.retry_after_s == 120


def test_a_feed_that_is_not_modified_gives_nothing_and_keeps_its_validators(server: WebServer, client: Client) -> None:
    source = a_feed(server, client)
    dated = "Tue, 24 Nov 2026 08:00:00 GMT"
    server.routes["/feed"] = conditional(THREE, etag='"1"', last_modified=dated, content_type=FEED_TYPE)
    memory = remembered(source, list(source.read(Memory())))
    assert (memory.etag, memory.last_modified) == ('"1"', dated)
    assert list(source.read(memory)) == []
    assert (source.outcome.etag, source.outcome.last_modified) == ('"1"', dated)
    assert server.requests[-1].headers["if-none-match"] == '"1"'


def test_validators_are_not_sent_when_nothing_is_remembered(server: WebServer, client: Client) -> None:
    source = a_feed(server, client)
    server.routes["/feed"] = conditional(THREE, etag='"1"', content_type=FEED_TYPE)
    assert len(list(source.read(Memory(etag='"1"')))) == 3


def test_a_feed_that_moved_for_good_is_read_and_told(server: WebServer, client: Client) -> None:
    source = a_feed(server, client)
    server.routes["/new"] = server.routes["/feed"]
    server.routes["/feed"] = redirect("/new", 301)
    assert len(list(source.read(Memory()))) == 3
    assert f"{server.url}/new" in source.outcome.warnings[0]
    server.routes["/feed"] = redirect("/new", 302)
    assert len(list(source.read(Memory()))) == 3
    assert source.outcome.warnings == ()


def paged(server: WebServer, count: int) -> None:
    for number in range(1, count + 1):
        link = f"<atom:link rel='next' href='{server.url}/feed?p={number + 1}'/>" if number < count else ""
        body = rss(item(number * 2), item(number * 2 + 1), links=link)
        server.routes["/feed" if number == 1 else f"/feed?p={number}"] = Reply(200, body, {"Content-Type": FEED_TYPE})


def test_the_first_collect_reads_the_archive_and_later_ones_do_not(server: WebServer, client: Client) -> None:
    source = a_feed(server, client)
    paged(server, 4)
    readings = list(source.read(Memory()))
    assert len(parsed_keys(readings)) == 8
    asked = len(server.requests)
    list(source.read(remembered(source, readings)))
    assert len(server.requests) == asked + 1


def test_an_archive_in_a_circle_or_cut_off_ends(server: WebServer, client: Client) -> None:
    source = a_feed(server, client)
    paged(server, 3)
    server.routes["/feed?p=3"] = Reply(500)
    assert len(parsed_keys(list(source.read(Memory())))) == 4
    assert "older entries were not read" in source.outcome.warnings[0]
    server.routes["/feed?p=3"] = replace(server.routes["/feed?p=2"], body=rss(item(9), links=LOOP))  # type: ignore[type-var]
    assert len(parsed_keys(list(source.read(Memory())))) == 5
    assert source.outcome.warnings == ()


LOOP = "<atom:link rel='next' href='/feed?p=2'/>"


def test_an_archive_without_end_ends_after_fifty_pages(server: WebServer, client: Client) -> None:
    source = a_feed(server, client)

    def endless(request: Request) -> Reply:
        number = int(request.query.get("p", "1"))
        return Reply(200, rss(item(number), links=f"<atom:link rel='next' href='/feed?p={number + 1}'/>"), GOOD)

    server.routes["/feed"] = endless
    assert len(list(source.read(Memory()))) == 50
    assert "50 pages" in source.outcome.warnings[0]


def test_ids_are_kept_or_wrapped_once_or_left(server: WebServer, client: Client) -> None:
    body = rss(item(17), "<guid>https://e.example/a//b</guid><title>x</title>", "<title>no id</title>")
    a_feed(server, client)
    server.routes["/feed"] = Reply(200, body, GOOD)
    keeping = FeedSource(settings(f"{server.url}/feed"), client, authority=AUTHORITY)
    own = FeedSource(settings(f"{server.url}/feed", keep_ids=False), client, authority=AUTHORITY)
    kept = [entry_id(one) for one in keeping.read(Memory())]
    assert kept == [f"tag:{AUTHORITY}:source/articles/17", "https://e.example/a//b", None]
    assert {entry_id(one) for one in own.read(Memory())} == {None}


def test_a_changed_entry_alone_is_parsed_again(server: WebServer, client: Client) -> None:
    source = a_feed(server, client)
    memory = remembered(source, list(source.read(Memory())))
    server.routes["/feed"] = Reply(200, THREE.replace(b"Fog 2", b"Fog two"), GOOD)
    readings = list(source.read(memory))
    assert parsed_keys(readings) == ["2"]
    assert [title_of(one) for one in readings if one.parsed] == ["Fog two"]


@pytest.fixture
def site(server: WebServer) -> Site:
    made = Site([post(number, at=f"2026-11-{number:02}T08:00:00") for number in range(1, 6)])
    server.routes["/"] = Reply(200, b"<html><link rel='https://api.w.org/' href='/wp-json/'>")
    server.routes["/wp-json/wp/v2/posts"] = made.answer
    return made


@pytest.fixture
def wordpress(server: WebServer, client: Client) -> WordPressSource:
    return WordPressSource(settings(f"{server.url}/", kind="wordpress"), client, authority=AUTHORITY)


def test_every_page_of_posts_is_read(server: WebServer, site: Site, wordpress: WordPressSource) -> None:
    readings = list(wordpress.read(Memory()))
    assert parsed_keys(readings) == [f"post/{number}" for number in range(1, 6)]
    assert wordpress.outcome.warnings == ()
    assert entry_id(readings[0]) == "https://elsewhere.example/?p=1"
    asked = server.requests[1].query
    assert (asked["orderby"], asked["order"], asked["per_page"]) == ("modified", "asc", "100")
    assert "modified_after" not in asked


def test_later_only_what_changed_is_asked_for(server: WebServer, site: Site, wordpress: WordPressSource) -> None:
    memory = remembered(wordpress, list(wordpress.read(Memory())))
    site.posts[1] |= {"modified_gmt": "2026-11-20T08:00:00", "title": {"rendered": "Edited"}}
    site.posts.append(post(6, at="2026-11-21T08:00:00"))
    readings = list(wordpress.read(memory))
    assert parsed_keys(readings) == ["post/2", "post/6"]
    assert title_of(next(one for one in readings if one.parsed)) == "Edited"
    assert server.requests[-1].query["modified_after"] == "2026-11-05T07:59:59Z"


def test_a_page_that_fails_midway_is_read_the_next_time(
    server: WebServer, site: Site, wordpress: WordPressSource
) -> None:
    def failing(request: Request) -> Reply:
        return Reply(502, b"<html>") if request.query.get("page") == "2" else site.answer(request)

    server.routes["/wp-json/wp/v2/posts"] = failing
    readings = list(wordpress.read(Memory()))
    assert parsed_keys(readings) == ["post/1", "post/2"]
    assert "page 2 of 3" in wordpress.outcome.warnings[0]
    server.routes["/wp-json/wp/v2/posts"] = site.answer
    rest = list(wordpress.read(remembered(wordpress, readings)))
    assert parsed_keys(rest) == ["post/3", "post/4", "post/5"]


def test_posts_of_the_same_second_are_not_missed_after_a_failure(
    server: WebServer, site: Site, wordpress: WordPressSource
) -> None:
    for one in site.posts:
        one["modified_gmt"] = "2026-11-24T08:00:00"
    first = list(wordpress.read(Memory()))[:2]
    rest = list(wordpress.read(remembered(wordpress, first)))
    assert parsed_keys(rest) == ["post/3", "post/4", "post/5"]


def test_a_post_that_an_edit_moves_to_another_page_is_not_missed(
    server: WebServer, site: Site, wordpress: WordPressSource
) -> None:
    def edited_meanwhile(request: Request) -> Reply:
        reply = site.answer(request)
        site.posts[0]["modified_gmt"] = "2026-11-20T08:00:00"  # the first moves to the end, the third to page 1
        return reply

    server.routes["/wp-json/wp/v2/posts"] = edited_meanwhile
    keys = parsed_keys(list(wordpress.read(Memory())))
    assert sorted(keys) == [f"post/{number}" for number in range(1, 6)]


def test_sources_read_in_a_child_process_give_the_same(server: WebServer, client: Client, site: Site) -> None:
    a_feed(server, client)
    feed, posts = settings(f"{server.url}/feed"), settings(f"{server.url}/", kind="wordpress")
    with Bounded() as bounded:
        for kind, given in ((FeedSource, feed), (WordPressSource, posts)):
            here = list(kind(given, client, authority=AUTHORITY).read(Memory()))
            assert list(kind(given, client, authority=AUTHORITY, bounded=bounded).read(Memory())) == here
        server.routes["/feed"] = Reply(200, b"<html>")
        with pytest.raises(ParseError) as caught:
            list(FeedSource(feed, client, authority=AUTHORITY, bounded=bounded).read(Memory()))
        assert caught.value.where == f"{server.url}/feed"


def test_a_broken_page_midway_keeps_what_was_read(server: WebServer, site: Site, wordpress: WordPressSource) -> None:
    server.routes["/wp-json/wp/v2/posts"] = lambda request: (
        Reply(200, b'[{"id": 3', {"X-WP-TotalPages": "3"}) if "page" in request.query else site.answer(request)
    )
    assert parsed_keys(list(wordpress.read(Memory()))) == ["post/1", "post/2"]
    assert "broken" in wordpress.outcome.warnings[0]


@pytest.mark.parametrize(
    "reply",
    [
        Reply(401, b'{"code":"rest_not_logged_in"}'),
        Reply(403),
        Reply(404),
        Reply(200, b"<html>Sign in"),
        Reply(200, b'{"code":"rest_disabled","message":"off"}'),
    ],
    ids=["401", "403", "404", "page", "message"],
)
def test_a_site_without_the_api_is_read_by_its_feed(
    server: WebServer, site: Site, wordpress: WordPressSource, reply: Reply
) -> None:
    server.routes["/wp-json/wp/v2/posts"] = reply
    server.routes["/"] = Reply(200, b"<html><link rel=alternate type='application/rss+xml' href='/rss'>")
    server.routes["/rss"] = Reply(200, THREE, GOOD)
    assert parsed_keys(list(wordpress.read(Memory()))) == ["1", "2"]
    assert "/rss was read instead" in wordpress.outcome.warnings[0]


def test_a_site_with_plain_addresses_has_its_api_in_the_query(
    server: WebServer, site: Site, wordpress: WordPressSource
) -> None:
    del server.routes["/wp-json/wp/v2/posts"]
    front = Reply(200, b"<html>")
    server.routes["/"] = lambda request: site.answer(request) if "rest_route" in request.query else front
    assert len(parsed_keys(list(wordpress.read(Memory())))) == 5
    assert server.requests[-1].query["rest_route"] == "/wp/v2/posts"


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_an_api_in_trouble_is_an_error_and_not_the_feed(
    server: WebServer, site: Site, wordpress: WordPressSource, status: int
) -> None:
    server.routes["/wp-json/wp/v2/posts"] = Reply(status)
    server.routes["/feed/"] = Reply(200, THREE, GOOD)
    with pytest.raises(FetchError):
        list(wordpress.read(Memory()))


def test_a_site_without_api_and_feed_is_an_error(server: WebServer, wordpress: WordPressSource) -> None:
    server.routes["/"] = Reply(200, b"<html>")
    with pytest.raises((FetchError, ParseError)):
        list(wordpress.read(Memory()))


def test_a_protected_post_is_left_out_with_a_word(site: Site, wordpress: WordPressSource) -> None:
    site.posts[0] |= {"content": {"rendered": "", "protected": True}}
    assert len(parsed_keys(list(wordpress.read(Memory())))) == 4
    assert "post/1" in wordpress.outcome.warnings[0]
