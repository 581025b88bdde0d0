"""What a question to the DNS gives, and the port that asks it. `publisher.dns` implements it, tests with a dict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal, Protocol

Kind = Literal["TXT", "MX", "A", "AAAA", "PTR"]
MAX_SHOWN = 120


class Status(StrEnum):
    FOUND = "found"
    EMPTY = "empty"
    """The name is there, without a record of this kind."""
    NO_NAME = "no name"
    FAILED = "failed"
    """A name server answered that it cannot say (SERVFAIL), or what it said cannot be read."""
    SILENT = "silent"
    """Nobody answered in time."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The records of one name and kind as texts: a TXT joined, an MX as `10 mx.example`, names without a last dot."""

    status: Status
    values: tuple[str, ...] = ()

    @property
    def is_void(self) -> bool:
        """No record (RFC 7208 4.6.4: a void lookup)."""
        return self.status in (Status.EMPTY, Status.NO_NAME)

    @property
    def is_known(self) -> bool:
        """Whether it says anything of the domain."""
        return self.status is Status.FOUND or self.is_void


class Resolver(Protocol):
    """Asks the DNS. Never raises for what a name server does; bounded in time."""

    @property
    def is_silent(self) -> bool:
        """Whether no name server answers: then nothing more is asked."""

    def look_up(self, name: str, kind: Kind) -> Answer: ...


def shown(text: str, *, limit: int = MAX_SHOWN) -> str:
    """Words of the outside for a line on a terminal: one line, no control characters, at most 120 characters."""
    line = " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
    return line if len(line) <= limit else f"{line[:limit]}…"
