"""What a dead process had claimed: settled by its journal, or listed as unknown (reliability.md 1.1).

| the claim's journal                                  | after a crash | after a power cut, or without a whole journal |
| ---------------------------------------------------- | ------------- | --------------------------------------------- |
| an answer was written down                           | that outcome  | that outcome                                  |
| the dot was going out, no answer                     | unknown       | unknown                                       |
| no line: the dot was not sent (a line is written before) | queued    | unknown: the line may have been lost          |

Where the relay takes a mail twice as one (a folder), unknown is no question: queued.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

from publisher.deliver.journal import JournalView, journal_path, read_journal
from publisher.deliver.record import Policy, Sender, add_answers, record
from publisher.model.delivery import Answer, Outcome
from publisher.model.reports import DeliveryReport
from publisher.storage import Transaction
from publisher.storage.ledger import release_others
from publisher.storage.workers import StaleClaim, release_ranges, stale_claims

GROUP = 500
NOTHING = JournalView({}, is_whole=False)


@dataclass(frozen=True, slots=True)
class Survivor:
    """Who recovers: the epoch of this pass, the boot of this machine, where its journals are.

    `silent_since`: None where the deliver lock proves that all others are over. `is_idempotent`: the relay's.
    """

    epoch: int
    boot_id: str
    journals: Path
    is_idempotent: bool = False
    silent_since: datetime | None = None


def recover(
    begin: Callable[[], AbstractContextManager[Transaction]], *, survivor: Survivor, policy: Policy, now: datetime
) -> DeliveryReport:
    """Settle every claim that ended processes left, and delete their journals; what became of them."""
    report = DeliveryReport()
    with begin() as tx:
        stale = stale_claims(tx, epoch=survivor.epoch, silent_since=survivor.silent_since)
    for sender, claims in grouped(stale):
        view = journal_of(claims[0], survivor)
        answers = [verdict(claim, view, survivor=survivor) for claim in claims]
        for start in range(0, len(answers), GROUP):
            with begin() as tx:
                record(tx, answers[start : start + GROUP], sender=sender, policy=policy, now=now)
        report = add_answers(report, answers, policy=policy)
    with begin() as tx:
        release_ranges(tx, epochs=sorted({claim.epoch for claim in stale}))
        if survivor.silent_since is None:
            release_others(tx, epoch=survivor.epoch)
    if survivor.silent_since is None:
        remove_journals(survivor)
    return report


def grouped(stale: Sequence[StaleClaim]) -> list[tuple[Sender, list[StaleClaim]]]:
    ordered = sorted(stale, key=lambda claim: (claim.issue, claim.epoch))
    return [
        (Sender(issue, epoch), list(claims))
        for (issue, epoch), claims in groupby(ordered, key=lambda claim: (claim.issue, claim.epoch))
    ]


def journal_of(claim: StaleClaim, survivor: Survivor) -> JournalView:
    """The journal of a claim's process; of another boot only what it says counts, not what it lacks."""
    view = read_journal(Path(claim.journal), claim.epoch) if claim.journal else None
    if view is None:
        return NOTHING
    is_same_boot = bool(survivor.boot_id) and claim.boot_id == survivor.boot_id
    return view if is_same_boot else JournalView(view.entries, is_whole=False)


def verdict(claim: StaleClaim, view: JournalView, *, survivor: Survivor) -> Answer:
    """The table at the head of this module, for one claim."""
    entry = view.entries.get((claim.issue, claim.subscriber_id))
    is_current = entry is not None and entry.attempt == claim.attempt
    if entry is not None and is_current and entry.answer is not None:
        return without_doubt(entry.answer, survivor)
    if not is_current and view.is_whole:
        return Answer(claim.subscriber_id, claim.attempt, Outcome.UNSENT, "", phase="crash")
    phase = "crash" if view.is_whole else "power"
    reply = "The process ended before the relay's reply was written down"
    return without_doubt(
        Answer(claim.subscriber_id, claim.attempt, Outcome.UNKNOWN, "", reply=reply, phase=phase), survivor
    )


def without_doubt(answer: Answer, survivor: Survivor) -> Answer:
    if answer.outcome is Outcome.UNKNOWN and survivor.is_idempotent:
        return Answer(answer.subscriber_id, answer.attempt, Outcome.UNSENT, answer.relay, phase=answer.phase)
    return answer


def remove_journals(survivor: Survivor) -> None:
    """Every claim of the epochs before is settled: their journals have nothing more to say."""
    own = journal_path(survivor.journals, survivor.epoch)
    for path in survivor.journals.glob("*.log"):
        if path != own:
            path.unlink(missing_ok=True)
