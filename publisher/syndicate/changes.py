"""What changed since the feeds were built: the database is asked only for that (feeds.md K5, K6)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from publisher.model.settings import Settings
from publisher.rendering.pages import SUBSCRIBE
from publisher.storage import Transaction, listings
from publisher.storage.feeds import StoredFeed, iter_feeds
from publisher.storage.listings import BuildState, Card

WRITERS_VERSION = 1
"""Counts up with every change of what the writers and the pages write: the next build then makes all of it anew."""
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Changes:
    """What one build starts from. `cards` are the changed articles, oldest first; all of them where `is_whole`.

    `state` is the last build's; `revision` the newest article revision now. `stale` are paths of files that are not
    on the disk as they were written.
    """

    settings: Settings
    now: datetime
    mark: str
    state: BuildState
    is_whole: bool
    revision: int
    cards: tuple[Card, ...]
    stored: Mapping[str, StoredFeed]
    stale: frozenset[str]


def mark_of(settings: Settings, templates: Mapping[str, str]) -> str:
    """A hash of all that every feed depends on besides the articles: when it changes, everything is built again."""
    told = {
        "site": settings.site.model_dump(mode="json"),
        "feeds": settings.feeds.model_dump(mode="json"),
        "digests": {digest.name: digest.title for digest in settings.digests},
        "pages": settings.web.base_url,
        "template": templates.get(SUBSCRIBE, ""),
        "writers": WRITERS_VERSION,
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def is_whole_needed(state: BuildState, mark: str) -> bool:
    """Whether everything is built again: what all feeds depend on changed, or the last build was killed."""
    return state.is_open or state.mark != mark


def has_changes(tx: Transaction, state: BuildState, now: datetime) -> bool:
    """Whether an article was written since, or became due."""
    return listings.last_revision(tx) > state.revision or bool(changed_cards(tx, state, now=now))


def take_changes(
    tx: Transaction, settings: Settings, *, mark: str, now: datetime, stale: Collection[str] = frozenset()
) -> Changes:
    """What changed, each article that is out with its place in the order of coming out: given here, once."""
    state = listings.get_build_state(tx)
    is_whole = is_whole_needed(state, mark)
    revision = listings.last_revision(tx)
    cards = listings.find_cards(tx) if is_whole else changed_cards(tx, state, now=now)
    return Changes(
        settings=settings,
        now=now,
        mark=mark,
        state=state,
        is_whole=is_whole,
        revision=revision,
        cards=numbered(tx, cards, now),
        stored={row.path: row for row in iter_feeds(tx)},
        stale=frozenset(stale),
    )


def changed_cards(tx: Transaction, state: BuildState, *, now: datetime) -> list[Card]:
    since = datetime.fromisoformat(state.built_at) if state.built_at else LONG_AGO
    return listings.changed_cards(tx, after=state.revision, since=since, now=now)


def numbered(tx: Transaction, cards: Sequence[Card], now: datetime) -> tuple[Card, ...]:
    numbers = listings.number_articles(tx, [card.id for card in cards if card.number is None and card.is_out(now)])
    return tuple(replace(card, number=numbers.get(card.id, card.number)) for card in cards)
