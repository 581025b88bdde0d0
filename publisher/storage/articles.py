"""Queries over articles and listed extracts: rows stay here, frozen values come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Integer, Row, Text, cast, func, insert, select, update

from publisher.errors import NotFound
from publisher.model.article import (
    Article,
    ArticleState,
    Attachment,
    Block,
    BlockKind,
    Body,
    Extract,
    ListedExtract,
    Origin,
    Original,
    OriginFeed,
    Passage,
    Problem,
)
from publisher.model.ids import ArticleId
from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import articles, facts, issue_items, issues, listed_extracts

a = articles.c
REVISION = "articles.revision"
"""The fact that counts the writes of articles."""


def to_article(row: Row[Any]) -> Article:
    """A row of `articles` as a value."""
    blocks = tuple(Block(BlockKind(kind), *rest) for kind, *rest in row.blocks)
    return Article(
        id=ArticleId(row.id),
        number=row.number,
        source=row.source,
        source_key=row.source_key,
        slug=row.slug,
        url=row.url,
        title=row.title,
        authors=tuple(row.authors),
        section=row.section,
        language=row.language,
        tags=tuple(row.tags),
        published=row.published_at,
        updated=row.updated_at,
        first_seen=row.first_seen_at,
        image=row.image,
        licence=row.licence,
        original=to_original(row),
        body=Body(row.body_html, row.body_text, blocks),
        extract=Extract(to_passages(row.passages), Origin(row.origin)),
        content_hash=row.content_hash,
        state=ArticleState(row.state),
        problem=Problem(**row.problem) if row.problem else None,
        warnings=tuple(row.warnings),
        image_size=tuple(row.image_size) if row.image_size else None,
        attachments=tuple(Attachment(*one) for one in row.attachments or ()),
    )


def to_original(row: Row[Any]) -> Original | None:
    if not row.original_name:
        return None
    feed = OriginFeed(**row.original_feed) if row.original_feed else None
    return Original(row.original_name, row.original_url or "", feed)


def to_passages(rows: Iterable[Sequence[Any]]) -> tuple[Passage, ...]:
    return tuple(Passage(text, start, end) for text, start, end in rows)


def passage_rows(passages: Iterable[Passage]) -> list[list[Any]]:
    return [[passage.text, passage.start, passage.end] for passage in passages]


def to_row(article: Article) -> dict[str, Any]:
    """The columns of an article, but for what only collecting knows (`text_hash`, `url_key`, `given`)."""
    original = article.original
    return {
        "id": article.id,
        "number": article.number,
        "source": article.source,
        "source_key": article.source_key,
        "slug": article.slug,
        "url": article.url,
        "title": article.title,
        "authors": list(article.authors),
        "section": article.section,
        "language": article.language,
        "tags": list(article.tags),
        "published_at": article.published,
        "updated_at": article.updated,
        "first_seen_at": article.first_seen,
        "image": article.image,
        "licence": article.licence,
        "image_size": list(article.image_size) if article.image_size else None,
        "attachments": [list(asdict(one).values()) for one in article.attachments],
        "original_name": original.name if original else None,
        "original_url": original.url if original else None,
        "original_feed": asdict(original.feed) if original and original.feed else None,
        "body_html": article.body.html,
        "body_text": article.body.text,
        "blocks": [
            [block.kind.value, block.start, block.end, block.alt, block.credit] for block in article.body.blocks
        ],
        "origin": article.extract.origin.value,
        "passages": passage_rows(article.extract.passages),
        "content_hash": article.content_hash,
        "state": article.state.value,
        "problem": asdict(article.problem) if article.problem else None,
        "warnings": list(article.warnings),
    }


def find_by_key(tx: Transaction, source: str, source_key: str) -> Article | None:
    row = tx.execute(select(articles).where(a.source == source, a.source_key == source_key)).first()
    return to_article(row) if row else None


def find_by_id(tx: Transaction, article_id: str) -> Article | None:
    row = tx.execute(select(articles).where(a.id == article_id)).first()
    return to_article(row) if row else None


def find_by_text(tx: Transaction, text_hash: str) -> list[Article]:
    """Articles with the same title and words, oldest first."""
    rows = tx.execute(select(articles).where(a.text_hash == text_hash).order_by(a.number))
    return [to_article(row) for row in rows]


def find_by_url(tx: Transaction, url_key: str) -> list[Article]:
    """Articles at the same canonical address, oldest first."""
    rows = tx.execute(select(articles).where(a.url_key == url_key).order_by(a.number))
    return [to_article(row) for row in rows]


def find_by_title(tx: Transaction, source: str, title: str) -> list[Article]:
    """Articles of one source with this title, oldest first."""
    rows = tx.execute(select(articles).where(a.source == source, a.title == title).order_by(a.number))
    return [to_article(row) for row in rows]


def get(tx: Transaction, name: str) -> Article:
    """An article by its id or its slug; NotFound otherwise."""
    row = tx.execute(select(articles).where((a.id == name) | (a.slug == name))).first()
    if row is None:
        raise NotFound("There is no such article", name, "See `publisher articles list`.")
    return to_article(row)


def given_of(tx: Transaction, article_id: ArticleId) -> tuple[str, ...]:
    """The editor's passages as the article's own file gives them."""
    return tuple(tx.execute(select(a.given).where(a.id == article_id)).scalar_one())


def text_hash_of(tx: Transaction, article_id: ArticleId) -> str:
    return str(tx.execute(select(a.text_hash).where(a.id == article_id)).scalar_one())


def is_slug_taken(tx: Transaction, slug: str, *, by_other_than: str) -> bool:
    return tx.execute(select(a.id).where(a.slug == slug, a.id != by_other_than)).first() is not None


def is_updated_taken(tx: Transaction, updated: datetime, *, by_other_than: str) -> bool:
    return tx.execute(select(a.id).where(a.updated_at == updated, a.id != by_other_than).limit(1)).first() is not None


def next_number(tx: Transaction) -> int:
    return int(tx.execute(select(func.coalesce(func.max(a.number), 0))).scalar_one()) + 1


@dataclass(frozen=True, slots=True)
class Traits:
    """What only collecting knows of an article: by what it is found again, and what its own file gives as extract."""

    text_hash: str
    url_key: str = ""
    given: tuple[str, ...] = ()

    def columns(self) -> dict[str, Any]:
        return {"text_hash": self.text_hash, "url_key": self.url_key, "given": list(self.given)}


def next_revision(tx: Transaction) -> int:
    """One more than the last write of an article had: what was written since is found by it.

    The counter's row stays locked until the transaction ends, so that revisions become visible in their order: a build
    that has seen one has seen all before it.
    """
    counter = insert_for(tx, facts)
    one_more = cast(cast(facts.c.value, Integer) + 1, Text)
    first = select(cast(func.coalesce(func.max(a.revision), 0) + 1, Text)).scalar_subquery()
    statement = counter.values(key=REVISION, value=first).on_conflict_do_update(
        index_elements=[facts.c.key], set_={"value": one_more}
    )
    return int(tx.execute(statement.returning(facts.c.value)).scalar_one())


def add(tx: Transaction, article: Article, traits: Traits) -> None:
    tx.execute(insert(articles).values(to_row(article) | traits.columns() | {"revision": next_revision(tx)}))


def replace(tx: Transaction, article: Article, traits: Traits) -> None:
    """Write the new state of the article whose `number` it has (its id may be new while it was quarantined)."""
    values = to_row(article) | traits.columns() | {"revision": next_revision(tx)}
    tx.execute(update(articles).where(a.number == article.number).values(values))


def move(tx: Transaction, article_id: ArticleId, *, source: str, source_key: str, traits: Traits) -> None:
    """Note where an article is found from now on; nothing that a reader sees changes."""
    values = {"source": source, "source_key": source_key} | traits.columns()
    tx.execute(update(articles).where(a.id == article_id).values(values))


def mark_problem(tx: Transaction, article_id: ArticleId, problem: Problem) -> None:
    """A published article whose new version is bad stays as it was, and says why."""
    tx.execute(update(articles).where(a.id == article_id).values(problem=asdict(problem)))


def set_state(tx: Transaction, article_id: ArticleId, state: ArticleState) -> None:
    values = {"state": state.value, "revision": next_revision(tx)}
    tx.execute(update(articles).where(a.id == article_id).values(values))


def set_extract(tx: Transaction, article: Article) -> None:
    """Store another extract, with the content hash and time that follow from it."""
    values = {
        "origin": article.extract.origin.value,
        "passages": passage_rows(article.extract.passages),
        "content_hash": article.content_hash,
        "updated_at": article.updated,
        "warnings": list(article.warnings),
        "revision": next_revision(tx),
    }
    tx.execute(update(articles).where(a.id == article.id).values(values))


def iter_articles(tx: Transaction, *, states: Sequence[ArticleState] = tuple(ArticleState)) -> Iterator[Article]:
    """Newest first by `published`, then by id (feeds.md G10)."""
    wanted = select(articles).where(a.state.in_([state.value for state in states]))
    for row in tx.execute(wanted.order_by(a.published_at.desc(), a.id)):
        yield to_article(row)


def iter_new(tx: Transaction, digest: str, *, after: datetime) -> Iterator[Article]:
    """Published articles of after an instant that no issue of a digest has held."""
    held = select(issue_items.c.article_id).join(issues, issues.c.number == issue_items.c.issue)
    held = held.where(issues.c.digest == digest, issues.c.corrects.is_(None))
    new = select(articles).where(a.state == ArticleState.PUBLISHED.value, a.published_at > after, a.id.not_in(held))
    for row in tx.execute(new.order_by(a.number)):
        yield to_article(row)


def get_all(tx: Transaction, ids: Iterable[ArticleId]) -> dict[ArticleId, Article]:
    """These articles by their ids, as far as they are there."""
    wanted, found = sorted(set(ids)), {}
    for start in range(0, len(wanted), 500):
        rows = tx.execute(select(articles).where(a.id.in_(wanted[start : start + 500])))
        found.update({ArticleId(row.id): to_article(row) for row in rows})
    return found


def find_holding(tx: Transaction, fragment: str) -> list[Article]:
    """Articles whose text holds these letters to the letter: a cheap first sieve for a quotation."""
    found = tx.execute(select(articles).where(a.body_text.contains(fragment, autoescape=True)).limit(20))
    return [to_article(row) for row in found]


def add_listed(tx: Transaction, page: str, listed: Iterable[ListedExtract]) -> list[tuple[str, int]]:
    """Store a page's listed extracts; return the keys of those that are new."""
    rows = [
        {"page": page, "position": item.position, "dated_on": item.dated_on, "passages": list(item.passages)}
        for item in listed
    ]
    if not rows:
        return []
    statement = insert_for(tx, listed_extracts).values(rows).on_conflict_do_nothing()
    added = tx.execute(statement.returning(listed_extracts.c.page, listed_extracts.c.position))
    return sorted((row.page, row.position) for row in added)


def iter_waiting(tx: Transaction) -> list[tuple[str, int, date, tuple[str, ...]]]:
    """Listed extracts that wait for their article: page, position, date, passages."""
    row = listed_extracts.c
    found = tx.execute(
        select(row.page, row.position, row.dated_on, row.passages)
        .where(row.article_id.is_(None))
        .order_by(row.page, row.position)
    )
    return [(item.page, item.position, item.dated_on, tuple(item.passages)) for item in found]


def attach_listed(tx: Transaction, page: str, position: int, article_id: ArticleId) -> None:
    row = listed_extracts.c
    tx.execute(update(listed_extracts).where(row.page == page, row.position == position).values(article_id=article_id))


def listed_for(tx: Transaction, article_id: ArticleId) -> tuple[str, ...]:
    """The passages of the listed extract that was attached to an article; empty if there is none."""
    row = listed_extracts.c
    found = tx.execute(
        select(row.passages).where(row.article_id == article_id).order_by(row.page, row.position).limit(1)
    ).first()
    return tuple(found.passages) if found else ()


def listed_of(tx: Transaction, page: str) -> list[tuple[date, tuple[str, ...], str | None]]:
    """A page's listed extracts in their order: date, passages, the id of their article once it is there."""
    row = listed_extracts.c
    wanted = select(row.dated_on, row.passages, row.article_id).where(row.page == page).order_by(row.position)
    return [(found.dated_on, tuple(found.passages), found.article_id) for found in tx.execute(wanted)]
