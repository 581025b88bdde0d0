"""Pause and cancel while an issue is being sent, over a database of each kind and a relay that takes its time."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import select

from publisher.deliver import life
from publisher.errors import NotFound, UsageError
from publisher.model.delivery import Counts, Outcome
from publisher.model.issue import Issue, IssueState
from publisher.model.reports import DeliveryReport
from publisher.relay import SmtpOptions, SmtpRelay
from publisher.storage import Database, Transaction, issues
from publisher.storage.deliveries import claim, take_range
from publisher.storage.ledger import counts, errors, has_claims, recount
from publisher.storage.tables import workers
from tests.builders import NOW
from tests.doubles.a_ledger import a_frozen_issue, begin_epoch, deliver, states
from tests.doubles.memory_relay import MemoryRelay
from tests.doubles.slow_sink import SlowSink, a_slow_sink

PEOPLE = [f"r{n}@example.org" for n in range(1, 101)]
ID = "weekly-1"
EDITOR = life.Cause("editor", NOW, "by hand")
Move = Callable[[Transaction, str, life.Cause], Issue]


@pytest.fixture
def journals(tmp_path: Path) -> Path:
    return tmp_path / "journals"


def relay_of(sink: SlowSink) -> SmtpRelay:
    return SmtpRelay(SmtpOptions("127.0.0.1", sink.port, "test.example", tls="none", waits_s=(0, 0.01, 0.01)))


def do(database: Database, move: Move) -> Issue:
    with database.begin() as tx:
        return move(tx, ID, EDITOR)


def ledger(database: Database) -> Counts:
    with database.read() as tx:
        summed, counted = counts(tx, 1), recount(tx, 1)
    assert summed == counted
    assert summed.adds_up
    return summed


@contextmanager
def sending(database: Database, sink: SlowSink, journals: Path) -> Iterator[list[DeliveryReport]]:
    """A send of its own thread; its report is there when this ends."""
    reports: list[DeliveryReport] = []
    relay = relay_of(sink)
    run: Callable[[], None] = lambda: reports.append(  # noqa: E731 - a thread's one line
        deliver(database, relay, folder=journals, read=database.read)
    )
    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield reports
    finally:
        thread.join(20)
    assert not thread.is_alive()


@pytest.mark.parametrize("move", [life.pause, life.cancel], ids=["pause", "cancel"])
def test_no_mail_begins_a_second_after_the_command(database: Database, journals: Path, move: Move) -> None:
    a_frozen_issue(database, to=PEOPLE)
    with a_slow_sink(0.1) as sink:
        with sending(database, sink, journals) as reports:
            assert sink.wait_for(8)
            moved = do(database, move)
            returned_at = monotonic()
        copies = sink.copies()

    assert max(sink.begun) <= returned_at + 1
    [report] = reports
    assert report.stopped == f"The issue is {moved.state}"
    found = ledger(database)
    assert found == Counts(frozen=100, accepted=len(copies), queued=100 - len(copies))
    assert 8 <= len(copies) < 60


def test_a_paused_issue_is_not_touched_until_it_is_resumed_and_then_goes_to_the_rest_once(
    database: Database, journals: Path
) -> None:
    a_frozen_issue(database, to=PEOPLE[:40])
    with a_slow_sink(0.05) as sink:
        with sending(database, sink, journals):
            assert sink.wait_for(4)
            do(database, life.pause)
        held = ledger(database)
        assert deliver(database, relay_of(sink), folder=journals).stopped == "The issue is paused"
        assert ledger(database) == held

        assert do(database, life.resume).state is IssueState.SENDING
        sink.seconds = 0
        deliver(database, relay_of(sink), folder=journals)
        copies = sink.copies()

    assert copies == dict.fromkeys(PEOPLE[:40], 1)
    assert ledger(database) == Counts(frozen=40, accepted=40)


def test_a_cancelled_issue_is_never_sent_again_and_its_rows_stay(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE[:7])
    relay = MemoryRelay(database)
    relay.answer(PEOPLE[0], Outcome.DEFERRED)
    deliver(database, relay, folder=journals, stop=lambda: len(relay.mails) >= 3)
    rows = states(database)
    do(database, life.cancel)

    deliver(database, relay, folder=journals, now=NOW + timedelta(days=1))

    assert states(database) == rows
    assert len(relay.mails) == 3
    with pytest.raises(UsageError, match="The issue is cancelled: only a paused one can be resumed"):
        do(database, life.resume)


def test_a_pause_between_two_claims_ends_the_send_with_its_group(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE)
    relay = MemoryRelay(database)

    def pause_at_five(report: DeliveryReport) -> None:
        if report.accepted_count == 20:
            do(database, life.pause)

    report = deliver(database, relay, folder=journals, progress=pause_at_five, group_size=20)

    assert report.stopped == "The issue is paused"
    assert ledger(database) == Counts(frozen=100, accepted=20, queued=80)


def test_a_process_that_dies_while_an_issue_is_paused_leaves_nobody_twice(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE[:9])
    relay = MemoryRelay(database)

    class Died(Exception):  # noqa: N818 - the death of a process
        pass

    def die(report: DeliveryReport) -> None:
        raise Died

    with pytest.raises(Died):
        deliver(database, relay, folder=journals, progress=die, group_size=3)
    do(database, life.pause)
    assert ledger(database).claimed == 0
    do(database, life.resume)
    deliver(database, relay, folder=journals)

    assert sorted(relay.accepted) == PEOPLE[:9]


def test_an_open_circuit_is_told_once_with_the_relays_words(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE[:80])
    relay = MemoryRelay(database)
    for one in PEOPLE[:80]:
        relay.answer(one, Outcome.REFUSED)
    told: list[str] = []

    deliver(database, relay, folder=journals, tell_broken=told.append)

    [reason] = told
    assert reason.startswith("The relay refused 50 readers in a row: 550 scripted refused")
    assert ledger(database) == Counts(frozen=80, deferred=50, queued=30)
    with database.read() as tx:
        [group] = errors(tx, 1)
    assert (group.state, group.code, group.count, group.example) == ("deferred", 550, 50, "scripted refused")


def test_a_relay_that_goes_away_is_not_told_as_broken(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE[:5])
    relay = MemoryRelay(database)
    relay.answer(PEOPLE[2], Outcome.UNSENT)
    told: list[str] = []

    deliver(database, relay, folder=journals, tell_broken=told.append)

    assert told == []


def test_a_wrong_state_is_wrong_usage_and_changes_nothing(database: Database) -> None:
    a_frozen_issue(database, to=PEOPLE[:1])
    with pytest.raises(UsageError, match="The issue is sending: only a paused one can be resumed"):
        do(database, life.resume)
    do(database, life.pause)
    with pytest.raises(UsageError, match="The issue is paused: only one that is sending can be paused"):
        do(database, life.pause)
    do(database, life.cancel)
    with pytest.raises(UsageError, match="The issue is cancelled: it has come to its end"):
        do(database, life.cancel)
    with pytest.raises(NotFound), database.begin() as tx:
        life.pause(tx, "weekly-99", EDITOR)
    with database.read() as tx:
        assert issues.get_issue(tx, ID).state is IssueState.CANCELLED


def test_an_issue_with_an_end_is_sent_and_one_without_says_why(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE[:3])
    with database.begin() as tx:
        waiting = life.conclude(tx, ID, life.Cause("deliver", NOW, "mail: the relay is gone"))
    assert (waiting.state, waiting.reason) == (IssueState.SENDING, "mail: the relay is gone")

    deliver(database, MemoryRelay(database), folder=journals)

    with database.begin() as tx:
        ended = life.conclude(tx, ID, life.Cause("deliver", NOW, "Stopped on request"))
    assert (ended.state, ended.reason) == (IssueState.SENT, "")


def test_a_process_that_sends_gives_signs_of_life(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE[:5])
    ticks = itertools.count(0, 6)
    later = NOW + timedelta(minutes=1)

    deliver(database, MemoryRelay(database), folder=journals, now=later, monotonic=lambda: float(next(ticks)))

    with database.read() as tx:
        [row] = tx.execute(select(workers.c.started_at, workers.c.heartbeat_at)).all()
    assert (row.started_at, row.heartbeat_at) == (NOW, later)


def test_claims_of_a_dead_process_are_seen_in_a_stopped_issue_too(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE[:5])
    epoch = begin_epoch(database, journals)
    with database.begin() as tx:
        part = take_range(tx, issue=1, owner="dead", epoch=epoch, now=NOW)
        assert part is not None
        assert not has_claims(tx)
        claim(tx, part, epoch=epoch, limit=3, now=NOW)
    do(database, life.cancel)

    with database.read() as tx:
        assert has_claims(tx)
