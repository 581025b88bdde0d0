"""The table `feeds`: one row per file of a feed, keyed by its path below the output folder."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime

from sqlalchemy import select

from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import feeds

# What one build finds out; the id and the hub's pings are kept from row to row.
REWRITTEN = (
    *("slug", "name", "written_hash", "entries_hash", "dated_at"),
    *("closed_count", "size_bytes", "state", "moved_to"),
)
PAGE, ARCHIVE = "page", "archive"
"""Two more kinds of file than there are selections: a page or list for people, and a closed page of the archive."""


@dataclass(frozen=True, slots=True)
class StoredFeed:
    """A file of a feed as last written.

    `entries_hash` is of what it listed, `dated_at` the feed's own date, `closed_count` the number of archive pages
    before it. `state` is `live`, `gone` or `moved` (to `moved_to`). Without a `written_hash` it was never written.
    """

    path: str
    id: str
    selection: str
    slug: str
    name: str
    written_hash: str | None = None
    entries_hash: str | None = None
    dated_at: datetime | None = None
    closed_count: int = 0
    pinged_hash: str | None = None
    size_bytes: int = 0
    state: str = "live"
    moved_to: str | None = None

    @property
    def is_live(self) -> bool:
        return self.state == "live"

    @property
    def is_topic(self) -> bool:
        """What readers subscribe to, and a hub is told of: no page and no archive."""
        return self.is_live and self.selection not in (PAGE, ARCHIVE)


COLUMNS = [feeds.c[field.name] for field in fields(StoredFeed)]


def iter_feeds(tx: Transaction) -> Iterator[StoredFeed]:
    """Every file of every feed, by path."""
    for row in tx.execute(select(*COLUMNS).order_by(feeds.c.path)):
        yield StoredFeed(**row._mapping)


def upsert_feeds(tx: Transaction, rows: Iterable[StoredFeed]) -> None:
    """Store what was written. A row's id stays what it was first: readers have seen it (feeds.md G4)."""
    values = [asdict(row) for row in rows]
    if not values:
        return
    insert = insert_for(tx, feeds)
    changed = {name: insert.excluded[name] for name in REWRITTEN}
    tx.execute(insert.on_conflict_do_update(index_elements=[feeds.c.path], set_=changed), values)
