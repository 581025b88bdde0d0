"""What one hop asks: an address taken apart, checked, and without its password."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urljoin

import requests
from requests.models import PreparedRequest
from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from publisher.errors import FetchError
from publisher.fetch.addresses import NOT_WEB_PORTS

URL_CHARACTERS = 8_000
WEB_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Target:
    """One hop. `url` has neither user name, password nor fragment; it may be shown."""

    url: str
    scheme: str
    host: str
    port: int
    auth: tuple[str, str] | None = None

    def __repr__(self) -> str:
        return f"Target({self.url!r})"

    @property
    def site(self) -> str:
        """What politeness counts as one host: http and https of a name are one, other ports are others."""
        return self.host if self.port in WEB_PORTS.values() else f"{self.host}:{self.port}"


def target_of(url: str, *, any_port: bool) -> Target:
    """Take an http(s) URL apart as the connection will. FetchError: other schemes, no host, a port of mail etc."""
    scheme = url.strip().partition(":")[0].lower()
    if scheme not in WEB_PORTS:
        raise FetchError("only http:// and https:// are fetched", shown(url), "Correct the address.")
    if len(url) > URL_CHARACTERS:
        raise FetchError("the address is too long", shown(url)[:200], "Correct the address.")
    parts = _parts(url)
    port = parts.port or WEB_PORTS[scheme]
    if port in NOT_WEB_PORTS and not any_port:
        raise FetchError(f"port {port} is not one of the web", shown(url), "Correct the address.")
    name, colon, password = (parts.auth or "").partition(":")
    auth = (unquote(name), unquote(password)) if name or colon else None
    bare = parts._replace(auth=None, fragment=None)
    return Target(bare.url, scheme, (parts.host or "").lower().rstrip("."), port, auth)


def target_behind(target: Target, location: str, *, any_port: bool) -> Target:
    """Where a redirect leads. The password goes along within the site only, and none is taken from a redirect."""
    try:
        url = urljoin(target.url, location)
    except ValueError:  # "http://[::1"
        url = location
    behind = target_of(url, any_port=any_port)
    is_upgrade = (target.scheme, target.port, behind.scheme, behind.port) == ("http", 80, "https", 443)
    is_same_place = (target.scheme, target.port) == (behind.scheme, behind.port)
    keeps = target.host == behind.host and (is_same_place or is_upgrade)
    return Target(behind.url, behind.scheme, behind.host, behind.port, target.auth if keeps else None)


def shown(url: str) -> str:
    """An address for people: without user name and password, and in one line."""
    head, slashes, rest = url.partition("//") if "//" in url else ("", "", url)
    place, slash, path = rest.partition("/")
    port = place.rpartition("@")[2].rpartition("]")[2].partition(":")[2]
    if "@" in path and port and not port.isdigit():  # a slash inside an unquoted password
        place, slash, path = path.rpartition("@")[2], "", ""
    text = head + slashes + place.rpartition("@")[2] + slash + path
    return "".join(character if character.isprintable() else "?" for character in text)[:500]


def _parts(url: str) -> Url:
    prepared = PreparedRequest()
    try:
        prepared.prepare_url(url.strip(), None)
        parts = parse_url(prepared.url or "")
    except (requests.RequestException, LocationParseError, ValueError):
        # not `from`: the libraries repeat the address, password and all
        raise FetchError("this is not an address of the web", shown(url), "Correct the address.") from None
    if not parts.host:
        raise FetchError("the address names no host", shown(url), "Correct the address.")
    return parts
