"""The port to where articles come from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from publisher.model.article import ParsedFile, Problem


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that a source holds.

    `source_key` names it within its source for ever (path, guid); `fingerprint` is a hash of its bytes.
    Exactly one of `parsed` and `problem` is set, or neither: then it is unchanged since `known`.
    """

    source_key: str
    fingerprint: str
    parsed: ParsedFile | None = None
    problem: Problem | None = None
    warnings: tuple[str, ...] = ()


class Source(Protocol):
    @property
    def name(self) -> str: ...

    def read(self, known: Mapping[str, str]) -> Iterator[Reading]:
        """Yield what the source holds now. `known` maps source keys to the fingerprints stored before.

        SourceError when the source as a whole cannot be read; one bad thing in it is a Reading with a problem.
        """
