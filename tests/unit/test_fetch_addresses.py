"""Which addresses, ports and URLs may be asked, and what of a URL may be shown."""

from __future__ import annotations

import ipaddress

import pytest

from publisher.errors import FetchError
from publisher.fetch.addresses import is_neighbour, is_public, refused, resolve_within, wrapped
from publisher.fetch.refusals import refusal, retry_after_s
from publisher.fetch.targets import shown, target_behind, target_of

PUBLIC = [
    "1.1.1.1",
    "9.9.9.9",
    "93.184.215.14",
    "100.63.255.255",
    "100.128.0.1",
    "172.15.255.255",
    "172.32.0.1",
    "192.167.0.1",
    "198.17.0.1",
    "223.255.255.254",
    "2606:4700::1111",
    "2001:4860:4860::8888",
    "2a00:1450:4001::1",
    "::ffff:9.9.9.9",
    "64:ff9b::9.9.9.9",
]
NEVER = [
    "0.0.0.0",
    "0.1.2.3",
    "169.254.169.254",
    "224.0.0.1",
    "239.1.1.1",
    "255.255.255.255",
    "::",
    "fe80::1",
    "ff02::1",
]
NEVER += [f"::ffff:{one}" for one in NEVER[:6]] + [f"64:ff9b::{one}" for one in NEVER[:6]]
NEIGHBOURS = ["127.0.0.1", "10.1.2.3", "100.64.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::1", "fd00::1"]
NOT_PUBLIC = [
    *("192.0.0.8", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1"),
    *("240.0.0.1", "fec0::1", "fc00::1", "2001::1", "2001:2::1", "2001:10::1", "2001:db8::1", "2002:909:909::1"),
    *("3ffe::1", "3fff::1", "64:ff9b:1::1", "100::1", "5f00::1", "4000::1", "::9.9.9.9", "2a00::5efe:10.0.0.1"),
    *("::ffff:10.0.0.1", "::ffff:127.0.0.1", "64:ff9b::192.168.0.1", "2002:7f00:1::", "2a00::200:5efe:127.0.0.1"),
]


@pytest.mark.parametrize("text", PUBLIC)
def test_a_global_unicast_address_is_public(text: str) -> None:
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", [*NEVER, *NEIGHBOURS, *NOT_PUBLIC])
def test_every_other_address_is_not_public(text: str) -> None:
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", NEVER)
def test_link_local_multicast_and_unspecified_addresses_are_refused_even_in_the_own_network(text: str) -> None:
    assert not is_neighbour(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", NEIGHBOURS)
def test_the_own_network_may_be_asked_when_a_source_says_so(text: str) -> None:
    assert is_neighbour(ipaddress.ip_address(text))


def test_an_ipv4_address_is_found_in_its_wrappings() -> None:
    inner = ipaddress.IPv4Address("10.1.2.3")
    texts = ["::ffff:10.1.2.3", "64:ff9b::10.1.2.3", "2002:a01:203::1", "2a00::5efe:10.1.2.3"]

    assert [wrapped(ipaddress.IPv6Address(text)) for text in texts] == [inner] * 4
    assert wrapped(ipaddress.IPv6Address("2a00::1")) is None


def test_one_address_that_is_not_public_refuses_the_host() -> None:
    assert refused(["9.9.9.9", "127.0.0.1"], allow_private=False) == "127.0.0.1"
    assert refused(["9.9.9.9", "fe80::1%eth0"], allow_private=False) == "fe80::1%eth0"
    assert refused(["9.9.9.9", "no address"], allow_private=True) == "no address"
    assert refused(["9.9.9.9", "2606:4700::1111"], allow_private=False) is None


def test_the_resolvers_own_error_reaches_the_asker() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise OSError(f"{host} {port}")

    with pytest.raises(OSError, match=r"harbour\.example 80"):
        resolve_within(resolve, "harbour.example", 80, timeout_s=5)


@pytest.mark.parametrize("port", [22, 25, 110, 143, 465, 587, 993, 3306, 5432, 6379, 6667, 11211])
def test_a_port_of_mail_chat_or_a_database_is_refused_but_in_the_own_network(port: int) -> None:
    with pytest.raises(FetchError, match=f"port {port} is not one of the web"):
        target_of(f"http://harbour.example:{port}/", any_port=False)

    assert target_of(f"http://harbour.example:{port}/", any_port=True).port == port


@pytest.mark.parametrize(
    "url",
    [
        *("", "feed.xml", "/feed.xml", "//harbour.example/", "file:///etc/passwd", "ftp://harbour.example/", "data:,x"),
        *("javascript:alert(1)", "gopher://harbour.example/", "http:", "http://", "http:///feed", "https://?x"),
        *("http://harbour.example:99999/", "http://harbour.example:port/", "http://[::1/", "http://*.example/"),
        *(f"http://harbour.example/{'x' * 8_000}", "http://[::zz]/"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused_in_words(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        target_of(url, any_port=False)

    assert caught.value.hint == "Correct the address."


def test_a_url_is_taken_apart_without_password_and_fragment() -> None:
    target = target_of(" HTTPS://Ann%40home:p%3Aw@Harbour.Example/a b?c=1#d ", any_port=False)

    assert (target.url, target.host, target.port) == ("https://harbour.example/a%20b?c=1", "harbour.example", 443)
    assert target.auth == ("Ann@home", "p:w")
    assert "p:w" not in repr(target)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ann:secret@harbour.example/feed?x=1", "https://harbour.example/feed?x=1"),
        ("https://ann:se@cret@harbour.example/", "https://harbour.example/"),
        ("https://ann:sec/ret@harbour.example/", "https://harbour.example/"),
        ("ann:secret@harbour.example/feed", "harbour.example/feed"),
        ("https://harbour.example/@ann", "https://harbour.example/@ann"),
        ("https://harbour.example:8443/@ann", "https://harbour.example:8443/@ann"),
        ("https://[2a00::1]:8443/@ann", "https://[2a00::1]:8443/@ann"),
        ("https://harbour.example/a\r\nb", "https://harbour.example/a??b"),
    ],
)
def test_an_address_is_shown_in_one_line_without_its_password(url: str, expected: str) -> None:
    assert shown(url) == expected


@pytest.mark.parametrize(
    ("location", "keeps"),
    [
        *(("/new", True), ("?page=2", True), ("http://harbour.example/new", True), ("https://harbour.example/", True)),
        *(("http://other.example/", False), ("//other.example/", False), ("http://harbour.example:8080/", False)),
        *(("http://www.harbour.example/", False), ("https://harbour.example:444/", False)),
        ("http://mallory:x@other.example/", False),
    ],
)
def test_the_password_goes_along_within_the_site_only(location: str, keeps: bool) -> None:
    start = target_of("http://ann:secret@harbour.example/feed", any_port=False)

    behind = target_behind(start, location, any_port=False)

    assert behind.auth == (("ann", "secret") if keeps else None)
    assert "@" not in behind.url


DATE = "Tue, 03 Mar 2026 08:00:00 GMT"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("120", 120.0), (" 0 ", 0.0), ("999999999999999999999", 86_400.0), ("", None), ("soon", None), ("-5", None)),
        *(("Tue, 03 Mar 2026 08:02:00 GMT", 120.0), ("Tue, 03 Mar 2026 07:00:00 GMT", 0.0), ("1.5", None)),
        *(("Fri, 03 Mar 2028 08:00:00 GMT", 86_400.0), ("²", None), ("Tue, 99 Mar 2026 99:00:00 GMT", None)),
    ],
)
def test_retry_after_is_seconds_or_a_date_and_at_most_a_day(value: str, seconds: float | None) -> None:
    assert retry_after_s({"retry-after": value, "date": DATE}) == seconds


def test_a_date_in_retry_after_says_nothing_without_the_servers_own_clock() -> None:
    assert retry_after_s({"retry-after": DATE}) is None


@pytest.mark.parametrize("status", [100, 204, 206, 301, 304, 400, 401, 403, 404, 410, 418, 429, 500, 503, 599, 999])
def test_each_answer_that_is_no_page_has_words_and_its_status(status: int) -> None:
    error = refusal(status, {"retry-after": "5"}, where="https://harbour.example/")

    assert str(status) in error.what
    assert error.hint
    assert error.status == status
    assert error.is_permanent == (status in (404, 410))
    assert error.retry_after_s == (5.0 if status in (429, 503) else None)
