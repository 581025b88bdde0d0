"""Queries over the cadences of one letter: which of them a reader holds, and what each chose (design.md 7, Compose).

`letter` are the names of the digests of one group, or the one name of a digest without a group.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select, update

from publisher.model.choice import EVERY, Entitled, ReaderChoice
from publisher.model.ids import SubscriberId
from publisher.model.subscriber import SubscriptionState
from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import subscribers, subscriptions

w = subscriptions.c
OTHER = subscriptions.alias("other").c
ENDED, ACTIVE = SubscriptionState.ENDED.value, SubscriptionState.ACTIVE.value


@dataclass(frozen=True, slots=True)
class Holding:
    """A subscription as stored: which cadence, with which sections, since when each has been wanted."""

    subscriber_id: SubscriberId
    digest: str
    state: SubscriptionState
    sections: tuple[str, ...]
    choice: str
    entitled: Entitled
    since: datetime


def holdings(tx: Transaction, subscriber_id: SubscriberId, letter: Sequence[str]) -> list[Holding]:
    """Every subscription of a reader to the cadences of a letter, the held one first, then the latest."""
    rows = tx.execute(select(subscriptions).where(w.subscriber_id == subscriber_id, w.digest.in_(letter)))
    found = [to_holding(row) for row in rows]
    return sorted(found, key=lambda one: (one.state is SubscriptionState.ENDED, -one.since.timestamp()))


def to_holding(row: Any) -> Holding:
    sections = tuple(row.sections)
    return Holding(
        subscriber_id=SubscriberId(row.subscriber_id),
        digest=row.digest,
        state=SubscriptionState(row.state),
        sections=sections,
        choice=row.choice,
        entitled=read_entitled(row.entitled, sections, since=row.since_at),
        since=row.since_at,
    )


def read_entitled(stored: dict[str, str] | None, sections: tuple[str, ...], *, since: datetime) -> Entitled:
    if stored is None:
        return dict.fromkeys(sections or (EVERY,), since)
    return {section: datetime.fromisoformat(at) for section, at in stored.items()}


def entitled_row(entitled: Entitled) -> dict[str, str]:
    return {section: at.isoformat() for section, at in sorted(entitled.items())}


def hold(
    tx: Transaction,
    subscriber_id: SubscriberId,
    digest: str,
    *,
    choice: ReaderChoice,
    entitled: Entitled,
    since: datetime,
) -> None:
    """Store that a reader holds a digest, whether it was held, ended or never there."""
    values = {
        "state": ACTIVE,
        "sections": list(choice.sections),
        "choice": choice.text,
        "entitled": entitled_row(entitled),
        "since_at": since,
        "ended_at": None,
    }
    key = {"subscriber_id": subscriber_id, "digest": digest}
    stored = insert_for(tx, subscriptions).values(key | values)
    tx.execute(stored.on_conflict_do_update(index_elements=[w.subscriber_id, w.digest], set_=values))


def set_language(tx: Transaction, subscriber_id: SubscriberId, language: str) -> None:
    """A reader's language; the choices of all their subscriptions follow."""
    tx.execute(update(subscribers).where(subscribers.c.id == subscriber_id).values(language=language or None))
    rows = tx.execute(select(w.digest, w.sections).where(w.subscriber_id == subscriber_id)).all()
    for row in rows:
        text = ReaderChoice(language, tuple(row.sections)).text
        tx.execute(
            update(subscriptions).where(w.subscriber_id == subscriber_id, w.digest == row.digest).values(choice=text)
        )


def held_elsewhere(tx: Transaction, ids: Iterable[int], letter: Sequence[str]) -> dict[int, str]:
    """Which of these readers hold a cadence of a letter, and which: a reader holds one of them."""
    wanted, found = list(ids), {}
    for start in range(0, len(wanted), 500):
        part = wanted[start : start + 500]
        rows = tx.execute(
            select(w.subscriber_id, w.digest).where(w.subscriber_id.in_(part), w.digest.in_(letter), w.state != ENDED)
        )
        found.update({row.subscriber_id: row.digest for row in rows})
    return found


def has_been_elsewhere(digest: str, letter: Sequence[str]) -> Any:
    """A condition over subscriptions: the reader has, or had, another cadence of the letter too."""
    others = [name for name in letter if name != digest]
    return exists().where(OTHER.subscriber_id == w.subscriber_id, OTHER.digest.in_(others))
