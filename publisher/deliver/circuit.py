"""When a relay must be broken: too many readers in a row without one accepted (reliability.md S9)."""

from __future__ import annotations

import threading
from dataclasses import dataclass

from publisher.model.delivery import Answer, Mail, Outcome
from publisher.relay.port import Journal


@dataclass(frozen=True, slots=True)
class Limits:
    """How many in a row, without one accepted between them, open the circuit."""

    refused_count: int = 50
    unknown_count: int = 20


class Circuit:
    """A journal that counts what it is told, on the connections' own threads: no mail too many is begun."""

    def __init__(self, journal: Journal, *, limits: Limits) -> None:
        self._journal = journal
        self._limits = limits
        self._lock = threading.Lock()
        self._refused = self._unknown = 0
        self.reason = ""

    @property
    def is_open(self) -> bool:
        return bool(self.reason)

    def sending(self, mail: Mail, *, connection: int) -> None:
        self._journal.sending(mail, connection=connection)

    def answered(self, answer: Answer, *, connection: int) -> None:
        try:
            self._journal.answered(answer, connection=connection)
        finally:
            with self._lock:
                self._count(answer)

    def _count(self, answer: Answer) -> None:
        if answer.outcome is Outcome.ACCEPTED:
            self._refused = self._unknown = 0
        elif answer.outcome is Outcome.REFUSED:
            self._refused += 1
        elif answer.outcome is Outcome.UNKNOWN:
            self._unknown += 1
        if self.reason:
            return
        if self._refused >= self._limits.refused_count:
            self.reason = f"The relay refused {self._refused} readers in a row: {answer.code} {answer.reply}"
        if self._unknown >= self._limits.unknown_count:
            self.reason = f"The relay left {self._unknown} mails in a row without a reply: {answer.reply}"
