"""A feed's bytes to its entries: RSS 0.9x, 1.0 and 2.0, Atom, JSON Feed (feeds.md; reliability.md U4, U9)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from publisher.formats.feed_items import Feed, FeedItem, RawItem, key_of, read_item
from publisher.formats.feed_json import read_json_feed
from publisher.formats.feed_text import decode_feed
from publisher.formats.feed_xml import read_xml

NOTHING: Mapping[str, str] = MappingProxyType({})


ParsedFeed = Feed[FeedItem]


def parse_feed(data: bytes, *, content_type: str = "", url: str, known: Mapping[str, str] = NOTHING) -> ParsedFeed:
    """Read a feed that was fetched from `url`, at most 1,000 of its entries.

    `known` gives fingerprints by source key: an entry that still has its own is not parsed again. ParseError for
    what is no feed; a bad entry is a problem of its own. Nothing else is ever raised, whatever the bytes are.
    """
    text = decode_feed(data, content_type=content_type)
    is_json = text.lstrip()[:1] in ("{", "[")
    raw = read_json_feed(text, url=url) if is_json else read_xml(text, url=url)
    entries, doubles = distinct_items(raw.entries, url=url, known=known)
    return Feed(
        entries=tuple(entries),
        next_url=raw.next_url,
        archive_url=raw.archive_url,
        warnings=(*raw.warnings, *doubled(doubles, url=url)),
    )


def distinct_items(raws: Iterable[RawItem], *, url: str, known: Mapping[str, str]) -> tuple[list[FeedItem], int]:
    """Each key once: the first entry that has it counts, which is the newest."""
    items: dict[str, FeedItem] = {}
    doubles = 0
    for raw in raws:
        key = key_of(raw)
        if key in items:
            doubles += 1
        else:
            items[key] = read_item(raw, where=url, known=known, key=key)
    return list(items.values()), doubles


def doubled(count: int, *, url: str) -> tuple[str, ...]:
    return (f"{url}: {count} entries have the id of another and were left out",) if count else ()


__all__ = ["FeedItem", "ParsedFeed", "parse_feed"]
