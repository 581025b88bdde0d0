"""The port to where articles come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from publisher.model.article import ParsedFile, Problem


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing as it was last read.

    `fingerprint` is a hash of what was read; `stamp` tells without reading whether it is the same: size and times of a
    file, the validators of a page, the time of modification that a server gives.
    """

    fingerprint: str
    stamp: str = ""


@dataclass(frozen=True, slots=True)
class Memory:
    """What is remembered of a source: each thing by its key, and the validators of the source itself."""

    seen: Mapping[str, Seen] = field(default_factory=dict)
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a source holds.

    `source_key` names it within its source for ever (path, guid, address). At most one of `parsed` and `problem` is
    set; with neither it is unchanged since it was seen (though its `stamp` may be another).
    """

    source_key: str
    fingerprint: str
    stamp: str = ""
    parsed: ParsedFile | None = None
    problem: Problem | None = None
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one read says of the source as a whole: its validators for the next time, and what went wrong in part.

    A read that is not `is_complete` was cut, by a limit or a failure: the next one goes on, and what that brings is
    still the first collect's, however much it is.
    """

    etag: str | None = None
    last_modified: str | None = None
    warnings: tuple[str, ...] = ()
    is_complete: bool = True


class Source(Protocol):
    @property
    def name(self) -> str: ...

    @property
    def outcome(self) -> Outcome:
        """Of the last `read`, once it was read to its end."""

    def read(self, memory: Memory) -> Iterator[Reading]:
        """Yield what the source holds now; nothing where its server says that it is not modified.

        SourceError when the source as a whole cannot be read; one bad thing in it is a Reading with a problem, and
        what could not be fetched this time is a warning of the outcome: it is tried again the next time.
        """
