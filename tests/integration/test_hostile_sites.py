"""Sites whose every address leads inwards: nobody but the source's own server is asked (P2, U8)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

import publisher.app.web_sources
from publisher.app.publish import Wanted, publish
from publisher.app.runtime import Runtime, open_runtime
from publisher.fetch import Client
from publisher.model.reports import PublishReport
from tests.acceptance.a_site import CONFIG, NOW
from tests.doubles.fetching import PUBLIC, Names, a_client, to_loopback
from tests.doubles.web_server import Reply, Request, WebServer, redirect

HOST = "http://up.example"
WORDS = "The pilot boat went out before the fog had lifted, and nobody on the quay could say what it was looking for. "
PAGE = "<!doctype html><html><head><title>Boat</title>{head}</head><body><article><h1>Boat</h1>{body}</article></body>"


class Inside:
    """Servers on 127.0.0.1 and ::1 that nobody may ask, and every way to write them."""

    def __init__(self, four: WebServer, six: WebServer) -> None:
        self.servers = (four, six)
        hosts = [
            "127.0.0.1",
            "localhost",
            "2130706433",
            "0x7f000001",
            "0177.0.0.1",
            "127.1",
            "[::ffff:127.0.0.1]",
            "0.0.0.0",
        ]
        self.urls = [f"http://{host}:{four.port}/x" for host in hosts] + [f"http://[::1]:{six.port}/x"]

    @property
    def connections(self) -> int:
        return sum(server.connections for server in self.servers)


@pytest.fixture
def inside() -> Iterator[Inside]:
    with WebServer() as four, WebServer(host="::1") as six:
        for server in (four, six):
            server.routes["*"] = Reply(200, b"secret of the inside")
        yield Inside(four, six)


@pytest.fixture
def upstream() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


@pytest.fixture
def dialled(upstream: WebServer, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that were asked; `up.example` is a public one, played by `upstream`."""
    seen: list[str] = []

    def open_client(runtime: Runtime, *, private: str = "") -> Client:
        names = Names({"up.example": [PUBLIC], "localhost": ["127.0.0.1", "::1"]})
        return a_client(allow_private=bool(private), home=private, resolve=names, dial=to_loopback(upstream.port, seen))

    monkeypatch.setattr(publisher.app.web_sources, "open_client", open_client)
    return seen


def published(root: Path, *sources: str) -> PublishReport:
    (root / "config").mkdir(parents=True)
    (root / "articles").mkdir()
    tables = "\n\n".join(f"[[sources]]\n{one}" for one in sources)
    (root / "config/publisher.toml").write_text(CONFIG.replace("[feeds]", f"{tables}\n\n[feeds]\nfull_content = true"))
    with open_runtime(root, environ={"PUBLISHER_NOW": NOW}) as runtime:
        return publish(runtime, Wanted(mail=False))


def a_source(kind: str, path: str, name: str = "up") -> str:
    return f'name = "{name}"\nkind = "{kind}"\nurl = "{HOST}{path}"'


def asset(url: str) -> str:
    return (
        f'<img src="{url}" srcset="{url} 2x"><style>@import "{url}";</style><link rel="stylesheet" href="{url}">'
        f'<iframe src="{url}"></iframe><video src="{url}" poster="{url}"></video><a href="{url}">x</a>'
    )


def escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def rss(urls: list[str]) -> bytes:
    items = "".join(
        f"<item><guid>{n}</guid><title>Boat {n}</title><link>{url}/{n}</link><comments>{url}</comments>"
        f'<enclosure url="{url}" type="audio/mpeg" length="9"/><source url="{url}">In</source>'
        f"<description>{escaped(asset(url) + WORDS)}</description></item>"
        for n, url in enumerate(urls)
    )
    links = "".join(
        f'<atom:link xmlns:atom="http://www.w3.org/2005/Atom" rel="{rel}" href="{url}"/>'
        for url in urls
        for rel in ("hub", "self", "next", "prev-archive", "alternate")
    )
    base = f'<rss version="2.0" xml:base="{urls[0]}"><channel><title>Up</title><link>{urls[0]}</link>'
    return f"{base}<image><url>{urls[0]}</url></image>{links}{items}</channel></rss>".encode()


def test_nothing_that_a_feed_names_is_asked_for(
    tmp_path: Path, upstream: WebServer, inside: Inside, dialled: list[str]
) -> None:
    for number, url in enumerate(inside.urls):
        body = rss([url, *inside.urls])
        upstream.routes[f"/{number}"] = Reply(
            200, body, {"Content-Type": "application/xml", "Link": f'<{url}>; rel="hub"'}
        )
    sources = [a_source("feed", f"/{n}", f"up-{n}") for n in range(3)]

    report = published(tmp_path, *sources)

    assert [one.error for one in report.collect.sources] == [None] * 4
    assert inside.connections == 0
    assert set(dialled) == {PUBLIC}


def test_nothing_that_a_page_a_robots_file_and_a_sitemap_name_is_asked_for(
    tmp_path: Path, upstream: WebServer, inside: Inside, dialled: list[str]
) -> None:
    head = "".join(
        f'<link rel="next" href="{url}"><meta http-equiv="refresh" content="0;{url}">' for url in inside.urls
    )
    links = "".join(f'<h2><a href="{url}/culture/boat">A boat that is inside</a></h2>' for url in inside.urls)
    own = "".join(f'<h2><a href="/culture/boat-{n}">A boat of our own, number {n}</a></h2>' for n in range(5))
    page = PAGE.format(head=head, body=asset(inside.urls[0]) + f"<p>{WORDS * 5}</p>")
    index = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in inside.urls)
    upstream.routes |= {
        "/robots.txt": Reply(200, "".join(f"Sitemap: {url}\n" for url in inside.urls).encode()),
        "/list": Reply(200, f"<html><head>{head}</head><body><main>{links}{own}</main></body></html>".encode()),
        "/map.xml": Reply(200, f"<sitemapindex>{index}</sitemapindex>".encode(), {"Content-Type": "text/xml"}),
        "*": Reply(200, page.encode(), {"Content-Type": "text/html"}),
    }

    report = published(tmp_path, a_source("page", "/list"), a_source("page", "/map.xml", "map"))

    assert inside.connections == 0
    assert set(dialled) == {PUBLIC}
    assert next(one.new for one in report.collect.sources if one.name == "up") >= 1


def test_nothing_that_a_wordpress_site_names_is_asked_for(
    tmp_path: Path, upstream: WebServer, inside: Inside, dialled: list[str]
) -> None:
    url = inside.urls[0]
    feed = f'<link rel="alternate" type="application/rss+xml" href="{url}">'
    head = f'<link rel="https://api.w.org/" href="{url}/wp-json/">{feed}'
    header = {"Link": f'<{url}/wp-json/>; rel="https://api.w.org/"', "Content-Type": "text/html"}
    upstream.routes["/"] = Reply(200, f"<html><head>{head}</head></html>".encode(), header)
    upstream.routes["/wp-json/wp/v2/posts"] = Reply(200, json.dumps([]).encode(), {"Content-Type": "application/json"})

    published(tmp_path, a_source("wordpress", "/"))

    assert inside.connections == 0
    assert set(dialled) == {PUBLIC}


@pytest.mark.parametrize("kind", ["feed", "page", "wordpress"])
def test_no_redirect_leads_inwards(
    tmp_path: Path, upstream: WebServer, inside: Inside, dialled: list[str], kind: str
) -> None:
    targets = iter(inside.urls * 50)

    def answer(request: Request) -> Reply:
        return redirect(next(targets), 301)

    upstream.routes["*"] = answer
    report = published(tmp_path, *(a_source(kind, f"/{n}", f"up-{n}") for n in range(len(inside.urls))))

    assert all(one.error for one in report.collect.sources if one.name != "articles")
    assert inside.connections == 0
    assert set(dialled) <= {PUBLIC}


def test_what_one_source_may_ask_another_may_not(
    tmp_path: Path, upstream: WebServer, inside: Inside, dialled: list[str]
) -> None:
    upstream.routes["*"] = Reply(200, rss(["http://up.example/boat"]), {"Content-Type": "application/xml"})
    allowed = f'name = "own"\nkind = "feed"\nurl = "{upstream.url}/feed"\nallow_private = true'
    others = [f'name = "in-{n}"\nkind = "feed"\nurl = "{url}"' for n, url in enumerate(inside.urls)]

    report = published(tmp_path, allowed, *others)

    errors = {one.name: one.error for one in report.collect.sources}
    assert errors["own"] is None
    assert all(errors[f"in-{n}"] for n in range(len(others)))
    assert inside.connections == 0
