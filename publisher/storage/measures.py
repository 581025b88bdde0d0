"""Sums for pages and dashboards. Nothing here counts the rows of the ledger: its ranges hold the counters."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from publisher.model.delivery import DeliveryState
from publisher.model.ids import IssueId
from publisher.model.issue import IssueState
from publisher.model.subscriber import SubscriptionState
from publisher.storage.engine import Transaction
from publisher.storage.issues import SHOWN
from publisher.storage.tables import (
    delivery_ranges,
    digests,
    issues,
    sources,
    subscribers,
    subscriptions,
    suppressions,
)

i, w = issues.c, subscriptions.c
OPEN = (IssueState.APPROVED.value, IssueState.SENDING.value)
LEFT = (DeliveryState.QUEUED.value, DeliveryState.CLAIMED.value, DeliveryState.DEFERRED.value)


@dataclass(frozen=True, slots=True)
class SourceMeasure:
    """A source: when it was collected last, and how often it has failed since."""

    name: str
    collected_at: datetime | None
    failure_count: int


@dataclass(frozen=True, slots=True)
class ShownIssue:
    """An issue whose sending has begun."""

    id: IssueId
    subject: str
    date: datetime


def issues_by_state(tx: Transaction) -> dict[str, int]:
    rows = tx.execute(select(i.state, func.count().label("count_")).group_by(i.state))
    return {row.state: row.count_ for row in rows}


def deliveries_by_state(tx: Transaction, *, since: datetime) -> dict[str, int]:
    """Over the issues whose sending began since then."""
    return sums(tx, tuple(state.value for state in DeliveryState), i.started_at >= since)


def queue_depth(tx: Transaction) -> int:
    """Mails of open issues that can still go out."""
    return sum(sums(tx, LEFT, i.state.in_(OPEN)).values())


def sums(tx: Transaction, states: Sequence[str], condition: ColumnElement[bool]) -> dict[str, int]:
    columns = [func.coalesce(func.sum(delivery_ranges.c[state]), 0).label(state) for state in states]
    joined = select(*columns).select_from(delivery_ranges).join(issues, i.number == delivery_ranges.c.issue)
    row = tx.execute(joined.where(condition)).one()
    return {state: int(row._mapping[state]) for state in states}


def oldest_open(tx: Transaction) -> datetime | None:
    """Since when the oldest issue waits that is not out yet."""
    began = func.coalesce(i.started_at, i.created_at, type_=i.created_at.type)
    return tx.execute(select(func.min(began, type_=i.created_at.type)).where(i.state.in_(OPEN))).scalar()


def active_by_digest(tx: Transaction) -> dict[str, int]:
    """Whom each digest would be sent to now. One look at every subscription: not for each request."""
    blocked = suppressions.c.address_key
    found = (
        select(w.digest, func.count().label("count_"))
        .select_from(subscriptions)
        .join(subscribers, subscribers.c.id == w.subscriber_id)
        .outerjoin(suppressions, blocked == subscribers.c.address_key)
        .where(w.state == SubscriptionState.ACTIVE.value, blocked.is_(None))
        .group_by(w.digest)
    )
    return {row.digest: row.count_ for row in tx.execute(found)}


def source_measures(tx: Transaction) -> list[SourceMeasure]:
    s = sources.c
    rows = tx.execute(select(s.name, s.collected_at, s.failure_count).order_by(s.name))
    return [SourceMeasure(row.name, row.collected_at, row.failure_count) for row in rows]


def last_slots(tx: Transaction) -> Mapping[str, datetime]:
    """The instant of the last slot that each digest handled."""
    d = digests.c
    rows = tx.execute(select(d.name, d.last_slot_at).where(d.last_slot_at.is_not(None)))
    return {row.name: row.last_slot_at for row in rows}


def newest_issues(tx: Transaction, *, limit: int) -> list[ShownIssue]:
    """The issues that the web shows, newest first."""
    states = [state.value for state in SHOWN]
    wanted = select(i.id, i.subject, i.date_at).where(i.state.in_(states))
    rows = tx.execute(wanted.order_by(i.date_at.desc(), i.number.desc()).limit(limit))
    return [ShownIssue(IssueId(row.id), row.subject, row.date_at) for row in rows]
