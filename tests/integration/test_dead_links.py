"""The links of an issue are asked, on the loopback: dead, doubtful, or fine."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
import trustme

from publisher.app.dead_links import Asked, ask_all
from publisher.fetch import Client, Limits
from tests.doubles.fetching import Names
from tests.doubles.web_server import Reply, WebServer, redirect

QUICK = Limits(size_bytes=10_000, wall_s=1.0, connect_s=0.5, read_s=0.3)


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as opened:
        yield opened


class Watched:
    """A runtime that counts its progress and its waiting, and takes no time."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.totals: list[int] = []
        self.advanced = 0

    def watch(self, label: str, total: int) -> Any:
        self.totals.append(total)
        return self.advance

    def advance(self, count: int) -> None:
        self.advanced += count

    def stop(self) -> bool:
        return False

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)


def a_client(names: Names | None = None, *, allow_private: bool = True) -> Client:
    return Client(
        user_agent="test",
        wait=lambda _: None,
        allow_private=allow_private,
        limits=QUICK,
        resolve=names or Names(),
        retries=0,
    )


def asked(links: dict[str, str], *, client: Client | None = None, **how: Any) -> tuple[Asked, Watched]:
    runtime = Watched()
    with client or a_client() as opened:
        return ask_all(runtime, opened, links, **how), runtime  # type: ignore[arg-type]


def test_a_page_that_is_there_is_asked_by_head_alone_and_nothing_is_said(server: WebServer) -> None:
    server.routes["/piece"] = Reply(200, b"x" * 100, {"Content-Encoding": "gzip", "Content-Length": "50000000"})
    server.routes["/moved"] = redirect("/piece", 301)

    found, runtime = asked({f"{server.url}/piece": "weekly, HTML, line 3", f"{server.url}/moved": "site.url"})

    assert found == Asked()
    assert {request.method for request in server.requests} == {"HEAD"}
    assert (runtime.totals, runtime.advanced) == ([2], 2)
    assert len(runtime.waits) == 1, "a pause between two questions to one host"


@pytest.mark.parametrize("status", [404, 410])
def test_a_page_that_is_gone_is_an_error_with_its_place(server: WebServer, status: int) -> None:
    server.routes["*"] = Reply(status)

    found, _ = asked({f"{server.url}/gone": "weekly, HTML, line 31"})

    (problem,) = found.errors
    assert problem.what.startswith(f"link-dead: {server.url}/gone: the server answered {status}")
    assert problem.where == "weekly, HTML, line 31"
    assert found.warnings == ()


@pytest.mark.parametrize("status", [403, 429, 500, 503])
def test_a_server_that_refuses_or_fails_is_a_warning(server: WebServer, status: int) -> None:
    server.routes["*"] = Reply(status)

    found, _ = asked({f"{server.url}/piece": "weekly"})

    assert found.errors == ()
    assert [one.what.partition(":")[0] for one in found.warnings] == ["link-doubtful"]


@pytest.mark.parametrize("status", [403, 404, 405, 501])
def test_a_server_that_dislikes_head_is_asked_with_get(server: WebServer, status: int) -> None:
    server.routes["*"] = lambda request: Reply(status if request.method == "HEAD" else 200, b"x" * 5_000_000)

    found, _ = asked({f"{server.url}/piece": "weekly"})

    assert found == Asked()
    assert [request.method for request in server.requests] == ["HEAD", "GET"]


def test_a_silent_host_is_a_warning_and_is_asked_once(server: WebServer) -> None:
    server.routes["*"] = Reply(200, pause_s=5)

    found, _ = asked({f"{server.url}/{number}": "weekly" for number in range(4)})

    assert [one.what.rpartition(": ")[2] for one in found.warnings] == ["it took too long"] * 4
    assert len(server.requests) == 1


def test_a_host_that_nobody_knows_is_an_error(server: WebServer) -> None:
    found, _ = asked({"https://nowhere.example/piece": "weekly"}, client=a_client(Names()))

    assert "its host is not found" in found.errors[0].what


def test_a_certificate_that_does_not_hold_is_an_error() -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("localhost").configure_cert(context)
    with WebServer(tls=context) as server:
        names = Names(known={"localhost": ["127.0.0.1"]})
        found, _ = asked({f"https://localhost:{server.port}/": "site.url"}, client=a_client(names))

    assert "its certificate is not valid" in found.errors[0].what


def test_an_address_in_the_own_network_is_refused_and_never_asked(server: WebServer) -> None:
    found, _ = asked({f"http://127.0.0.1:{server.port}/": "weekly"}, client=a_client(allow_private=False))

    assert "which is no public address" in found.errors[0].what
    assert server.connections == 0


def test_when_the_time_is_over_the_rest_is_counted(server: WebServer) -> None:
    server.routes["*"] = Reply(200)
    now = iter([0.0, 1.0, 1_000.0, 1_000.0])

    found, runtime = asked({f"{server.url}/{number}": "weekly" for number in range(5)}, monotonic=lambda: next(now))

    assert [one.what for one in found.warnings] == ["link-doubtful: 4 links were not asked: the time was over"]
    assert len(server.requests) == 1
    assert runtime.advanced == 5


def test_hosts_are_asked_beside_each_other_and_each_link_once() -> None:
    with WebServer() as one, WebServer() as other:
        for server in (one, other):
            server.routes["*"] = Reply(200)
        found, _ = asked({f"{server.url}/{number}": "weekly" for server in (one, other) for number in range(3)})

        assert found == Asked()
        assert len(one.requests) == len(other.requests) == 3


def test_a_password_in_a_link_is_not_told(server: WebServer) -> None:
    server.routes["*"] = Reply(404)

    found, _ = asked({f"{server.url.replace('//', '//ada:secret-word@')}/x?token=hush-hush": "weekly"})

    assert "secret-word" not in str(found)
    assert "hush-hush" not in str(found)


def test_a_link_with_a_token_is_personal_and_not_asked() -> None:
    from publisher.app.dead_links import is_personal

    settings: Any = SimpleNamespace(web=SimpleNamespace(base_url="https://harbour.example/mail/"))

    assert is_personal(settings, "https://harbour.example/mail/u/TOKEN")
    assert not is_personal(settings, "https://harbour.example/mail/")
