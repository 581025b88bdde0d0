"""Which articles are in an issue, and in which order: pure (design.md 7, Compose)."""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from publisher.model.article import Article, ArticleState
from publisher.model.ids import ArticleId
from publisher.model.settings import DigestSettings


@dataclass(frozen=True, slots=True)
class Choice:
    """`items` in the order of reading; `carried` what `max_items` cut off; `left_out` with the reason for each."""

    items: tuple[Article, ...]
    carried: tuple[ArticleId, ...] = ()
    left_out: tuple[tuple[ArticleId, str], ...] = ()


def choose(
    candidates: Sequence[Article],
    *,
    rules: DigestSettings,
    now: datetime,
    floor: datetime,
    already: AbstractSet[ArticleId],
    carried: Sequence[ArticleId] = (),
) -> Choice:
    """Choose what is new to the digest: newest first, what an earlier issue cut off before the rest.

    `floor`: nothing published at or before it is ever mailed. `already`: articles that an issue of the digest held.
    """
    reasons = {
        article.id: why_not(article, rules=rules, now=now, floor=floor, already=already) for article in candidates
    }
    fitting = sorted(
        (article for article in candidates if not reasons[article.id]),
        key=lambda article: (-article.published.timestamp(), article.id),
    )
    waiting = frozenset(carried)
    queue = sorted(fitting, key=lambda article: article.id not in waiting)
    items, rest = queue[: rules.max_items], queue[rules.max_items :]
    chosen = {article.id for article in items}
    return Choice(
        items=tuple(article for article in fitting if article.id in chosen),
        carried=tuple(article.id for article in rest),
        left_out=tuple((one, reason) for one, reason in reasons.items() if reason),
    )


def why_not(
    article: Article, *, rules: DigestSettings, now: datetime, floor: datetime, already: AbstractSet[ArticleId]
) -> str:
    """Why an article is not in the next issue; empty where it fits."""
    if article.state is not ArticleState.PUBLISHED:
        return f"it is {article.state}"
    if article.id in already:
        return "an issue of this digest has held it"
    if article.published > now:
        return "its date is in the future"
    if article.published <= floor:
        return "it was published before the digest's floor"
    if rules.sections and article.section not in rules.sections:
        return f"its section is {article.section}"
    if article.first_seen - article.published > rules.max_age:
        return "it was older than max_age when it was first seen"
    return ""


def in_order(articles: Sequence[Article], order: Sequence[str]) -> tuple[Article, ...]:
    """By the order of sections; those of no such section after them; inside a section as they were given."""
    places = {section: place for place, section in enumerate(order)}
    return tuple(sorted(articles, key=lambda article: places.get(article.section, len(places))))
