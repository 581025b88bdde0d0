"""The one projection (feeds.md 0.1): an article as every format shows it. Writers compute nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from publisher.feeds.content import feed_content
from publisher.feeds.dates import whole_second
from publisher.feeds.language import language_tag, text_direction
from publisher.feeds.origin import clean_original
from publisher.feeds.slugs import slugify
from publisher.feeds.urls import article_url, ascii_url
from publisher.html import clean_line, clean_text
from publisher.model.article import Article, Attachment, Original

MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*")
EMAIL = re.compile(r"[^\s@<>()]+@[^\s@<>()]+\.[^\s@<>()]+")
TITLE_WORDS = 12


@dataclass(frozen=True, slots=True)
class Category:
    """`term` is a stable key, `label` what a reader sees."""

    term: str
    label: str


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One article, clean: no character that XML forbids, addresses absolute and ASCII, times in whole seconds of UTC.

    `summary` is the extract as plain text, or the title where there is none. `licence` is an address, `rights` are
    words; one of them at most is set. `original.url` is empty where it is no web address. `image_size` is width and
    height in pixels, where known. `content_html` is None unless whole bodies are published.
    """

    id: str
    url: str
    title: str
    authors: tuple[str, ...]
    section_key: str
    section_name: str
    tags: tuple[str, ...]
    language: str | None
    published: datetime
    updated: datetime
    summary: str
    passages: tuple[str, ...]
    licence: str | None
    rights: str
    original: Original | None
    image: str | None
    content_html: str | None
    image_size: tuple[int, int] | None = None
    attachments: tuple[Attachment, ...] = ()

    @property
    def direction(self) -> str:
        """`rtl` where the entry's language is written so, else empty."""
        return text_direction(self.language or "")

    @property
    def categories(self) -> tuple[Category, ...]:
        """The section and the tags, each once (G24)."""
        section = (Category(self.section_key, self.section_name),) if self.section_name else ()
        known = (*section, *map(tag_category, self.tags))
        found = {category.label.casefold(): category for category in reversed(known)}
        return tuple(reversed(found.values()))


@dataclass(frozen=True, slots=True)
class ArchiveLinks:
    """Where a document stands among those of its feed (RFC 5005 4): addresses, each empty where there is none.

    A closed page `is_page` and has `current`, the subscription document; that one has `previous` alone.
    """

    previous: str = ""
    next: str = ""
    current: str = ""

    @property
    def is_page(self) -> bool:
        return bool(self.current)


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """What a feed says of itself. `path` is its folder below the output ("" or "section/culture").

    `home_url` is the page it belongs to; `updated` its date (G8); `licence` and `rights` hold for every entry.
    `archive` is for RSS and Atom alone.
    """

    id: str
    path: str
    title: str
    description: str
    language: str
    home_url: str
    author: str
    updated: datetime
    licence: str | None = None
    rights: str = ""
    hub: str = ""
    generator: str = "Publisher"
    archive: ArchiveLinks = ArchiveLinks()


def project(article: Article, *, site_url: str, site_licence: str = "", full_content: bool = False) -> FeedEntry:
    """The article as the feeds show it. It never fails: what cannot be shown is left out, one bad piece costs no feed.

    `site_licence` holds for what names no licence and was not republished (design.md 2).
    """
    published = whole_second(article.published)
    passages = tuple(text for text in (clean_text(passage.text) for passage in article.extract.passages) if text)
    summary = clean_text(article.extract.plain).strip()
    licence, rights = licence_of(article.licence or ("" if article.original else site_licence))
    url = article_url(article.url) or article_url(site_url + article.slug) or site_url
    title = clean_line(article.title) or first_words(summary) or url
    language, image = language_tag(article.language), ascii_url(article.image)
    return FeedEntry(
        id=article.id,
        url=url,
        title=title,
        authors=tuple(dict.fromkeys(filter(None, map(person, article.authors)))),
        section_key=slugify(clean_line(article.section), fallback="section"),
        section_name=section_name(article.section),
        tags=tuple(filter(None, map(clean_line, article.tags))),
        language=language,
        published=published,
        updated=max(published, whole_second(article.updated)),
        summary=summary or title,
        passages=passages,
        licence=licence,
        rights=rights,
        original=clean_original(article.original),
        image=image,
        image_size=clean_size(article.image_size) if image else None,
        attachments=clean_attachments(article.attachments),
        content_html=directed(feed_content(article.body.html, base=url), language) if full_content else None,
    )


def clean_size(size: tuple[int, int] | None) -> tuple[int, int] | None:
    """A picture's width and height, where both can be."""
    return size if size is not None and len(size) == 2 and min(size) > 0 else None


def clean_attachments(attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """Each file once; what has no web address or no media type is left out (G25)."""
    found: dict[str, Attachment] = {}
    for given in attachments:
        url, kind = ascii_url(given.url), clean_line(given.type).lower()
        if url and MEDIA_TYPE.fullmatch(kind):
            found.setdefault(url, Attachment(url, kind, max(0, given.length)))
    return tuple(found.values())


def directed(content: str | None, language: str | None) -> str | None:
    """A body that is read from right to left says so itself: readers put it into a page of another direction."""
    direction = text_direction(language or "")
    return f'<div dir="{direction}" lang="{language}">{content}</div>' if content and direction else content


def person(name: str) -> str:
    """A name without any e-mail address in it: feeds are read by harvesters (G22). An address alone: its left part."""
    line = clean_line(name)
    bare = re.sub(r"[\s<(]*" + EMAIL.pattern + r"[>)]*", " ", line).strip()
    return " ".join(bare.split()) or line.partition("@")[0].strip("<( ")


def licence_of(text: str) -> tuple[str | None, str]:
    """An address is a link, anything else is words: `(licence, rights)`. Neither is guessed from the other."""
    line = clean_line(text)
    address = None if " " in line else ascii_url(line)
    return address, "" if address else line


def section_name(section: str) -> str:
    """How readers see a section: one given as a key (`current-affairs`) in words, any other as it was written."""
    line = clean_line(section)
    if not re.fullmatch(r"[a-z0-9]+(?:[-_][a-z0-9]+)*", line):
        return line
    words = re.sub(r"[-_]", " ", line)
    return words[:1].upper() + words[1:]


def first_words(text: str) -> str:
    """A title for what has none (feedgen refuses an empty one)."""
    words = clean_line(text).split()
    return " ".join(words[:TITLE_WORDS]) + ("…" if len(words) > TITLE_WORDS else "")


def tag_category(tag: str) -> Category:
    return Category(tag, tag)
