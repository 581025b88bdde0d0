"""What one build has to do: decided in one short transaction, before any file is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from publisher.feeds.dates import rfc3339
from publisher.model.ids import ArticleId
from publisher.storage import Transaction, listings
from publisher.storage.feeds import StoredFeed, upsert_feeds
from publisher.storage.listings import BuildState, Listing
from publisher.syndicate.archive import Archive, plan_archive
from publisher.syndicate.changes import Changes
from publisher.syndicate.places import FILE_NAMES, formats_of, path_of
from publisher.syndicate.selections import WHOLE, Directory, Key, Selection, read_directory


@dataclass(frozen=True, slots=True)
class Work:
    """One build. `contents` has the dirty feeds in the order of the directory, with their newest articles."""

    changes: Changes
    directory: Directory
    listings: tuple[Listing, ...]
    contents: Mapping[Key, tuple[ArticleId, ...]]
    archive: Archive

    @property
    def state(self) -> BuildState:
        """As it is to be recorded when the files are in place."""
        changes = self.changes
        return BuildState(changes.mark, changes.revision, rfc3339(changes.now), self.archive.page_size)


def begin_build(tx: Transaction, changes: Changes) -> Work:
    """Decide what is to be done, and store what must never be decided otherwise: slugs, ids, the size of a page.

    Until `record_build` the database says that a build is open: one that is killed is made again, whole.
    """
    directory = read_directory(changes.stored.values(), changes.cards, changes.settings, changes.now)
    upsert_feeds(tx, new_rows(directory, changes))
    placed = tuple(directory.listings_of(changes.cards, changes.now))
    before = () if changes.is_whole else tuple(listings.listings_of(tx, [card.id for card in changes.cards]))
    archive = plan_archive(tx, changes)
    contents = newest_ids(tx, changes, placed, before, dirty=dirty_keys(directory, changes, (*before, *placed)))
    if WHOLE in contents:
        contents[WHOLE] = tuple(dict.fromkeys((*contents[WHOLE], *archive.unclosed)))
    listings.set_build_state(tx, replace(changes.state, page_size=archive.page_size, is_open=True))
    return Work(changes, named(tx, directory, contents), placed, contents, archive)


def record_build(tx: Transaction, work: Work, rows: Iterable[StoredFeed]) -> None:
    """Store what was built, after its files are in place."""
    if work.changes.is_whole:
        listings.replace_all_listings(tx, work.listings)
    else:
        listings.replace_listings(tx, [card.id for card in work.changes.cards], work.listings)
    upsert_feeds(tx, [row for row in rows if row != work.changes.stored.get(row.path)])
    listings.set_build_state(tx, work.state)


def new_rows(directory: Directory, changes: Changes) -> list[StoredFeed]:
    """Feeds that begin with this build, by the addresses and ids that they keep; not written yet."""
    found = [
        StoredFeed(path_of(one, FILE_NAMES[kind]), one.id, one.kind, one.slug, one.name)
        for one in directory.selections.values()
        if one.key != WHOLE
        for kind in formats_of(changes.settings)
    ]
    return [row for row in found if row.path not in changes.stored]


def dirty_keys(directory: Directory, changes: Changes, rows: Iterable[Listing]) -> tuple[Key, ...]:
    """The feeds that may have changed, in the order of the directory; with any of them the feed of everything."""
    if changes.is_whole:
        return tuple(directory.selections)
    folders = {path.rpartition("/")[0] for path in changes.stale}
    touched = {(row.selection, row.slug) for row in rows}
    found = {key for key, one in directory.selections.items() if key in touched or one.path in folders}
    return tuple(key for key in directory.selections if key in found or (found and key == WHOLE))


def newest_ids(
    tx: Transaction, changes: Changes, placed: Iterable[Listing], before: Iterable[Listing], *, dirty: Iterable[Key]
) -> dict[Key, tuple[ArticleId, ...]]:
    """The newest articles of each dirty feed: as listed, with what changed in its new place."""
    limit = changes.settings.feeds.entries
    groups: dict[Key, list[Listing]] = {key: [] for key in dirty}
    for row in placed:
        if (row.selection, row.slug) in groups:
            groups[row.selection, row.slug].append(row)
    moved = {row.article_id for row in before}
    for (kind, slug), rows in groups.items() if not changes.is_whole else ():
        known = listings.newest_listings(tx, kind, slug, limit=limit + len(moved))
        rows.extend(row for row in known if row.article_id not in moved)
    return {key: tuple(row.article_id for row in newest_first(rows)[:limit]) for key, rows in groups.items()}


def newest_first(rows: Iterable[Listing]) -> list[Listing]:
    by_id = sorted(rows, key=lambda row: row.article_id)
    return sorted(by_id, key=lambda row: row.published_at, reverse=True)


def named(tx: Transaction, directory: Directory, contents: Mapping[Key, Sequence[ArticleId]]) -> Directory:
    """The directory with each dirty feed called as its newest article spells it."""
    cards = listings.cards_of(tx, {ids[0] for ids in contents.values() if ids})
    changed: dict[Key, Selection] = {
        key: directory.named_by(key, cards[ids[0]]) for key, ids in contents.items() if ids and ids[0] in cards
    }
    return replace(directory, selections={**directory.selections, **changed})
