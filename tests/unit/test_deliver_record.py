"""What an answer means for the ledger, and what a dead process's journal says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from publisher.deliver.circuit import Circuit, Limits
from publisher.deliver.journal import Entry, JournalView, checksum, parse_line
from publisher.deliver.record import Policy, add_answers, settlement
from publisher.deliver.recover import Survivor, verdict
from publisher.model.delivery import Answer, DeliveryState, Mail, Outcome
from publisher.model.ids import SubscriberId
from publisher.model.reports import DeliveryReport
from publisher.storage.workers import StaleClaim
from tests.builders import NOW

POLICY = Policy(waits=(timedelta(minutes=1),))
CLAIM = StaleClaim(1, SubscriberId(7), 2, 4, "here", "boot", "journals")
SURVIVOR = Survivor(5, "boot", Path("journals"))


def an_answer(outcome: Outcome, *, attempt: int = 1, phase: str = "dot") -> Answer:
    return Answer(SubscriberId(7), attempt, outcome, "relay", 250, "words", phase)


class NoJournal:
    def sending(self, mail: Mail, *, connection: int) -> None: ...

    def answered(self, answer: Answer, *, connection: int) -> None: ...


@pytest.mark.parametrize(
    ("outcome", "attempt", "state"),
    [
        (Outcome.ACCEPTED, 1, DeliveryState.ACCEPTED),
        (Outcome.REFUSED, 1, DeliveryState.FAILED),
        (Outcome.UNKNOWN, 1, DeliveryState.UNKNOWN),
        (Outcome.UNSENT, 1, DeliveryState.QUEUED),
        (Outcome.DEFERRED, 1, DeliveryState.DEFERRED),
        (Outcome.DEFERRED, 2, DeliveryState.FAILED),
    ],
)
def test_an_outcome_leads_to_one_state(outcome: Outcome, attempt: int, state: DeliveryState) -> None:
    settled = settlement(an_answer(outcome, attempt=attempt), policy=POLICY, now=NOW)

    assert settled.state is state
    assert (settled.next_try_at is not None) == (state is DeliveryState.DEFERRED)


def test_the_report_counts_used_up_waits_as_refused() -> None:
    answers = [an_answer(Outcome.DEFERRED, attempt=2), an_answer(Outcome.DEFERRED), an_answer(Outcome.ACCEPTED)]

    report = add_answers(DeliveryReport(), answers, policy=POLICY)

    assert (report.refused_count, report.deferred_count, report.accepted_count) == (1, 1, 1)


@pytest.mark.parametrize(
    ("entry", "is_whole", "outcome"),
    [
        (None, True, Outcome.UNSENT),
        (None, False, Outcome.UNKNOWN),
        (Entry(2, None), True, Outcome.UNKNOWN),
        (Entry(1, None), True, Outcome.UNSENT),
        (Entry(1, an_answer(Outcome.ACCEPTED)), True, Outcome.UNSENT),
        (Entry(2, an_answer(Outcome.ACCEPTED, attempt=2)), True, Outcome.ACCEPTED),
        (Entry(2, an_answer(Outcome.REFUSED, attempt=2)), False, Outcome.REFUSED),
    ],
)
def test_a_dead_claim_is_judged_by_its_journal(entry: Entry | None, is_whole: bool, outcome: Outcome) -> None:
    entries = {(1, 7): entry} if entry else {}

    assert verdict(CLAIM, JournalView(entries, is_whole), survivor=SURVIVOR).outcome is outcome


def test_a_folder_leaves_no_doubt() -> None:
    folder = Survivor(5, "boot", Path("journals"), is_idempotent=True)

    assert verdict(CLAIM, JournalView({(1, 7): Entry(2, None)}, True), survivor=folder).outcome is Outcome.UNSENT


@pytest.mark.parametrize("line", ["", "D 1 7 2 sending 0 dot -", "D 1 7 2 sending 0 dot - 00000000", "D 1 7"])
def test_a_damaged_line_is_no_line(line: str) -> None:
    assert parse_line(line) is None


def test_a_line_gives_its_answer_back() -> None:
    words = "A 1 7 2 accepted 250 dot relay:25"

    assert parse_line(f"{words} {checksum(words)}") == (
        (1, 7),
        Entry(2, Answer(SubscriberId(7), 2, Outcome.ACCEPTED, "relay:25", 250, phase="dot")),
    )


def test_the_circuit_opens_at_refusals_in_a_row_only() -> None:
    circuit = Circuit(NoJournal(), limits=Limits(refused_count=3))
    outcomes = [Outcome.REFUSED, Outcome.REFUSED, Outcome.ACCEPTED, Outcome.REFUSED, Outcome.REFUSED]
    for outcome in outcomes:
        circuit.answered(an_answer(outcome), connection=0)
    assert not circuit.is_open

    circuit.answered(an_answer(Outcome.REFUSED), connection=0)

    assert circuit.is_open
    assert "refused 3 readers in a row: 250 words" in circuit.reason
