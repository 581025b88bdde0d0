"""A frozen issue in a database, and what is needed to send it without the rest of the product."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update

from publisher.deliver.journal import IssueJournal, JournalFile
from publisher.deliver.record import Policy
from publisher.deliver.recover import Survivor, recover
from publisher.deliver.send import Hands, SendPlan, send_issue
from publisher.model.delivery import Claim, Mail
from publisher.model.reports import DeliveryReport
from publisher.relay.port import Relay
from publisher.storage import Database
from publisher.storage.freeze import freeze
from publisher.storage.tables import deliveries, issue_choices, issues, subscribers, subscriptions, suppressions
from publisher.storage.workers import Worker, register
from tests.builders import NOW

POLICY = Policy(waits=(timedelta(minutes=1), timedelta(minutes=5)))


def add_people(database: Database, addresses: Sequence[str], *, digest: str = "weekly") -> None:
    with database.begin() as tx:
        people = [{"address": one, "address_key": one.lower(), "since_at": NOW, "consent": ""} for one in addresses]
        tx.execute(insert(subscribers), people)
        ids = tx.execute(select(subscribers.c.id).order_by(subscribers.c.id)).scalars().all()
        wish = {"digest": digest, "state": "active", "sections": [], "choice": "", "since_at": NOW}
        tx.execute(insert(subscriptions), [wish | {"subscriber_id": one} for one in ids])


def add_issue(database: Database, *, number: int = 1, digest: str = "weekly") -> None:
    values: dict[str, Any] = {"number": number, "id": f"{digest}-{number}", "digest": digest, "slot": str(number)}
    values |= {"extra": 1, "state": "sending", "scheduled_for": NOW, "date_at": NOW, "carried": [], "created_at": NOW}
    with database.begin() as tx:
        tx.execute(insert(issues).values(values))
        tx.execute(insert(issue_choices).values(issue=number, choice="", variant=1))


def a_frozen_issue(database: Database, *, to: Sequence[str], range_size: int = 500) -> int:
    """Issue 1 to these addresses (subscribers 1, 2, …); its number."""
    add_people(database, to)
    add_issue(database)
    with database.begin() as tx:
        assert freeze(tx, issue=1, digest="weekly", range_size=range_size) == len(to)
    return 1


def suppress(database: Database, address: str, reason: str = "hard-bounce") -> None:
    with database.begin() as tx:
        values = {"address": address, "address_key": address.lower(), "reason": reason, "since_at": NOW}
        tx.execute(insert(suppressions).values(values))


def leave(database: Database, subscriber_id: int) -> None:
    with database.begin() as tx:
        tx.execute(
            update(subscriptions)
            .where(subscriptions.c.subscriber_id == subscriber_id)
            .values(state="ended", ended_at=NOW)
        )


def states(database: Database) -> dict[int, str]:
    """The state of each subscriber's delivery of issue 1."""
    with database.read() as tx:
        rows = tx.execute(select(deliveries.c.subscriber_id, deliveries.c.state).order_by(deliveries.c.subscriber_id))
        return {row.subscriber_id: row.state for row in rows}


def begin_epoch(database: Database, folder: Path, *, boot: str = "boot") -> int:
    with database.begin() as tx:
        return register(tx, Worker("here", boot, 1, str(folder)), now=NOW)


def write_mail(claim: Claim) -> Mail:
    data = f"Subject: Week\r\nTo: {claim.address}\r\n\r\nHello\r\n".encode()
    name = f"weekly.{claim.subscriber_id}"
    return Mail(claim.subscriber_id, claim.attempt, name, "news@harbour.example", claim.address, (data,))


def deliver(
    database: Database, relay: Relay, *, folder: Path, now: datetime = NOW, policy: Policy = POLICY, **hands: Any
) -> DeliveryReport:
    """One pass over issue 1: a new epoch, recovery, sending."""
    epoch = begin_epoch(database, folder)
    survivor = Survivor(epoch, "boot", folder, is_idempotent=relay.is_idempotent)
    recover(database.begin, survivor=survivor, policy=policy, now=now)
    journal = JournalFile(folder, epoch)
    given = {"begin": database.begin, "read": database.read, "clock": lambda: now, "write_mail": write_mail} | hands
    try:
        plan = SendPlan(1, epoch, "test", policy, group_size=hands.pop("group_size", 20))
        given.pop("group_size", None)
        return send_issue(relay, IssueJournal(journal, 1), plan=plan, hands=Hands(**given))
    finally:
        journal.close()
