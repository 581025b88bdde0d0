"""How the feeds folder is served, whatever the server: types, headers, what moved and what is gone (feeds.md 3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote

FEED_TYPES: Mapping[str, str] = {
    r"rss(-[0-9]+)?\.xml": "application/rss+xml",
    r"atom(-[0-9]+)?\.xml": "application/atom+xml",
    r"[^/]+\.json": "application/feed+json",
}
"""A file's name, as a regular expression, to the type of a feed (S2): also of `archive/rss-3.xml`."""
OTHER_TYPES: Mapping[str, str] = {r"[^/]+\.opml": "text/x-opml", r"[^/]+\.html": "text/html"}
TYPES: Mapping[str, str] = {**FEED_TYPES, **OTHER_TYPES}

SAFE_HEADERS: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "script-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
}
REDIRECTS_FILE = "_redirects.txt"
GONE_FILE = "_gone.txt"

SHORTEST_S, LONGEST_S, USUAL_S = 60, 3600, 300
URL_SAFE = "!#$%&'()*+,/:;=?@[]~"
NEW = re.compile(r"https?://[!#-;=?-\[\]-~]+|(?![/.])(?!.*/\.)[^\s\"<>\\:?#]+")
OLD = re.compile(r"(?![/.])(?!.*/\.)[^\s\"<>\\?#]+")


@dataclass(frozen=True, slots=True)
class Move:
    """A path below the output that is no longer served. One that ends with `/` stands for all below it."""

    old: str
    new: str
    """Below the output, or an absolute http(s) address; empty: gone."""

    @property
    def is_gone(self) -> bool:
        return not self.new

    def address(self, path: str, base_url: str) -> str:
        """Where `path` is now: an absolute ASCII address, made from the configuration and never from the request."""
        below = path.removeprefix(self.old) if self.old.endswith("/") and self.new.endswith("/") else ""
        base = "" if is_absolute(self.new) else base_url
        return quote(base + self.new, safe=URL_SAFE) + quote(below, safe="/~")


@dataclass(frozen=True, slots=True)
class ServedSite:
    """What a server needs to know. `output` is an absolute folder, `base_url` where it is seen (ends with `/`)."""

    output: str
    base_url: str
    hub: str = ""
    max_age_s: int = USUAL_S
    moves: Mapping[str, Move] = field(default_factory=dict)


def media_type(name: str) -> str | None:
    """The type of a file by its name; None: it is not served."""
    return next((kind for pattern, kind in TYPES.items() if re.fullmatch(pattern, name)), None)


def is_feed(kind: str) -> bool:
    """Whether files of this type are topics of a hub."""
    return kind in FEED_TYPES.values()


def link_header(hub: str, self_url: str) -> str:
    """The value of `Link` for a feed with a hub (WebSub 4; feeds.md G56)."""
    return f'<{quote(hub, safe=URL_SAFE)}>; rel="hub", <{self_url}>; rel="self"'


def cache_seconds(intervals: Iterable[timedelta]) -> int:
    """How long an answer stays good: half the shortest interval between two looks at a source, 60 s to 1 h (S7)."""
    shortest = min(intervals, default=timedelta(seconds=2 * USUAL_S))
    return min(LONGEST_S, max(SHORTEST_S, int(shortest.total_seconds()) // 2))


def read_moves(*, redirects: str, gone: str) -> dict[str, Move]:
    """The moves by their old path, from the lines of `_redirects.txt` (`OLD NEW`) and `_gone.txt` (`OLD`).

    A line that is neither is left out: one bad line must not hide the others. A path in both has moved.
    """
    ended = {old: Move(old, "") for old in gone.split("\n") if OLD.fullmatch(old)}
    return ended | {move.old: move for move in moved(redirects)}


def moved(redirects: str) -> Iterator[Move]:
    for line in redirects.split("\n"):
        old, _, new = line.strip().partition(" ")
        if OLD.fullmatch(old) and NEW.fullmatch(new) and not leads_back(old, new):
            yield Move(old, new)


def leads_back(old: str, new: str) -> bool:
    """Whether following the redirect would come to it again."""
    return new == old or (old.endswith("/") and new.startswith(old))


def find_move(moves: Mapping[str, Move], path: str) -> Move | None:
    """The rule for a path: its own, else that of the nearest folder above it."""
    found = moves.get(path)
    while found is None and path:
        path = path.rstrip("/").rpartition("/")[0]
        path = f"{path}/" if path else ""
        found = moves.get(path)
    return found


def is_absolute(address: str) -> bool:
    return address.startswith(("http://", "https://"))
