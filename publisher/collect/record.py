"""Recording what a source gave: each reading is one small decision, written in the transaction at hand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import PurePosixPath

from publisher.collect.identity import identify, is_another, url_key
from publisher.collect.intake import Intake
from publisher.collect.resolve import Resolved, article_url, content_hash, resolve, short_slug, text_hash
from publisher.feeds.ids import article_id
from publisher.feeds.slugs import slugify
from publisher.model.article import (
    Article,
    ArticleState,
    Body,
    Extract,
    Origin,
    ParsedArticle,
    Passage,
    Problem,
)
from publisher.storage import Transaction, articles
from publisher.storage.articles import Traits


class Change(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    HELD = "held"
    QUARANTINED = "quarantined"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was done with one reading: the article as stored (None if there is none), and what an editor should know."""

    change: Change
    article: Article | None = None
    warnings: tuple[str, ...] = ()


def record_problem(tx: Transaction, intake: Intake, source_key: str, problem: Problem) -> Recorded:
    """Quarantine: a new bad article waits in a row of its own, a published one stays as it was."""
    stored = articles.find_by_key(tx, intake.source.name, source_key)
    if stored is None:
        articles.add(tx, quarantined(tx, intake, source_key, problem), Traits(text_hash=""))
        return Recorded(Change.QUARANTINED)
    articles.mark_problem(tx, stored.id, problem)
    return Recorded(Change.UNCHANGED if stored.problem == problem else Change.QUARANTINED)


def quarantined(tx: Transaction, intake: Intake, source_key: str, problem: Problem) -> Article:
    """The row of an article that could not be read: named by its file, without words."""
    name = PurePosixPath(source_key).name
    own_id = article_id(intake.settings.site.id_authority, intake.source.name, source_key)
    slug = free_slug(tx, slugify(PurePosixPath(source_key).stem, fallback="article"), source_key, own_id)
    return Article(
        id=own_id,
        number=articles.next_number(tx),
        source=intake.source.name,
        source_key=source_key,
        slug=slug,
        url="",
        title=name,
        authors=(),
        section=intake.source.section or intake.source.name,
        language=intake.settings.site.language,
        tags=(),
        published=intake.now,
        updated=intake.now,
        first_seen=intake.now,
        image=None,
        licence=None,
        original=None,
        body=Body("", "", ()),
        extract=Extract((Passage(name),), Origin.TITLE),
        content_hash="",
        state=ArticleState.QUARANTINED,
        problem=problem,
    )


def record_article(tx: Transaction, intake: Intake, source_key: str, parsed: ParsedArticle) -> Recorded:
    """Store a parsed article as new, changed or unchanged; a draft that was never out is left alone."""
    words = text_hash(parsed)
    match = identify(tx, intake, source_key, parsed, words)
    if match is not None and match.is_elsewhere:
        note = f"the article is there already, from the source {match.article.source}: {match.article.slug}"
        return Recorded(Change.UNCHANGED, None, (note,))
    stored = match.article if match else None
    if stored is None and parsed.is_draft:
        return Recorded(Change.UNCHANGED)
    listed = articles.listed_for(tx, stored.id) if stored else ()
    resolved = resolve(parsed, intake=intake, source_key=source_key, listed=listed)
    clash = id_clash(tx, resolved, stored, source_key)
    if clash is not None:
        return record_problem(tx, intake, source_key, clash)
    reused = reused_key(tx, stored, parsed, words)
    article = build(tx, intake, source_key, parsed, resolved=resolved, stored=stored)
    change = change_of(stored, article)
    store(tx, article, stored, change, Traits(words, url_key(parsed.url), resolved.given))
    return Recorded(change, article, (*article.warnings, *reused))


def store(tx: Transaction, article: Article, stored: Article | None, change: Change, traits: Traits) -> None:
    """Write what is new in an article; where that is only the place it was found at, no reader is to hear of it."""
    if stored is None:
        articles.add(tx, article, traits)
    elif change is Change.UNCHANGED and stored.problem is None:
        articles.move(tx, stored.id, source=article.source, source_key=article.source_key, traits=traits)
    else:
        articles.replace(tx, article, traits)


def reused_key(tx: Transaction, stored: Article | None, parsed: ParsedArticle, words: str) -> tuple[str, ...]:
    """A warning where an upstream gives a known article's key to another: it is taken as an edit (U2)."""
    if stored is None or stored.state is ArticleState.QUARANTINED:
        return ()
    if not is_another(stored, parsed, words, articles.text_hash_of(tx, stored.id)):
        return ()
    return (f"its key was that of “{stored.title}”: taken as an edit of {stored.slug}",)


def change_of(stored: Article | None, article: Article) -> Change:
    if stored is None or stored.state is ArticleState.QUARANTINED:
        return Change.HELD if article.state is ArticleState.HELD else Change.NEW
    same = replace(stored, source=article.source, source_key=article.source_key, problem=None) == article
    return Change.UNCHANGED if same else Change.CHANGED


def id_clash(tx: Transaction, resolved: Resolved, stored: Article | None, source_key: str) -> Problem | None:
    """An id that another article has is refused: an id is never used twice (feeds.md G11)."""
    other = articles.find_by_id(tx, resolved.id)
    if other is None or (stored is not None and other.number == stored.number):
        return None
    if stored is not None and stored.state is not ArticleState.QUARANTINED:
        return None
    return Problem(
        f"id: {resolved.id} belongs to {other.source_key} already", source_key, "Remove the key `id` or change it."
    )


def build(
    tx: Transaction,
    intake: Intake,
    source_key: str,
    parsed: ParsedArticle,
    *,
    resolved: Resolved,
    stored: Article | None,
) -> Article:
    """The article as it will be stored: ids and dates that are out never change."""
    is_known = stored is not None and stored.state is not ArticleState.QUARANTINED
    kept = stored if is_known else None
    own_id = kept.id if kept else resolved.id
    slug = resolved.slug if kept is None or parsed.slug else kept.slug
    slug = free_slug(tx, slug, source_key, own_id if stored is None else stored.id)
    hashed = content_hash(
        title=resolved.title, body_html=parsed.body.html, extract=resolved.extract, image=parsed.image
    )
    published = kept.published if kept else resolved.published or intake.now
    return Article(
        id=own_id,
        number=stored.number if stored else articles.next_number(tx),
        source=intake.source.name,
        source_key=source_key,
        slug=slug,
        url=parsed.url or article_url(intake.settings, section=resolved.section, slug=slug),
        title=resolved.title,
        authors=parsed.authors,
        section=resolved.section,
        language=resolved.language,
        tags=parsed.tags,
        published=published,
        updated=updated_at(tx, intake, resolved, kept, published=published, hashed=hashed),
        first_seen=kept.first_seen if kept else intake.now,
        image=parsed.image,
        image_size=parsed.image_size,
        attachments=parsed.attachments,
        licence=resolved.licence,
        original=parsed.original,
        body=parsed.body,
        extract=resolved.extract,
        content_hash=hashed,
        state=state_of(intake, source_key, parsed, kept),
        warnings=resolved.warnings,
    )


def state_of(intake: Intake, source_key: str, parsed: ParsedArticle, kept: Article | None) -> ArticleState:
    """A draft that was out is withdrawn, and comes back when it is no draft any more."""
    if parsed.is_draft:
        return ArticleState.WITHDRAWN
    if kept is not None:
        return kept.state if kept.state is ArticleState.HELD else ArticleState.PUBLISHED
    return ArticleState.HELD if source_key in intake.held else ArticleState.PUBLISHED


def updated_at(
    tx: Transaction, intake: Intake, resolved: Resolved, kept: Article | None, *, published: datetime, hashed: str
) -> datetime:
    """When what readers see last changed: moves only with the content hash (feeds.md G6, G9)."""
    if kept is not None and kept.content_hash == hashed:
        return kept.updated
    if kept is None:
        wanted = max(resolved.updated or published, published)
    else:
        wanted = resolved.updated if resolved.updated and resolved.updated > kept.updated else intake.now
        wanted = max(min(wanted, intake.now), kept.updated + timedelta(seconds=1))
    return intake.distinct_time(tx, wanted, by_other_than=kept.id if kept else resolved.id)


def free_slug(tx: Transaction, slug: str, source_key: str, own_id: str) -> str:
    return short_slug(slug, source_key) if articles.is_slug_taken(tx, slug, by_other_than=own_id) else slug
