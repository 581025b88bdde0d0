"""Answers that are small on the wire and huge in memory, or that never end: refused early (U5, U6)."""

from __future__ import annotations

import gzip
import itertools
import time
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest

from publisher.errors import FetchError
from publisher.fetch import BodyError, Client, unpack_gzip
from tests.doubles.fetching import a_client
from tests.doubles.web_server import Reply, WebServer, redirect

MEGABYTE = 1_000_000
MEMORY_BYTES = 64 * MEGABYTE
TIME_S = 5.0
"""The aim is 2 s; a busy machine has more."""


def packed(make: Callable[[bytes], bytes], layers: int, data: bytes) -> bytes:
    for _ in range(layers):
        data = make(data)
    return data


@pytest.fixture(scope="module")
def bombs() -> dict[str, Reply]:
    """Answers that would become 100 MB to 1 GB."""
    zeros = bytes(100 * MEGABYTE)
    member = gzip.compress(bytes(10 * MEGABYTE))
    zipped, deflated = gzip.compress(zeros), zlib.compress(zeros, 9)
    empty = gzip.compress(b"")
    return {
        "gzip": Reply(body=zipped, headers={"Content-Encoding": "gzip"}),
        "x-gzip": Reply(body=zipped, headers={"Content-Encoding": "x-gzip"}),
        "gzip in chunks": Reply(chunks=[zipped], headers={"Content-Encoding": "gzip"}),
        "gzip in many members": Reply(body=member * 100, headers={"Content-Encoding": "gzip"}),
        "a million empty gzip members": Reply(body=empty * 450_000, headers={"Content-Encoding": "gzip"}),
        "deflate": Reply(body=deflated, headers={"Content-Encoding": "deflate"}),
        "bare deflate": Reply(body=deflated[2:-4], headers={"Content-Encoding": "deflate"}),
        "gzip six times": Reply(
            body=packed(gzip.compress, 6, zeros), headers={"Content-Encoding": ", ".join(["gzip"] * 6)}
        ),
        "gzip in deflate": Reply(body=zlib.compress(zipped), headers={"Content-Encoding": "gzip, deflate"}),
        "gzip in two headers": Reply(
            raw=[b"HTTP/1.1 200 OK\r\n" + b"Content-Encoding: gzip\r\n" * 2 + b"\r\n", zipped]
        ),
        "br": Reply(body=zipped, headers={"Content-Encoding": "br"}),
        "zstd": Reply(body=zipped, headers={"Content-Encoding": "zstd"}),
        "br after gzip": Reply(body=zipped, headers={"Content-Encoding": "gzip, br"}),
        "compress": Reply(body=zipped, headers={"Content-Encoding": "compress"}),
        "a name of 10,000 letters": Reply(body=zipped, headers={"Content-Encoding": "z" * 10_000}),
    }


BOMBS = [
    *("gzip", "x-gzip", "gzip in chunks", "gzip in many members", "a million empty gzip members", "deflate"),
    *("bare deflate", "gzip six times", "gzip in deflate", "gzip in two headers", "br", "zstd", "br after gzip"),
    *("compress", "a name of 10,000 letters"),
]
HEAD = b"HTTP/1.1 200 OK\r\n"
BLOCK = b"x" * 100_000


def endless(start: bytes, block: bytes = BLOCK) -> Iterator[bytes]:
    """At most 2 GB, if anybody read it."""
    return itertools.chain([start], itertools.repeat(block, 2_000 * MEGABYTE // len(block)))


FLOODS: dict[str, Callable[[], Reply]] = {
    "2 GB announced": lambda: Reply(body=b"x", headers={"Content-Length": "2000000000"}),
    "a length of 5,000 digits": lambda: Reply(body=b"x", headers={"Content-Length": "9" * 5_000}),
    "no end": lambda: Reply(raw=endless(HEAD + b"\r\n")),
    "chunks without end": lambda: Reply(
        raw=endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"186a0\r\n" + BLOCK + b"\r\n")
    ),
    "a chunk of an exabyte": lambda: Reply(
        raw=endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1000000000000000\r\n")
    ),
    "a chunk of minus one byte": lambda: Reply(raw=endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n")),
    "a chunk size without end": lambda: Reply(raw=endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n1;", BLOCK)),
    "trailers without end": lambda: Reply(
        raw=endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"A: b\r\n" * 9_999)
    ),
    "headers without end": lambda: Reply(raw=endless(HEAD, b"X: y\r\n" * 20_000)),
    "one header without end": lambda: Reply(raw=endless(HEAD + b"X: ")),
    "a status line without end": lambda: Reply(raw=endless(b"HTTP/1.1 200 ")),
    "chunks of one byte": lambda: Reply(
        raw=endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n" * 9_999)
    ),
    "early answers without end": lambda: Reply(raw=endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 4_000)),
}


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as opened:
        yield opened


def measured(client: Client, url: str) -> tuple[str, int, float]:
    """What the fetch was refused with ("" if it was not), the peak of memory in bytes, and the seconds."""
    started = time.monotonic()
    what = outcome(client, url)
    took_s = time.monotonic() - started
    tracemalloc.start()  # slows the work, so it is done once more
    assert outcome(client, url) == what
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return what, peak, took_s


def outcome(client: Client, url: str) -> str:
    try:
        client.get(url)
    except FetchError as error:
        return error.what
    return ""


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_early(server: WebServer, bombs: dict[str, Reply], name: str) -> None:
    server.routes["/"] = bombs[name]

    with a_client() as client:
        what, peak, took_s = measured(client, server.url)

    assert what.startswith(
        ("the answer is larger than", "the answer is packed", "the packed answer has too many parts")
    )
    assert peak < MEMORY_BYTES
    assert took_s < TIME_S


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_is_refused_early(server: WebServer, name: str) -> None:
    server.routes["/"] = lambda request: FLOODS[name]()

    with a_client() as client:
        what, peak, took_s = measured(client, server.url)

    assert what.startswith("the answer")
    assert peak < MEMORY_BYTES
    assert took_s < TIME_S


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308, 404, 500])
def test_a_bomb_in_the_body_of_another_answer_is_never_read(
    server: WebServer, bombs: dict[str, Reply], status: int
) -> None:
    bomb = bombs["gzip"]
    headers = dict(bomb.headers) | ({"Location": "/page"} if status < 400 else {})
    server.routes["/start"] = Reply(status, bomb.body, headers)
    server.routes["/page"] = Reply(body=b"here")

    with a_client() as client:
        what, peak, took_s = measured(client, f"{server.url}/start")

    assert (what == "") == (status < 400)
    assert peak < 4 * MEGABYTE
    assert took_s < TIME_S


def test_a_redirect_with_a_body_without_end_is_followed_at_once(server: WebServer) -> None:
    server.routes["/start"] = Reply(raw=endless(b"HTTP/1.1 302 Found\r\nLocation: /page\r\n\r\n"))
    server.routes["/page"] = Reply(body=b"here")

    with a_client() as client:
        started = time.monotonic()
        page = client.get(f"{server.url}/start")

    assert page.body == b"here"
    assert time.monotonic() - started < TIME_S


def test_a_form_is_answered_without_reading_the_answers_body(server: WebServer) -> None:
    server.routes["/hub"] = Reply(raw=endless(b"HTTP/1.1 204 No Content\r\nContent-Length: 2000000000\r\n\r\n"))

    with a_client() as client:
        assert client.post_form(f"{server.url}/hub", {"hub.mode": "publish"}) == 204


def test_one_bomb_after_the_other_leaves_nothing_behind(server: WebServer, bombs: dict[str, Reply]) -> None:
    server.routes["/"] = bombs["gzip"]
    server.routes["/page"] = redirect("/end")
    server.routes["/end"] = Reply(body=b"here")
    with a_client() as client:
        tracemalloc.start()
        for _ in range(5):
            with pytest.raises(FetchError):
                client.get(server.url)
        left, _ = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert client.get(f"{server.url}/page").body == b"here"

    assert left < 4 * MEGABYTE


def test_a_packed_sitemap_is_unpacked_under_the_same_cap() -> None:
    assert unpack_gzip(gzip.compress(b"<urlset/>"), size_bytes=100) == b"<urlset/>"
    with pytest.raises(BodyError, match="larger than 1,000,000 bytes"):
        unpack_gzip(gzip.compress(bytes(50 * MEGABYTE)), size_bytes=MEGABYTE)
    with pytest.raises(BodyError, match="is broken"):
        unpack_gzip(b"<urlset/>", size_bytes=100)
    with pytest.raises(BodyError, match="ends early"):
        unpack_gzip(gzip.compress(b"<urlset/>")[:-4], size_bytes=100)
