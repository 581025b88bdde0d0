"""What a site's page says of its machine-readable sides: its feeds, its REST API."""

from __future__ import annotations

import re

from publisher.feeds.urls import absolute_url
from publisher.html.references import unescape

HEAD = 300_000
LINK = re.compile(r"<link\s[^<>]{1,2000}>", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""([a-z]+)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
HEADER = re.compile(r"""<([^<>]{1,2000})>\s*((?:;\s*[a-z*]+\s*=\s*(?:"[^"]*"|[^\s",;]+)\s*)*)""", re.IGNORECASE)
FEEDS = frozenset({"application/rss+xml", "application/atom+xml", "application/feed+json"})
REST_API = "https://api.w.org/"


def find_feeds(html: str, *, url: str) -> tuple[str, ...]:
    """The feeds that a page names in its head, in order (RSS autodiscovery)."""
    named = (one for one in links(html) if "alternate" in one.get("rel", "").lower().split())
    found = (
        absolute_url(one.get("href", "").strip(), base=url) for one in named if one.get("type", "").lower() in FEEDS
    )
    return tuple(dict.fromkeys(one for one in found if one))


def find_rest_api(html: str, *, header: str, url: str) -> str:
    """Where WordPress's REST API begins, by the `Link` header or the page's head; "" where neither says."""
    told = [attributes(f'href="{address}" {rest}') for address, rest in HEADER.findall(header[:10_000])]
    named = (one for one in [*told, *links(html)] if one.get("rel", "").rstrip("/") == REST_API.rstrip("/"))
    return next((found for one in named if (found := absolute_url(one.get("href", "").strip(), base=url))), "")


def links(html: str) -> list[dict[str, str]]:
    return [attributes(tag) for tag in LINK.findall(html[:HEAD])]


def attributes(tag: str) -> dict[str, str]:
    found = ATTRIBUTE.findall(tag)
    return {name.lower(): unescape(double or single or bare) for name, double, single, bare in found}
