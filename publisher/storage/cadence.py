"""What readers of a letter had and are owed, read from the ledger (design.md 7, Compose; docs/design/0008-cadences.md).

Nothing is kept per reader and article: a delivery names its variant, and a variant its articles.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from publisher.model.delivery import DeliveryState
from publisher.model.ids import ArticleId, SubscriberId
from publisher.model.issue import IssueState
from publisher.model.subscriber import SubscriptionState
from publisher.storage.engine import Transaction
from publisher.storage.letters import Holding, has_been_elsewhere, to_holding
from publisher.storage.tables import deliveries, issue_items, issue_variants, issues, subscriptions

GROUP = 500
NOT_HAD = (DeliveryState.SUPPRESSED.value, DeliveryState.FAILED.value)
"""States of a delivery that certainly brought nothing. Whatever may have arrived, or still may, counts as had."""

d, w, i = deliveries.c, subscriptions.c, issues.c


@dataclass(frozen=True, slots=True)
class Announced:
    """An article in an issue of one cadence of a letter."""

    issue: int
    article_id: ArticleId
    date: datetime


def active_choices(tx: Transaction, digest: str, letter: Sequence[str]) -> dict[str, int]:
    """Every choice of those who never held another cadence of the letter, and how many made it."""
    chosen = select(w.choice, func.count()).where(w.digest == digest, w.state == SubscriptionState.ACTIVE.value)
    if len(letter) > 1:
        chosen = chosen.where(~has_been_elsewhere(digest, letter))
    return {choice: int(count) for choice, count in tx.execute(chosen.group_by(w.choice))}


def switchers(tx: Transaction, digest: str, letter: Sequence[str]) -> list[Holding]:
    """Those who hold the digest and have held another cadence of the letter."""
    if len(letter) < 2:
        return []
    moved = select(subscriptions).where(w.digest == digest, w.state == SubscriptionState.ACTIVE.value)
    moved = moved.where(has_been_elsewhere(digest, letter)).order_by(w.subscriber_id)
    return [to_holding(row) for row in tx.execute(moved)]


def announced(tx: Transaction, letter: Sequence[str], *, since: datetime) -> list[Announced]:
    """What the issues of a letter held since an instant, oldest first; corrections announce nothing."""
    found = (
        select(i.number, issue_items.c.article_id, i.date_at)
        .join(issue_items, issue_items.c.issue == i.number)
        .where(i.digest.in_(letter), i.date_at >= since, i.corrects.is_(None), i.state != IssueState.SKIPPED.value)
        .order_by(i.date_at, i.number, issue_items.c.position)
    )
    return [Announced(row.number, ArticleId(row.article_id), row.date_at) for row in tx.execute(found)]


def variant_items(tx: Transaction, numbers: Sequence[int]) -> dict[tuple[int, int], tuple[ArticleId, ...]]:
    """The articles of each variant of these issues, by (issue, variant)."""
    found: dict[tuple[int, int], tuple[ArticleId, ...]] = {}
    v = issue_variants.c
    for part in parts(numbers):
        rows = tx.execute(select(v.issue, v.number, v["items"].label("articles")).where(v.issue.in_(part)))
        found |= {(row.issue, row.number): tuple(ArticleId(one) for one in row.articles) for row in rows}
    return found


def delivered(
    tx: Transaction, readers: Sequence[SubscriberId], numbers: Sequence[int]
) -> Iterator[tuple[SubscriberId, int, int]]:
    """(reader, issue, variant) of each delivery of these issues that these readers had, or may have had."""
    for issue_part in parts(numbers):
        for part in parts(readers):
            rows = tx.execute(
                select(d.subscriber_id, d.issue, d.variant).where(
                    d.issue.in_(issue_part), d.subscriber_id.in_(part), d.state.not_in(NOT_HAD)
                )
            )
            for row in rows:
                yield SubscriberId(row.subscriber_id), row.issue, row.variant


def parts(numbers: Iterable[int]) -> Iterator[list[int]]:
    wanted = sorted(numbers)
    for start in range(0, len(wanted), GROUP):
        yield wanted[start : start + GROUP]
