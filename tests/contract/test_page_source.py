"""A web site without a feed as a source, over the loopback: what is fetched, when again, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from publisher.errors import FetchError, ParseError
from publisher.fetch import Client, Robots
from publisher.model.settings import SourceSettings
from publisher.sources.bounded import Bounded
from publisher.sources.page import PageSource
from publisher.sources.page_links import key_of
from publisher.sources.port import Memory, Reading, Seen
from tests.doubles.magazine_html import SHAPES, html_of, page_of_text
from tests.doubles.web_server import Reply, Request, WebServer, conditional, redirect

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
WORDS = "The ferry left at six, and nobody was on it but the pilot and his dog, who had both slept badly. " * 5
MAGAZINE = """Apr 17th 2026

Who pays for the ice

by Ada Berg

Ada Berg is a pilot, Port of Grundvik

The ice came early this year, and with it the bill. Nobody had asked for either, and nobody will pay.

Ada Berg, pilot, Port of Grundvik

This article is republished from The Sound under a Creative Commons license. Read the original article.

Browse articles by author

More Culture

Apr 18th 2026
EXTRACT: "Another thing altogether."
Apr 17th 2026
EXTRACT: "Nobody had asked for either, and nobody will pay."
"""


def page(title: str, words: str = WORDS) -> bytes:
    head = f"<head><title>{title} | Review</title></head>"
    return f"<html lang=en>{head}<body><nav>Menu</nav><article><h1>{title}</h1><p>{words}</p></article>".encode()


def list_page(*paths: str, foot: str = "") -> bytes:
    links = "".join(f"<h2><a href='{path}'>A title of four words</a></h2>" for path in paths)
    return f"<html><body><nav><a href=/about>About</a></nav><main>{links}</main>{foot}</body></html>".encode()


def html(body: bytes) -> Reply:
    return Reply(200, body, {"Content-Type": "text/html; charset=utf-8"})


class Site:
    """A server, a source over it, and what the source remembers from one read to the next."""

    def __init__(self, server: WebServer, bounded: Bounded) -> None:
        self.server, self.bounded = server, bounded
        self.waits: list[float] = []
        self.now = NOW
        self.memory = Memory()
        self.warnings: tuple[str, ...] = ()

    def source(self, path: str, *, include: tuple[str, ...] = (), limit: int = 100) -> PageSource:
        url = self.server.url + path
        settings = SourceSettings(name="site", kind="page", url=url, include=include, limit=limit, allow_private=True)
        client = Client(user_agent="Publisher/0", wait=self.waits.append, allow_private=True)
        robots = Robots(client)
        return PageSource(
            settings, client=client, robots=robots, bounded=self.bounded, now=lambda: self.now, wait=self.waits.append
        )

    def read(self, path: str = "/", *, include: tuple[str, ...] = (), limit: int = 100) -> dict[str, Reading]:
        """The readings by their path; they are remembered."""
        source = self.source(path, include=include, limit=limit)
        self.server.requests.clear()
        readings = list(source.read(self.memory))
        source.client.close()
        seen = dict(self.memory.seen) | {one.source_key: Seen(one.fingerprint, one.stamp) for one in readings}
        self.memory = Memory(seen, source.outcome.etag, source.outcome.last_modified)
        self.warnings = source.outcome.warnings
        return {"/" + one.source_key.partition("/")[2]: one for one in readings}

    @property
    def asked(self) -> list[str]:
        return [request.target for request in self.server.requests if request.path != "/robots.txt"]


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded() as made:
        yield made


@pytest.fixture
def site(bounded: Bounded) -> Iterator[Site]:
    with WebServer() as server:
        server.routes["/"] = conditional(list_page("/a-1", "/a-2"), etag='"list"')
        server.routes["/a-1"] = conditional(page("First"), etag='"one"')
        server.routes["/a-2"] = conditional(page("Second"), last_modified="Tue, 24 Nov 2026 07:00:00 GMT")
        yield Site(server, bounded)


def titles(readings: dict[str, Reading]) -> dict[str, str]:
    found = {key: one.parsed.article for key, one in readings.items() if one.parsed}
    return {key: article.title for key, article in found.items() if article}


def test_the_articles_of_a_list_are_fetched_and_read(site: Site) -> None:
    readings = site.read()
    assert titles(readings) == {"/a-1": "First", "/a-2": "Second"}
    parsed = readings["/a-1"].parsed
    assert parsed is not None
    assert parsed.article is not None
    assert parsed.article.url == f"{site.server.url}/a-1"
    assert parsed.article.body.text == WORDS.strip()
    assert site.warnings == ()


def test_a_list_that_is_not_modified_costs_one_request(site: Site) -> None:
    site.read()
    assert site.read() == {}
    assert site.asked == ["/"]


def test_known_pages_of_a_changed_list_are_not_fetched_again_on_the_day(site: Site) -> None:
    site.read()
    site.server.routes["/"] = conditional(list_page("/a-3", "/a-1", "/a-2"), etag='"list 2"')
    site.server.routes["/a-3"] = html(page("Third"))
    readings = site.read()
    assert titles(readings) == {"/a-3": "Third"}
    assert site.asked == ["/", "/a-3"]
    assert set(readings) == {"/a-1", "/a-2", "/a-3"}


def test_on_the_next_day_they_are_asked_for_conditionally(site: Site) -> None:
    first = site.read()
    site.now += timedelta(days=1)
    readings = site.read()
    assert site.asked == ["/", "/a-1", "/a-2"]
    assert all(one.parsed is None and one.problem is None for one in readings.values())
    assert {key: one.fingerprint for key, one in readings.items()} == {k: one.fingerprint for k, one in first.items()}
    assert site.read() == {}


def test_an_edited_page_is_read_again(site: Site) -> None:
    site.read()
    site.now += timedelta(days=1)
    site.server.routes["/a-1"] = conditional(page("First, edited"), etag='"one b"')
    assert titles(site.read()) == {"/a-1": "First, edited"}


def test_no_more_new_pages_than_the_limit_are_fetched_and_the_rest_comes_the_next_time(site: Site) -> None:
    assert titles(site.read(limit=1)) == {"/a-1": "First"}
    assert titles(site.read(limit=1)) == {"/a-2": "Second"}
    assert site.read(limit=1) == {}


def test_a_page_that_cannot_be_had_is_a_warning_and_is_tried_again(site: Site) -> None:
    site.server.routes["/a-2"] = Reply(500, b"oops")
    assert titles(site.read()) == {"/a-1": "First"}
    assert "500" in site.warnings[0]
    assert "/a-2" in site.warnings[0]
    site.server.routes["/a-2"] = html(page("Second"))
    assert titles(site.read()) == {"/a-2": "Second"}


@pytest.mark.parametrize("status", [404, 410])
def test_a_known_page_that_is_gone_stays_as_it_was(site: Site, status: int) -> None:
    first = site.read()
    site.now += timedelta(days=1)
    site.server.routes["/a-1"] = Reply(status)
    reading = site.read()["/a-1"]
    assert (reading.parsed, reading.problem, reading.fingerprint) == (None, None, first["/a-1"].fingerprint)
    assert site.warnings == ()


def test_a_busy_host_is_left_alone(site: Site) -> None:
    site.server.routes["/a-1"] = Reply(429, headers={"Retry-After": "60"})
    assert site.read() == {}
    assert "/a-2" not in site.asked
    assert any("next time" in warning for warning in site.warnings)


def test_a_page_without_an_article_is_remembered_with_a_warning(site: Site) -> None:
    site.server.routes["/a-2"] = html(b"<html><title>Page not found</title><body><h1>Page not found</h1><p>Sorry.</p>")
    reading = site.read()["/a-2"]
    assert (reading.parsed, reading.problem) == (None, None)
    assert "No article was found" in reading.warnings[0]
    site.now += timedelta(days=2)
    site.read()
    assert "/a-2" not in site.asked


def test_what_robots_forbids_is_not_fetched_and_counted_in_one_line(site: Site) -> None:
    site.server.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /a-")
    assert site.read() == {}
    assert site.asked == ["/"]
    assert [warning for warning in site.warnings if warning.startswith("2 pages are not fetched: robots.txt")]


def test_a_list_that_robots_forbids_is_an_error(site: Site) -> None:
    site.server.routes["/robots.txt"] = Reply(200, b"User-agent: *\nDisallow: /")
    with pytest.raises(FetchError, match=r"robots\.txt forbids it"):
        site.read()


def test_the_pause_that_robots_asks_for_is_kept(site: Site) -> None:
    site.server.routes["/robots.txt"] = Reply(200, b"User-agent: *\nCrawl-delay: 7")
    site.read()
    assert site.waits == [7, 7]


def test_a_collect_does_not_wait_for_hours(site: Site) -> None:
    site.server.routes["/robots.txt"] = Reply(200, b"User-agent: *\nCrawl-delay: 30")
    site.server.routes["/"] = html(list_page(*(f"/a-{number}" for number in range(30))))
    site.server.routes["*"] = html(page("Any"))
    assert len(site.read()) == 10
    assert sum(site.waits) == 300
    assert any("next time" in warning for warning in site.warnings)


def test_a_page_that_leads_to_another_site_is_no_article(site: Site) -> None:
    with WebServer() as other:
        other.routes["/x"] = html(page("Elsewhere"))
        site.server.routes["/a-1"] = redirect(f"{other.url}/x")
        reading = site.read()["/a-1"]
    assert reading.parsed is None
    assert "another site" in reading.warnings[0]


def test_the_next_pages_of_a_list_are_followed_while_they_hold_something_new(site: Site) -> None:
    site.server.routes["/"] = html(list_page("/a-1", foot="<a rel=next href='/?page=2'>Older</a>"))
    site.server.routes["/?page=2"] = html(list_page("/a-2", foot="<a rel=next href='/?page=3'>Older</a>"))
    site.server.routes["/?page=3"] = html(list_page("/a-1"))
    assert set(site.read()) == {"/a-1", "/a-2"}
    assert "/?page=3" in site.asked
    site.read()
    assert site.asked == ["/"]


def test_patterns_decide_what_is_an_article(site: Site) -> None:
    site.server.routes["/"] = html(
        b"<nav><a href=/c/fog>Fog</a></nav><a href=/d/a-b-c-d>No</a><a href='/index.php/c/x'>X</a>"
    )
    site.server.routes["*"] = html(page("Fog"))
    assert set(site.read(include=("/c/*",))) == {"/c/fog", "/c/x"}


def test_a_list_without_articles_is_an_error_that_says_what_to_do(site: Site) -> None:
    site.server.routes["/"] = html(b"<html><body><p>Nothing here.</p><a href='/about'>About us</a></body>")
    with pytest.raises(ParseError, match=r"sources\.include"):
        site.read()


def sitemap(*entries: tuple[str, str]) -> bytes:
    urls = "".join(f"<url><loc>{url}</loc><lastmod>{day}</lastmod></url>" for url, day in entries)
    return f"<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{urls}</urlset>".encode()


def test_a_sitemap_gives_the_latest_pages_and_those_that_changed(site: Site) -> None:
    one, two = (f"{site.server.url}/a-{number}" for number in (1, 2))
    site.server.routes["/map"] = Reply(
        200, sitemap((one, "2026-11-01"), (two, "2026-11-20"), (f"{site.server.url}/tag/x", ""))
    )
    assert list(titles(site.read("/map"))) == ["/a-2", "/a-1"]
    site.now += timedelta(days=3)
    site.read("/map")
    assert site.asked == ["/map"]
    site.server.routes["/map"] = Reply(200, sitemap((one, "2026-11-21T08:00:00Z"), (two, "2026-11-20")))
    site.server.routes["/a-1"] = html(page("First, edited"))
    assert titles(site.read("/map")) == {"/a-1": "First, edited"}
    assert site.asked == ["/map", "/a-1"]


def test_a_sitemap_index_leads_to_its_sitemaps(site: Site) -> None:
    names = ("posts.xml", "tags.xml")
    entries = "".join(f"<sitemap><loc>{site.server.url}/{name}</loc></sitemap>" for name in names)
    site.server.routes["/map"] = Reply(200, f"<sitemapindex>{entries}</sitemapindex>".encode())
    site.server.routes["/posts.xml"] = Reply(200, sitemap((f"{site.server.url}/a-1", "2026-11-01")))
    assert titles(site.read("/map")) == {"/a-1": "First"}
    assert "/tags.xml" not in site.asked


def test_one_article_page_is_a_source_too(site: Site) -> None:
    body = page("Alone").replace(b"<head>", b"<head><meta property='og:type' content='article'>")
    site.server.routes["/alone"] = conditional(body + f"<p>{WORDS * 2}</p>".encode(), etag='"x"')
    assert titles(site.read("/alone")) == {"/alone": "Alone"}
    assert site.read("/alone") == {}


def test_a_magazine_page_gives_its_article_and_the_lists_of_its_further_pages(site: Site) -> None:
    text = page_of_text(MAGAZINE)
    first = html_of(text, SHAPES[0], url="").replace("</body>", '<a href="?page=2">2</a></body>')
    more = MAGAZINE.replace("Apr 18th", "Mar 18th").replace("Another thing", "An older thing")
    site.server.routes["/culture/ice"] = html(first.encode())
    site.server.routes["/culture/ice?page=2"] = html(html_of(page_of_text(more), SHAPES[0], url="").encode())
    readings = site.read("/culture/ice")
    assert titles(readings) == {"/culture/ice": "Who pays for the ice"}
    listed = {key: one.parsed.listed for key, one in readings.items() if one.parsed}
    assert next(item.passages for item in listed["/culture/ice"]) == ("Another thing altogether.",)
    assert next(item.passages for item in listed["/culture/ice?page=2"]) == ("An older thing altogether.",)


def test_a_hostile_page_is_stopped_and_the_others_are_read(site: Site) -> None:
    site.server.routes["/a-1"] = html(b"<html><body>" + b"<div>" * 100_000)
    readings = site.read()
    assert titles(readings) == {"/a-2": "Second"}
    assert readings["/a-1"].warnings


def test_every_request_says_who_asks(site: Site) -> None:
    site.read()
    assert {request.headers["user-agent"] for request in site.server.requests} == {"Publisher/0"}


def test_a_server_that_answers_all_with_one_page_ends(site: Site) -> None:
    def answer(request: Request) -> Reply:
        number = int(request.query.get("page", "1"))
        foot = f"<a rel=next href='/?page={number + 1}'>Older</a>"
        return html(list_page(f"/b-{number}-x-y", foot=foot))

    site.server.routes = {"*": answer, "/robots.txt": Reply(404)}
    site.read(limit=5)
    assert len(site.asked) <= 12


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.a.example/index.php/c/fog/?utm_source=x", "http://a.example/c/fog"),
        ("https://A.example/c/fog#top", "https://a.example/c/fog"),
    ],
)
def test_the_key_of_a_page_outlives_what_its_site_changes(one: str, other: str) -> None:
    assert key_of(one) == key_of(other) == "a.example/c/fog"
