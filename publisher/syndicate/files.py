"""Files that a build is to write, each with the row that remembers it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from publisher.storage.feeds import PAGE, StoredFeed


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file below the output folder, such as `section/culture/rss.xml`."""

    data: bytes
    row: StoredFeed

    @property
    def path(self) -> str:
        return self.row.path


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """What a build writes and removes.

    `files` come in the order of writing (feeds.md S11) and can be gone through once: each is made when its turn
    comes. `kept` are the paths of files that are there and stay. `ended` are the rows of files that are removed, after
    all else; `gone` are paths and folders (with `/` at the end) of which no file of ours may be left, known or not.
    With `is_careful` a file that is there is left alone: the database knows of no article and no feed, the disk does.
    """

    output: str
    files: Iterable[PlannedFile]
    kept: frozenset[str] = frozenset()
    ended: tuple[StoredFeed, ...] = ()
    gone: tuple[str, ...] = ()
    is_careful: bool = False


def planned(row: StoredFeed, data: bytes) -> PlannedFile:
    """The file with its size and hash in its row."""
    return PlannedFile(data, replace(row, written_hash=hashlib.sha256(data).hexdigest(), size_bytes=len(data)))


def page_file(path: str, data: bytes, *, made_of: str | None = None) -> PlannedFile:
    """A page or list for people and servers: no feed. `made_of` tells whether it must be made anew."""
    return planned(StoredFeed(path, "", PAGE, "", "", entries_hash=made_of), data)
