"""Sending an issue over a database of each kind: what the readers got, and what the ledger says."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from publisher.deliver.journal import IssueJournal, JournalFile, journal_path
from publisher.deliver.record import Policy
from publisher.deliver.recover import Survivor, recover
from publisher.errors import ConflictError, NotFound, RecipientRefused, RelayUnavailable, StorageError
from publisher.model.delivery import Answer, Claim, Counts, DeliveryState, Mail, Outcome
from publisher.model.ids import SubscriberId
from publisher.relay import OutboxRelay
from publisher.storage import Database
from publisher.storage.deliveries import Settlement, claim, requeue_due, settle, take_range
from publisher.storage.freeze import freeze
from publisher.storage.ledger import (
    Decision,
    counts,
    get_delivery,
    not_accepted,
    recount,
    resolve_unknown,
    retry_now,
    unknowns,
)
from publisher.storage.workers import stale_claims
from tests.builders import NOW
from tests.doubles.a_ledger import (
    POLICY,
    a_frozen_issue,
    add_issue,
    begin_epoch,
    deliver,
    leave,
    states,
    suppress,
    write_mail,
)
from tests.doubles.memory_relay import MemoryRelay

PEOPLE = [f"r{n}@example.org" for n in range(1, 8)]


def ledger(database: Database) -> Counts:
    """The counters of issue 1, which must agree with its rows and add up."""
    with database.read() as tx:
        summed, counted = counts(tx, 1), recount(tx, 1)
    assert summed == counted
    assert summed.adds_up
    return summed


@pytest.fixture
def journals(tmp_path: Path) -> Path:
    return tmp_path / "journals"


def test_everyone_gets_one_mail(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE, range_size=3)
    relay = MemoryRelay(database)

    report = deliver(database, relay, folder=journals)

    assert sorted(relay.accepted) == PEOPLE
    assert (report.accepted_count, report.stopped) == (7, "")
    assert ledger(database) == Counts(frozen=7, accepted=7)
    assert deliver(database, relay, folder=journals).accepted_count == 0
    assert len(relay.mails) == 7


def test_freezing_again_adds_nobody(database: Database) -> None:
    a_frozen_issue(database, to=PEOPLE)
    with database.begin() as tx:
        assert freeze(tx, issue=1, digest="weekly") == 7
    assert ledger(database) == Counts(frozen=7, queued=7)


def test_an_issue_without_readers_is_frozen_empty(database: Database) -> None:
    add_issue(database)
    with database.begin() as tx:
        assert freeze(tx, issue=1, digest="weekly") == 0
        assert take_range(tx, issue=1, owner="a", epoch=1, now=NOW) is None


def test_who_left_or_bounced_after_the_freeze_gets_nothing(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE)
    leave(database, 2)
    suppress(database, PEOPLE[4])
    relay = MemoryRelay(database)

    report = deliver(database, relay, folder=journals)

    assert PEOPLE[1] not in relay.accepted and PEOPLE[4] not in relay.accepted
    assert report.suppressed_count == 2
    assert ledger(database) == Counts(frozen=7, accepted=5, suppressed=2)
    with database.read() as tx:
        assert [(one.address, one.reply) for one in not_accepted(tx, 1)] == [
            (PEOPLE[1], "the subscription has ended"),
            (PEOPLE[4], "hard-bounce"),
        ]


def test_an_address_put_off_comes_later_and_fails_in_the_end(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE[:2])
    relay = MemoryRelay(database)
    relay.answer(PEOPLE[0], *[Outcome.DEFERRED] * 3)

    assert deliver(database, relay, folder=journals).deferred_count == 1
    assert deliver(database, relay, folder=journals).deferred_count == 0
    assert deliver(database, relay, folder=journals, now=NOW + timedelta(minutes=1)).deferred_count == 1
    assert deliver(database, relay, folder=journals, now=NOW + timedelta(minutes=5)).deferred_count == 0
    assert deliver(database, relay, folder=journals, now=NOW + timedelta(minutes=6)).refused_count == 1

    assert ledger(database) == Counts(frozen=2, accepted=1, failed=1)
    with database.read() as tx:
        assert get_delivery(tx, 1, PEOPLE[0].upper()).attempt == 3
        with pytest.raises(NotFound):
            get_delivery(tx, 1, "stranger@example.org")


def test_a_person_may_try_put_off_ones_at_once(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE[:2])
    relay = MemoryRelay(database)
    relay.answer(PEOPLE[0], Outcome.DEFERRED)
    deliver(database, relay, folder=journals)

    with database.begin() as tx:
        assert retry_now(tx, issue=1, actor="ada", now=NOW) == 1

    assert deliver(database, relay, folder=journals).accepted_count == 1


def test_a_refused_address_does_not_stop_the_rest(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=[*PEOPLE, "not an address"])
    relay = MemoryRelay(database)
    relay.answer(PEOPLE[2], Outcome.REFUSED)

    def write(one: Claim) -> Mail:
        if one.address == PEOPLE[3]:
            raise RecipientRefused("The name is too long", one.address)
        return write_mail(one)

    report = deliver(database, relay, folder=journals, write_mail=write)

    assert (report.accepted_count, report.refused_count) == (5, 3)
    with database.read() as tx:
        reasons = {one.address: one.reply for one in not_accepted(tx, 1)}
    assert reasons == {
        PEOPLE[2]: "scripted refused",
        PEOPLE[3]: "The name is too long",
        "not an address": "The address cannot be used in SMTP",
    }


def test_a_relay_that_is_gone_leaves_the_rest_queued_and_no_try_is_used_up(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE)
    relay = MemoryRelay(database)
    relay.answer(PEOPLE[3], Outcome.UNSENT)

    report = deliver(database, relay, folder=journals)

    assert report.stopped == "mail: the memory relay is gone"
    assert ledger(database) == Counts(frozen=7, accepted=3, queued=4)
    assert deliver(database, relay, folder=journals).accepted_count == 4
    with database.read() as tx:
        assert get_delivery(tx, 1, PEOPLE[3]).attempt == 1


def test_a_relay_that_does_not_open_claims_nothing(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE)
    relay = MemoryRelay(database)
    relay.unavailable = "down"

    with pytest.raises(RelayUnavailable):
        deliver(database, relay, folder=journals)

    assert ledger(database) == Counts(frozen=7, queued=7)


def test_a_stop_settles_what_was_sent_and_requeues_the_rest(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE)
    relay = MemoryRelay(database)

    report = deliver(database, relay, folder=journals, stop=lambda: len(relay.mails) >= 3)

    assert (report.accepted_count, report.stopped) == (3, "Stopped on request")
    assert ledger(database) == Counts(frozen=7, accepted=3, queued=4)


def test_a_relay_that_refuses_everyone_opens_the_circuit_and_nobody_fails(database: Database, journals: Path) -> None:
    people = [f"r{n}@example.org" for n in range(80)]
    a_frozen_issue(database, to=people)
    relay = MemoryRelay(database)
    for one in people:
        relay.answer(one, Outcome.REFUSED)

    report = deliver(database, relay, folder=journals)

    assert "refused 50 readers in a row" in report.stopped
    assert ledger(database) == Counts(frozen=80, deferred=50, queued=30)


def test_an_unknown_one_is_held_listed_and_resolved_with_an_event(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE)
    relay = MemoryRelay(database)
    relay.answer(PEOPLE[0], Outcome.UNKNOWN)
    relay.answer(PEOPLE[1], Outcome.UNKNOWN)

    assert deliver(database, relay, folder=journals).unknown_count == 2
    assert deliver(database, relay, folder=journals).accepted_count == 0
    with database.begin() as tx:
        assert [(one.address, one.phase) for one in unknowns(tx, 1)] == [(PEOPLE[0], "dot"), (PEOPLE[1], "dot")]
        taken = Decision(DeliveryState.ACCEPTED, "ada", "the relay's log")
        assert resolve_unknown(tx, [SubscriberId(1), SubscriberId(5)], taken, issue=1, now=NOW) == [1]
        again = Decision(DeliveryState.QUEUED, "ada", "resend")
        assert resolve_unknown(tx, [SubscriberId(1), SubscriberId(2)], again, issue=1, now=NOW) == [2]
        with pytest.raises(ValueError, match="unknown -> claimed"):
            resolve_unknown(tx, [], Decision(DeliveryState.CLAIMED, "ada", "no"), issue=1, now=NOW)

    deliver(database, relay, folder=journals)

    assert ledger(database) == Counts(frozen=7, accepted=7)
    assert relay.accepted.count(PEOPLE[1]) == 2


def test_the_resend_policy_sends_again_but_not_for_ever(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE[:2])
    relay = MemoryRelay(database)
    relay.answer(PEOPLE[0], *[Outcome.UNKNOWN] * 9)

    deliver(database, relay, folder=journals, policy=Policy(POLICY.waits, on_unknown="resend"))

    assert relay.accepted.count(PEOPLE[0]) == 3
    assert ledger(database) == Counts(frozen=2, accepted=1, unknown=1)


def test_another_epoch_cannot_settle_a_claim(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE)
    epoch = begin_epoch(database, journals)
    with database.begin() as tx:
        part = take_range(tx, issue=1, owner="a", epoch=epoch, now=NOW)
        assert part is not None
        assert take_range(tx, issue=1, owner="b", epoch=epoch + 1, now=NOW) is None
        assert len(claim(tx, part, epoch=epoch, limit=3, now=NOW)) == 3

    done = [Settlement(SubscriberId(1), 1, DeliveryState.ACCEPTED)]
    with pytest.raises(ConflictError), database.begin() as tx:
        settle(tx, done, issue=1, epoch=epoch + 1, now=NOW)
    with database.begin() as tx:
        settle(tx, done, issue=1, epoch=epoch, now=NOW)
    with pytest.raises(ConflictError), database.begin() as tx:
        settle(tx, done, issue=1, epoch=epoch, now=NOW)

    assert ledger(database) == Counts(frozen=7, accepted=1, claimed=2, queued=4)
    with database.begin() as tx:
        assert requeue_due(tx, issue=1, now=NOW) == 0


def a_dead_process(database: Database, journals: Path) -> int:
    """Claimed all seven: 1 answered, 2 answered with a refusal, 3 at the dot, the others not begun."""
    a_frozen_issue(database, to=PEOPLE)
    epoch = begin_epoch(database, journals)
    with database.begin() as tx:
        part = take_range(tx, issue=1, owner="dead", epoch=epoch, now=NOW)
        assert part is not None
        claims = claim(tx, part, epoch=epoch, limit=10, now=NOW)
    file = JournalFile(journals, epoch)
    journal = IssueJournal(file, 1)
    for one in claims[:3]:
        journal.sending(write_mail(one), connection=0)
    journal.answered(Answer(SubscriberId(1), 1, Outcome.ACCEPTED, "relay", 250, "ok", "dot"), connection=0)
    journal.answered(Answer(SubscriberId(2), 1, Outcome.REFUSED, "relay", 552, "no", "dot"), connection=0)
    file.close()
    return epoch


def test_a_crash_leaves_only_the_mail_at_its_dot_unknown(database: Database, journals: Path) -> None:
    dead = a_dead_process(database, journals)
    relay = MemoryRelay(database)

    deliver(database, relay, folder=journals)

    assert sorted(relay.accepted) == PEOPLE[3:]
    assert states(database) == {1: "accepted", 2: "failed", 3: "unknown"} | dict.fromkeys(range(4, 8), "accepted")
    assert ledger(database).unknown == 1
    assert not journal_path(journals, dead).exists()


@pytest.mark.parametrize("boot", ["another boot", ""])
def test_after_a_power_cut_all_without_an_answer_are_unknown(database: Database, journals: Path, boot: str) -> None:
    a_dead_process(database, journals)
    survivor = Survivor(begin_epoch(database, journals), boot, journals)

    recover(database.begin, survivor=survivor, policy=POLICY, now=NOW)

    assert ledger(database) == Counts(frozen=7, accepted=1, failed=1, unknown=5)
    with database.read() as tx:
        assert {one.phase for one in unknowns(tx, 1)} == {"power"}


def test_a_damaged_or_missing_journal_is_no_proof(database: Database, journals: Path) -> None:
    dead = a_dead_process(database, journals)
    path = journal_path(journals, dead)
    path.write_bytes(path.read_bytes().replace(b"A 1 2 ", b"A 1 9 "))
    survivor = Survivor(begin_epoch(database, journals), "boot", journals)

    recover(database.begin, survivor=survivor, policy=POLICY, now=NOW)

    assert ledger(database) == Counts(frozen=7, accepted=1, unknown=6)


def test_a_torn_last_line_is_no_line(database: Database, journals: Path) -> None:
    dead = a_dead_process(database, journals)
    path = journal_path(journals, dead)
    with path.open("ab") as file:
        file.write(b"D 1 4 1 send")
    survivor = Survivor(begin_epoch(database, journals), "boot", journals)

    recover(database.begin, survivor=survivor, policy=POLICY, now=NOW)

    assert ledger(database) == Counts(frozen=7, accepted=1, failed=1, unknown=1, queued=4)


def test_a_folder_takes_what_was_in_doubt_again_as_the_same_mail(
    database: Database, journals: Path, tmp_path: Path
) -> None:
    a_dead_process(database, journals)
    outbox = OutboxRelay(tmp_path / "outbox")
    outbox.open()

    deliver(database, outbox, folder=journals)

    assert ledger(database) == Counts(frozen=7, accepted=6, failed=1)
    lines = (tmp_path / "outbox" / "envelopes.jsonl").read_text().splitlines()
    assert len(lines) == len(list((tmp_path / "outbox").glob("*.eml"))) == 5


def test_living_processes_keep_their_claims(database: Database, journals: Path) -> None:
    dead = a_dead_process(database, journals)
    with database.read() as tx:
        assert stale_claims(tx, epoch=99, silent_since=NOW) == []
        assert len(stale_claims(tx, epoch=99, silent_since=NOW + timedelta(hours=1))) == 7
        assert stale_claims(tx, epoch=dead) == []


def test_a_ledger_that_cannot_be_written_stops_and_the_next_start_knows_all(database: Database, journals: Path) -> None:
    a_frozen_issue(database, to=PEOPLE)
    relay = MemoryRelay(database)

    def begin_until_sent():  # type: ignore[no-untyped-def]
        if relay.mails:
            raise StorageError("The disk is full", "ledger", "Make room.")
        return database.begin()

    with pytest.raises(StorageError):
        deliver(database, relay, folder=journals, begin=begin_until_sent)
    sent = len(relay.mails)

    deliver(database, relay, folder=journals)

    assert sent > 0
    assert sorted(relay.accepted) == PEOPLE
    assert ledger(database) == Counts(frozen=7, accepted=7)
