"""Recording people: additions that revive nobody, and leaving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from publisher.model.ids import SubscriberId
from publisher.model.subscriber import SubscriberState, SubscriptionState, SuppressionReason
from publisher.storage import Transaction, subscribers, suppressions
from publisher.storage.letters import held_elsewhere
from publisher.storage.subscribers import Person, Wish
from publisher.subscriptions.csv_lines import Line

STATES = {
    SubscriberState.ACTIVE: SubscriptionState.ACTIVE,
    SubscriberState.PENDING: SubscriptionState.PENDING,
    SubscriberState.UNSUBSCRIBED: SubscriptionState.ENDED,
    SubscriberState.SUPPRESSED: SubscriptionState.ACTIVE,
}


def record_lines(
    tx: Transaction, lines: Sequence[Line], *, now: datetime, letters: Sequence[Sequence[str]] = ()
) -> int:
    """Store the people of some lines; how many were new.

    Who holds a cadence of a letter keeps that one, whatever other a line names.

    Of who is stored already, a line can end subscriptions and suppress, and add a digest never held; it revives
    nothing and changes no choice of theirs.
    """
    people = [
        Person(line.address.key, line.address.text, line.language, line.since or now, line.consent, line.name)
        for line in lines
    ]
    count = subscribers.add_people(tx, people)
    wishes = [
        Wish(line.address.key, digest, STATES[line.state], line.sections, line.since or now)
        for line in lines
        for digest in line.digests
    ]
    subscribers.add_wishes(tx, without_second_cadences(tx, wishes, letters))
    subscribers.end_wishes(tx, [wish for wish in wishes if wish.state is SubscriptionState.ENDED], now=now)
    blocked = {line.address.key: line.address.text for line in lines if line.state is SubscriberState.SUPPRESSED}
    suppressions.add_many(tx, blocked, reason=SuppressionReason.MANUAL, now=now)
    return count


def without_second_cadences(tx: Transaction, wishes: Sequence[Wish], letters: Sequence[Sequence[str]]) -> list[Wish]:
    """The wishes but those for a letter of which the person holds a cadence already."""
    kept = list(wishes)
    for letter in letters:
        named = [wish for wish in kept if wish.digest in letter and wish.state is not SubscriptionState.ENDED]
        ids = subscribers.ids_of(tx, list(dict.fromkeys(wish.key for wish in named)))
        held = held_elsewhere(tx, ids.values(), letter)
        first = {wish.key: held.get(ids[wish.key], wish.digest) for wish in reversed(named)}
        second = {(wish.key, wish.digest) for wish in named if wish.digest != first[wish.key]}
        kept = [wish for wish in kept if (wish.key, wish.digest) not in second]
    return kept


def leave(tx: Transaction, subscriber_id: SubscriberId, *, digests: Sequence[str], now: datetime) -> list[str]:
    """End the subscriptions to these digests; those that were ended by this."""
    return subscribers.end(tx, subscriber_id, digests=digests, now=now)


def leave_everything(tx: Transaction, *, key: str, address: str, now: datetime) -> bool:
    """The address gets nothing any more; False where it was suppressed already."""
    return suppressions.add(tx, key=key, address=address, reason=SuppressionReason.UNSUBSCRIBED, now=now)
