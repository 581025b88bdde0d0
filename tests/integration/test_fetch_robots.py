"""robots.txt as RFC 9309 has it, over the client."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from publisher.errors import FetchError
from publisher.fetch import Client, Limits, Robots
from tests.doubles.fetching import a_client
from tests.doubles.web_server import Reply, WebServer, redirect

FILE = b"""\
# for all
User-agent: *
Disallow: /private/
Allow: /private/open
Crawl-delay: 2.5

User-agent: Harvester
User-Agent: PUBLISHER
Disallow: /draft
Disallow: /*.pdf$
Crawl-delay: 4
Sitemap: https://harbour.example/sitemap.xml
Sitemap: /news.xml
Sitemap: /news.xml
sitemap: file:///etc/passwd

User-agent: Pub
Disallow: /
"""


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as opened:
        opened.routes["/robots.txt"] = Reply(body=FILE, headers={"Content-Type": "text/plain"})
        yield opened


@pytest.fixture
def client() -> Iterator[Client]:
    with a_client(limits=Limits(wall_s=5)) as opened:
        yield opened


def allowed(robots: Robots, server: WebServer, *paths: str) -> list[bool]:
    return [robots.allows(server.url + path) for path in paths]


def test_the_rules_of_our_name_hold_and_of_all_if_there_are_none(server: WebServer, client: Client) -> None:
    ours, others = Robots(client), Robots(client, user_agent_token="Reader")

    assert allowed(ours, server, "/", "/draft/1", "/a.pdf", "/a.pdf?x", "/private/") == [True, False, False, True, True]
    assert allowed(others, server, "/", "/draft/1", "/private/x", "/private/open/x") == [True, True, False, True]
    assert (ours.delay_s(server.url), others.delay_s(server.url)) == (4.0, 2.5)
    assert ours.problem(f"{server.url}/draft") == "robots.txt forbids it"


def test_the_sitemaps_are_listed_once_and_in_full(server: WebServer, client: Client) -> None:
    robots = Robots(client)

    assert robots.sitemaps(f"{server.url}/a/b") == ("https://harbour.example/sitemap.xml", f"{server.url}/news.xml")


def test_a_site_is_asked_once_in_a_run(server: WebServer, client: Client) -> None:
    robots = Robots(client)

    for path in ("/", "/a", "/b?x", "/draft"):
        robots.allows(server.url + path)
    robots.delay_s(server.url)
    robots.sitemaps(server.url)

    assert server.paths == ["/robots.txt"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 451])
def test_a_site_without_the_file_allows_all(server: WebServer, client: Client, status: int) -> None:
    server.routes["/robots.txt"] = Reply(status, b"User-agent: *\nDisallow: /")
    robots = Robots(client)

    assert robots.allows(f"{server.url}/x")
    assert (robots.delay_s(server.url), robots.sitemaps(server.url)) == (0.0, ())


BROKEN = {
    "500": Reply(500),
    "503": Reply(503, headers={"Retry-After": "60"}),
    "429": Reply(429),
    "no answer": Reply(raw=[]),
    "half an answer": Reply(headers={"Content-Length": "99"}),
    "a loop": redirect("/robots.txt"),
    "a way into nowhere": redirect("http://nowhere.example/robots.txt"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_cannot_be_had_allows_nothing_and_says_why(server: WebServer, client: Client, case: str) -> None:
    server.routes["/robots.txt"] = BROKEN[case]
    robots = Robots(client)

    assert not robots.allows(f"{server.url}/x")
    assert robots.problem(f"{server.url}/x").startswith("robots.txt cannot be had: ")
    assert (robots.delay_s(server.url), robots.sitemaps(server.url)) == (0.0, ())


def test_a_host_that_is_not_found_allows_nothing(client: Client) -> None:
    assert not Robots(client).allows("http://nowhere.example/x")


def test_a_redirect_of_the_file_is_followed(server: WebServer, client: Client) -> None:
    server.routes["/moved.txt"] = server.routes["/robots.txt"]
    server.routes["/robots.txt"] = redirect("/moved.txt", 301)

    assert allowed(Robots(client), server, "/draft", "/x") == [False, True]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        *((b"", True), (b"<html>no such page</html>", True), (b"\xff\xfe\x00\x01", True), (b"Disallow: /", True)),
        *((b"User-agent: *\nDisallow:", True), (b"User-agent: *\r\nDisallow: /\r\n", False), (b"disallow /", True)),
        *((b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False), (b"USER-AGENT:*\nDISALLOW:/", False)),
        *((b"User-agent: Publisher/2.0 # us\nDisallow: /", False), (b"User-agent: Publish\nDisallow: /", True)),
        *((b"User-agent: MyPublisher\nDisallow: /", True), (b"User-agent: *\nDisallow: /x\nAllow: /x", True)),
        *(
            (b"User-agent: *\nDisallow: /\n\nUser-agent: publisher\nAllow: /", True),
            (b"User agent: *\nDisallow: /", False),
        ),
        (b"User-agent: A\nUser-agent: Publisher\nUser-agent: B\nDisallow: /", False),
        (b"User-agent:\nDisallow: /", True),
    ],
)
def test_odd_files_are_read_as_they_are_meant(server: WebServer, client: Client, body: bytes, expected: bool) -> None:
    server.routes["/robots.txt"] = Reply(body=body)

    assert Robots(client).allows(f"{server.url}/x") is expected


def test_a_delay_is_capped_and_nonsense_is_none(server: WebServer, client: Client) -> None:
    delays = []
    for value in ("86400", "0.5", "-1", "nan", "inf", "soon", "1e9"):
        server.routes["/robots.txt"] = Reply(body=f"User-agent: *\nCrawl-delay: {value}".encode())
        delays.append(Robots(client).delay_s(server.url))

    assert delays == [30.0, 0.5, 0.0, 0.0, 0.0, 0.0, 30.0]


def test_what_is_behind_500_kb_is_not_read(server: WebServer, client: Client) -> None:
    start = b"User-agent: *\nDisallow: /first\n"
    server.routes["/robots.txt"] = Reply(body=start + b"#" * 600_000 + b"\nDisallow: /last\n")

    assert allowed(Robots(client), server, "/first", "/last") == [False, True]


HOSTILE = {
    "agents times rules": "\n".join(f"User-agent: a{i}" for i in range(15_000)) + "\nDisallow: /x" * 15_000,
    "our name in 15,000 forms": "\n".join("User-agent: Publisher" for _ in range(15_000)) + "\nDisallow: /x" * 15_000,
    "stars": "User-agent: *\n" + "\n".join(f"Disallow: /{'a*' * 20}b{i}$" for i in range(8_000)),
    "one line": "User-agent: *\nDisallow: /" + "*a" * 250_000,
    "spaces": "User-agent" + " " * 499_000 + "x",
    "agents of spaces": "User-agent:" + " #" * 240_000,
    "rules": "User-agent: *\n" + "\n".join(f"Allow: /{i}$" for i in range(30_000)),
    "sitemaps": "\n".join(f"Sitemap: /{i}.xml" for i in range(25_000)),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_file_costs_little_time(server: WebServer, client: Client, case: str) -> None:
    server.routes["/robots.txt"] = Reply(body=HOSTILE[case].encode())
    robots = Robots(client)
    started = time.monotonic()

    robots.allows(f"{server.url}/{'a' * 2_000}")

    assert len(robots.sitemaps(server.url)) <= 100
    assert time.monotonic() - started < 10  # each takes about a second; the first took minutes


@pytest.mark.parametrize("url", ["", "/x", "ftp://harbour.example/", "http://", "http://[::1"])
def test_what_is_no_address_of_the_web_is_refused(client: Client, url: str) -> None:
    with pytest.raises(FetchError, match="not an address of the web"):
        Robots(client).allows(url)
