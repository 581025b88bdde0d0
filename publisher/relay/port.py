"""The port to the outside: batches of mails in, answers out as they come."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from publisher.model.delivery import Answer, Mail


class Journal(Protocol):
    """Lines on the disk that outlive the process (reliability.md 1.1): which dots were sent, which were answered."""

    def sending(self, mail: Mail, *, connection: int) -> None:
        """Write, before the last byte of the message is handed to the kernel, that its dot is going out."""

    def answered(self, answer: Answer, *, connection: int) -> None:
        """Write, after the reply was read (or was given up), what it was."""


class Relay(Protocol):
    """An SMTP server or a folder. `send` never raises for one recipient: that is an Answer."""

    @property
    def name(self) -> str: ...

    @property
    def is_idempotent(self) -> bool:
        """Whether the same mail handed over twice is one mail (a folder): then a lost answer is no question."""

    def open(self) -> None:
        """Make sure that mail can be handed over; RelayUnavailable (before anything is claimed) if not."""

    def send(
        self, batches: Iterable[Sequence[Mail]], *, journal: Journal, stop: Callable[[], bool]
    ) -> Iterator[Answer]:
        """Hand over every mail of every batch, each exactly once, and yield one Answer for each.

        When `stop()` turns true, or the relay is gone, the rest is answered UNSENT. A reply that was lost after
        the final dot is UNKNOWN, never a guess. `stop` and `journal` may be called from several threads.
        """

    def close(self) -> None: ...
