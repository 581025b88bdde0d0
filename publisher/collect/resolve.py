"""From a parsed article to an article of this site: dates, section, language, licence, address, hashes. Pure."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit
from zoneinfo import ZoneInfo

from publisher.collect.instants import to_instant
from publisher.collect.intake import Intake
from publisher.extracts import choose
from publisher.extracts.weights import Weights
from publisher.feeds.ids import article_id
from publisher.feeds.slugs import slugify
from publisher.html import clean_line
from publisher.html.titles import plain_title
from publisher.model.article import Article, Extract, ParsedArticle
from publisher.model.ids import ArticleId
from publisher.model.settings import Settings, SourceSettings

LANGUAGE_LENGTH = 35
"""No registered tag is longer (RFC 5646 4.4.1)."""


@dataclass(frozen=True, slots=True)
class Resolved:
    """A parsed article with the site's defaults filled in; what only the database knows is still open."""

    id: ArticleId
    slug: str
    title: str
    section: str
    language: str
    licence: str | None
    published: datetime | None
    updated: datetime | None
    extract: Extract
    warnings: tuple[str, ...]
    given: tuple[str, ...]


def resolve(parsed: ParsedArticle, *, intake: Intake, source_key: str, listed: Sequence[str] = ()) -> Resolved:
    """Fill in the defaults of the site; `listed` is a listed extract that waited for this article."""
    source, settings = intake.source, intake.settings
    zone = ZoneInfo(settings.site.timezone)
    language = (parsed.language or settings.site.language)[:LANGUAGE_LENGTH]
    given = parsed.given or tuple(listed)
    extract, warnings = choose(
        parsed.body,
        title=parsed.title,
        language=language,
        given=given,
        summary=parsed.summary,
        settings=settings.extracts,
        weights=intake.weights,
    )
    authority = settings.site.id_authority
    return Resolved(
        id=ArticleId(parsed.entry_id) if parsed.entry_id else article_id(authority, source.name, source_key),
        slug=parsed.slug or default_slug(parsed, source_key),
        title=plain_title(parsed.title),
        section=parsed.section or source.section or source.name,
        language=language,
        licence=licence_of(parsed, settings),
        published=to_instant(parsed.published, zone),
        updated=to_instant(parsed.updated, zone),
        extract=extract,
        warnings=warnings,
        given=parsed.given,
    )


def default_slug(parsed: ParsedArticle, source_key: str) -> str:
    """From the last part of the article's address, else of its file's name."""
    path = unquote(urlsplit(parsed.url).path) if parsed.url else source_key
    return slugify(PurePosixPath(path).stem or plain_title(parsed.title), fallback="article")


def licence_of(parsed: ParsedArticle, settings: Settings) -> str | None:
    """The article's own, else the site's; a republished article never takes the site's (design.md 2)."""
    if parsed.licence or parsed.original:
        return parsed.licence
    return settings.site.licence or None


def article_url(settings: Settings, *, section: str, slug: str) -> str:
    """The address of an article whose source gives none (`site.article_url`)."""
    place = {"url": settings.site.url, "section": slugify(section, fallback="section"), "slug": slug}
    return settings.site.article_url.format_map(place)


def short_slug(slug: str, source_key: str) -> str:
    """A slug for an article whose own is taken: with a short hash of its source key."""
    return f"{slug[:71].rstrip('-')}-{hashlib.sha256(source_key.encode()).hexdigest()[:8]}"


def content_hash(*, title: str, body_html: str, extract: Extract, image: str | None) -> str:
    """Changes exactly when what a reader sees changes (feeds.md G6)."""
    return digest_of([title, body_html, [passage.text for passage in extract.passages], image or ""])


def text_hash(parsed: ParsedArticle) -> str:
    """Title and words: the identity of last resort (reliability.md U1)."""
    return digest_of([clean_line(parsed.title).casefold(), parsed.body.text])


def settings_mark(settings: Settings, source: SourceSettings, weights: Weights | None) -> str:
    """A hash of the settings that an article depends on: when they change, unchanged files are read again."""
    learnt = list(weights.values) if weights else None
    kept = [settings.extracts.model_dump(mode="json"), learnt, source.section, settings.site.licence]
    return digest_of([*kept, settings.site.language, settings.site.timezone, settings.site.article_url])[:16]


def digest_of(value: object) -> str:
    return hashlib.sha256(json.dumps(value, ensure_ascii=True, sort_keys=True).encode()).hexdigest()


def with_extract(article: Article, extract: Extract) -> str:
    """The content hash that an article would have with another extract."""
    return content_hash(title=article.title, body_html=article.body.html, extract=extract, image=article.image)
