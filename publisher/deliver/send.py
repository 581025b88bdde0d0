"""Sending one issue: claim, hand over, settle, until nothing is queued (design.md 7, Deliver).

No transaction is open while the relay is spoken to. Whatever ends this loop, the ledger and the journal together
know each mail: `recover` reads them at the next start.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from time import monotonic

from publisher.deliver.circuit import Circuit, Limits
from publisher.deliver.record import Policy, Sender, add_answers, record
from publisher.deliver.watch import Watch
from publisher.errors import RecipientRefused
from publisher.model.delivery import Answer, Claim, Counts, DeliveryRange, Mail, Outcome
from publisher.model.issue import IssueState
from publisher.model.reports import DeliveryReport
from publisher.relay import address_problem
from publisher.relay.port import Journal, Relay
from publisher.storage import Transaction
from publisher.storage.deliveries import claim, release_range, requeue_due, take_range
from publisher.storage.ledger import counts, state_of
from publisher.storage.workers import beat

SETTLE_AFTER_S = 0.2
STOPPED = "Stopped on request"
DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class SendPlan:
    """What is sent, by whom, under which rules. `group_size` rows are claimed, and settled, in one commit.

    `letter`: the digests of which a reader must hold one still; empty: the issue's own.
    """

    issue: int
    epoch: int
    owner: str
    policy: Policy
    limits: Limits = DEFAULT_LIMITS
    group_size: int = 100
    letter: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hands:
    """What the use case hands in. `write_mail` raises RecipientRefused for one address that cannot be used.

    `read` is opened for looks at the issue's state, from the relay's threads too. `tell_broken` is
    called with the reason when the circuit opened.
    """

    begin: Callable[[], AbstractContextManager[Transaction]]
    read: Callable[[], AbstractContextManager[Transaction]]
    clock: Callable[[], datetime]
    write_mail: Callable[[Claim], Mail]
    stop: Callable[[], bool] = lambda: False
    progress: Callable[[DeliveryReport], None] = lambda _: None
    monotonic: Callable[[], float] = monotonic
    tell_broken: Callable[[str], None] = lambda _: None


def send_issue(relay: Relay, journal: Journal, *, plan: SendPlan, hands: Hands) -> DeliveryReport:
    """Send what is queued or due of one issue; RelayUnavailable before anything is claimed.

    `stopped` of the report says why something was left in the queue.
    """
    with hands.begin() as tx:
        state = state_of(tx, plan.issue, locks=True)
        if state is not IssueState.SENDING:
            return DeliveryReport(stopped=halted_by(state))
        requeue_due(tx, issue=plan.issue, now=hands.clock())
        before = counts(tx, plan.issue)
    if not before.queued:
        return DeliveryReport()
    relay.open()
    sending = Sending(relay, journal, plan=plan, hands=hands)
    now_counts, last = before, None
    # A run that did nothing found only what another process holds.
    while now_counts.queued and not sending.report.stopped and last != (now_counts, sending.report):
        last = (now_counts, sending.report)
        now_counts = sending.run()
    if sending.is_broken:
        hands.tell_broken(sending.report.stopped)
    return replace(sending.report, suppressed_count=now_counts.suppressed - before.suppressed)


def halted_by(state: IssueState) -> str:
    return f"The issue is {state}"


class Sending:
    """One send of one issue: what is claimed and not yet settled, and the report so far."""

    def __init__(self, relay: Relay, journal: Journal, *, plan: SendPlan, hands: Hands) -> None:
        self._relay, self._plan, self._hands = relay, plan, hands
        self._circuit = Circuit(journal, limits=plan.limits)
        self._watch = Watch(self._look, self._beat, monotonic=hands.monotonic)
        self._part: DeliveryRange | None = None
        self._answers: list[Answer] = []
        self._doubtful: list[Answer] = []
        self._first_at_s = 0.0
        self.report = DeliveryReport()

    @property
    def is_broken(self) -> bool:
        """The relay is: the circuit opened."""
        return self._circuit.is_open

    def run(self) -> Counts:
        """Once through all that is queued."""
        for answer in self._relay.send(self._batches(), journal=self._circuit, stop=self._is_halted):
            self._take(answer)
            if len(self._answers) >= self._plan.group_size or self._waited_s() > SETTLE_AFTER_S:
                self._settle()
        self._decide_doubtful()
        self._settle()
        self._watch.check()
        self._note_halt()
        with self._hands.begin() as tx:
            if self._part is not None:
                release_range(tx, self._part, epoch=self._plan.epoch)
            self._part = None
            return counts(tx, self._plan.issue)

    def _is_halted(self) -> bool:
        """Asked before each claim, and by the relay's connections before each mail."""
        return self._circuit.is_open or self._hands.stop() or self._watch.is_over()

    def _look(self) -> IssueState:
        with self._hands.read() as tx:
            return state_of(tx, self._plan.issue)

    def _beat(self) -> None:
        with self._hands.begin() as tx:
            beat(tx, self._plan.epoch, now=self._hands.clock())

    def _batches(self) -> Iterator[Sequence[Mail]]:
        while not self._is_halted() and (claims := self._claim()):
            if mails := [mail for one in claims if (mail := self._write(one)) is not None]:
                yield mails

    def _claim(self) -> list[Claim]:
        """The next claims, committed when this returns; empty when nothing is queued, or the issue was stopped."""
        plan, now = self._plan, self._hands.clock()
        with self._hands.begin() as tx:
            if not self._watch.note(state_of(tx, plan.issue, locks=True)):
                return []
            while True:
                if self._part is None:
                    self._part = take_range(tx, issue=plan.issue, owner=plan.owner, epoch=plan.epoch, now=now)
                if self._part is None:
                    return []
                limit, letter = plan.group_size, plan.letter
                if claims := claim(tx, self._part, epoch=plan.epoch, limit=limit, now=now, letter=letter):
                    return claims
                release_range(tx, self._part, epoch=plan.epoch)
                self._part = None

    def _write(self, one: Claim) -> Mail | None:
        """The mail of a claim; an address that cannot be used is answered here, and the rest goes on."""
        problem = address_problem(one.address)
        if problem is None:
            try:
                return self._hands.write_mail(one)
            except RecipientRefused as error:
                problem = error.what
        refused = Answer(one.subscriber_id, one.attempt, Outcome.REFUSED, "", reply=problem, phase="check")
        self._add(refused)
        return None

    def _take(self, answer: Answer) -> None:
        """Refusals wait for the next accepted mail: if the circuit opens instead, the relay is broken, not they."""
        if answer.outcome is Outcome.REFUSED and answer.phase != "check":
            self._doubtful.append(answer)
            return
        if answer.outcome is Outcome.ACCEPTED:
            self._decide_doubtful()
        if answer.outcome is Outcome.UNSENT and answer.phase != "stop" and not self.report.stopped:
            self.report = replace(self.report, stopped=f"{answer.phase}: {answer.reply}")
        self._add(answer)

    def _decide_doubtful(self) -> None:
        if self._circuit.is_open:
            self._doubtful = [replace(answer, outcome=Outcome.DEFERRED) for answer in self._doubtful]
        for answer in self._doubtful:
            self._add(answer)
        self._doubtful = []

    def _add(self, answer: Answer) -> None:
        if not self._answers:
            self._first_at_s = self._hands.monotonic()
        self._answers.append(answer)

    def _waited_s(self) -> float:
        """How long the oldest answer has waited to be settled."""
        return self._hands.monotonic() - self._first_at_s

    def _settle(self) -> None:
        answers, self._answers = self._answers, []
        if not answers:
            return
        sender = Sender(self._plan.issue, self._plan.epoch)
        with self._hands.begin() as tx:
            record(tx, answers, sender=sender, policy=self._plan.policy, now=self._hands.clock())
        self.report = add_answers(self.report, answers, policy=self._plan.policy)
        self._hands.progress(self.report)

    def _note_halt(self) -> None:
        if self._circuit.is_open:
            self.report = replace(self.report, stopped=self._circuit.reason)
        elif self._watch.state is not IssueState.SENDING:
            self.report = replace(self.report, stopped=halted_by(self._watch.state))
        elif self._hands.stop() and not self.report.stopped:
            self.report = replace(self.report, stopped=STOPPED)
