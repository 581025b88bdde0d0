"""Whether a slot gets an issue."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from publisher.compose.decide import Situation, Step, decide, in_words
from publisher.model.delivery import Counts
from publisher.model.ids import IssueId
from publisher.model.issue import Issue, IssueState, Slot
from publisher.model.settings import DigestSettings
from tests.builders import NOW

DIGEST = DigestSettings(name="weekly", title="The Week", schedule="weekly mon 07:00")
SLOT = Slot("2026-w48", NOW, "2026-11-24T10:00+02:00")
ISSUE = Issue(
    IssueId("weekly-2026-w48"), 1, "weekly", "2026-w48", 1, IssueState.SENT, "", "", NOW, NOW, False, 0, 0, "", Counts()
)


def situation(late: timedelta = timedelta(minutes=1), **changes: object) -> Situation:
    values = {"slot": SLOT, "existing": None, "is_first": False, "now": NOW + late} | changes
    return Situation(**values)  # type: ignore[arg-type]


def test_a_slot_that_is_due_gets_an_issue() -> None:
    assert decide(DIGEST, situation()).step is Step.MAKE


def test_a_slot_that_was_sent_is_not_sent_again() -> None:
    decision = decide(DIGEST, situation(existing=ISSUE, by_hand=True))

    assert (decision.step, decision.reason) == (Step.NOTHING, "already sent")


def test_the_first_slot_is_passed_over_when_it_is_late() -> None:
    decision = decide(DIGEST, situation(timedelta(hours=7), is_first=True))

    assert decision.step is Step.NOTHING
    assert "passed over: due 7 hours ago" in decision.reason


def test_a_late_slot_is_held() -> None:
    decision = decide(DIGEST, situation(timedelta(days=2)))

    assert (decision.step, decision.state) == (Step.MAKE, IssueState.HELD)


@pytest.mark.parametrize(("late", "step"), [("skip", Step.SKIP), ("send", Step.MAKE)])
def test_what_happens_to_a_late_slot_is_configured(late: str, step: Step) -> None:
    digest = DIGEST.model_copy(update={"late": late})

    decision = decide(digest, situation(timedelta(days=2)))

    assert decision.step is step
    assert decision.state is IssueState.APPROVED


def test_a_person_makes_the_current_slot_however_late_it_is() -> None:
    decision = decide(DIGEST, situation(timedelta(days=6), by_hand=True, is_first=True))

    assert (decision.step, decision.state) == (Step.MAKE, IssueState.APPROVED)


def test_a_person_releases_a_held_issue_and_tries_a_skipped_slot_again() -> None:
    held = replace(ISSUE, state=IssueState.HELD)
    skipped = replace(ISSUE, state=IssueState.SKIPPED, reason="nothing new")

    assert decide(DIGEST, situation(existing=held, by_hand=True)).step is Step.RELEASE
    assert decide(DIGEST, situation(existing=skipped, by_hand=True)).step is Step.MAKE
    assert decide(DIGEST, situation(existing=skipped)).reason == "nothing new"


def test_with_approval_an_issue_waits_as_a_draft() -> None:
    digest = DIGEST.model_copy(update={"approval": True})

    assert decide(digest, situation()).state is IssueState.DRAFT


def test_spans_are_told_in_their_largest_unit() -> None:
    spans = [timedelta(days=3), timedelta(hours=1), timedelta(seconds=125), timedelta(seconds=5)]

    assert [in_words(span) for span in spans] == ["3 days", "1 hour", "2 minutes", "5 seconds"]
