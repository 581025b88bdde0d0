"""The same checks over `publisher web` and over the web servers that we print lines for (feeds.md S1-S12, K12)."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from publisher.app.runtime import open_runtime
from publisher.feeds.servers import ServerKind
from publisher.feeds.serving import ServedSite, read_moves
from publisher.output import write_atomic
from publisher.web.server import serving
from tests.acceptance.a_site import CONFIG
from tests.builders import NOW
from tests.doubles.web_servers import PROGRAMS, a_web_server, program_of

OURS = "publisher web"
HUB = "https://hub.example/push"
BASE = "https://review.example/feeds/"
FILES = {
    "rss.xml": "application/rss+xml; charset=utf-8",
    "atom.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
    "archive/rss-3.xml": "application/rss+xml; charset=utf-8",
    "section/culture/atom.xml": "application/atom+xml; charset=utf-8",
    "feeds.opml": "text/x-opml; charset=utf-8",
    "index.html": "text/html; charset=utf-8",
    "section/culture/index.html": "text/html; charset=utf-8",
    "section/back/rss.xml": "application/rss+xml; charset=utf-8",
}
REDIRECTS = """section/old/ section/culture/
section/old/rss.xml section/culture/atom.xml
away/atom.xml https://elsewhere.example/feed?a=%201&b
section/back/rss.xml rss.xml
"""
READERS, POLLS, CHANGES = 8, 100, 5
GONE = "section/ended/\nauthor/x/rss.xml\n"


@dataclass(frozen=True)
class Answer:
    status: int
    headers: HTTPMessage
    body: bytes


@dataclass(frozen=True)
class Served:
    """A running server and the folder that it serves."""

    kind: str
    port: int
    output: Path

    def ask(self, path: str, method: str = "GET", **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            connection.putrequest(method, f"/feeds/{path}", skip_host="Host" in headers, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


def text_of(path: str) -> bytes:
    return f"<{path}>{'The harbour had been built for ships. ' * 60}".encode()


@pytest.fixture(scope="module", params=[OURS, *ServerKind])
def served(request: pytest.FixtureRequest) -> Iterator[Served]:
    kind = request.param
    if kind != OURS and program_of(kind) is None:
        pytest.skip(f"{PROGRAMS[kind]} is not installed")
    # Not pytest's own folder, which Apache's user may not enter.
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        with serve(kind, Path(folder)) as port:
            yield Served(kind, port, Path(folder, "feeds"))


def fill(root: Path) -> None:
    output = root / "feeds"
    for path in FILES:
        write_atomic(output / path, text_of(path), now=NOW)
    (output / ".rss.xml.part").write_text("half")
    (output / ".git").mkdir()
    (output / ".git/rss.xml").write_text("hidden")
    (output / "notes.txt").write_text("notes")
    (root / "secret.xml").write_text("secret")
    (output / "section/rss.xml").symlink_to(root / "secret.xml")
    (output / "_redirects.txt").write_text(REDIRECTS)
    (output / "_gone.txt").write_text(GONE)


@contextmanager
def serve(kind: str, root: Path) -> Iterator[int]:
    fill(root)
    moves = read_moves(redirects=REDIRECTS, gone=GONE)
    site = ServedSite(str(root / "feeds"), BASE, hub=HUB, max_age_s=450, moves=moves)
    with ours(root) if kind == OURS else a_web_server(ServerKind(kind), site, root / "server") as port:
        yield port


@contextmanager
def ours(root: Path) -> Iterator[int]:
    """`publisher web` with its configuration; the tables are read from the output."""
    (root / "config").mkdir()
    (root / "config/publisher.toml").write_text(CONFIG.replace('path = "articles"', 'path = "articles"\nevery = "15m"'))
    with open_runtime(root, environ={}) as runtime:
        feeds = runtime.settings.feeds.model_copy(update={"hub": HUB})
        web = runtime.settings.web.model_copy(update={"listen": "127.0.0.1:0"})
        runtime.settings = runtime.settings.model_copy(update={"feeds": feeds, "web": web})
        with serving(runtime) as address:
            yield int(address.rpartition(":")[2])


def test_each_file_has_its_exact_type(served: Served) -> None:
    found = {path: served.ask(path) for path in FILES}

    assert {path: answer.headers["Content-Type"] for path, answer in found.items()} == FILES
    assert {path: answer.body for path, answer in found.items()} == {path: text_of(path) for path in FILES}
    assert {answer.headers["X-Content-Type-Options"] for answer in found.values()} == {"nosniff"}


def test_a_folder_shows_its_page(served: Served) -> None:
    pages = [served.ask(""), served.ask("section/culture/")]

    assert [page.body for page in pages] == [text_of("index.html"), text_of("section/culture/index.html")]
    assert {page.headers["Content-Type"] for page in pages} == {"text/html; charset=utf-8"}


@pytest.mark.parametrize("accepted", ["identity", "gzip"])
def test_what_the_reader_has_is_not_sent_again(served: Served, accepted: str) -> None:
    first = served.ask("rss.xml", Accept_Encoding=accepted)
    tag, date = first.headers["ETag"], first.headers["Last-Modified"]
    asked = [
        {"If_None_Match": tag},
        {"If_None_Match": f'"x", {tag}'},
        {"If_None_Match": "*"},
        {"If_None_Match": f"W/{tag.removeprefix('W/')}"},
        {"If_Modified_Since": date},
        {"If_None_Match": tag, "If_Modified_Since": date},
    ]
    again = [served.ask("rss.xml", Accept_Encoding=accepted, **headers) for headers in asked]

    assert [(answer.status, answer.body) for answer in again] == [(304, b"")] * len(asked)
    # nginx weakens the tag of compressed bytes, but not that of their 304.
    assert {answer.headers["ETag"].removeprefix("W/") for answer in again} == {tag.removeprefix("W/")}
    assert {answer.headers["Vary"] for answer in again} == {"Accept-Encoding"}
    assert {answer.headers["Cache-Control"] for answer in again} == {"public, max-age=450"}
    assert served.ask("rss.xml", "HEAD", Accept_Encoding=accepted, If_None_Match=tag).status == 304


def test_what_the_reader_has_not_is_sent(served: Served) -> None:
    date = served.ask("rss.xml").headers["Last-Modified"]
    asked = [
        {"If_None_Match": '"x"'},
        {"If_None_Match": '"x"', "If_Modified_Since": date},
        {"If_Modified_Since": "Thu, 01 Jan 1970 00:00:00 GMT"},
        {"If_Modified_Since": "yesterday"},
        {"A_IM": "feed"},
        {"Range": "bytes=1000000-"} if served.kind == OURS else {},
    ]
    found = [served.ask("rss.xml", **headers) for headers in asked]

    assert [(answer.status, answer.body) for answer in found] == [(200, text_of("rss.xml"))] * len(asked)


def test_gzip_is_sent_where_it_is_asked_for(served: Served) -> None:
    plain = served.ask("atom.xml")
    packed = [served.ask("atom.xml", Accept_Encoding=accepted) for accepted in ("gzip", "br;q=1, gzip;q=0.2")]
    refused = [served.ask("atom.xml", Accept_Encoding=accepted) for accepted in ("gzip;q=0", "gzip; q=0.000, identity")]

    assert {answer.headers["Content-Encoding"] for answer in packed} == {"gzip"}
    assert {answer.body for answer in packed} == {packed[0].body}
    assert gzip.decompress(packed[0].body) == plain.body
    tag = packed[0].headers["ETag"]
    assert tag.startswith("W/") or tag != plain.headers["ETag"]
    assert {answer.headers["Content-Encoding"] for answer in (plain, *refused)} == {None}
    assert [answer.headers.get_all("Vary") for answer in (plain, *packed, *refused)] == [["Accept-Encoding"]] * 5


def test_head_is_get_without_a_body(served: Served) -> None:
    get, head = served.ask("feed.json"), served.ask("feed.json", "HEAD")

    assert (head.status, head.body) == (200, b"")
    for name in ("Content-Type", "ETag", "Last-Modified", "Cache-Control", "Vary", "Link", "Content-Length"):
        assert head.headers[name] == get.headers[name], name


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(served: Served, method: str) -> None:
    answer = served.ask("rss.xml", method)

    assert answer.status == 405
    assert {name.strip() for name in ",".join(answer.headers.get_all("Allow")).split(",") if name} == {"GET", "HEAD"}


@pytest.mark.parametrize(
    "path",
    [
        "nothing.xml",
        "section",
        "section/",
        "nothing/",
        ".rss.xml.part",
        ".git/rss.xml",
        "_gone.txt",
        "_redirects.txt",
        "notes.txt",
        "../secret.xml",
        "%2e%2e/secret.xml",
        "..%2fsecret.xml",
        "a%0d%0aX-Evil:1.xml",
    ],
)
def test_nothing_else_is_served(served: Served, path: str) -> None:
    answer = served.ask(path)

    assert answer.status in ({403, 404} if served.kind == ServerKind.APACHE else {400, 404})
    assert b"secret" not in answer.body
    assert answer.headers["X-Evil"] is None


def test_a_link_in_the_folder_leads_nowhere(served: Served) -> None:
    answer = served.ask("section/rss.xml")

    # Caddy follows symbolic links and cannot be told otherwise: its lines say so.
    expected = {ServerKind.CADDY: (200, b"secret")}.get(ServerKind(served.kind)) if served.kind != OURS else None
    assert (answer.status in (403, 404) and b"secret" not in answer.body) or (answer.status, answer.body) == expected


@pytest.mark.parametrize(
    ("path", "address"),
    [
        ("section/old/rss.xml", f"{BASE}section/culture/atom.xml"),
        ("section/old/feed.json", f"{BASE}section/culture/feed.json"),
        ("section/old/", f"{BASE}section/culture/"),
        ("away/atom.xml", "https://elsewhere.example/feed?a=%201&b"),
    ],
)
def test_a_feed_that_moved_says_where_it_is(served: Served, path: str, address: str) -> None:
    answer = served.ask(path, Host="evil.example")

    assert (answer.status, answer.headers["Location"]) == (301, address)


def test_a_path_below_a_moved_folder_brings_no_header_of_its_own(served: Served) -> None:
    answer = served.ask("section/old/a%0d%0aX-Evil:1")

    assert answer.status in (301, 404)
    assert answer.headers["X-Evil"] is None


@pytest.mark.parametrize("path", ["author/x/rss.xml", "section/ended/rss.xml", "section/ended/more/feed.json"])
def test_a_feed_that_ended_is_gone(served: Served, path: str) -> None:
    assert served.ask(path).status == 410


def test_a_file_that_is_there_has_not_moved(served: Served) -> None:
    assert served.ask("section/back/rss.xml").body == text_of("section/back/rss.xml")


def test_a_feed_names_its_hub_and_itself_and_a_page_does_not(served: Served) -> None:
    def link(path: str) -> str:
        return f'<{HUB}>; rel="hub", <{BASE}{path}>; rel="self"'

    feeds = ["rss.xml", "atom.xml", "feed.json", "section/culture/atom.xml", "archive/rss-3.xml"]
    tag = served.ask("rss.xml").headers["ETag"]

    assert [served.ask(path).headers["Link"] for path in feeds] == [link(path) for path in feeds]
    assert served.ask("rss.xml", If_None_Match=tag).headers["Link"] == link("rss.xml")
    assert [served.ask(path).headers["Link"] for path in ("", "index.html", "feeds.opml")] == [None] * 3


def test_a_changed_feed_has_a_later_date_and_another_tag_within_one_second(served: Served) -> None:
    path = served.output / "section/culture/atom.xml"
    before = served.ask("section/culture/atom.xml")
    old = path.stat().st_mtime_ns
    write_atomic(path, text_of("section/culture/atom.xml").swapcase(), now=NOW)
    after = served.ask("section/culture/atom.xml", If_None_Match=before.headers["ETag"])
    by_date = served.ask("section/culture/atom.xml", If_Modified_Since=before.headers["Last-Modified"])
    write_atomic(path, text_of("section/culture/atom.xml"), now=NOW + timedelta(seconds=0.5))

    assert path.stat().st_mtime_ns >= old + 2 * 10**9
    assert (after.status, by_date.status) == (200, 200)
    assert after.body == text_of("section/culture/atom.xml").swapcase()
    assert after.headers["Last-Modified"] != before.headers["Last-Modified"]
    assert served.ask("section/culture/atom.xml").body == text_of("section/culture/atom.xml")


def test_polite_readers_are_sent_a_feed_only_when_it_changed(served: Served) -> None:
    path = served.output / "section/back/rss.xml"
    tags = [served.ask("section/back/rss.xml").headers["ETag"] for _ in range(READERS)]
    statuses = []
    for number in range(POLLS):
        if number % (POLLS // CHANGES) == 1:
            write_atomic(path, f"{number} ".encode() + text_of("section/back/rss.xml"), now=NOW)
        for reader, tag in enumerate(tags):
            answer = served.ask("section/back/rss.xml", If_None_Match=tag)
            statuses.append(answer.status)
            tags[reader] = answer.headers["ETag"]

    assert statuses.count(200) == READERS * CHANGES
    assert statuses.count(304) >= 0.95 * READERS * POLLS
