"""`kill -9` at random moments of a send (reliability.md S1): nobody lost, nobody doubled, each unknown one listed.

FAULT_SEED=N repeats a run; FAULT_KILLS=N makes it longer.
"""

from __future__ import annotations

import multiprocessing
import os
import random
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from publisher.relay import SmtpOptions, SmtpRelay
from publisher.storage import Database, open_database
from publisher.storage.ledger import counts, recount, unknowns
from publisher.storage.tables import deliveries, metadata, subscribers
from tests.builders import NOW
from tests.doubles.a_ledger import a_frozen_issue, deliver
from tests.doubles.sending_child import send
from tests.doubles.smtp_sink import Faults, SmtpSink

KILLS = int(os.environ.get("FAULT_KILLS", "8"))
PEOPLE = [f"r{n}@example.org" for n in range(1, 301)]
CONNECTIONS = 4


@pytest.fixture
def ledger_database(tmp_path: Path) -> Database:
    database = open_database("sqlite:///ledger.db", root=tmp_path)
    metadata.create_all(database.engine)
    a_frozen_issue(database, to=PEOPLE, range_size=100)
    return database


def kill_once(root: Path, sink: SmtpSink, after: int) -> bool:
    """Send in a child and kill it when `after` more mails have come; False if it was done before."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.doubles.sending_child"])
    process = context.Process(target=send, args=(str(root), sink.port))
    target = len(sink.received) + after
    process.start()
    with sink.changed:
        sink.changed.wait_for(lambda: len(sink.received) >= target or process.exitcode is not None, 10)
    process.kill()
    process.join(10)
    code = process.exitcode
    process.close()
    assert code in (0, -9), f"the child ended by itself with {code}"
    return code == -9


def some_faults(dice: random.Random) -> Faults:
    """Some are put off, refused, or lost on the way, each once."""
    kinds = ["rcpt-450", "rcpt-550", "dot-451", "after-record", "before-record"]
    drawn = {one: dice.choice(kinds) for one in PEOPLE if dice.random() < 0.2}
    replies = {"rcpt-450": "450 later", "rcpt-550": "550 no such user"}
    return Faults(
        rcpt={one: [replies[kind]] for one, kind in drawn.items() if kind.startswith("rcpt")},
        dot={one: ["451 later"] for one, kind in drawn.items() if kind == "dot-451"},
        drops={one: [kind] for one, kind in drawn.items() if kind.endswith("record")},
    )


@pytest.mark.parametrize("kind", ["a good relay", "a faulty relay"])
def test_kills_lose_nobody_double_nobody_and_list_every_unknown(
    ledger_database: Database, tmp_path: Path, kind: str
) -> None:
    seed = int(os.environ.get("FAULT_SEED", random.SystemRandom().randrange(10**6)))
    dice = random.Random(seed)
    faults = some_faults(dice) if kind == "a faulty relay" else Faults()
    dropped = len(faults.drops)
    with SmtpSink(faults) as sink:
        kills = sum(kill_once(tmp_path, sink, dice.randrange(0, 240 // KILLS)) for _ in range(KILLS))
        options = SmtpOptions("127.0.0.1", sink.port, "test.example", tls="none", waits_s=(0, 0.01, 0.01))
        deliver(ledger_database, SmtpRelay(options), folder=tmp_path / "journals")
        later = NOW + timedelta(hours=1)
        deliver(ledger_database, SmtpRelay(options), folder=tmp_path / "journals", now=later)
        copies = sink.copies()

    with ledger_database.read() as tx:
        rows = tx.execute(
            select(subscribers.c.address, deliveries.c.state).join(
                deliveries, subscribers.c.id == deliveries.c.subscriber_id
            )
        ).all()
        total, counted = counts(tx, 1), recount(tx, 1)
        unknown = {one.address for one in unknowns(tx, 1)}
    ledger_database.close()
    where = f"FAULT_SEED={seed}, {kills} kills"
    assert max(copies.values()) == 1, where
    assert [one for one, state in rows if state == "accepted" and copies[one] != 1] == [], where
    assert [one for one, state in rows if state not in ("accepted", "unknown") and copies[one]] == [], where
    assert {one for one, state in rows if state in ("queued", "claimed", "deferred")} == set(), where
    assert total == counted and total.adds_up, where
    assert len(unknown) <= CONNECTIONS * kills + dropped, where
