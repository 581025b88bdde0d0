"""A relay in memory: scripted outcomes, no socket. The contract tests keep it honest."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from publisher.errors import RelayUnavailable
from publisher.model.delivery import Answer, Mail, Outcome
from publisher.relay.envelope import mail_problem, refused, unsent
from publisher.relay.port import Journal
from publisher.storage import Database

CODES = {Outcome.ACCEPTED: 250, Outcome.DEFERRED: 450, Outcome.REFUSED: 550, Outcome.UNKNOWN: 0, Outcome.UNSENT: 421}


class MemoryRelay:
    """Takes every mail unless told otherwise. With a `database`, it refuses to be called inside a transaction."""

    is_idempotent = False

    def __init__(self, database: Database | None = None, *, name: str = "memory") -> None:
        self._database = database
        self._name = name
        self._scripts: dict[str, list[Outcome]] = {}
        self.mails: list[Mail] = []
        """Every mail that was taken: accepted ones, and unknown ones that arrived."""
        self.unavailable = ""

    @property
    def name(self) -> str:
        return self._name

    @property
    def accepted(self) -> list[str]:
        """The recipients of the mails taken, in order."""
        return [mail.rcpt_to for mail in self.mails]

    def answer(self, address: str, *outcomes: Outcome) -> None:
        """Script the next tries of an address; after them it is accepted. UNSENT: the relay is gone from there."""
        self._scripts.setdefault(address, []).extend(outcomes)

    def open(self) -> None:
        self._check_no_transaction()
        if self.unavailable:
            raise RelayUnavailable(self.unavailable, self._name, "Wait for it.")

    def send(
        self, batches: Iterable[Sequence[Mail]], *, journal: Journal, stop: Callable[[], bool]
    ) -> Iterator[Answer]:
        phase = ""
        for batch in batches:
            self._check_no_transaction()
            for mail in batch:
                phase = phase or ("stop" if stop() else "")
                answer = self._unsent(mail, phase) if phase else self._take(mail, journal)
                if answer.outcome is Outcome.UNSENT:
                    phase = answer.phase
                yield answer
                self._check_no_transaction()
            if phase:
                return

    def close(self) -> None:
        """Nothing is open."""

    def _take(self, mail: Mail, journal: Journal) -> Answer:
        if problem := mail_problem(mail, mail.data):
            return refused(mail, self._name, problem)
        script = self._scripts.get(mail.rcpt_to)
        outcome = script.pop(0) if script else Outcome.ACCEPTED
        if outcome is Outcome.UNSENT:
            return self._unsent(mail, "mail")
        if outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN):
            journal.sending(mail, connection=0)
            self.mails.append(mail)
        phase = "dot" if outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN) else "rcpt"
        answer = Answer(
            mail.subscriber_id, mail.attempt, outcome, self._name, CODES[outcome], f"scripted {outcome}", phase
        )
        journal.answered(answer, connection=0)
        return answer

    def _unsent(self, mail: Mail, phase: str) -> Answer:
        return unsent(mail, self._name, reason="the memory relay is gone" if phase == "mail" else "stop", phase=phase)

    def _check_no_transaction(self) -> None:
        assert self._database is None or not self._database.in_transaction, "the relay was called in a transaction"
