"""The deliver pass: every issue that is sending, until nothing can be sent now."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from publisher.app.issue_mail import MailWriter
from publisher.app.runtime import Advance, Runtime
from publisher.deliver import life
from publisher.deliver.journal import IssueJournal, JournalFile, boot_id
from publisher.deliver.record import Policy
from publisher.deliver.recover import Survivor, recover
from publisher.deliver.send import Hands, SendPlan, send_issue
from publisher.model.issue import Issue, IssueState
from publisher.model.reports import DeliveryReport
from publisher.relay.port import Relay
from publisher.storage import events, issues, ledger, workers
from publisher.subscriptions.choices import letter_of

OPEN = (IssueState.SENDING, IssueState.APPROVED)


def open_issues(runtime: Runtime, *, only: Sequence[str] = ()) -> list[Issue]:
    """The issues that are sending, oldest first; NotFound for a name that there is not."""
    with runtime.read() as tx:
        named = [issues.get_issue(tx, name) for name in only]
        found = named or list(issues.iter_issues(tx, states=OPEN))
    return sorted((issue for issue in found if issue.state in OPEN), key=lambda issue: issue.number)


def deliver_all(runtime: Runtime, *, only: Sequence[str] = ()) -> list[Issue]:
    """Send what can be sent now of each open issue, and return the issues as they are then.

    RelayUnavailable before anything is claimed where the relay is not there. The deliver lock is held: whatever
    another process had claimed, of a stopped issue too, it is dead.
    """
    waiting = open_issues(runtime, only=only)
    if runtime.is_rehearsal or not (waiting or has_claims(runtime)):
        return waiting
    relay = runtime.open_relay()
    moved = []
    with epoch_of(runtime) as (epoch, journal):
        settle_the_dead(runtime, relay, epoch, waiting)
        for issue in waiting:
            if runtime.stop():
                break
            moved.append(deliver_issue(runtime, relay, issue, epoch=epoch, journal=journal))
    return moved + waiting[len(moved) :]


def has_claims(runtime: Runtime) -> bool:
    with runtime.read() as tx:
        return ledger.has_claims(tx)


@contextmanager
def epoch_of(runtime: Runtime) -> Iterator[tuple[int, JournalFile]]:
    """One life of a sending process: its number in the database, its journal on the disk."""
    folder = journals(runtime)
    worker = workers.Worker(socket.gethostname(), boot_id(), os.getpid(), str(folder))
    with runtime.begin() as tx:
        epoch = workers.register(tx, worker, now=runtime.clock())
    journal = JournalFile(folder, epoch)
    try:
        yield epoch, journal
    finally:
        journal.close()
        with runtime.begin() as tx:
            workers.mark_stopped(tx, epoch, now=runtime.clock())


def journals(runtime: Runtime) -> Path:
    return runtime.root / "var" / "journals"


def policy_of(runtime: Runtime) -> Policy:
    return Policy(waits=runtime.settings.relay.retry, on_unknown=runtime.settings.relay.on_unknown)


def settle_the_dead(runtime: Runtime, relay: Relay, epoch: int, waiting: Sequence[Issue]) -> None:
    """What ended processes had claimed is settled by their journals, or listed as unknown."""
    survivor = Survivor(epoch, boot_id(), journals(runtime), is_idempotent=getattr(relay, "is_idempotent", False))
    report = recover(runtime.begin, survivor=survivor, policy=policy_of(runtime), now=runtime.clock())
    if report == DeliveryReport():
        return
    with runtime.begin() as tx:
        detail = {"accepted": report.accepted_count, "unknown": report.unknown_count, "unsent": report.unsent_count}
        for issue in waiting:
            events.add(tx, at=runtime.now(), actor="deliver", subject=issue.id, what="recovered", detail=detail)


def deliver_issue(
    runtime: Runtime,
    relay: Relay,
    issue: Issue,
    *,
    epoch: int,
    journal: JournalFile,
) -> Issue:
    """Send one issue; it is `sent` when nothing of it is queued, claimed or deferred any more."""
    with runtime.read() as tx:
        variants = issues.get_variants(tx, issue.number)
    plan = SendPlan(
        issue=issue.number,
        epoch=epoch,
        owner=f"{socket.gethostname()}:{os.getpid()}",
        policy=policy_of(runtime),
        letter=letter_of(runtime.settings, issue.digest) if issue.corrects else (),
    )
    hands = hands_of(runtime, issue, MailWriter(runtime.settings, runtime.secrets[0], issue, variants))
    begun = runtime.clock()
    report = send_issue(relay, IssueJournal(journal, issue.number), plan=plan, hands=hands)
    note_speed(runtime, issue, report, seconds=(runtime.clock() - begun).total_seconds())
    return finish(runtime, issue, reason=report.stopped)


def hands_of(runtime: Runtime, issue: Issue, writer: MailWriter) -> Hands:
    left = issue.counts.queued + issue.counts.claimed + issue.counts.deferred
    return Hands(
        begin=runtime.begin,
        read=runtime.read,
        clock=runtime.clock,
        write_mail=writer,
        stop=runtime.stop,
        progress=Further(runtime.watch(f"send {issue.id}", left)),
        tell_broken=lambda reason: pause_broken(runtime, issue, reason=reason),
    )


def pause_broken(runtime: Runtime, issue: Issue, *, reason: str) -> None:
    """The circuit opened: the issue waits for a person, unless one has stopped it already (reliability.md S9)."""
    with runtime.begin() as tx:
        if life.locked(tx, issue.id).state is IssueState.SENDING:
            life.pause(tx, issue.id, life.Cause("deliver", runtime.now(), reason))


def note_speed(runtime: Runtime, issue: Issue, report: DeliveryReport, *, seconds: float) -> None:
    """How fast this pass was: the next forecast is made of it. Waits between passes do not count."""
    if not report.accepted_count:
        return
    detail = {"accepted": report.accepted_count, "seconds": round(seconds, 3)}
    with runtime.begin() as tx:
        events.add(tx, at=runtime.now(), actor="deliver", subject=issue.id, what="delivered", detail=detail)


class Further:
    """From the report so far to how many more were handled."""

    def __init__(self, advance: Advance) -> None:
        self._advance, self._before = advance, 0

    def __call__(self, report: DeliveryReport) -> None:
        done = report.accepted_count + report.deferred_count + report.refused_count + report.unknown_count
        self._advance(done - self._before)
        self._before = done


def finish(runtime: Runtime, issue: Issue, *, reason: str) -> Issue:
    """The issue as it is now; `sent` once nothing is left to do, however it ended for each."""
    with runtime.begin() as tx:
        return life.conclude(tx, issue.id, life.Cause("deliver", runtime.now(), reason))
