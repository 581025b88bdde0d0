"""The person behind a personal link: what they hold of the letter that it is about, and whether they can come back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from publisher.app.runtime import Runtime
from publisher.model.ids import SubscriberId
from publisher.model.settings import Settings
from publisher.model.subscriber import Suppression, SuppressionReason
from publisher.storage import Transaction, letters, sign_ups, subscribers, suppressions
from publisher.storage.letters import ACTIVE, ENDED, Holding
from publisher.subscriptions.choices import letter_of
from publisher.tokens import LinkClaim, digest_key, forged

UNDO = timedelta(days=30)
"""How long leaving can be undone by a link alone; after that a person signs up anew."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a link is of. `letter`: the cadences it is about; `held`: the one that is held; `language` may be empty.

    `blocked`: why the address gets nothing at all. `back`: the digest that undoing brings back, empty where nothing.
    """

    id: SubscriberId
    address: str
    key: str
    language: str
    letter: tuple[str, ...]
    title: str
    held: Holding | None
    blocked: SuppressionReason | None
    back: str

    @property
    def is_held(self) -> bool:
        return self.held is not None and self.blocked is None

    @property
    def state(self) -> str:
        """As pages name it: held, left, silent (left everything), blocked (by us, or since mail did not arrive)."""
        if self.blocked is not None:
            return "silent" if self.blocked is SuppressionReason.UNSUBSCRIBED else "blocked"
        return "held" if self.held else "left"


def find_reader(runtime: Runtime, tx: Transaction, claim: LinkClaim) -> Reader:
    """The reader of a claim; TokenError where there is none. The digest may have left the configuration."""
    person = sign_ups.get_known(tx, claim.subscriber_id)
    names = subscribers.digests_of(tx, claim.subscriber_id)
    named = next((one for one in names if digest_key(one) == claim.digest_key), None)
    if person is None or named is None:
        raise forged()
    letter = letter_of(runtime.settings, named)
    holdings = letters.holdings(tx, person.id, letter)
    held = held_of(holdings)
    blocked = suppressions.find(tx, person.key)
    last = held.digest if held else last_left(tx, person.id, holdings)
    return Reader(
        id=person.id,
        address=person.address,
        key=person.key,
        language=person.language,
        letter=letter,
        title=title_of(runtime.settings, last or named),
        held=held,
        blocked=blocked.reason if blocked else None,
        back=last if can_come_back(runtime, tx, person.id, last, held=held, blocked=blocked) else "",
    )


def held_of(holdings: Sequence[Holding]) -> Holding | None:
    """The subscription that mail is sent for, else one that waits for its confirmation."""
    held = [one for one in holdings if one.state != ENDED]
    return next((one for one in held if one.state == ACTIVE), next(iter(held), None))


def last_left(tx: Transaction, subscriber_id: SubscriberId, holdings: list[Holding]) -> str:
    """The cadence that ended last; empty where none did."""
    ended = sign_ups.ended_at(tx, subscriber_id, [one.digest for one in holdings])
    since = {one.digest: one.since for one in holdings}
    return max(ended, key=lambda name: (ended[name], since[name]), default="")


def can_come_back(
    runtime: Runtime,
    tx: Transaction,
    subscriber_id: SubscriberId,
    digest: str,
    *,
    held: Holding | None,
    blocked: Suppression | None,
) -> bool:
    """Whether undoing brings something back: not what others than the reader ended, and not for ever."""
    if blocked is not None:
        return blocked.reason is SuppressionReason.UNSUBSCRIBED and blocked.since > runtime.now() - UNDO
    if held is not None or not digest:
        return False
    return sign_ups.ended_at(tx, subscriber_id, [digest])[digest] > runtime.now() - UNDO


def title_of(settings: Settings, digest: str) -> str:
    """A digest as readers know it; by its name where it left the configuration."""
    return next((one.title for one in settings.digests if one.name == digest), digest)
