"""Which article is in which feed, and up to where the feeds were built: what makes a build as small as the change."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Row, String, bindparam, delete, func, insert, literal, select, update

from publisher.model.article import Article, ArticleState
from publisher.model.ids import ArticleId
from publisher.storage.articles import to_article
from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import articles, facts, listings

a, row_of = articles.c, listings.c
BATCH = 500
FACT = "feeds.build"
UNUSED = ("body_html", "body_text", "blocks")
LISTED = select(row_of.selection, row_of.slug, row_of.published_at, row_of.article_id)

Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class BuildState:
    """Up to where the feeds were built.

    `mark` is a hash of all that every feed depends on, `revision` the newest article revision that was seen,
    `built_at` the time until which embargoes were. `page_size` is the number of articles on a closed archive page:
    0 until the first is closed, and the same for ever after. `is_open`: a build began and was not recorded.
    """

    mark: str = ""
    revision: int = 0
    built_at: str = ""
    page_size: int = 0
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What decides in which feeds an article is. `number` is its place in the order of coming out; None: never out."""

    id: ArticleId
    state: ArticleState
    published: datetime
    section: str
    authors: tuple[str, ...]
    language: str
    number: int | None

    def is_out(self, now: datetime) -> bool:
        """Published, and due (feeds.md G10)."""
        return self.state is ArticleState.PUBLISHED and self.published <= now


@dataclass(frozen=True, slots=True)
class Listing:
    """An article in a feed: `selection` and `slug` name the feed."""

    selection: str
    slug: str
    published_at: datetime
    article_id: ArticleId


def by_code(tx: Transaction, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Text in the order of its characters' numbers on either database: PostgreSQL would sort by the words' language."""
    return column.collate("C") if tx.dialect.name == "postgresql" else column


def get_build_state(tx: Transaction) -> BuildState:
    """As the last build left it; of a site without one, the empty state."""
    value = tx.execute(select(facts.c.value).where(facts.c.key == FACT)).scalar()
    return BuildState(**json.loads(value)) if value else BuildState()


def set_build_state(tx: Transaction, state: BuildState) -> None:
    made = insert_for(tx, facts).values(key=FACT, value=json.dumps(asdict(state), sort_keys=True))
    tx.execute(made.on_conflict_do_update(index_elements=[facts.c.key], set_={"value": made.excluded.value}))


def last_revision(tx: Transaction) -> int:
    return int(tx.execute(select(func.coalesce(func.max(a.revision), 0))).scalar_one())


def find_cards(tx: Transaction, *wanted: ColumnElement[bool]) -> list[Card]:
    """Cards, oldest first by `published`, then by id: the order in which names get their addresses."""
    columns = (a.id, a.state, a.published_at, a.section, a.authors, a.language, a.out_number)
    # Sorted here: asked to sort, SQLite takes the index of the dates and reads all articles for a few.
    return oldest_first(
        Card(
            id=ArticleId(row.id),
            state=ArticleState(row.state),
            published=row.published_at,
            section=row.section,
            authors=tuple(row.authors),
            language=row.language,
            number=row.out_number,
        )
        for row in tx.execute(select(*columns).where(*wanted))
    )


def oldest_first(cards: Iterable[Card]) -> list[Card]:
    return sorted(cards, key=lambda card: (card.published, card.id))


def changed_cards(tx: Transaction, *, after: int, since: datetime, now: datetime) -> list[Card]:
    """What was written after a revision, and what became due since (or is no more, where the clock went back)."""
    written = find_cards(tx, a.revision > after)
    due = find_cards(tx, a.published_at > min(since, now), a.published_at <= max(since, now))
    return oldest_first({card.id: card for card in (*written, *due)}.values())


def cards_of(tx: Transaction, ids: Iterable[ArticleId]) -> dict[ArticleId, Card]:
    return {card.id: card for some in batches(ids) for card in find_cards(tx, a.id.in_(some))}


def number_articles(tx: Transaction, ids: Sequence[ArticleId]) -> dict[ArticleId, int]:
    """Give each its place in the order of coming out, after all that have one. It stays for ever (feeds.md G51)."""
    first = last_number(tx) + 1
    numbers = {article_id: number for number, article_id in enumerate(ids, start=first)}
    if numbers:
        place = update(articles).where(a.id == bindparam("key")).values(out_number=bindparam("place"))
        tx.execute(place, [{"key": article_id, "place": number} for article_id, number in numbers.items()])
    return numbers


def last_number(tx: Transaction) -> int:
    return int(tx.execute(select(func.coalesce(func.max(a.out_number), 0))).scalar_one())


def numbered_ids(tx: Transaction, *, first: int, last: int, now: datetime) -> list[ArticleId]:
    """What is out, of the articles with these numbers; newest first."""
    found = find_cards(tx, a.out_number.between(first, last))
    newest_first = sorted(found, key=lambda card: card.published, reverse=True)
    return [card.id for card in newest_first if card.is_out(now)]


def get_articles(tx: Transaction, ids: Iterable[ArticleId], *, with_body: bool) -> list[Article]:
    """Articles in any order; without its body an article is read in a fraction of the time."""
    columns = [column for column in a if with_body or column.name not in UNUSED]
    empty = [] if with_body else [literal("", String).label(name) for name in UNUSED]
    found: list[Article] = []
    for some in batches(ids):
        rows: Iterable[Row[Any]] = tx.execute(select(*columns, *empty).where(a.id.in_(some)))
        found.extend(map(to_article, rows))
    return found


def listings_of(tx: Transaction, ids: Iterable[ArticleId]) -> list[Listing]:
    """Where articles are listed now."""
    return [
        Listing(**row._mapping)
        for some in batches(ids)
        for row in tx.execute(LISTED.where(row_of.article_id.in_(some)))
    ]


def newest_listings(tx: Transaction, selection: str, slug: str, *, limit: int) -> list[Listing]:
    """Newest first by `published`, then by id (feeds.md G10)."""
    wanted = LISTED.where(row_of.selection == selection, row_of.slug == slug)
    ordered = wanted.order_by(row_of.published_at.desc(), by_code(tx, row_of.article_id)).limit(limit)
    return [Listing(**row._mapping) for row in tx.execute(ordered)]


def replace_listings(tx: Transaction, ids: Iterable[ArticleId], rows: Iterable[Listing]) -> None:
    """Put the listings of these articles in the place of what they had."""
    for some in batches(ids):
        tx.execute(delete(listings).where(row_of.article_id.in_(some)))
    add_listings(tx, rows)


def replace_all_listings(tx: Transaction, rows: Iterable[Listing]) -> None:
    tx.execute(delete(listings))
    add_listings(tx, rows)


def add_listings(tx: Transaction, rows: Iterable[Listing]) -> None:
    for some in batches(rows):
        tx.execute(insert(listings), [asdict(one) for one in some])


def batches(values: Iterable[Value]) -> Iterator[list[Value]]:
    """In parts that a statement holds."""
    rest = iter(values)
    while some := list(islice(rest, BATCH)):
        yield some
