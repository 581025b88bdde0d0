"""What a reader chooses: the cadence of a letter, its sections, the language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from publisher.model.choice import ReaderChoice, change_entitled
from publisher.model.ids import SubscriberId
from publisher.model.settings import Settings
from publisher.storage import Transaction, letters, subscribers


def letter_of(settings: Settings, digest: str) -> tuple[str, ...]:
    """The cadences of the letter that a digest is one of, in the order of the configuration; itself without a group."""
    group = next((one.group for one in settings.digests if one.name == digest), "")
    if not group:
        return (digest,)
    return tuple(one.name for one in settings.digests if one.group == group)


def letters_of(settings: Settings) -> tuple[tuple[str, ...], ...]:
    """The letters that come in several cadences."""
    groups = dict.fromkeys(one.group for one in settings.digests if one.group)
    found = (tuple(one.name for one in settings.digests if one.group == group) for group in groups)
    return tuple(letter for letter in found if len(letter) > 1)


def choose(
    tx: Transaction,
    subscriber_id: SubscriberId,
    *,
    letter: Sequence[str],
    digest: str,
    choice: ReaderChoice,
    now: datetime,
) -> None:
    """Let a reader hold this cadence of the letter and no other, with these sections, in this language.

    Since when a section has been wanted is kept over every switch: what came out since then and was never sent to
    this reader comes with the next issue.
    """
    before = letters.holdings(tx, subscriber_id, letter)
    held = next((one for one in before if one.state != "ended"), None)
    entitled = change_entitled(held.entitled if held else {}, choice.sections, now=now)
    since = held.since if held is not None and held.digest == digest else now
    subscribers.end(tx, subscriber_id, digests=[one for one in letter if one != digest], now=now)
    letters.hold(tx, subscriber_id, digest, choice=choice, entitled=entitled, since=since)
    letters.set_language(tx, subscriber_id, choice.language)
