"""What people ask of the ledger: does it add up, who did not get it, what is unknown, and what a person decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, and_, func, insert, or_, select, update

from publisher.errors import NotFound
from publisher.model.delivery import Counts, Delivery, DeliveryState
from publisher.model.ids import IssueId, SubscriberId
from publisher.model.issue import IssueState
from publisher.storage.deliveries import check_move, find_ranges, move_counters
from publisher.storage.engine import Transaction
from publisher.storage.tables import deliveries, delivery_ranges, events, issue_variants, issues, subscribers

d, r = deliveries.c, delivery_ranges.c


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person, a relay's log or the `resend` policy decided about unknown deliveries; it becomes an event."""

    to: DeliveryState
    actor: str
    how: str


@dataclass(frozen=True, slots=True)
class ErrorGroup:
    """Deliveries of one issue with one reply code of the relay (0: it gave none), and one of the replies."""

    state: DeliveryState
    code: int
    count: int
    example: str


def lock_issue(tx: Transaction, issue_id: str) -> None:
    """Nobody else moves the issue's state, or claims in it, until this transaction ends."""
    tx.execute(select(issues.c.number).where(issues.c.id == issue_id.lower()).with_for_update())


def state_of(tx: Transaction, issue: int, *, locks: bool = False) -> IssueState:
    """The state as it is now; `locks`: and as it stays until this transaction ends."""
    found = select(issues.c.state).where(issues.c.number == issue)
    return IssueState(tx.execute(found.with_for_update(read=True) if locks else found).scalar_one())


def keep_start(tx: Transaction, issue: int, started_at: datetime | None) -> None:
    """A resumed issue was begun when it was begun: what is in between counts to its duration."""
    if started_at is not None:
        tx.execute(update(issues).where(issues.c.number == issue).values(started_at=started_at))


def has_claims(tx: Transaction) -> bool:
    """Whether any delivery of an issue without an end is claimed, of a stopped one too."""
    states = (IssueState.SENDING, IssueState.PAUSED, IssueState.CANCELLED)
    begun = select(issues.c.number).where(issues.c.state.in_([state.value for state in states]))
    claimed = select(r.issue).where(r.issue.in_(begun), r[DeliveryState.CLAIMED.value] > 0).limit(1)
    return tx.execute(claimed).first() is not None


def release_others(tx: Transaction, *, epoch: int) -> None:
    """Free every range that another epoch had taken: the deliver lock proves that all of them are over.

    One that died between two groups had no claim left to find it by.
    """
    taken = update(delivery_ranges).where(r.owner.is_not(None), r.epoch != epoch)
    tx.execute(taken.values(owner=None, lease_until_at=None))


def counts(tx: Transaction, issue: int) -> Counts:
    """Progress: the sum of the ranges' counters."""
    sums = [func.coalesce(func.sum(r[state.value]), 0) for state in DeliveryState]
    row = tx.execute(select(*sums).where(r.issue == issue)).one()
    return _counts(tx, issue, {state: int(count) for state, count in zip(DeliveryState, row, strict=True)})


def recount(tx: Transaction, issue: int) -> Counts:
    """The truth, for an audit: the rows themselves, counted."""
    rows = tx.execute(select(d.state, func.count()).where(d.issue == issue).group_by(d.state))
    return _counts(tx, issue, {DeliveryState(state): int(count) for state, count in rows})


def _counts(tx: Transaction, issue: int, found: dict[DeliveryState, int]) -> Counts:
    frozen = tx.execute(select(issues.c.frozen_count).where(issues.c.number == issue)).scalar()
    return Counts(frozen=frozen or 0, **{state.value: count for state, count in found.items()})


def not_accepted(tx: Transaction, issue: int) -> list[Delivery]:
    """Every delivery that is not `accepted`, by subscriber."""
    return _list(tx, _wanted(issue).where(d.state != DeliveryState.ACCEPTED.value))


def unknowns(tx: Transaction, issue: int) -> list[Delivery]:
    """Every delivery of which nobody knows whether the relay took it."""
    return _list(tx, _wanted(issue).where(d.state == DeliveryState.UNKNOWN.value))


def in_states(tx: Transaction, issue: int, *, states: Sequence[DeliveryState], limit: int) -> list[Delivery]:
    """At most `limit` deliveries in these states, by subscriber."""
    wanted = [state.value for state in states]
    return _list(tx, _wanted(issue).where(d.state.in_(wanted)).limit(limit))


def errors(tx: Transaction, issue: int) -> list[ErrorGroup]:
    """What went wrong, by state and code, the most frequent first."""
    states = (DeliveryState.FAILED, DeliveryState.DEFERRED, DeliveryState.UNKNOWN)
    code, count = func.coalesce(d.code, 0).label("code"), func.count().label("count")
    rows = (
        select(d.state, code, count, func.min(d.reply).label("example"))
        .where(d.issue == issue, d.state.in_([state.value for state in states]))
        .group_by(d.state, code)
        .order_by(count.desc(), d.state, code)
    )
    found = tx.execute(rows)
    return [
        ErrorGroup(DeliveryState(row.state), row.code, int(row._mapping["count"]), row.example or "") for row in found
    ]


def had_articles(tx: Transaction, subscriber_id: SubscriberId, *, digests: Sequence[str]) -> dict[str, IssueId]:
    """Every article that a subscriber was sent by these digests, and the issue that brought it."""
    i, v = issues.c, issue_variants.c
    sent = [DeliveryState.ACCEPTED.value, DeliveryState.UNKNOWN.value]
    rows = (
        select(i.id, v["items"])
        .join(deliveries, d.issue == i.number)
        .join(issue_variants, and_(v.issue == d.issue, v.number == d.variant))
        .where(i.digest.in_(digests), d.subscriber_id == subscriber_id, d.state.in_(sent))
        .order_by(i.number.desc())
    )
    return {article: IssueId(row.id) for row in tx.execute(rows) for article in row._mapping["items"]}


def get_delivery(tx: Transaction, issue: int, address: str) -> Delivery:
    """The delivery to an address as written or folded; NotFound if it was not in the audience."""
    found = _list(
        tx, _wanted(issue).where(or_(subscribers.c.address == address, subscribers.c.address_key == address.lower()))
    )
    if not found:
        raise NotFound(
            "The address was not in the audience of this issue", address, "See `publisher subscribers show`."
        )
    return found[0]


def _wanted(issue: int) -> Select[Any]:
    return (
        select(deliveries, issues.c.id.label("issue_id"), subscribers.c.address)
        .join(issues, issues.c.number == d.issue)
        .outerjoin(subscribers, subscribers.c.id == d.subscriber_id)
        .where(d.issue == issue)
        .order_by(d.subscriber_id)
    )


def _list(tx: Transaction, wanted: Select[Any]) -> list[Delivery]:
    return [_to_delivery(row) for row in tx.execute(wanted)]


def _to_delivery(row: Row[Any]) -> Delivery:
    return Delivery(
        issue=IssueId(row.issue_id),
        subscriber_id=SubscriberId(row.subscriber_id),
        address=row.address or "",
        state=DeliveryState(row.state),
        attempt=row.attempt,
        relay=row.relay,
        code=row.code,
        reply=row.reply,
        next_try_at=row.next_try_at,
        updated_at=row.updated_at,
        phase=row.phase,
    )


def resolve_unknown(
    tx: Transaction, ids: Iterable[SubscriberId], decision: Decision, *, issue: int, now: datetime
) -> list[SubscriberId]:
    """Move unknown deliveries where the decision says, with one event each; those that were unknown are returned."""
    check_move(DeliveryState.UNKNOWN, decision.to, f"issue {issue}")
    wanted = sorted(ids)
    moved = (
        update(deliveries)
        .where(d.issue == issue, d.subscriber_id.in_(wanted), d.state == DeliveryState.UNKNOWN.value)
        .values(state=decision.to.value, next_try_at=None, updated_at=now)
        .returning(d.subscriber_id)
    )
    found = sorted(SubscriberId(one) for one in tx.execute(moved).scalars())
    _count(tx, issue, found, before=DeliveryState.UNKNOWN, after=decision.to)
    _add_events(tx, found, decision, issue=issue, now=now)
    return found


def retry_now(tx: Transaction, *, issue: int, actor: str, now: datetime) -> int:
    """Put every deferred delivery back in the queue before its time, because a person asks for it; how many."""
    rows = update(deliveries).where(d.issue == issue, d.state == DeliveryState.DEFERRED.value)
    rows = rows.values(state=DeliveryState.QUEUED.value, next_try_at=None, updated_at=now)
    found = sorted(SubscriberId(one) for one in tx.execute(rows.returning(d.subscriber_id)).scalars())
    _count(tx, issue, found, before=DeliveryState.DEFERRED, after=DeliveryState.QUEUED)
    tx.execute(update(delivery_ranges).where(r.issue == issue).values(next_try_at=None))
    _add_events(tx, found, Decision(DeliveryState.QUEUED, actor, "retry"), issue=issue, now=now)
    return len(found)


def _count(
    tx: Transaction, issue: int, ids: list[SubscriberId], *, before: DeliveryState, after: DeliveryState
) -> None:
    if not ids:
        return
    per_range = Counter(find_ranges(tx, issue, ids).values())
    move_counters(tx, issue, {number: Counter({before: -n, after: n}) for number, n in per_range.items()})


def _add_events(tx: Transaction, ids: list[SubscriberId], decision: Decision, *, issue: int, now: datetime) -> None:
    if not ids:
        return
    name = tx.execute(select(issues.c.id).where(issues.c.number == issue)).scalar_one()
    tx.execute(insert(events), [_event(name, one, decision, now) for one in ids])


def _event(issue_id: str, subscriber_id: SubscriberId, decision: Decision, now: datetime) -> dict[str, Any]:
    detail = {"subscriber_id": subscriber_id, "to": decision.to.value, "how": decision.how}
    return {"at": now, "actor": decision.actor, "subject": issue_id, "what": "delivery-moved", "detail": detail}
