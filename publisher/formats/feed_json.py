"""JSON Feed 1.0 and 1.1, by hand (feedparser has none)."""

from __future__ import annotations

from typing import Any

from publisher.errors import ParseError
from publisher.feeds.urls import absolute_url, ascii_url
from publisher.formats.feed_items import Feed, RawItem, paragraphs
from publisher.formats.feed_media import Medium, attachments_of, picture_of
from publisher.formats.feed_repair import MAX_ENTRIES
from publisher.formats.feed_text import REPAIR, load_json
from publisher.formats.feed_xml import host_of
from publisher.formats.json_values import Values, values, words
from publisher.html.clean import clean_line
from publisher.model.article import Original


def read_json_feed(text: str, *, url: str) -> Feed[RawItem]:
    """ParseError for what is no JSON Feed; what has a wrong type in it counts as missing."""
    feed = load_json(text, where=url)
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise ParseError("This JSON is not a feed: it has no items", where=url, hint=REPAIR)
    items = [item for item in feed["items"] if isinstance(item, dict)]
    left = len(items) - MAX_ENTRIES
    warning = f"{url}: the feed is very long; its first {MAX_ENTRIES:,} entries were read"
    return Feed(
        entries=tuple(raw_item(item, feed, url=url) for item in items[:MAX_ENTRIES]),
        next_url=absolute_url(words(feed, "next_url"), base=url),
        warnings=(warning,) if left > 0 else (),
    )


def raw_item(item: Values, feed: Values, *, url: str) -> RawItem:
    media = media_of(item, url)
    pictures = (absolute_url(words(item, key), base=url) for key in ("image", "banner_image"))
    picture = picture_of([Medium(one, medium="image") for one in pictures if one] or media)
    own, ours = values(item, "_publisher"), values(feed, "_publisher")
    link = absolute_url(words(item, "url"), base=url)
    return RawItem(
        id=identifier(item.get("id")),
        title=escape_text(words(item, "title")),
        link=link,
        content=words(item, "content_html") or paragraphs(words(item, "content_text")),
        summary=paragraphs(words(item, "summary")),
        authors=authors_of(item) or authors_of(feed),
        published=words(item, "date_published"),
        updated=words(item, "date_modified"),
        language=words(item, "language") or words(feed, "language"),
        tags=tuple(tag for tag in listed(item, "tags") if isinstance(tag, str)),
        image=picture.url,
        image_size=picture.size,
        attachments=attachments_of(media),
        licence=words(own, "license") or words(ours, "license"),
        original=original_of(item, own),
    )


def identifier(given: object) -> str:
    """JSON Feed 1.0 allowed numbers, which are to be read as text."""
    if isinstance(given, str):
        return given.strip()
    return str(given) if isinstance(given, int | float) and not isinstance(given, bool) else ""


def escape_text(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def listed(given: Values, key: str) -> list[Any]:
    found = given.get(key)
    return found[:100] if isinstance(found, list) else []


def authors_of(given: Values) -> tuple[str, ...]:
    """`authors` of version 1.1, else `author` of 1.0."""
    people = [one for one in listed(given, "authors") if isinstance(one, dict)] or [values(given, "author")]
    return tuple(name for one in people if (name := words(one, "name")))


def media_of(item: Values, url: str) -> list[Medium]:
    return [
        Medium(absolute_url(words(one, "url"), base=url), words(one, "mime_type"), length=one.get("size_in_bytes"))
        for one in listed(item, "attachments")
        if isinstance(one, dict)
    ]


def original_of(item: Values, own: Values) -> Original | None:
    """Our own extension, else the page that an entry is about."""
    told = values(own, "original")
    via = ascii_url(words(told, "url")) or ascii_url(words(item, "external_url")) or ""
    name = clean_line(words(told, "name")) or host_of(via)
    return Original(name=name, url=via) if told and (name or via) else None
