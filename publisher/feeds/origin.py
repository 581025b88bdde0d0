"""Where a republished piece comes from, clean (feeds.md G33)."""

from __future__ import annotations

from datetime import datetime

from publisher.feeds.dates import rfc3339
from publisher.feeds.ids import ABSOLUTE_URI
from publisher.feeds.urls import ascii_url
from publisher.html import clean_line
from publisher.model.article import Original, OriginFeed


def clean_original(original: Original | None) -> Original | None:
    """The name, the address (empty where it is no web address) and the feed; None where neither of the first two is."""
    if original is None:
        return None
    found = Original(clean_line(original.name), ascii_url(original.url) or "", clean_feed(original.feed))
    return found if found.name or found.url else None


def clean_feed(feed: OriginFeed | None) -> OriginFeed | None:
    """What is known for certain of the feed that a piece came from: each part empty where it is not."""
    if feed is None:
        return None
    known = OriginFeed(
        id=feed.id if ABSOLUTE_URI.fullmatch(feed.id) else "",
        title=clean_line(feed.title),
        updated=instant(feed.updated),
        url=ascii_url(feed.url) or "",
    )
    return known if known != OriginFeed("", "", "", "") else None


def instant(text: str) -> str:
    """RFC 3339 in UTC; empty for what is no instant."""
    try:
        when = datetime.fromisoformat(text)
        return rfc3339(when) if when.tzinfo is not None else ""
    except (ValueError, OverflowError):
        return ""
