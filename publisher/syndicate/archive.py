"""The closed pages of the feed of everything (RFC 5005 4; feeds.md G50-G55): numbered once, never renumbered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher.feeds import ArchiveLinks
from publisher.model.ids import ArticleId
from publisher.model.settings import Settings
from publisher.storage import Transaction, listings
from publisher.storage.feeds import ARCHIVE, StoredFeed
from publisher.syndicate.changes import Changes
from publisher.syndicate.places import ARCHIVE_PATH, FILE_NAMES, archive_path, formats_of

FEWEST = 2
"""Pages are written from two on: a single one has neither neighbour, and validators call it incomplete (G53)."""


@dataclass(frozen=True, slots=True)
class Archive:
    """The archive as one build sees it. Page k holds the articles that came out as numbers (k-1) P + 1 to k P.

    `pages` are those to write, newest first, with their articles. `unclosed` came out after the newest page was
    closed: the subscription document lists them whatever their date, so that every article can be reached from it.
    """

    page_size: int = 0
    closed_count: int = 0
    pages: Mapping[int, tuple[ArticleId, ...]] = field(default_factory=dict)
    unclosed: tuple[ArticleId, ...] = ()

    def links_of_page(self, settings: Settings, kind: str, number: int) -> ArchiveLinks:
        base = settings.feeds.base_url
        return ArchiveLinks(
            previous=f"{base}{archive_path(kind, number - 1)}" if number > 1 else "",
            next=f"{base}{archive_path(kind, number + 1)}" if number < self.closed_count else "",
            current=f"{base}{FILE_NAMES[kind]}",
        )

    def links_of_feed(self, settings: Settings, kind: str) -> ArchiveLinks:
        """Of the subscription document: the way to the newest page."""
        if not self.closed_count or kind not in archived_formats(settings):
            return ArchiveLinks()
        return ArchiveLinks(previous=f"{settings.feeds.base_url}{archive_path(kind, self.closed_count)}")


def archived_formats(settings: Settings) -> tuple[str, ...]:
    """JSON Feed has a `next_url`, but no document that its readers would follow it to (G55)."""
    return tuple(kind for kind in formats_of(settings) if kind != "json") if settings.feeds.archive else ()


def plan_archive(tx: Transaction, changes: Changes) -> Archive:
    """Which pages are closed, and which of them are to be written again."""
    settings, now = changes.settings, changes.now
    last = listings.last_number(tx)
    size = changes.state.page_size or settings.feeds.entries
    if not archived_formats(settings) or last < FEWEST * size:
        return Archive(page_size=changes.state.page_size)
    closed = last // size
    numbers = range(1, closed + 1) if changes.is_whole else dirty_pages(changes, closed, size)
    return Archive(
        page_size=size,
        closed_count=closed,
        pages={
            number: tuple(listings.numbered_ids(tx, first=(number - 1) * size + 1, last=number * size, now=now))
            for number in sorted(numbers, reverse=True)
        },
        unclosed=tuple(listings.numbered_ids(tx, first=closed * size + 1, last=last, now=now)),
    )


def dirty_pages(changes: Changes, closed: int, size: int) -> set[int]:
    """Pages of what changed, pages that are not written yet, and the one that was the newest: it gets a next (G54)."""
    changed = {(card.number - 1) // size + 1 for card in changes.cards if card.number is not None}
    damaged = {int(found[2]) for path in changes.stale if (found := ARCHIVE_PATH.fullmatch(path))}
    kinds = archived_formats(changes.settings)
    missing = {n for n in range(1, closed + 1) if any(archive_path(kind, n) not in changes.stored for kind in kinds)}
    newest = max((page_number(row) for row in changes.stored.values()), default=0)
    relinked = {newest} if newest < closed else set()
    return {number for number in changed | damaged | missing | relinked if 1 <= number <= closed}


def page_number(row: StoredFeed) -> int:
    """Of a page of the archive; 0 for any other file."""
    found = ARCHIVE_PATH.fullmatch(row.path) if row.selection == ARCHIVE else None
    return int(found[2]) if found else 0
