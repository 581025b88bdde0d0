"""Queries over subscribers and their subscriptions. `key` is a folded address (subscriptions/addresses.py)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select, update

from publisher.model.choice import ReaderChoice
from publisher.model.ids import SubscriberId
from publisher.model.subscriber import Subscriber, SubscriberState, SubscriptionState
from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import subscribers, subscriptions, suppressions

p, w = subscribers.c, subscriptions.c
PAGE = 1000


@dataclass(frozen=True, slots=True)
class Person:
    """An address to store, with where and when the consent came from."""

    key: str
    address: str
    language: str | None
    since: datetime
    consent: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """A subscription to store for the person of `key`."""

    key: str
    digest: str
    state: SubscriptionState
    sections: tuple[str, ...]
    since: datetime


def add_people(tx: Transaction, people: Sequence[Person]) -> int:
    """Store addresses that are not there yet; how many were new."""
    rows = [
        {
            "address": one.address,
            "address_key": one.key,
            "language": one.language,
            "since_at": one.since,
            "consent": one.consent,
            "name": one.name,
        }
        for one in people
    ]
    return _added(tx, rows)


def _added(tx: Transaction, rows: list[dict[str, Any]]) -> int:
    if not rows:
        return 0
    before = tx.execute(select(func.coalesce(func.max(p.id), 0))).scalar_one()
    tx.execute(insert_for(tx, subscribers).on_conflict_do_nothing(), rows)
    return int(tx.execute(select(func.count()).where(p.id > before)).scalar_one())


def ids_of(tx: Transaction, keys: Sequence[str]) -> dict[str, SubscriberId]:
    """Folded address to id, of those that are stored."""
    found: dict[str, SubscriberId] = {}
    for start in range(0, len(keys), 500):
        rows = tx.execute(select(p.address_key, p.id).where(p.address_key.in_(keys[start : start + 500])))
        found.update({key: SubscriberId(one) for key, one in rows})
    return found


def languages_of(tx: Transaction, ids: Sequence[int]) -> dict[int, str]:
    """The language of each of these who has one."""
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        mine = select(p.id, p.language).where(p.id.in_(ids[start : start + 500]), p.language.is_not(None))
        found.update({row.id: row.language for row in tx.execute(mine)})
    return found


def add_wishes(tx: Transaction, wishes: Sequence[Wish]) -> None:
    """Store subscriptions that are not there yet; one that is there, ended too, stays as it is."""
    ids = ids_of(tx, list(dict.fromkeys(wish.key for wish in wishes)))
    languages = languages_of(tx, list(ids.values()))
    rows = [
        {
            "subscriber_id": ids[wish.key],
            "digest": wish.digest,
            "state": wish.state.value,
            "sections": list(wish.sections),
            "choice": ReaderChoice(languages.get(ids[wish.key], ""), wish.sections).text,
            "since_at": wish.since,
            "ended_at": wish.since if wish.state is SubscriptionState.ENDED else None,
        }
        for wish in wishes
    ]
    if rows:
        tx.execute(insert_for(tx, subscriptions).on_conflict_do_nothing(), rows)


def end_wishes(tx: Transaction, wishes: Sequence[Wish], *, now: datetime) -> None:
    """End the subscriptions that these name, as far as they are held."""
    ids = ids_of(tx, list(dict.fromkeys(wish.key for wish in wishes)))
    held = w.state != SubscriptionState.ENDED.value
    ended = update(subscriptions).where(w.subscriber_id == bindparam("who"), w.digest == bindparam("which"), held)
    ended = ended.values(state=SubscriptionState.ENDED.value, ended_at=now)
    if wishes:
        tx.execute(ended, [{"who": ids[wish.key], "which": wish.digest} for wish in wishes])


def revive(tx: Transaction, subscriber_id: SubscriberId, digest: str, *, now: datetime) -> None:
    """Make a subscription active again, because the person asks for it."""
    values = {"state": SubscriptionState.ACTIVE.value, "since_at": now, "ended_at": None, "entitled": None}
    tx.execute(update(subscriptions).where(w.subscriber_id == subscriber_id, w.digest == digest).values(values))


def end(tx: Transaction, subscriber_id: SubscriberId, *, digests: Sequence[str], now: datetime) -> list[str]:
    """End subscriptions (all where `digests` is empty); the digests that were not ended before."""
    mine = update(subscriptions).where(w.subscriber_id == subscriber_id, w.state != SubscriptionState.ENDED.value)
    if digests:
        mine = mine.where(w.digest.in_(digests))
    ended = mine.values(state=SubscriptionState.ENDED.value, ended_at=now).returning(w.digest)
    return sorted(tx.execute(ended).scalars())


def digests_of(tx: Transaction, subscriber_id: SubscriberId) -> dict[str, bool]:
    """Every digest that a subscriber ever held, and whether it is held still."""
    rows = tx.execute(select(w.digest, w.state).where(w.subscriber_id == subscriber_id))
    return {digest: state != SubscriptionState.ENDED.value for digest, state in rows}


def count_active(tx: Transaction, digest: str) -> int:
    """How many a digest would be sent to now: active subscriptions whose address is not suppressed."""
    found = (
        select(func.count())
        .select_from(subscriptions)
        .join(subscribers, p.id == w.subscriber_id)
        .outerjoin(suppressions, suppressions.c.address_key == p.address_key)
        .where(w.digest == digest, w.state == SubscriptionState.ACTIVE.value, suppressions.c.address_key.is_(None))
    )
    return int(tx.execute(found).scalar_one())


def _people() -> Select[Any]:
    columns = (p.id, p.address, p.address_key, p.language, p.since_at, p.consent, p.name)
    blocked = suppressions.c.reason.label("blocked")
    return select(*columns, blocked).outerjoin(suppressions, suppressions.c.address_key == p.address_key)


def find(tx: Transaction, key: str) -> Subscriber | None:
    """The subscriber of a folded address; None where there is none."""
    row = tx.execute(_people().where(p.address_key == key)).first()
    return _to_subscribers(tx, [row])[0] if row else None


def iter_subscribers(tx: Transaction) -> Iterator[Subscriber]:
    """Everyone, in the order they came, a page at a time."""
    last = 0
    while rows := tx.execute(_people().where(p.id > last).order_by(p.id).limit(PAGE)).all():
        yield from _to_subscribers(tx, rows)
        last = rows[-1].id


def _to_subscribers(tx: Transaction, rows: Sequence[Any]) -> list[Subscriber]:
    first, last = rows[0].id, rows[-1].id
    found = tx.execute(select(subscriptions).where(w.subscriber_id.between(first, last)).order_by(w.digest))
    wishes: dict[int, list[Any]] = {}
    for wish in found:
        wishes.setdefault(wish.subscriber_id, []).append(wish)
    return [_to_subscriber(row, wishes.get(row.id, [])) for row in rows]


def _to_subscriber(row: Any, wishes: Sequence[Any]) -> Subscriber:
    held = [wish for wish in wishes if wish.state != SubscriptionState.ENDED.value]
    sections = dict.fromkeys(section for wish in held for section in wish.sections)
    return Subscriber(
        id=SubscriberId(row.id),
        address=row.address,
        state=_state(row.blocked, [wish.state for wish in held]),
        digests=tuple(wish.digest for wish in held),
        sections=tuple(sections),
        language=row.language,
        since=row.since_at,
        consent=row.consent,
        name=row.name,
    )


def _state(blocked: str | None, states: Sequence[str]) -> SubscriberState:
    if blocked:
        return SubscriberState.SUPPRESSED
    if SubscriptionState.ACTIVE.value in states:
        return SubscriberState.ACTIVE
    return SubscriberState.PENDING if states else SubscriberState.UNSUBSCRIBED
