"""Programs that read feeds, each asked for what its user sees: newsboat, feedparser, reader, and Thunderbird's rules.

Every one keeps what it has read and tells what is unread since it was last asked (feeds.md 5, K10, K11).
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import escape
from html.parser import HTMLParser
from pathlib import Path
from time import struct_time
from typing import Any, Protocol

import feedparser
import pytest
from lxml import etree

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}"


@dataclass(frozen=True)
class Shown:
    """One entry as its reader shows it: plain text, white space folded. A date is None where it does not keep it."""

    id: str
    title: str
    url: str
    authors: str
    published: datetime | None
    updated: datetime | None
    summary: str


class FeedReader(Protocol):
    def refresh(self) -> None:
        """Ask the server once."""

    def entries(self) -> dict[str, Shown]:
        """What is shown, by id."""

    def take_unread(self) -> list[str]:
        """The ids of what is unread; the user reads it all."""


class Text(HTMLParser):
    """The words of a piece of HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def words(text: str) -> str:
    return " ".join(text.split())


def words_of_html(markup: str | None) -> str:
    parser = Text()
    parser.feed(markup or "")
    parser.close()
    return words("".join(parser.found))


def guessed(title: str) -> str:
    """A title's words where nothing says whether it is HTML: a closing tag or an entity does, to feedparser."""
    return words_of_html(title) if re.search(r"</\w+>|&#?\w+;", title) else words(title)


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=10) as answer:
        body: bytes = answer.read()
        return body


@dataclass
class Newsboat:
    """Debian's newsboat, run in batch; what it would show is in its cache."""

    url: str
    folder: Path

    @staticmethod
    def is_installed() -> bool:
        return shutil.which("newsboat") is not None

    def refresh(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "urls").write_text(f"{self.url}\n")
        (self.folder / "config").touch()
        files = ["-u", f"{self.folder}/urls", "-c", f"{self.folder}/cache.db", "-C", f"{self.folder}/config"]
        environment = os.environ | {"HOME": str(self.folder), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            ["newsboat", *files, "-x", "reload"], env=environment, capture_output=True, timeout=30, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(self.folder / "cache.db")) as cache, cache:
            return cache.execute(query).fetchall()

    def entries(self) -> dict[str, Shown]:
        rows = self.rows("SELECT guid, title, url, author, pubDate, content FROM rss_item WHERE deleted = 0")
        return {row[0]: self.shown(*row) for row in rows}

    @staticmethod
    def shown(guid: str, title: str, url: str, author: str, date: int, content: str) -> Shown:
        published = datetime.fromtimestamp(date, UTC)
        return Shown(guid, words(title), url, author, published, None, words_of_html(content))

    def take_unread(self) -> list[str]:
        """Counts rows, so that one article which is there twice shows."""
        unread = [row[0] for row in self.rows("SELECT guid FROM rss_item WHERE unread = 1 ORDER BY guid")]
        self.rows("UPDATE rss_item SET unread = 0")
        return unread


@dataclass
class Feedparser:
    """feedparser, given bytes; a client of it that knows an entry by its id and asks unconditionally."""

    url: str
    known: dict[str, Shown] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def refresh(self) -> None:
        parsed = feedparser.parse(get(self.url))
        assert not parsed.bozo, parsed.bozo_exception
        shown = [self.shown(entry) for entry in parsed.entries]
        self.unread += [one.id for one in shown if one.id not in self.known]
        self.known |= {one.id: one for one in shown}

    @staticmethod
    def shown(entry: Any) -> Shown:
        is_html = entry.title_detail.type == "text/html"
        names = [one.name for one in entry.get("authors", []) if one]
        return Shown(
            id=entry.id,
            title=words_of_html(entry.title) if is_html else words(entry.title),
            url=entry.link,
            authors=", ".join(names),
            published=instant_of(entry.published_parsed),
            updated=instant_of(entry.updated_parsed),
            summary=words_of_html(entry.summary),
        )

    def entries(self) -> dict[str, Shown]:
        return self.known

    def take_unread(self) -> list[str]:
        unread, self.unread = sorted(self.unread), []
        return unread


def instant_of(parsed: struct_time) -> datetime:
    return datetime(*parsed[:6], tzinfo=UTC)


@dataclass
class ReaderLibrary:
    """`reader` from PyPI, with a database of its own. Of an Atom entry's authors it keeps the last."""

    url: str
    library: Any

    def refresh(self) -> None:
        self.library.update_feed(self.url)

    def entries(self) -> dict[str, Shown]:
        is_json = (self.library.get_feed(self.url).version or "").startswith("json")
        return {entry.id: self.shown(entry, is_json=is_json) for entry in self.library.get_entries()}

    @staticmethod
    def shown(entry: Any, *, is_json: bool) -> Shown:
        plain = [one.value for one in entry.content if one.type == "text/plain"]
        return Shown(
            id=entry.id,
            title=words(entry.title) if is_json else guessed(entry.title),
            url=entry.link,
            authors=", ".join(one.name for one in entry.authors),
            published=entry.published,
            updated=entry.updated,
            summary=words(plain[0]) if plain else words_of_html(entry.summary),
        )

    def take_unread(self) -> list[str]:
        unread = list(self.library.get_entries(read=False))
        for entry in unread:
            self.library.mark_entry_as_read(entry)
        return sorted(entry.id for entry in unread)


@contextmanager
def a_reader_library(url: str) -> Iterator[ReaderLibrary]:
    with pytest.MonkeyPatch.context() as patch:
        # Its own copy of feedparser needs a module that feedparser 6.0.14 does not bring any more.
        patch.setenv("READER_NO_VENDORED_FEEDPARSER", "1")
        from reader import make_reader

        library = make_reader(":memory:")
        library.add_feed(url)
    with closing(library):
        yield ReaderLibrary(url, library)


@dataclass
class Thunderbird:
    """What Thunderbird's feed reader makes of a feed, in our words after its published rules.

    Identity: `guid` or `atom:id`; an RSS item without one is known by its link, title and first words. A message is
    made for an id that is not known yet; what comes again under it is not looked at: an edit never arrives, and
    equal ids of one feed are one message. RSS: the link is the `guid` that says to be one, else `link`; the author is
    `author`, else the first `dc:creator`, else the feed's title; the date `pubDate`, else `dc:date`. Atom: the link is
    the first alternate; every `author` of the entry, else those of the feed; the date `updated`, else `published`.
    The body is the whole content, else the summary, else the title. What has neither title nor summary is skipped.
    """

    url: str
    messages: dict[str, Shown] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)

    def refresh(self) -> None:
        root = etree.fromstring(get(self.url), etree.XMLParser(resolve_entities=False, no_network=True))
        found = atom_messages(root) if root.tag == f"{ATOM}feed" else rss_messages(root)
        for one in found:
            if one.id not in self.messages:
                self.messages[one.id] = one
                self.unread.append(one.id)

    def entries(self) -> dict[str, Shown]:
        return self.messages

    def take_unread(self) -> list[str]:
        unread, self.unread = sorted(self.unread), []
        return unread


def rss_messages(root: Any) -> Iterator[Shown]:
    channel = root.find("channel")
    for item in channel.iterfind("item"):
        title, description = text_at(item, "title"), text_at(item, "description")
        if not (title or description):
            continue
        url = rss_link(item)
        author = text_at(item, "author") or text_at(item, f"{DC}creator") or text_at(channel, "title")
        date = text_at(item, "pubDate")
        yield Shown(
            id=text_at(item, "guid") or f"{url}#{title}#{words_of_html(description)[:150]}",
            title=words(title) or words_of_html(description)[:150],
            url=url,
            authors=words(author),
            published=parsedate_to_datetime(date) if date else rfc3339(text_at(item, f"{DC}date")),
            updated=None,
            summary=words_of_html(text_at(item, f"{CONTENT}encoded") or description or title),
        )


def rss_link(item: Any) -> str:
    """A `guid` without `isPermaLink` is a link only where it is a web address."""
    guid = item.find("guid")
    if guid is not None and guid.get("isPermaLink", "true") == "true" and is_web_address(text_at(item, "guid")):
        return text_at(item, "guid")
    link = text_at(item, "link")
    return link if is_web_address(link) else ""


def atom_messages(root: Any) -> Iterator[Shown]:
    for entry in root.iterfind(f"{ATOM}entry"):
        own_id, summary = text_at(entry, f"{ATOM}id"), html_at(entry, "summary")
        title = words_of_html(html_at(entry, "title") or summary[:150])
        if not (own_id and title):
            continue
        links = [
            one.get("href", "") for one in entry.iterfind(f"{ATOM}link") if one.get("rel", "alternate") == "alternate"
        ]
        people = entry.findall(f"{ATOM}author") or root.findall(f"{ATOM}author")
        yield Shown(
            id=own_id,
            title=title,
            url=next(filter(is_web_address, links), ""),
            authors=", ".join(words(text_at(one, f"{ATOM}name")) for one in people),
            published=None,
            updated=rfc3339(text_at(entry, f"{ATOM}updated") or text_at(entry, f"{ATOM}published")),
            summary=words_of_html(html_at(entry, "content") or summary or title),
        )


def text_at(parent: Any, name: str) -> str:
    """The text of the first child of this name, trimmed."""
    found = parent.find(name)
    return "" if found is None else "".join(found.itertext()).strip()


def html_at(entry: Any, name: str) -> str:
    """An Atom text construct as HTML: plain text is escaped, escaped HTML is taken out of its escapes."""
    found = entry.find(f"{ATOM}{name}")
    if found is None:
        return ""
    kind = found.get("type", "text")
    if kind == "xhtml":
        return "".join(etree.tostring(child, encoding="unicode") for child in found)
    text = found.text or ""
    return {"html": text, "text": escape(text, quote=False)}.get(kind, "").strip()


def is_web_address(text: str) -> bool:
    return text.startswith(("http://", "https://"))


def rfc3339(text: str) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


READERS = (
    *("newsboat rss", "newsboat atom", "feedparser rss", "feedparser atom", "thunderbird rss", "thunderbird atom"),
    *("reader rss", "reader atom", "reader json"),
)
PATHS = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}


def readers_of(address: str, folder: Path, stack: ExitStack) -> dict[str, FeedReader]:
    """Every reader of READERS that there is here, over the feeds at `address`; closed with `stack`."""
    made: dict[str, FeedReader] = {}
    for name in READERS:
        program, _, kind = name.partition(" ")
        url = address + PATHS[kind]
        if program == "newsboat" and Newsboat.is_installed():
            made[name] = Newsboat(url, folder / f"newsboat-{kind}")
        elif program == "feedparser":
            made[name] = Feedparser(url)
        elif program == "thunderbird":
            made[name] = Thunderbird(url)
        elif program == "reader":
            made[name] = stack.enter_context(a_reader_library(url))
    return made
