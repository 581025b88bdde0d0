"""JSON Feed 1.1 (jsonfeed.org/version/1.1; feeds.md 1.5)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from publisher.feeds.dates import rfc3339
from publisher.feeds.entry import FeedEntry, FeedInfo
from publisher.model.article import Attachment, Original

VERSION = "https://jsonfeed.org/version/1.1"


def render_json(info: FeedInfo, entries: Sequence[FeedEntry], *, url: str) -> bytes:
    """The feed as JSON, entries in the order given; `url` is where it will be served. Same input, same bytes."""
    document = {
        "version": VERSION,
        "title": info.title,
        "home_page_url": info.home_url,
        "feed_url": url,
        "description": info.description,
        "language": info.language,
        "authors": [{"name": info.author}],
        "hubs": [{"type": "WebSub", "url": info.hub}] if info.hub else [],
        "_publisher": own_members(info),
        "items": [item(entry, info) for entry in entries],
    }
    text = json.dumps(without_empty(document), ensure_ascii=False, allow_nan=False, indent=1)
    return f"{text}\n".encode()


def item(entry: FeedEntry, info: FeedInfo) -> dict[str, Any]:
    """Either `content_html` or `content_text` is required; without whole bodies the text is the extract (G15)."""
    has_own_language = entry.language and entry.language.casefold() != info.language.casefold()
    content = {"content_html": entry.content_html} if entry.content_html else {"content_text": entry.summary}
    members = {
        "id": entry.id,
        "url": entry.url,
        "title": entry.title,
        "summary": entry.summary,
        "image": entry.image,
        "date_published": rfc3339(entry.published),
        "date_modified": rfc3339(entry.updated),
        "authors": [{"name": name} for name in entry.authors],
        "tags": [category.label for category in entry.categories],
        "language": entry.language if has_own_language else None,
        "attachments": [attachment(one) for one in entry.attachments],
        "_publisher": own_members(entry),
    }
    return without_empty(members) | content


def attachment(one: Attachment) -> dict[str, Any]:
    return without_empty({"url": one.url, "mime_type": one.type, "size_in_bytes": one.length})


def own_members(told: FeedInfo | FeedEntry) -> dict[str, Any]:
    """What JSON Feed has no member for: licence, direction, size of the image, where a piece was first published."""
    members: dict[str, Any] = {"license": told.licence, "rights": told.rights}
    if isinstance(told, FeedEntry):
        members["direction"] = told.direction
        members["image_size"] = list(told.image_size or ())
        members["original"] = original_members(told.original) if told.original else {}
    return without_empty(members)


def original_members(original: Original) -> dict[str, Any]:
    feed = asdict(original.feed) if original.feed else {}
    return without_empty({"name": original.name, "url": original.url, "feed": without_empty(feed)})


def without_empty(members: dict[str, Any]) -> dict[str, Any]:
    """An absent member says the same as an empty one; `items` is required and stays."""
    return {name: value for name, value in members.items() if value or name == "items"}
