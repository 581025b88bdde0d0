"""No URL, redirect or name server brings the client into the own network: canaries listen there (reliability.md U8)."""

from __future__ import annotations

import ipaddress
import itertools
import socket
import threading
from collections.abc import Iterator

import pytest

from publisher.errors import FetchError
from publisher.fetch import Client
from publisher.fetch.connections import dial
from tests.doubles.fetching import PUBLIC, Names, a_client, to_loopback
from tests.doubles.web_server import Reply, WebServer, redirect


class Canaries:
    """One port of 127.0.0.1 and of ::1, on which nobody may knock."""

    def __init__(self) -> None:
        self.knocks = 0
        self._listeners = self._bound()
        self.port = int(self._listeners[0].getsockname()[1])
        self._threads = [threading.Thread(target=self._listen, args=(one,), daemon=True) for one in self._listeners]
        for thread in self._threads:
            thread.start()

    def _bound(self) -> list[socket.socket]:
        for _ in range(50):
            first = socket.create_server(("127.0.0.1", 0))
            try:
                return [first, socket.create_server(("::1", first.getsockname()[1]), family=socket.AF_INET6)]
            except OSError:
                first.close()
        raise AssertionError("no port is free on both 127.0.0.1 and ::1")

    def _listen(self, listener: socket.socket) -> None:
        while True:
            try:
                taken, _ = listener.accept()
            except OSError:
                return
            self.knocks += 1
            taken.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\nsecret")
            taken.close()

    def close(self) -> None:
        for one in self._listeners:
            one.shutdown(socket.SHUT_RDWR)
            one.close()
        for thread in self._threads:
            thread.join(timeout=5)


@pytest.fixture(scope="module")
def canaries() -> Iterator[Canaries]:
    opened = Canaries()
    yield opened
    opened.close()


@pytest.fixture
def server() -> Iterator[WebServer]:
    with WebServer() as opened:
        opened.routes["/"] = Reply(body=b"public")
        yield opened


INNER = [
    *("0.0.0.0", "0.0.0.1", "10.0.0.1", "10.255.255.255", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.0.0.53"),
    *("127.1.2.3", "127.255.255.254", "169.254.169.254", "169.254.170.2", "172.16.0.1", "172.17.0.1", "172.31.255.254"),
    *("192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1", "192.168.255.254", "198.18.0.1"),
    *("198.19.255.254", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
]
INNER_6 = [
    *("::", "::1", "0:0:0:0:0:0:0:1", "0000::0001", "fe80::1", "fe80::1%25lo", "fec0::1", "fc00::1", "fd00:ec2::254"),
    *("ff01::1", "ff02::1", "ff05::1:3", "2001:db8::1", "2001::1", "2001:2::1", "2001:10::1", "2001:20::1", "3fff::1"),
    *("3ffe::1", "64:ff9b:1::1", "100::1", "5f00::1", "4000::1", "2002::1"),
]
NAMES = [
    *("localhost", "LOCALHOST", "localhost.", "a.localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"),
    *("metadata.google.internal", "kubernetes.default.svc", "host.docker.internal", "127.0.0.1.nip.example", "router"),
    *("xn--lclhost-6ya.example", "localtest.example", "intranet", "printer.local", "a_b.example", "127.0.0.1.example"),
]
TRICKS = [
    *(
        "http://harbour.example@127.0.0.1:{port}/",
        "http://127.0.0.1:{port}@127.0.0.1:{port}/",
        "http://a:b@[::1]:{port}/",
    ),
    *(
        "http://127.0.0.1:{port}#@harbour.example/",
        "http://127.0.0.1:{port}?@harbour.example/",
        "http:/127.0.0.1:{port}/",
    ),
    *("http:127.0.0.1:{port}", "http:\\\\127.0.0.1:{port}\\", "http://127.0.0.1:{port}\\@harbour.example/"),
    *(
        "http://harbour.example\\@127.0.0.1:{port}/",
        "http://127.0.0.1\t:{port}/",
        "http://127.0.0.1%00.example:{port}/",
    ),
    *(
        "http://[::1]harbour.example:{port}/",
        "http://127.0.0.1:{port}%2f@harbour.example/",
        "ht\ntp://127.0.0.1:{port}/",
    ),
    *(" http://127.0.0.1:{port}/", "\x00http://127.0.0.1:{port}/", "http://127.0.0.1,harbour.example:{port}/"),
    *("http://127.0.0.1 harbour.example:{port}/", "http://127.0.0.1\r\nHost: a:{port}/", "http://0:{port}/"),
    *("HTTP://127.0.0.1:{port}/", "https://127.0.0.1:{port}/", "hTTps://[::1]:{port}/", "//127.0.0.1:{port}/"),
    *("file:///etc/passwd", "file://127.0.0.1:{port}/", "ftp://127.0.0.1:{port}/", "gopher://127.0.0.1:{port}/_GET"),
    *(
        "dict://127.0.0.1:{port}/stats",
        "ldap://127.0.0.1:{port}/",
        "tftp://127.0.0.1:{port}/",
        "jar:http://127.0.0.1!/",
    ),
    *("data:text/html,x", "javascript:fetch('http://127.0.0.1')", "ws://127.0.0.1:{port}/", "unix:/run/docker.sock"),
    *("http+unix://%2Frun%2Fdocker.sock/", "feed:http://127.0.0.1:{port}/", "url:http://127.0.0.1:{port}/"),
]
WRAPPINGS = (
    "::ffff:{0}",
    "::ffff:0:{0}",
    "::{0}",
    "64:ff9b::{0}",
    "64:ff9b:1::{0}",
    "2a00::5efe:{0}",
    "2a00::200:5efe:{0}",
)


def hosts() -> Iterator[str]:
    """Every inner address, plain and in each IPv6 wrapping of its IPv4 form."""
    yield from INNER
    yield from (f"[{one}]" for one in INNER_6)
    yield from NAMES
    for text in INNER:
        number = int(ipaddress.IPv4Address(text))
        yield from (f"[{wrapping.format(text)}]" for wrapping in WRAPPINGS)
        yield f"[::ffff:{number >> 16:x}:{number & 0xFFFF:x}]"
        yield f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]"
        yield f"[2001:0:{number >> 16:x}:{number & 0xFFFF:x}:0:ffff:{~number >> 16 & 0xFFFF:x}:{~number & 0xFFFF:x}]"


def urls(port: int) -> list[str]:
    found = [f"http://{host}:{port}/" for host in hosts()]
    found += [f"https://{host}/feed.xml" for host in (*INNER, *NAMES)]
    return found + [one.replace("{port}", str(port)) for one in TRICKS]


def encodings() -> list[str]:
    """127.0.0.1 in every mix of decimal, octal and hexadecimal, in one to four parts, and in odd digits."""
    number = 0x7F000001
    found: list[str] = []
    for widths in ((32,), (8, 24), (8, 8, 16), (8, 8, 8, 8)):
        left, parts = 32, []
        for width in widths:
            left -= width
            parts.append(number >> left & (1 << width) - 1)
        for forms in itertools.product(("{:d}", "0{:o}", "0x{:x}"), repeat=len(parts)):
            found.append(".".join(form.format(part) for form, part in zip(forms, parts, strict=True)))
    found += [
        "0X7F.0X0.0X0.0X1",
        "0000177.00.00.01",
        "127.000.000.001",
        "%31%32%37.0.0.1",
        "127.0.0.1.",
        "127。0。0。1",
    ]
    return [
        *found,
        "①②⑦.⓪.⓪.①",
        "１２７.０.０.１",
        "0x7f000001",
        "017700000001",
        "2130706433",
        "4294967296",
        "0x100000000",
    ]


def knock(client: Client, url: str) -> str:
    """What a fetch came to: "" if it gave a page."""
    try:
        client.get(url)
    except FetchError as error:
        return error.what
    return ""


def test_no_url_reaches_the_own_network(canaries: Canaries) -> None:
    dialled: list[str] = []
    all_urls = urls(canaries.port)
    with a_client(allow_private=False, resolve=Names(default=["127.0.0.1"]), dial=to_loopback(1, dialled)) as client:
        outcomes = {url: knock(client, url) for url in all_urls}

    assert len(outcomes) >= 263
    assert [url for url, what in outcomes.items() if not what] == []
    assert dialled == []
    assert canaries.knocks == 0


def test_no_spelling_of_an_address_reaches_the_own_network(canaries: Canaries) -> None:
    dialled: list[str] = []
    spellings = encodings()
    with a_client(allow_private=False, resolve=Names(default=["::1"]), dial=to_loopback(1, dialled)) as client:
        outcomes = {one: knock(client, f"http://{one}:{canaries.port}/") for one in spellings}

    assert len(outcomes) >= 40
    assert [one for one, what in outcomes.items() if not what.startswith(("it leads to", "this is not"))] == []
    assert dialled == []
    assert canaries.knocks == 0


def test_no_form_is_posted_into_the_own_network(canaries: Canaries) -> None:
    with a_client(allow_private=False, resolve=Names(default=["127.0.0.1"])) as client:
        for host in ("127.0.0.1", "[::1]", "2130706433", "hub.example", "[::ffff:127.0.0.1]"):
            with pytest.raises(FetchError, match="which is no public address"):
                client.post_form(f"http://{host}:{canaries.port}/", {"hub.mode": "publish"})

    assert canaries.knocks == 0


REDIRECTS = [
    *((301, "http://127.0.0.1:{port}/"), (302, "http://[::1]:{port}/"), (303, "//127.0.0.1:{port}/")),
    *((307, "http://2130706433:{port}/"), (308, "http://0x7f.1:{port}/"), (302, "http://[::ffff:127.0.0.1]:{port}/")),
    *(
        (302, "https://localhost:{port}/"),
        (302, "http://harbour.example@127.0.0.1:{port}/"),
        (301, "file:///etc/passwd"),
    ),
    *((302, "http://inner.example:{port}/"), (302, "\thttp://127.0.0.1:{port}/"), (302, "gopher://127.0.0.1:{port}/x")),
]


@pytest.mark.parametrize(("status", "location"), REDIRECTS)
def test_no_redirect_leads_into_the_own_network(
    server: WebServer, canaries: Canaries, status: int, location: str
) -> None:
    server.routes["/out"] = redirect("/deeper", 301)
    server.routes["/deeper"] = redirect(location.format(port=canaries.port), status)
    dialled: list[str] = []
    names = Names({"harbour.example": [PUBLIC], "inner.example": ["127.0.0.1"], "localhost": ["::1", "127.0.0.1"]})

    with a_client(allow_private=False, resolve=names, dial=to_loopback(server.port, dialled)) as client:
        what = knock(client, "http://harbour.example/out")

    assert what.startswith(("it leads to", "only http"))
    assert server.paths == ["/out", "/deeper"]
    assert set(dialled) == {PUBLIC}
    assert canaries.knocks == 0


class Flipping:
    """A name server that says a public address first and the own machine from then on."""

    def __init__(self, *later: str) -> None:
        self.calls = 0
        self._later = later

    def __call__(self, host: str, port: int) -> list[str]:
        self.calls += 1
        return [PUBLIC] if self.calls == 1 else list(self._later)


@pytest.mark.parametrize("later", [("127.0.0.1",), ("::1",), (PUBLIC, "127.0.0.1"), ("::ffff:127.0.0.1",)])
def test_a_name_that_changes_its_mind_is_asked_once_and_checked_each_time(
    server: WebServer, canaries: Canaries, later: tuple[str, ...]
) -> None:
    server.routes["/"] = Reply(body=b"public", headers={"Connection": "close"})
    dialled: list[str] = []
    names = Flipping(*later)

    with a_client(allow_private=False, resolve=names, dial=to_loopback(server.port, dialled)) as client:
        first = client.get(f"http://rebind.example:{canaries.port}/")
        asked_for_one_page = names.calls
        second = knock(client, f"http://rebind.example:{canaries.port}/")

    assert (first.body, asked_for_one_page) == (b"public", 1)
    assert second.startswith("it leads to")
    assert dialled == [PUBLIC]
    assert canaries.knocks == 0


def test_a_connection_goes_to_the_checked_address_and_digits_are_never_looked_up(server: WebServer) -> None:
    with pytest.raises(OSError, match=r"not known|not supported"):
        dial("localhost", server.port, 1.0)

    dial("127.0.0.1", server.port, 1.0).close()


def test_a_test_site_is_let_into_the_one_place_that_its_resolver_knows(server: WebServer, canaries: Canaries) -> None:
    def resolve(host: str, port: int) -> list[str]:
        if (host, port) != ("upstream.test", server.port):
            raise OSError("unknown")
        return ["127.0.0.1"]

    with a_client(allow_private=True, resolve=resolve) as client:
        page = client.get(f"http://upstream.test:{server.port}/")
        outcomes = [knock(client, url) for url in urls(canaries.port)]

    assert page.body == b"public"
    assert all(outcomes)
    assert server.connections == 1
    assert canaries.knocks == 0


@pytest.mark.parametrize("host", ["169.254.169.254", "0.0.0.0", "[fe80::1]", "[::ffff:169.254.169.254]", "224.0.0.1"])
def test_a_site_in_the_own_network_still_cannot_ask_what_no_site_lives_at(host: str, canaries: Canaries) -> None:
    with a_client(allow_private=True) as client:
        assert knock(client, f"http://{host}:{canaries.port}/").startswith("it leads to")

    assert canaries.knocks == 0


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_server_in_the_own_network_opens_no_other_there(status: int, server: WebServer, canaries: Canaries) -> None:
    server.routes["/away"] = redirect(f"http://127.0.0.1:{canaries.port}/inner", status)
    server.routes["/around"] = redirect("/", status)
    with a_client(allow_private=True, home=f"{server.url}/feed") as client:
        away = knock(client, f"{server.url}/away")
        straight = knock(client, f"http://127.0.0.1:{canaries.port}/next")
        around = client.get(f"{server.url}/around")

    assert away.startswith("it leads to")
    assert straight.startswith("it leads to")
    assert around.body == b"public"
    assert canaries.knocks == 0
