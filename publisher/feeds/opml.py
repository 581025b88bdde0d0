"""OPML 2.0 (opml.org/spec2.opml; feeds.md G43): all feeds of the magazine in one file that a reader imports."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lxml import etree

from publisher.feeds.dates import rfc822


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed: `url` its address, `home_url` the page it belongs to."""

    title: str
    url: str
    home_url: str
    is_rss: bool


@dataclass(frozen=True, slots=True)
class OutlineGroup:
    """Feeds of one kind. With an empty `label` they stand at the top level."""

    label: str
    outlines: tuple[Outline, ...]


def render_opml(title: str, groups: Sequence[OutlineGroup], *, updated: datetime) -> bytes:
    """The subscription list; `updated` is the newest date among the feeds. Same input, same bytes."""
    root = etree.Element("opml", {"version": "2.0"})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = title
    etree.SubElement(head, "dateModified").text = rfc822(updated)
    body = etree.SubElement(root, "body")
    for group in groups:
        add_group(body, group)
    return etree.tostring(root, pretty_print=True, encoding="UTF-8", xml_declaration=True)


def add_group(body: Any, group: OutlineGroup) -> None:
    parent = etree.SubElement(body, "outline", {"text": group.label}) if group.label else body
    for outline in group.outlines:
        etree.SubElement(parent, "outline", attributes(outline))


def attributes(outline: Outline) -> dict[str, str]:
    """`version` only for RSS 2.0: W3C knows no value for Atom."""
    version = {"version": "RSS2"} if outline.is_rss else {}
    named = {"text": outline.title, "title": outline.title, "type": "rss"}
    return {**named, "xmlUrl": outline.url, "htmlUrl": outline.home_url, **version}
