"""The client against a scripted server: answers, redirects, conditions, politeness, time."""

from __future__ import annotations

import gzip
import os
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from publisher.errors import FetchError
from publisher.fetch import Client, Limits
from tests.doubles.fetching import PUBLIC, Names, Waits, a_client, to_loopback
from tests.doubles.web_server import Reply, Request, WebServer, conditional, redirect


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as opened:
        yield opened


@pytest.fixture
def client() -> Iterator[Client]:
    with a_client() as opened:
        yield opened


def failure(client: Client, url: str) -> FetchError:
    with pytest.raises(FetchError) as caught:
        client.get(url)
    return caught.value


def test_a_page_comes_with_its_headers(server: WebServer, client: Client) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8", "X-WP-Total": "12", "Link": "<a>; rel=next"}
    server.routes["/posts"] = Reply(body="[“é”]".encode(), headers=headers | {"ETag": '"1"', "Last-Modified": "then"})

    page = client.get(f"{server.url}/posts?page=1#top", accept="application/json")

    assert (page.status, page.body.decode(), page.content_type) == (200, "[“é”]", "application/json; charset=utf-8")
    assert (page.etag, page.last_modified, page.moved_to) == ('"1"', "then", None)
    assert page.url == f"{server.url}/posts?page=1"
    assert (page.headers["x-wp-total"], page.headers["link"]) == ("12", "<a>; rel=next")
    asked = server.requests[0]
    assert (asked.method, asked.path, asked.query) == ("GET", "/posts", {"page": "1"})
    assert asked.headers == {
        "host": f"127.0.0.1:{server.port}",
        "user-agent": "Publisher/1 (+https://harbour.example)",
        "accept": "application/json",
        "accept-encoding": "gzip, deflate",
    }


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        ("gzip", gzip.compress(b"words " * 100, mtime=0)),
        ("x-gzip", gzip.compress(b"words " * 100, mtime=0)),
        ("GZIP", gzip.compress(b"words " * 60, mtime=0) + gzip.compress(b"words " * 40, mtime=0)),
        ("gzip", gzip.compress(b"words " * 100, mtime=0) + b"\0" * 512),
        ("deflate", zlib.compress(b"words " * 100)),
        ("deflate", zlib.compress(b"words " * 100)[2:-4]),
        ("identity", b"words " * 100),
        ("", b"words " * 100),
    ],
)
def test_a_packed_page_is_unpacked(server: WebServer, client: Client, coding: str, body: bytes) -> None:
    server.routes["/whole"] = Reply(body=body, headers={"Content-Encoding": coding})
    server.routes["/bits"] = Reply(
        chunks=[body[i : i + 1] for i in range(len(body))], headers={"Content-Encoding": coding}
    )

    assert client.get(f"{server.url}/whole").body == b"words " * 100
    assert client.get(f"{server.url}/bits").body == b"words " * 100


def test_a_large_page_of_noise_is_whole(server: WebServer, client: Client) -> None:
    noise = os.urandom(3_000_000)
    zeros = bytes(9_999_999)
    server.routes["/noise"] = Reply(body=gzip.compress(noise, 1), headers={"Content-Encoding": "gzip"})
    server.routes["/zeros"] = Reply(body=gzip.compress(zeros), headers={"Content-Encoding": "gzip"})

    assert client.get(f"{server.url}/noise").body == noise
    assert client.get(f"{server.url}/zeros").body == zeros


def test_a_connection_is_used_again(server: WebServer, client: Client) -> None:
    server.routes["/"] = Reply(body=b"x")

    bodies = [client.get(server.url).body for _ in range(5)]

    assert bodies == [b"x"] * 5
    assert server.connections == 1


def test_what_has_not_changed_is_not_sent_again(server: WebServer, client: Client) -> None:
    server.routes["/feed"] = conditional(b"<rss/>", etag='W/"é7"', content_type="application/rss+xml")
    server.routes["/dated"] = conditional(b"<rss/>", last_modified="Tue, 03 Mar 2026 08:00:00 GMT")
    first, dated = client.get(f"{server.url}/feed"), client.get(f"{server.url}/dated")

    again = client.get(f"{server.url}/feed", etag=first.etag)
    dated_again = client.get(f"{server.url}/dated", last_modified=dated.last_modified)

    assert (first.status, again.status, dated_again.status) == (200, 304, 304)
    assert (again.body, dated_again.body) == (b"", b"")
    assert dated_again.last_modified == "Tue, 03 Mar 2026 08:00:00 GMT"
    assert client.get(f"{server.url}/feed", etag='"old"').status == 200


def test_a_304_without_headers_keeps_what_it_confirmed(server: WebServer, client: Client) -> None:
    server.routes["/feed"] = Reply(304)

    page = client.get(f"{server.url}/feed", etag='"1"', last_modified="then")

    assert (page.status, page.etag, page.last_modified) == (304, '"1"', "then")


def test_a_304_that_nobody_asked_for_is_an_error(server: WebServer, client: Client) -> None:
    server.routes["/feed"] = Reply(304)

    assert failure(client, f"{server.url}/feed").status == 304


def test_a_stored_etag_cannot_add_a_header(server: WebServer, client: Client) -> None:
    server.routes["/feed"] = Reply(body=b"x")

    client.get(f"{server.url}/feed", etag='"1"\r\nX-Evil: 1', last_modified="a\nb")

    assert server.requests[0].headers["if-none-match"] == '"1"X-Evil: 1'
    assert "x-evil" not in server.requests[0].headers


def test_a_magazine_with_a_name_in_cyrillic_can_introduce_itself(server: WebServer) -> None:
    server.routes["/"] = Reply(body=b"x")

    with a_client(user_agent="Publisher/1 (+https://журнал.example/\r\n)") as client:
        client.get(server.url)

    assert server.requests[0].headers["user-agent"] == "Publisher/1 (+https://.example/)"


@pytest.mark.parametrize(
    ("statuses", "moved"),
    [
        *(((301,), True), ((308,), True), ((301, 308, 301), True)),
        *(((302,), False), ((303,), False), ((307,), False), ((301, 302), False), ((302, 301), False)),
    ],
)
def test_a_page_that_moved_for_good_says_where(
    server: WebServer, client: Client, statuses: tuple[int, ...], moved: bool
) -> None:
    for number, status in enumerate(statuses):
        server.routes[f"/{number}"] = redirect(f"/{number + 1}", status)
    server.routes[f"/{len(statuses)}"] = Reply(body=b"here")

    page = client.get(f"{server.url}/0")

    assert page.body == b"here"
    assert page.url == f"{server.url}/{len(statuses)}"
    assert page.moved_to == (page.url if moved else None)


LOCATIONS = [
    "/end",
    "end",
    "./end",
    "?/../end",
    "//{place}/end",
    "http://{place}/end",
    "HTTP://{place}/end#x",
    " /end ",
]
LOCATIONS += ["http://ann:secret@{place}/end", "/énd"]


@pytest.mark.parametrize("location", LOCATIONS)
def test_a_redirect_may_be_written_in_many_ways(server: WebServer, client: Client, location: str) -> None:
    place = f"127.0.0.1:{server.port}"
    to = location.format(place=place).encode().decode("latin-1")
    server.routes["/start"] = lambda request: (
        Reply(body=b"end") if request.query or "?" in request.target else redirect(to)
    )
    server.routes["/end"] = server.routes["/%C3%A9nd"] = Reply(body=b"end")

    assert client.get(f"{server.url}/start").body == b"end"


WRONG = [
    "file:///etc/passwd",
    "ftp://harbour.example/",
    "gopher://127.0.0.1/",
    "javascript:alert(1)",
    "data:,x",
]
WRONG += ["http://[::1", "mailto:a@harbour.example"]


@pytest.mark.parametrize("location", WRONG)
def test_a_redirect_to_what_is_no_page_is_refused(server: WebServer, client: Client, location: str) -> None:
    server.routes["/start"] = redirect(location)

    assert failure(client, f"{server.url}/start").hint == "Correct the address."


@pytest.mark.parametrize("status", [300, 301, 302, 304, 307])
def test_a_redirect_to_nowhere_is_an_error(server: WebServer, client: Client, status: int) -> None:
    server.routes["/start"] = Reply(status)

    assert failure(client, f"{server.url}/start").status == status


def test_five_redirects_are_followed_and_a_sixth_is_not(server: WebServer, client: Client) -> None:
    for number in range(6):
        server.routes[f"/{number}"] = redirect(f"/{number + 1}")
    server.routes["/6"] = Reply(body=b"here")

    assert client.get(f"{server.url}/1").body == b"here"
    error = failure(client, f"{server.url}/0")

    assert "more than 5 times" in error.what
    assert server.paths[-6:] == ["/0", "/1", "/2", "/3", "/4", "/5"]


def test_a_loop_ends(server: WebServer, client: Client) -> None:
    server.routes["/a"], server.routes["/b"] = redirect("/b", 301), redirect("/a", 301)

    assert "more than 5 times" in failure(client, f"{server.url}/a").what
    assert len(server.requests) == 6


def test_the_password_of_the_address_is_sent_to_its_site_only(server: WebServer, client: Client) -> None:
    with WebServer() as other:
        server.routes["/feed"] = redirect("/moved")
        server.routes["/moved"] = redirect(f"http://eve:evil@127.0.0.1:{other.port}/")
        other.routes["/"] = Reply(body=b"x")

        page = client.get(f"http://ann:p%40ss@127.0.0.1:{server.port}/feed")

    assert [request.headers.get("authorization") for request in server.requests] == ["Basic YW5uOnBAc3M="] * 2
    assert "authorization" not in other.requests[0].headers
    assert page.url == f"{other.url}/"


def test_a_password_is_in_no_error(server: WebServer, client: Client) -> None:
    place = f"ann:pass-word@127.0.0.1:{server.port}"
    server.routes["/loop"] = redirect("/loop")
    server.routes["/bad"] = Reply(raw=[b"rubbish"])
    urls = [f"http://{place}/{path}" for path in ("missing", "loop", "bad")]
    urls += ["http://ann:pass-word@h:99999/", "http://ann:pass-word@nowhere.example/", "ftp://ann:pass-word@h/"]

    for url in urls:
        error = failure(client, url)
        assert "pass-word" not in f"{error} {error!r} {error.__cause__!r}"


def test_cookies_and_the_environment_are_not_used(
    server: WebServer, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login ann password secret\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1/")
    server.routes["/"] = Reply(body=b"x", headers={"Set-Cookie": "a=b; Path=/"})

    for _ in range(2):
        client.get(server.url)

    assert [
        set(request.headers) & {"cookie", "authorization", "proxy-authorization"} for request in server.requests
    ] == [
        set(),
        set(),
    ]


@pytest.mark.parametrize("status", [201, 204, 206, 400, 401, 403, 404, 410, 418, 451, 500, 502, 504, 599])
def test_an_answer_that_is_no_page_is_an_error_with_its_status(server: WebServer, client: Client, status: int) -> None:
    server.routes["/"] = Reply(status, b"<html>sorry</html>")

    error = failure(client, server.url)

    assert (error.status, error.is_permanent) == (status, status in (404, 410))
    assert error.where == f"{server.url}/"


BROKEN = {
    "no answer": [b""],
    "no status": [b"\r\n\r\n"],
    "not HTTP": [b"SSH-2.0-OpenSSH_9.2\r\n"],
    "half a status line": [b"HTTP/1.1 2"],
    "a strange version": [b"HTTP/9.9 200 OK\r\n\r\n"],
    "a strange status": [b"HTTP/1.1 20 OK\r\n\r\n"],
    "half the head": [b"HTTP/1.1 200 OK\r\nContent-Le"],
    "a short body": [b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc"],
    "a broken chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n"],
    "a short chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nabc"],
    "no last chunk": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n"],
    "packed in transfer": [b"HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"],
    "no gzip": [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nplain"],
    "half a gzip": [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b"words" * 99)[:-9]],
    "a wrong checksum": [b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n", gzip.compress(b"words")[:-8] + bytes(8)],
    "half a deflate": [b"HTTP/1.1 200 OK\r\nContent-Encoding: deflate\r\n\r\n", zlib.compress(b"words" * 99)[:-3]],
    "10,000 headers": [b"HTTP/1.1 200 OK\r\n", *(b"X-%d: 1\r\n" % i for i in range(10_000)), b"\r\n"],
    "a header of 1 MB": [b"HTTP/1.1 200 OK\r\nX: ", b"x" * 1_000_000, b"\r\n\r\n"],
    "a status line of 1 MB": [b"HTTP/1.1 200 ", b"x" * 1_000_000, b"\r\n\r\n"],
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_answer_is_an_error_in_words(server: WebServer, client: Client, case: str) -> None:
    server.routes["/"] = Reply(raw=BROKEN[case])

    error = failure(client, server.url)

    assert error.what.startswith(("the answer", "the packed answer", "the connection"))
    assert error.hint
    assert error.status is None


def test_an_empty_body_said_to_be_packed_is_empty(server: WebServer, client: Client) -> None:
    server.routes["/"] = Reply(headers={"Content-Encoding": "gzip"})

    assert client.get(server.url).body == b""


def test_a_dropped_connection_is_made_once_more(server: WebServer) -> None:
    replies = [Reply(raw=[]), Reply(body=b"here")]
    server.routes["/"] = lambda request: replies.pop(0)
    waits = Waits()

    with a_client(retries=1, wait=waits.wait) as client:
        page = client.get(server.url)

    assert (page.body, waits.waits, len(server.requests)) == (b"here", [1.0], 2)


def test_a_second_drop_is_an_error(server: WebServer) -> None:
    server.routes["/"] = Reply(raw=[])

    with a_client(retries=1, wait=Waits().wait) as client:
        assert failure(client, server.url).what == "the connection was cut before an answer"

    assert len(server.requests) == 2


def test_a_server_that_takes_no_connection_is_named(client: Client) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]

    error = failure(client, f"http://127.0.0.1:{port}/feed")

    assert (error.what, error.where) == ("its server takes no connection", f"http://127.0.0.1:{port}/feed")


def test_an_unknown_host_is_named(client: Client) -> None:
    error = failure(client, "http://nowhere.example/feed")

    assert error.what.startswith("its host is not found")


def test_the_next_address_of_a_host_is_tried(server: WebServer) -> None:
    server.routes["/"] = Reply(body=b"x")
    names = Names({"harbour.example": ["127.0.0.2", "127.0.0.1"]})

    with a_client(resolve=names) as client:
        assert client.get(f"http://harbour.example:{server.port}/").body == b"x"

    assert names.asked == ["harbour.example"]
    assert server.requests[0].headers["host"] == f"harbour.example:{server.port}"


def test_a_form_is_posted_and_no_redirect_followed(server: WebServer, client: Client) -> None:
    server.routes["/hub"] = Reply(204)
    server.routes["/moved"] = redirect("/hub", 307)
    fields = [("hub.mode", "publish"), ("hub.url", "https://harbour.example/é"), ("hub.url", "b")]

    assert client.post_form(f"{server.url}/hub", fields) == 204
    assert client.post_form(f"{server.url}/hub", dict(fields)) == 204
    assert client.post_form(f"{server.url}/moved", {}) == 307
    assert client.post_form(f"{server.url}/missing", {}) == 404
    assert server.requests[0].form == fields
    assert server.requests[0].method == "POST"
    assert server.requests[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert server.paths == ["/hub", "/hub", "/moved", "/missing"]


@pytest.mark.parametrize("status", [429, 503])
def test_a_busy_host_is_left_alone_until_it_said(server: WebServer, status: int) -> None:
    replies = [Reply(status, headers={"Retry-After": "120"}), Reply(body=b"here")]
    server.routes["*"] = lambda request: replies.pop(0)
    clock = Waits()
    with a_client(monotonic=clock.monotonic, wait=clock.wait) as client:
        first = failure(client, f"{server.url}/a")
        clock.now += 100
        second = failure(client, f"{server.url}/b")
        with pytest.raises(FetchError, match="left alone for 20 s more"):
            client.post_form(f"{server.url}/c", {})
        clock.now += 21

        assert client.get(f"{server.url}/b").body == b"here"

    assert (first.status, first.retry_after_s) == (status, 120.0)
    assert (second.status, second.retry_after_s) == (status, 20.0)
    assert server.paths == ["/a", "/b"]


def test_a_host_with_too_many_requests_is_left_alone_for_a_minute(server: WebServer) -> None:
    server.routes["/"] = Reply(429)
    clock = Waits()
    with a_client(monotonic=clock.monotonic) as client:
        assert failure(client, server.url).retry_after_s is None
        assert failure(client, server.url).retry_after_s == 60.0

    assert len(server.requests) == 1


def test_another_host_is_not_affected(server: WebServer, client: Client) -> None:
    server.routes["/"] = Reply(429, headers={"Retry-After": "120"})
    with WebServer() as other:
        other.routes["/"] = Reply(body=b"x")
        failure(client, server.url)

        assert client.get(other.url).body == b"x"


def test_a_gap_is_kept_between_two_requests_to_one_host(server: WebServer) -> None:
    server.routes["/"] = Reply(body=b"x")
    clock = Waits()
    with WebServer() as other, a_client(gap_s=2.0, monotonic=clock.monotonic, wait=clock.wait) as client:
        other.routes["/"] = Reply(body=b"x")
        client.get(server.url)
        client.get(other.url)
        clock.now += 0.5
        client.get(server.url)
        clock.now += 5
        client.get(server.url)

    assert clock.waits == [1.5]


def test_a_host_is_asked_one_request_at_a_time(server: WebServer, client: Client) -> None:
    at_once, most, lock = 0, 0, threading.Lock()

    def answer(request: Request) -> Reply:
        nonlocal at_once, most
        with lock:
            at_once += 1
            most = max(most, at_once)
        threading.Event().wait(0.02)
        with lock:
            at_once -= 1
        return Reply(body=b"x")

    server.routes["/"] = answer
    threads = [threading.Thread(target=client.get, args=(server.url,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)

    assert (len(server.requests), most) == (8, 1)


SLOW = {
    "head": Reply(raw=[b"HTTP/1.1 200 OK\r\n", *[b"X: 1\r\n"] * 50], pause_s=0.1),
    "a byte at a time": Reply(raw=[b"HTTP/1.1 200 OK\r\n\r\n", *[b"x"] * 100], pause_s=0.1),
    "chunks": Reply(chunks=[b"x"] * 100, pause_s=0.1),
    "silence": Reply(pause_s=20),
    "100 Continue": Reply(raw=[b"HTTP/1.1 100 Continue\r\n\r\n"] * 100, pause_s=0.1),
}


@pytest.mark.parametrize("case", SLOW)
def test_a_slow_answer_ends_by_the_clock(server: WebServer, case: str) -> None:
    server.routes["/"] = SLOW[case]
    started = time.monotonic()

    with a_client(limits=Limits(wall_s=0.5)) as client:
        assert failure(client, server.url).what == "it took too long"

    assert time.monotonic() - started < 1.5


@pytest.mark.parametrize("wall_s", [0.6, 30.0])
def test_silence_in_the_middle_of_a_body_ends_by_the_clock(server: WebServer, wall_s: float) -> None:
    def parts() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n\r\nstart"
        threading.Event().wait(0.4)
        yield b"more"
        threading.Event().wait(3)

    server.routes["/"] = lambda request: Reply(raw=parts())
    started = time.monotonic()

    with a_client(limits=Limits(wall_s=wall_s, read_s=0.5)) as client:
        assert failure(client, server.url).what == "it took too long"

    assert time.monotonic() - started < min(wall_s, 0.9) + 0.35


def test_the_clock_runs_on_over_redirects(server: WebServer) -> None:
    server.routes["*"] = Reply(302, headers={"Location": "/next"}, pause_s=0.2)
    started = time.monotonic()

    with a_client(limits=Limits(wall_s=0.5, hops=50)) as client:
        assert failure(client, server.url).what.startswith("it took")

    assert time.monotonic() - started < 1.5


def test_a_slow_name_server_ends_by_the_clock() -> None:
    gate = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        gate.wait(20)
        return ["127.0.0.1"]

    started = time.monotonic()
    with a_client(limits=Limits(wall_s=0.3), resolve=resolve) as client:
        error = failure(client, "http://harbour.example/")
    gate.set()

    assert error.what == "its host is not found (no answer from the name server)"
    assert time.monotonic() - started < 1.5


def test_a_silent_handshake_ends_by_the_clock() -> None:
    started = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as listener, a_client(limits=Limits(wall_s=0.3)) as client:
        error = failure(client, f"https://127.0.0.1:{listener.getsockname()[1]}/")

    assert error.what == "it took too long"
    assert time.monotonic() - started < 1.5


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def a_tls_context(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def test_a_certificate_is_checked_against_the_name_and_not_the_address(authority: trustme.CA, tmp_path: Path) -> None:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    names = Names({"harbour.example": [PUBLIC], "other.example": [PUBLIC]})
    with WebServer(tls=a_tls_context(authority, "harbour.example")) as server:
        server.routes["/"] = Reply(body=b"x")
        given = {"resolve": names, "dial": to_loopback(server.port), "allow_private": False}
        with a_client(ca_file=str(tmp_path / "ca.pem"), **given) as client:
            assert client.get("https://harbour.example/").body == b"x"
            wrong_name = failure(client, "https://other.example/")
        with a_client(**given) as client:
            unknown = failure(client, "https://harbour.example/")

    assert wrong_name.what.startswith("its certificate is not valid (Hostname mismatch")
    assert unknown.what.startswith("its certificate is not valid (unable to get local issuer")


def test_a_server_without_tls_is_no_secure_one(server: WebServer, client: Client) -> None:
    error = failure(client, server.url.replace("http:", "https:"))

    assert error.what.startswith("no secure connection can be made")
