"""What an answer of the relay means for the ledger (reliability.md 1.2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from publisher.model.delivery import Answer, DeliveryState, Outcome
from publisher.model.reports import DeliveryReport
from publisher.retry import next_try
from publisher.storage import Transaction
from publisher.storage.deliveries import Settlement, settle
from publisher.storage.ledger import Decision, resolve_unknown

MAX_RESENDS = 2
"""How often the `resend` policy sends one mail again: a relay that always drops must not mail a reader for ever."""

FINAL = {
    Outcome.ACCEPTED: DeliveryState.ACCEPTED,
    Outcome.REFUSED: DeliveryState.FAILED,
    Outcome.UNKNOWN: DeliveryState.UNKNOWN,
    Outcome.UNSENT: DeliveryState.QUEUED,
}


@dataclass(frozen=True, slots=True)
class Policy:
    """`waits` between tries of one recipient; `on_unknown` as in `relay.on_unknown`."""

    waits: tuple[timedelta, ...]
    on_unknown: Literal["hold", "resend"] = "hold"


def settlement(answer: Answer, *, policy: Policy, now: datetime) -> Settlement:
    """The new state of a claim. A put-off recipient whose waits are used up has failed."""
    retry_at = next_try(answer.attempt, policy.waits, now) if answer.outcome is Outcome.DEFERRED else None
    state = FINAL.get(answer.outcome) or (DeliveryState.DEFERRED if retry_at else DeliveryState.FAILED)
    if state is DeliveryState.QUEUED:
        return Settlement(answer.subscriber_id, answer.attempt, state)
    return Settlement(
        answer.subscriber_id,
        answer.attempt,
        state,
        relay=answer.relay,
        code=answer.code,
        reply=answer.reply[:200],
        phase=answer.phase[:10],
        next_try_at=retry_at,
    )


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose claims are settled: of which issue, made in which epoch."""

    issue: int
    epoch: int


def record(tx: Transaction, answers: Sequence[Answer], *, sender: Sender, policy: Policy, now: datetime) -> None:
    """Settle claims by their answers, and send unknown ones again where the policy says so (each with an event)."""
    settled = [settlement(answer, policy=policy, now=now) for answer in answers]
    settle(tx, settled, issue=sender.issue, epoch=sender.epoch, now=now)
    if policy.on_unknown != "resend":
        return
    again = [one.subscriber_id for one in settled if one.state is DeliveryState.UNKNOWN and one.attempt <= MAX_RESENDS]
    decision = Decision(DeliveryState.QUEUED, "publisher", "on_unknown = resend")
    if again:
        resolve_unknown(tx, again, decision, issue=sender.issue, now=now)


def add_answers(report: DeliveryReport, answers: Sequence[Answer], *, policy: Policy) -> DeliveryReport:
    """The report with these answers counted; a put-off recipient whose waits are used up counts as refused."""
    for answer in answers:
        is_over = answer.outcome is Outcome.DEFERRED and answer.attempt > len(policy.waits)
        name = f"{Outcome.REFUSED if is_over else answer.outcome}_count"
        report = replace(report, **{name: getattr(report, name) + 1})
    return report
