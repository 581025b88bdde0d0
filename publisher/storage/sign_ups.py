"""Queries of the sign-up and of coming back: who was mailed a confirmation when, and when somebody left.

The key of an address is a keyed hash (tokens.hidden_key): the table of limits names nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, exists, func, or_, select, update

from publisher.model.article import ArticleState
from publisher.model.ids import SubscriberId
from publisher.model.subscriber import SubscriptionState
from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import articles, sign_ups, subscribers, subscriptions

u, p, w = sign_ups.c, subscribers.c, subscriptions.c
DAY, WEEK = timedelta(days=1), timedelta(days=7)
PER_WEEK = 3
NEWEST = 2000
FORGET_AT_ONCE = 100


@dataclass(frozen=True, slots=True)
class Known:
    """A subscriber by id. `language` empty: the magazine's own."""

    id: SubscriberId
    address: str
    key: str
    language: str
    consent: str


def claim_confirmation(tx: Transaction, key: str, *, now: datetime) -> bool:
    """Count one confirmation for an address; False where it had one within a day or three within a week."""
    week_over = u.week_from_at <= now - WEEK
    fresh = {"address_key": key, "asked_at": now, "week_from_at": now, "week_count": 1}
    again = {
        "asked_at": now,
        "week_from_at": case((week_over, now), else_=u.week_from_at),
        "week_count": case((week_over, 1), else_=u.week_count + 1),
    }
    is_free = and_(u.asked_at <= now - DAY, or_(week_over, u.week_count < PER_WEEK))
    made = insert_for(tx, sign_ups).values(fresh)
    claimed = made.on_conflict_do_update(index_elements=[u.address_key], set_=again, where=is_free)
    return tx.execute(claimed.returning(u.address_key)).first() is not None


def release_confirmation(tx: Transaction, key: str, *, now: datetime) -> None:
    """Take a count back: no mail left, so the person may ask again at once."""
    values = {"asked_at": now - DAY, "week_count": u.week_count - 1}
    tx.execute(update(sign_ups).where(u.address_key == key, u.asked_at == now).values(values))


def count_confirmations(tx: Transaction, *, since: datetime) -> int:
    """How many addresses were mailed a confirmation since then."""
    return int(tx.execute(select(func.count()).where(u.asked_at > since)).scalar_one())


def forget_limits(tx: Transaction, *, now: datetime) -> None:
    """Drop what limits nobody any more."""
    tx.execute(delete(sign_ups).where(u.asked_at <= now - WEEK, u.week_from_at <= now - WEEK))


def forget_unconfirmed(tx: Transaction, *, consent: str, before: datetime) -> int:
    """Forget people who asked (their consent says just this) before then and never confirmed; how many."""
    held = exists().where(w.subscriber_id == p.id, w.state != SubscriptionState.PENDING.value)
    mine = select(p.id).where(p.consent == consent, p.since_at < before, ~held).order_by(p.id).limit(FORGET_AT_ONCE)
    ids = list(tx.execute(mine).scalars())
    tx.execute(delete(subscriptions).where(w.subscriber_id.in_(ids)))
    tx.execute(delete(subscribers).where(p.id.in_(ids)))
    return len(ids)


def get_known(tx: Transaction, subscriber_id: SubscriberId) -> Known | None:
    """The person of an id; None where there is none (any more)."""
    columns = (p.id, p.address, p.address_key, p.language, p.consent)
    row = tx.execute(select(*columns).where(p.id == subscriber_id)).first()
    return Known(SubscriberId(row.id), row.address, row.address_key, row.language or "", row.consent) if row else None


def set_consent(tx: Transaction, subscriber_id: SubscriberId, consent: str) -> None:
    """When and how a person agreed."""
    tx.execute(update(subscribers).where(p.id == subscriber_id).values(consent=consent))


def ended_at(tx: Transaction, subscriber_id: SubscriberId, letter: Sequence[str]) -> dict[str, datetime]:
    """When each cadence of a letter ended, of those that a person held once."""
    mine = select(w.digest, w.ended_at).where(
        w.subscriber_id == subscriber_id, w.digest.in_(letter), w.ended_at.is_not(None)
    )
    return {row.digest: row.ended_at for row in tx.execute(mine)}


def newest_sections(tx: Transaction) -> list[str]:
    """The sections of the newest published articles, in the order of their names."""
    a = articles.c
    newest = select(a.section).where(a.state == ArticleState.PUBLISHED.value).order_by(a.published_at.desc())
    part = newest.limit(NEWEST).subquery()
    return sorted({section for section in tx.execute(select(part.c.section).distinct()).scalars() if section})
