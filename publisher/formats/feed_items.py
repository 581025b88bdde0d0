"""One entry of any feed: as its format gave it, and turned into an article."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from html import escape
from pathlib import PurePosixPath
from typing import Generic, TypeVar
from urllib.parse import unquote, urlsplit

from publisher.errors import ParseError
from publisher.feeds.slugs import slugify
from publisher.feeds.urls import article_url, ascii_url
from publisher.formats.assemble import first_words
from publisher.formats.feed_dates import parse_feed_date
from publisher.formats.front_matter import LANGUAGE
from publisher.html.blocks import body_of_html, plain_text
from publisher.html.clean import clean_line, clean_text
from publisher.html.references import unescape
from publisher.model.article import Attachment, Body, Original, ParsedArticle, Problem

KEY_LENGTH = 500
TITLE_LENGTH = 1_000
NAME_LENGTH = 200
MANY = 50
MAX_TEXT = 1_000_000
"""Characters of one text; a long book has as many."""
BARE = re.compile(r"&(?![#A-Za-z])")
MARKUP = re.compile(r"<[a-zA-Z/!]")
MAILBOX = re.compile(r"[^\s<>()\"]{1,100}@[^\s<>()\"]{1,200}")
HINT = "Tell who runs the feed. The rest was read."


@dataclass(frozen=True, slots=True)
class RawItem:
    """An entry as its format gave it. Title, content and summary are HTML; addresses are absolute or empty.

    `base` is what relative links in the content are resolved against; empty: against `link`.
    """

    id: str = ""
    title: str = ""
    link: str = ""
    base: str = ""
    content: str = ""
    summary: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    language: str = ""
    section: str = ""
    slug: str = ""
    tags: tuple[str, ...] = ()
    image: str = ""
    image_size: tuple[int, int] | None = None
    attachments: tuple[Attachment, ...] = ()
    licence: str = ""
    original: Original | None = None


Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Feed(Generic[Entry]):
    """What a feed holds now. `next_url` and `archive_url` lead to older entries (RFC 5005), or are empty."""

    entries: tuple[Entry, ...]
    next_url: str = ""
    archive_url: str = ""
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedItem:
    """An entry read. With neither `parsed` nor `problem` it is what was known. `upstream_id`: its id, byte for byte."""

    source_key: str
    fingerprint: str
    parsed: ParsedArticle | None = None
    problem: Problem | None = None
    upstream_id: str = ""


def read_item(raw: RawItem, *, where: str, known: Mapping[str, str], key: str = "") -> FeedItem:
    """The article of an entry; a problem for one without title and text, or with HTML built to exhaust its readers.

    What has the fingerprint that `known` gives for its key is not parsed again. `key`: of a source that has its own.
    """
    key, fingerprint = key or key_of(raw), fingerprint_of(raw)
    if known.get(key) == fingerprint:
        return FeedItem(key, fingerprint, upstream_id=raw.id)
    place = f"{where}#{clean_line(key)[:200]}"
    try:
        parsed = build(raw, where=place)
    except ParseError as error:
        problem = Problem(error.what, error.where or place, error.hint or HINT)
        return FeedItem(key, fingerprint, problem=problem, upstream_id=raw.id)
    return FeedItem(key, fingerprint, parsed=parsed, upstream_id=raw.id)


def build(raw: RawItem, *, where: str) -> ParsedArticle:
    url = article_url(raw.link)
    base = raw.base or url or ""
    html, summary = (raw.content, raw.summary) if raw.content.strip() else (raw.summary, "")
    body = body_of_html(as_html(html), base_url=base)
    title = text_of(raw.title)[:TITLE_LENGTH]
    if not title and not body.text.strip():
        raise ParseError("The entry has no title and no text", where=where, hint=HINT)
    language = clean_line(raw.language).replace("_", "-")
    return ParsedArticle(
        title=title or first_words(body),
        body=body,
        authors=clean_names(raw.authors),
        published=date_of(raw),
        updated=parse_feed_date(raw.updated),
        slug=raw.slug or slug_of(url),
        url=url,
        section=clean_line(raw.section) or None,
        language=language if LANGUAGE.fullmatch(language) else None,
        tags=distinct(clean_line(tag)[:NAME_LENGTH] for tag in raw.tags),
        image=ascii_url(raw.image),
        image_size=raw.image_size,
        attachments=raw.attachments,
        licence=clean_line(raw.licence) or None,
        original=raw.original,
        summary=own_summary(summary, body),
    )


def slug_of(url: str | None) -> str | None:
    """The last part of the address as a slug; None where it has none, or a number alone."""
    name = PurePosixPath(unquote(urlsplit(url or "").path)).stem
    return slugify(name, fallback="article") if re.search(r"[^\W\d_]", name) and name != "index" else None


def date_of(raw: RawItem) -> datetime | date | None:
    """When it was published; an entry that tells only when it was changed is at least as old as that."""
    return parse_feed_date(raw.published) or parse_feed_date(raw.updated)


def own_summary(summary: str, body: Body) -> str | None:
    """The source's own summary as plain text, where it has one beside the whole article."""
    text = plain_text(as_html(summary)).strip() if summary.strip() else ""
    return text if text and text != body.text.strip() else None


def as_html(text: str) -> str:
    """What came as HTML; without any tag it is plain text after all, and its blank lines part paragraphs."""
    if len(text) > MAX_TEXT:
        raise ParseError(f"The entry is longer than {MAX_TEXT:,} characters", hint=HINT)
    # A run of bare `&` takes nh3 quadratic time: a million of them 29 s (measured).
    return BARE.sub("&amp;", text) if MARKUP.search(text) else paragraphs(unescape(text))


def paragraphs(text: str) -> str:
    """Plain text as HTML: a paragraph for each, line ends kept."""
    parts = (part.strip() for part in re.split(r"\n[ \t\r]*\n", clean_text(text)))
    return "".join(f"<p>{escape(part, quote=False)}</p>".replace("\n", "<br>\n") for part in parts if part)


def text_of(html: str) -> str:
    """The words of a title in HTML, on one line."""
    return clean_line(plain_text(html) if MARKUP.search(html) else unescape(html))


def clean_names(given: Iterable[str]) -> tuple[str, ...]:
    return distinct(person_name(name) for name in given)


def person_name(given: str) -> str:
    """`ada@harbour.example (Ada Berg)`, `Ada Berg <ada@…>` as the name alone; an address alone is nobody's name."""
    text = clean_line(unescape(given[: NAME_LENGTH * 2]))
    name = MAILBOX.sub(" ", text) if "@" in text else text
    if name != text:
        name = re.sub(r"mailto:|[<>()\"]", " ", name)
    return " ".join(name.split())[:NAME_LENGTH]


def distinct(given: Iterable[str], *, limit: int = MANY) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in given if text))[:limit]


def key_of(raw: RawItem) -> str:
    """What names an entry in its feed: its id, else its address, else its words; what is very long as a hash."""
    key = clean_line(raw.id) or article_url(raw.link) or ""
    if key and len(key) <= KEY_LENGTH:
        return key
    return f"sha256:{hashed(key or [raw.title, raw.content or raw.summary])}"


def fingerprint_of(raw: RawItem) -> str:
    return hashed(asdict(raw))


def hashed(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=True, sort_keys=True).encode()).hexdigest()
