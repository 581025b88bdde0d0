"""RSS 0.9x, 1.0, 2.0 and Atom, read by feedparser: from bytes alone, its own sanitiser off (reliability.md 3)."""

from __future__ import annotations

from html import escape
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit
from xml.parsers import expat

import feedparser

from publisher.errors import ParseError
from publisher.feeds.urls import ascii_url
from publisher.formats.feed_dates import parse_feed_date
from publisher.formats.feed_flatten import Flat, Identity, flatten
from publisher.formats.feed_items import Feed, RawItem, paragraphs, text_of
from publisher.formats.feed_media import Medium, attachments_of, picture_of
from publisher.formats.feed_repair import Repaired, repair
from publisher.formats.feed_text import REPAIR
from publisher.html.clean import clean_line
from publisher.model.article import Original, OriginFeed

# What lxml and feedparser raise on some feed or other; a feed must never end the pass (reliability.md U4).
READER_ERRORS = (ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
Values = dict[str, Any]


def read_xml(text: str, *, url: str) -> Feed[RawItem]:
    """ParseError for what is no feed."""
    repaired = repair(text, where=url)
    flat, found = parse(repaired, url=url)
    feed: Values = found["feed"]
    pairs = zip(found["entries"], flat.identities, strict=True)
    return Feed(
        entries=tuple(raw_item(entry, identity, feed, url=url) for entry, identity in pairs),
        next_url=link_of(feed, "next"),
        archive_url=link_of(feed, "prev-archive"),
        warnings=repaired.warnings,
    )


def parse(repaired: Repaired, *, url: str) -> tuple[Flat, Values]:
    """feedparser's strict reader; its lenient one, which takes quadratic time, is never reached."""
    try:
        flat = flatten(repaired)
        expat.ParserCreate(namespace_separator=" ").Parse(flat.data, True)
        headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
        found: Values = feedparser.parse(
            BytesIO(flat.data), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except (expat.ExpatError, *READER_ERRORS) as error:
        raise ParseError(f"The feed is broken: {str(error)[:100]}", where=url, hint=REPAIR) from error
    if len(found["entries"]) != len(flat.identities):
        raise ParseError("The feed's entries cannot be told apart", where=url, hint=REPAIR)
    for entry in found["entries"]:
        restore(entry, flat)
    return flat, found


def restore(entry: Values, flat: Flat) -> None:
    """Put the long texts back in the place of their keys."""
    for one in [*listed(entry, "content"), detail(entry, "summary")]:
        one["value"] = flat.texts.get(words(one, "value"), words(one, "value"))
    if words(entry, "summary"):
        entry["summary"] = flat.texts.get(words(entry, "summary"), words(entry, "summary"))


def raw_item(entry: Values, identity: Identity, feed: Values, *, url: str) -> RawItem:
    content, summary = content_of(entry), html_of(detail(entry, "summary"))
    link = link_of(entry, "alternate") or words(entry, "link")
    if not link and identity.is_address:
        link = identity.id
    media = media_of(entry)
    picture = picture_of(media)
    return RawItem(
        id=identity.id,
        title=html_of(detail(entry, "title")),
        link=ascii_url(link) or "",
        base=base_of(entry, url=url),
        content=content,
        summary="" if summary == content else summary,
        authors=authors_of(entry) or (authors_of(feed) if not words(entry, "author") else ()),
        published=words(entry, "published") or words(entry, "created"),
        updated=words(entry, "updated"),
        language=language_of(entry) or words(feed, "language"),
        tags=tuple(words(tag, "label") or words(tag, "term") for tag in listed(entry, "tags")),
        image=picture.url,
        image_size=picture.size,
        attachments=attachments_of(media),
        licence=link_of(entry, "license") or link_of(feed, "license"),
        original=original_of(entry, feed, url=url),
    )


def words(values: Values, key: str) -> str:
    """A text as feedparser has it under exactly this key: its look-ups under other names warn and guess."""
    found = dict.get(values, key)
    return found if isinstance(found, str) else ""


def listed(values: Values, key: str) -> list[Values]:
    found = dict.get(values, key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def detail(values: Values, key: str) -> Values:
    """The text with its type; without one it is HTML."""
    found = dict.get(values, f"{key}_detail")
    return found if isinstance(found, dict) else {"value": words(values, key), "type": "text/html"}


def html_of(one: Values) -> str:
    value, kind = words(one, "value"), words(one, "type")
    if kind in ("text/html", "application/xhtml+xml", ""):
        return value
    return paragraphs(value) if "\n" in value.strip() else escape(value, quote=False)


def title_of(values: Values) -> str:
    return text_of(html_of(detail(values, "title")))


def content_of(entry: Values) -> str:
    """The longest of the contents that are words."""
    found = [html_of(one) for one in listed(entry, "content") if words(one, "type") in TEXT_TYPES]
    return max(found, key=len, default="")


TEXT_TYPES = frozenset({"", "text/html", "text/plain", "application/xhtml+xml"})


def base_of(entry: Values, *, url: str) -> str:
    """The `xml:base` of the content, where the feed gives one."""
    details = [*listed(entry, "content"), detail(entry, "summary")]
    bases = (words(one, "base") for one in details if words(one, "value"))
    return next((base for base in bases if base and base != url and ascii_url(base)), "")


def language_of(entry: Values) -> str:
    details = [detail(entry, "title"), *listed(entry, "content"), detail(entry, "summary")]
    return words(entry, "language") or next((words(one, "language") for one in details if words(one, "language")), "")


def authors_of(values: Values) -> tuple[str, ...]:
    """Names; an address alone is left to its one place, which drops it."""
    found = tuple(name for one in listed(values, "authors") if (name := words(one, "name")))
    return found or tuple(name for name in (words(values, "author"),) if name)


def link_of(values: Values, rel: str) -> str:
    """The first address of this relation; of the alternates the page, not another feed."""
    links = [one for one in listed(values, "links") if words(one, "rel") == rel and words(one, "href")]
    pages = [one for one in links if words(one, "type") in ("text/html", "application/xhtml+xml", "")]
    return next((words(one, "href").strip() for one in pages or links), "")


def media_of(entry: Values) -> list[Medium]:
    """Media RSS first: it tells sizes. Links that are enclosures after it."""
    shown = [
        Medium(words(one, "url"), words(one, "type"), words(one, "medium"), *sizes(one, "filesize"))
        for one in listed(entry, "media_content")
    ]
    small = [
        Medium(words(one, "url"), medium="image", width=words(one, "width"), height=words(one, "height"))
        for one in listed(entry, "media_thumbnail")
    ]
    enclosed = [
        Medium(words(one, "href"), words(one, "type"), length=words(one, "length"))
        for one in listed(entry, "links")
        if words(one, "rel") == "enclosure"
    ]
    return [*shown, *small, *enclosed]


def sizes(one: Values, length: str) -> tuple[str, str, str]:
    return words(one, length), words(one, "width"), words(one, "height")


def original_of(entry: Values, feed: Values, *, url: str) -> Original | None:
    """Where it was first published: Atom's and RSS's `source`, and the link `via`."""
    found = dict.get(entry, "source")
    source: Values = found if isinstance(found, dict) else {}
    via = ascii_url(link_of(entry, "via")) or ""
    address = ascii_url(words(source, "href")) or ascii_url(link_of(source, "self")) or ""
    identity, title = clean_line(words(source, "id")) or address, title_of(source)
    is_own = bool(identity) and identity in (url, clean_line(words(feed, "id")))
    told = OriginFeed(identity, title, instant(words(source, "updated")), address) if identity and not is_own else None
    page = via or (ascii_url(link_of(source, "alternate")) or ascii_url(words(source, "link")) or "" if told else "")
    if told is None and not via:
        return None
    return Original(name=title if told else host_of(via), url=page or words(entry, "link") or address, feed=told)


def host_of(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def instant(text: str) -> str:
    """RFC 3339 in UTC; "" for nonsense."""
    found = parse_feed_date(text)
    return found.isoformat().replace("+00:00", "Z") if found is not None and hasattr(found, "hour") else ""
