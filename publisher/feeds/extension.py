"""The one extension of feedgen: what it lacks or gets wrong, and nothing of its private names (feeds.md 2.2).

Its hooks run after feedgen has filled an element and before the entries are attached, so an element may be changed
as well as added to. Elements of Atom have bare names inside feedgen's tree (trap T24), in RSS they have a namespace.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from feedgen.feed import FeedGenerator
from lxml import etree

from publisher.feeds.dates import rfc822, rfc3339
from publisher.feeds.entry import FeedEntry, FeedInfo
from publisher.model.article import Attachment

ATOM = "http://www.w3.org/2005/Atom"
DC = "http://purl.org/dc/elements/1.1/"
MEDIA = "http://search.yahoo.com/mrss/"
LICENCE = "http://backend.userland.com/creativeCommonsRssModule"
HISTORY = "http://purl.org/syndication/history/1.0"
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

# An element of markup or a character reference: a reader of a plain title would take it for one.
MARKUP = re.compile(r"<[A-Za-z/!?]|&(?:#\d+|#[xX][0-9A-Fa-f]+|[A-Za-z][A-Za-z0-9]*);")

Attributes = dict[str, str]


class UnwrittenDate(datetime):
    """A date that feedgen takes and does not write.

    Writing one it would switch the locale of the whole process and back, and with threads leave it switched
    (trap T23); it skips what is false. The hooks below write the dates.
    """

    def __bool__(self) -> bool:
        return False


NO_DATE = UnwrittenDate(1970, 1, 1, tzinfo=UTC)


class FeedExtension:
    """What a feed needs beyond feedgen. `info` and `url` (the feed's own address) are set before output."""

    info: FeedInfo
    url: str

    def extend_ns(self) -> dict[str, str]:
        history = {"fh": HISTORY} if self.info.archive.is_page else {}
        return {"dc": DC, "media": MEDIA, "creativeCommons": LICENCE, **history}

    def extend_atom(self, feed: Any) -> Any:
        replace_text(feed, "updated", rfc3339(self.info.updated))
        own = [{"href": self.url, "rel": "self", "type": "application/atom+xml"}]
        page = [{"href": self.info.home_url, "rel": "alternate", "type": "text/html"}]
        put_after(feed, "updated", [element("link", link) for link in page + own + self.shared_links()])
        set_html_title(feed, self.info.title)
        feed.extend(self.archive_mark())
        return feed

    def extend_rss(self, rss: Any) -> Any:
        channel = rss[0]
        own = [{"href": self.url, "rel": "self", "type": "application/rss+xml"}]
        links = [element(f"{{{ATOM}}}link", link) for link in own + self.shared_links()]
        put_after(channel, "description", links)
        date = element("lastBuildDate", text=rfc822(self.info.updated))
        put_after(channel, "language" if channel.find("language") is not None else "generator", [date])
        if self.info.licence:
            channel.append(element(f"{{{LICENCE}}}license", text=self.info.licence))
        channel.extend(self.archive_mark())
        return rss

    def archive_mark(self) -> list[Any]:
        """A closed page says that it is one (RFC 5005 4), the subscription document never does (G50)."""
        return [element(f"{{{HISTORY}}}archive")] if self.info.archive.is_page else []

    def shared_links(self) -> list[Attributes]:
        """The hub (WebSub 4), the pages of the archive (RFC 5005 4) and the licence (RFC 4946 2) of the whole feed."""
        archive = self.info.archive
        links = {"hub": self.info.hub, "current": archive.current, "prev-archive": archive.previous}
        links |= {"next-archive": archive.next, "license": self.info.licence or ""}
        return [{"href": href, "rel": rel} for rel, href in links.items() if href]


class EntryExtension:
    """What an entry needs beyond feedgen. `entry` and `feed_language` are set before output."""

    entry: FeedEntry
    feed_language: str

    def extend_ns(self) -> dict[str, str]:
        return {}

    def extend_atom(self, node: Any) -> Any:
        entry = self.entry
        replace_text(node, "updated", rfc3339(entry.updated))
        replace_text(node, "published", rfc3339(entry.published))
        page = [{"href": entry.url, "rel": "alternate", "type": "text/html"}]
        licence = [{"href": entry.licence, "rel": "license"}] if entry.licence else []
        files = [{"href": one.url, "rel": "enclosure", **type_and_length(one)} for one in entry.attachments]
        # Replaces the link that feedgen wrote: it keeps nothing but href (trap T1).
        put_after(node, "updated", [element("link", link) for link in page + self.via() + licence + files])
        set_html_title(node, entry.title)
        if self.language:
            node.set(XML_LANG, self.language)
        node.extend(self.source())
        node.extend(self.thumbnail())
        return node

    def extend_rss(self, item: Any) -> Any:
        entry = self.entry
        put_after(item, "guid", [element("pubDate", text=rfc822(entry.published))])
        if entry.authors:  # one element: most readers show but one of several (G22)
            item.append(element(f"{{{DC}}}creator", text=", ".join(entry.authors)))
        item.append(element(f"{{{ATOM}}}updated", text=rfc3339(entry.updated)))
        if self.language:
            item.append(element(f"{{{DC}}}language", text=self.language))
        if entry.rights:
            item.append(element(f"{{{DC}}}rights", text=entry.rights))
        if entry.licence:
            item.append(element(f"{{{LICENCE}}}license", text=entry.licence))
        item.extend(element(f"{{{ATOM}}}link", link) for link in self.via())
        item.extend(self.thumbnail())
        item.extend(self.rss_source())
        for one in entry.attachments[:1]:  # a second one is an error to RSS (G25)
            item.append(element("enclosure", {"url": one.url, **type_and_length(one)}))
        return item

    @property
    def language(self) -> str:
        """The entry's language where it is not the feed's."""
        own = self.entry.language or ""
        return "" if own.casefold() == self.feed_language.casefold() else own

    def via(self) -> list[Attributes]:
        """Where a republished piece was first published (G33)."""
        original = self.entry.original
        if original is None or not original.url:
            return []
        title = {"title": original.name} if original.name else {}
        return [{"href": original.url, "rel": "via", "type": "text/html", **title}]

    def source(self) -> list[Any]:
        """The feed that a republished piece came from: whole, or not at all (RFC 4287 4.2.11)."""
        feed = self.entry.original.feed if self.entry.original else None
        if feed is None or not (feed.id and feed.title and feed.updated):
            return []
        made = element("source")
        made.extend(element(name, text=getattr(feed, name)) for name in ("id", "title", "updated"))
        set_html_title(made, feed.title)
        if feed.url:
            made.insert(2, element("link", {"href": feed.url, "rel": "self"}))
        return [made]

    def rss_source(self) -> list[Any]:
        """RSS knows of that feed its address and its name (G24)."""
        original = self.entry.original
        if original is None or original.feed is None or not original.feed.url:
            return []
        name = original.feed.title or original.name
        return [element("source", {"url": original.feed.url}, text=name)] if name else []

    def thumbnail(self) -> list[Any]:
        """Straight in the entry: some readers do not look into a group (trap T19)."""
        if not self.entry.image:
            return []
        width, height = self.entry.image_size or (0, 0)
        size = {"width": str(width), "height": str(height)} if width and height else {}
        return [element(f"{{{MEDIA}}}thumbnail", {"url": self.entry.image, **size})]


def type_and_length(attachment: Attachment) -> Attributes:
    """Numbers as text: lxml refuses others at output, for the whole feed (trap T17)."""
    return {"type": attachment.type, "length": str(attachment.length)}


def new_generator(info: FeedInfo, *, url: str) -> Any:
    """A feedgen generator with what RSS and Atom share. One per output: feedgen mixes what two formats need (T12)."""
    generator = FeedGenerator()
    generator.register_extension("publisher", FeedExtension, EntryExtension)
    generator.publisher.info, generator.publisher.url = info, url
    generator.title(info.title)
    generator.generator(info.generator)
    generator.language(info.language)
    return generator


def add_entry(generator: Any, info: FeedInfo, entry: FeedEntry) -> Any:
    """Append an entry (feedgen would put it first: trap T5) with what RSS and Atom share."""
    node = generator.add_entry(order="append")
    node.publisher.entry, node.publisher.feed_language = entry, info.language
    node.title(entry.title)
    node.link(href=entry.url, rel="alternate")
    node.category([{"term": category.term, "label": category.label} for category in entry.categories])
    return node


def summary_html(entry: FeedEntry) -> str:
    """The extract, escaped once: the same text in RSS `description` and Atom `summary` (G14)."""
    return html.escape(entry.summary, quote=False)


def escaped_markup(text: str) -> str:
    """Words where HTML may stand: escaped only where they would be taken for markup, or readers show `&amp;`."""
    return html.escape(text, quote=False) if MARKUP.search(text) else text


def element(name: str, attributes: Attributes | None = None, *, text: str | None = None) -> Any:
    made = etree.Element(name, attributes or {})
    made.text = text
    return made


def put_after(parent: Any, name: str, children: Iterable[Any]) -> None:
    """Insert children after the first child called `name`, replacing what of their kind is there already."""
    made = list(children)
    for old in [child for child in parent if any(child.tag == new.tag for new in made)]:
        parent.remove(old)
    place = parent.index(parent.find(name)) + 1
    parent[place:place] = made


def replace_text(parent: Any, name: str, text: str) -> None:
    parent.find(name).text = text


def set_html_title(parent: Any, title: str) -> None:
    """Say `type="html"` only of a title that looks like markup: a reader that guesses would show it wrong (G13)."""
    if MARKUP.search(title):
        node = parent.find("title")
        node.text = html.escape(title, quote=False)
        node.set("type", "html")


def checked(data: bytes) -> bytes:
    """The bytes, parsed once: a feed that is not well-formed is a bug of ours and never reaches the disk."""
    etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))
    return data
