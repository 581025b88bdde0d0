"""Atom (RFC 4287; feeds.md 1.4)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from publisher.feeds.entry import FeedEntry, FeedInfo
from publisher.feeds.extension import add_entry, checked, new_generator, summary_html


def render_atom(info: FeedInfo, entries: Sequence[FeedEntry], *, url: str) -> bytes:
    """The feed as Atom, entries in the order given; `url` is where it will be served. Same input, same bytes."""
    generator = new_generator(info, url=url)
    generator.id(info.id)
    generator.updated(info.updated)
    generator.author({"name": info.author})
    if info.description:
        generator.subtitle(info.description)
    if info.rights:
        generator.rights(info.rights)
    for entry in entries:
        fill(add_entry(generator, info, entry), entry)
    return checked(generator.atom_str(pretty=True))


def fill(node: Any, entry: FeedEntry) -> None:
    node.id(entry.id)
    node.updated(entry.updated)
    node.published(entry.published)
    node.author([{"name": name} for name in entry.authors])
    node.summary(summary_html(entry), type="html")
    if entry.content_html:
        node.content(entry.content_html, type="html")
    if entry.rights:
        node.rights(entry.rights)
