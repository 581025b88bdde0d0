"""Whether a slot gets an issue: decided from the database and the clock (design.md 7, Compose). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.model.issue import Issue, IssueState, Slot
from publisher.model.settings import DigestSettings


class Step(StrEnum):
    NOTHING = "nothing"
    """The slot has been handled, or is passed over; nothing is stored."""
    SKIP = "skip"
    """The slot is skipped, and a row says why."""
    RELEASE = "release"
    """The slot's held issue goes out, because a person asks for it."""
    MAKE = "make"


@dataclass(frozen=True, slots=True)
class Decision:
    step: Step
    reason: str = ""
    state: IssueState = IssueState.APPROVED


@dataclass(frozen=True, slots=True)
class Situation:
    """What is known of a slot: its regular issue, whether the digest ever had a slot, what was asked for."""

    slot: Slot
    existing: Issue | None
    is_first: bool
    now: datetime
    by_hand: bool = False
    extra: bool = False


def decide(digest: DigestSettings, situation: Situation) -> Decision:
    """Say what happens to a digest's current slot.

    By hand (`publish --digest`) lateness does not count; a slot that was sent stays sent; a skipped one is tried
    again. By the clock a digest's very first slot is made within `max_lateness` and passed over later.
    """
    existing = situation.existing
    wanted = IssueState.DRAFT if digest.approval else IssueState.APPROVED
    if situation.extra:
        return Decision(Step.MAKE, state=wanted)
    if existing is not None:
        return decide_again(existing, by_hand=situation.by_hand, wanted=wanted)
    late_by = situation.now - situation.slot.at
    if situation.by_hand or late_by <= digest.max_lateness:
        return Decision(Step.MAKE, state=wanted)
    if situation.is_first:
        return Decision(Step.NOTHING, f"passed over: due {in_words(late_by)} ago, before the digest's first issue")
    if digest.late == "skip":
        return Decision(Step.SKIP, f"due {in_words(late_by)} ago, later than max_lateness")
    if digest.late == "hold":
        return Decision(Step.MAKE, f"due {in_words(late_by)} ago, later than max_lateness", IssueState.HELD)
    return Decision(Step.MAKE, state=wanted)


def decide_again(existing: Issue, *, by_hand: bool, wanted: IssueState) -> Decision:
    """A slot that has its issue: once is enough, but a person may release a held one or try a skipped one."""
    if by_hand and existing.state is IssueState.HELD:
        return Decision(Step.RELEASE)
    if by_hand and existing.state is IssueState.SKIPPED:
        return Decision(Step.MAKE, state=wanted)
    if existing.state is IssueState.SKIPPED:
        return Decision(Step.NOTHING, existing.reason)
    words = {IssueState.SENT: "already sent", IssueState.SENDING: "already sending"}
    return Decision(Step.NOTHING, words.get(existing.state, f"its issue is {existing.state}"))


def in_words(span: timedelta) -> str:
    """A span to the largest unit that fits: `3 days`, `7 hours`, `12 minutes`."""
    seconds = int(span.total_seconds())
    for unit, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= size:
            count = seconds // size
            return f"{count} {unit}{'s' if count > 1 else ''}"
    return f"{seconds} seconds"
