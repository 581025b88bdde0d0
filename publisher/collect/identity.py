"""Which stored article a reading is (design.md 7, reliability.md U1): by key, kept id, address, words, in that order.

A source that changes its guids, moves to https, adds tracking to its addresses or gives everything new dates makes no
article new; neither does an article that moves from one source to another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from publisher.collect.instants import to_instant
from publisher.collect.intake import IMPORT, Intake
from publisher.feeds.urls import article_url, without_script
from publisher.html.titles import plain_title
from publisher.model.article import Article, ParsedArticle
from publisher.storage import Transaction, articles

FRONT_PAGE = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Match:
    """The stored article that a reading is. `is_elsewhere`: another source has it, and keeps it."""

    article: Article
    is_elsewhere: bool = False


def url_key(url: str | None) -> str:
    """What stays of an address when its site changes scheme, `www.`, trailing slashes or tracking; "" for a bare host.

    `https://www.harbour.example/index.php/culture/fog/?utm_source=x` is `harbour.example/culture/fog`.
    """
    found = article_url(url)
    if found is None:
        return ""
    parts = urlsplit(found)
    host = (parts.hostname or "").removeprefix("www.").rstrip(".")
    path = FRONT_PAGE.sub("", without_script(unquote(parts.path))).rstrip("/")
    query = urlencode(sorted(parse_qsl(parts.query)))
    if not path and not query:
        return ""
    return f"{host}{path}{'?' if query else ''}{query}"


def identify(tx: Transaction, intake: Intake, source_key: str, parsed: ParsedArticle, words: str) -> Match | None:
    """The stored article that this is; None for a new one. `words` is the hash of title and text."""
    by_key = articles.find_by_key(tx, intake.source.name, source_key)
    if by_key is not None:
        return Match(by_key)
    for candidates in lookups(tx, intake, parsed, words):
        match = first_match(candidates, intake)
        if match is not None:
            return match
    return None


def lookups(tx: Transaction, intake: Intake, parsed: ParsedArticle, words: str) -> Iterable[list[Article]]:
    if parsed.entry_id:
        kept = articles.find_by_id(tx, parsed.entry_id)
        yield [kept] if kept else []
    if key := url_key(parsed.url):
        found = articles.find_by_url(tx, key)
        yield found if len(found) == 1 else []  # an address that several share says nothing about any of them
    yield articles.find_by_text(tx, words)
    if intake.source.name == IMPORT:
        yield saved_before(tx, intake, parsed)


def saved_before(tx: Transaction, intake: Intake, parsed: ParsedArticle) -> list[Article]:
    """A page that was saved in another form has other blanks and captions; its title and date are the same."""
    published = to_instant(parsed.published, ZoneInfo(intake.settings.site.timezone))
    found = articles.find_by_title(tx, IMPORT, plain_title(parsed.title)) if published else []
    return [article for article in found if article.published == published]


def first_match(candidates: Iterable[Article], intake: Intake) -> Match | None:
    for article in candidates:
        if article.source not in intake.sources:
            return Match(article)  # its source was taken out of the configuration: this one goes on with it
        if article.source != intake.source.name:
            return Match(article, is_elsewhere=True)
        if article.source_key not in intake.present or article.source == IMPORT:
            return Match(article)
    return None


def is_another(stored: Article, parsed: ParsedArticle, words: str, stored_words: str) -> bool:
    """Whether a known key seems to hold another article now: title, address and words all differ (U2)."""
    same_url = bool(parsed.url) and url_key(parsed.url) == url_key(stored.url)
    return words != stored_words and parsed.title.casefold() != stored.title.casefold() and not same_url
