"""The one projection (feeds.md 0.1): an article as every format shows it. Writers compute nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from publisher.feeds.content import feed_content
from publisher.feeds.dates import whole_second
from publisher.feeds.slugs import slugify
from publisher.feeds.urls import article_url, ascii_url
from publisher.html import clean_line, clean_text
from publisher.model.article import Article, Original

# BCP 47 in the shape that RSS, Atom and JSON Feed share: a language and its subtags.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
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
    words; one of them at most is set. `original.url` is empty where it is no web address. `content_html` is None unless
    whole bodies are published.
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

    @property
    def categories(self) -> tuple[Category, ...]:
        """The section and the tags, each once (G24)."""
        section = (Category(self.section_key, self.section_name),) if self.section_name else ()
        known = (*section, *map(tag_category, self.tags))
        found = {category.label.casefold(): category for category in reversed(known)}
        return tuple(reversed(found.values()))


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """What a feed says of itself. `path` is its folder below the output ("" or "section/culture").

    `home_url` is the page it belongs to; `updated` its date (G8); `licence` and `rights` hold for every entry.
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
    return FeedEntry(
        id=article.id,
        url=url,
        title=title,
        authors=tuple(dict.fromkeys(filter(None, map(person, article.authors)))),
        section_key=slugify(clean_line(article.section), fallback="section"),
        section_name=section_name(article.section),
        tags=tuple(filter(None, map(clean_line, article.tags))),
        language=language_tag(article.language),
        published=published,
        updated=max(published, whole_second(article.updated)),
        summary=summary or title,
        passages=passages,
        licence=licence,
        rights=rights,
        original=clean_original(article.original),
        image=ascii_url(article.image),
        content_html=feed_content(article.body.html, base=url) if full_content else None,
    )


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


def language_tag(tag: str) -> str | None:
    """The tag if it can be one, else None: a feed with a wrong language is refused by its readers (F510)."""
    line = clean_line(tag).replace("_", "-")
    return line if LANGUAGE.fullmatch(line) else None


def first_words(text: str) -> str:
    """A title for what has none (feedgen refuses an empty one)."""
    words = clean_line(text).split()
    return " ".join(words[:TITLE_WORDS]) + ("…" if len(words) > TITLE_WORDS else "")


def tag_category(tag: str) -> Category:
    return Category(tag, tag)


def clean_original(original: Original | None) -> Original | None:
    if original is None:
        return None
    found = Original(name=clean_line(original.name), url=ascii_url(original.url) or "")
    return found if found.name or found.url else None
