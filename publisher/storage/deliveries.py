"""The ledger: every issue to every subscriber, one row and one state each (design.md 6, docs/design/0004-ledger.md).

Whatever moves a row moves the counters of its range in the same transaction, so progress is a sum over ranges.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, exists, func, or_, select, update

from publisher.errors import ConflictError
from publisher.model.delivery import Claim, DeliveryRange, DeliveryState
from publisher.model.ids import SubscriberId
from publisher.model.subscriber import SubscriptionState
from publisher.storage.engine import Transaction
from publisher.storage.tables import deliveries, delivery_ranges, issues, subscribers, subscriptions, suppressions

QUEUED, CLAIMED, ACCEPTED, DEFERRED, FAILED, SUPPRESSED, UNKNOWN = DeliveryState
LEASE = timedelta(minutes=10)
"""After which a range is free again. Rows are fenced one by one, so an early taker does no harm."""

ARROWS: dict[DeliveryState, tuple[DeliveryState, ...]] = {
    QUEUED: (CLAIMED, SUPPRESSED),
    CLAIMED: (ACCEPTED, DEFERRED, FAILED, UNKNOWN, QUEUED),
    DEFERRED: (QUEUED, FAILED, SUPPRESSED),
    UNKNOWN: (ACCEPTED, QUEUED, FAILED),
    ACCEPTED: (),
    FAILED: (),
    SUPPRESSED: (),
}
"""Where a delivery may move. CLAIMED goes back to QUEUED only where its dot was provably not sent."""

d, r = deliveries.c, delivery_ranges.c


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of one claim: its new state with the relay's words. QUEUED gives the try back."""

    subscriber_id: SubscriberId
    attempt: int
    state: DeliveryState
    relay: str | None = None
    code: int | None = None
    reply: str | None = None
    phase: str | None = None
    next_try_at: datetime | None = None


def check_move(before: DeliveryState, after: DeliveryState, who: object) -> None:
    """ValueError where no arrow is drawn: a bug of ours."""
    if after not in ARROWS[before]:
        raise ValueError(f"delivery of {who}: {before} -> {after}")


def take_range(tx: Transaction, *, issue: int, owner: str, epoch: int, now: datetime) -> DeliveryRange | None:
    """Take a range with queued rows that nobody works on; None if there is none."""
    is_free = or_(r.owner.is_(None), r.epoch == epoch, r.lease_until_at < now)
    # As a CTE: inside `in (select … limit 1 for update skip locked)` PostgreSQL may run it per row (style-guide.md 5).
    free = (
        select(r.number)
        .where(r.issue == issue, r[QUEUED.value] > 0, is_free)
        .order_by(r.number)
        .limit(1)
        .with_for_update(skip_locked=True)
        .cte("free")
    )
    taken = (
        update(delivery_ranges)
        .where(r.issue == issue, r.number == select(free.c.number).scalar_subquery())
        .values(owner=owner, epoch=epoch, lease_until_at=now + LEASE)
        .returning(r.issue, r.number, r.first, r.last)
    )
    row = tx.execute(taken).first()
    return DeliveryRange(row.issue, row.number, SubscriberId(row.first), SubscriberId(row.last)) if row else None


def release_range(tx: Transaction, part: DeliveryRange, *, epoch: int) -> None:
    """Give a range back. Its claims may still be on their way: rows are fenced by their own epoch."""
    mine = update(delivery_ranges).where(r.issue == part.issue, r.number == part.number, r.epoch == epoch)
    tx.execute(mine.values(owner=None, lease_until_at=None))


def claim(
    tx: Transaction,
    part: DeliveryRange,
    *,
    epoch: int,
    limit: int,
    now: datetime,
    letter: Sequence[str] = (),
) -> list[Claim]:
    """Claim up to `limit` queued rows of a range; commit before sending. Empty: nothing is queued in it.

    The reader must hold the issue's digest still, or one of the `letter` where it is given (a correction).

    Who left, or is suppressed, since the freeze is marked `suppressed` here and not claimed (reliability.md S19).
    """
    while True:
        found = _queued(tx, part, limit, letter)
        blocked = {row.subscriber_id: row.blocked for row in found if row.blocked is not None}
        _mark_suppressed(tx, part, blocked, now=now)
        addresses = {row.subscriber_id: row.address for row in found if row.blocked is None}
        claims = _claim_rows(tx, part, addresses, epoch=epoch, now=now)
        if claims or not found:
            return claims


def _queued(tx: Transaction, part: DeliveryRange, limit: int, letter: Sequence[str]) -> Sequence[Any]:
    """The next queued rows, each with its address and why it must not get the mail (None: it may)."""
    person, wish, block = subscribers.c, subscriptions.c, suppressions.c
    digest = select(issues.c.digest).where(issues.c.number == part.issue).scalar_subquery()
    is_of_letter = wish.digest.in_(letter) if letter else wish.digest == digest
    is_active = exists().where(
        wish.subscriber_id == d.subscriber_id, is_of_letter, wish.state == SubscriptionState.ACTIVE.value
    )
    blocked = case(
        (block.reason.is_not(None), block.reason), (is_active, None), else_="the subscription has ended"
    ).label("blocked")
    rows = (
        select(d.subscriber_id, person.address, blocked)
        .outerjoin(subscribers, person.id == d.subscriber_id)
        .outerjoin(suppressions, block.address_key == person.address_key)
        .where(_in_range(part), d.state == QUEUED.value)
    )
    return tx.execute(rows.order_by(d.subscriber_id).limit(limit)).all()


def _mark_suppressed(tx: Transaction, part: DeliveryRange, blocked: dict[int, str], *, now: datetime) -> None:
    if not blocked:
        return
    is_row = d.subscriber_id == bindparam("row")
    marked = update(deliveries).where(d.issue == part.issue, is_row, d.state == QUEUED.value)
    marked = marked.values(state=SUPPRESSED.value, reply=bindparam("why"), updated_at=now)
    tx.execute(marked, [{"row": subscriber_id, "why": why} for subscriber_id, why in blocked.items()])
    move_counters(tx, part.issue, {part.number: Counter({QUEUED: -len(blocked), SUPPRESSED: len(blocked)})})


def _claim_rows(
    tx: Transaction, part: DeliveryRange, addresses: dict[int, str], *, epoch: int, now: datetime
) -> list[Claim]:
    if not addresses:
        return []
    claimed = (
        update(deliveries)
        .where(d.issue == part.issue, d.subscriber_id.in_(list(addresses)), d.state == QUEUED.value)
        .values(state=CLAIMED.value, epoch=epoch, attempt=d.attempt + 1, next_try_at=None, updated_at=now)
        .returning(d.subscriber_id, d.variant, d.attempt)
    )
    rows = sorted(tx.execute(claimed), key=lambda row: int(row.subscriber_id))
    move_counters(tx, part.issue, {part.number: Counter({QUEUED: -len(rows), CLAIMED: len(rows)})})
    return [
        Claim(SubscriberId(row.subscriber_id), row.variant, row.attempt, addresses[row.subscriber_id]) for row in rows
    ]


def settle(tx: Transaction, settlements: Sequence[Settlement], *, issue: int, epoch: int, now: datetime) -> None:
    """Record what became of claims that `epoch` made; ConflictError if one of them is not (or no more) its own."""
    if not settlements:
        return
    held = _held(tx, issue, epoch, [one.subscriber_id for one in settlements])
    for one in settlements:
        check_move(CLAIMED, one.state, one.subscriber_id)
        if held.pop(one.subscriber_id, None) != one.attempt:
            raise ConflictError(
                "A delivery was settled by another process",
                f"issue {issue}, subscriber {one.subscriber_id}, try {one.attempt}",
                "See `publisher issues audit`.",
            )
    tx.execute(SETTLE, [_settle_values(one, issue=issue, now=now) for one in settlements])
    _count_settled(tx, issue, settlements)


def _held(tx: Transaction, issue: int, epoch: int, ids: list[SubscriberId]) -> dict[int, int]:
    """Which of these rows the epoch holds, and at which try; locked, so that nothing moves them meanwhile."""
    held = select(d.subscriber_id, d.attempt).where(
        d.issue == issue, d.subscriber_id.in_(ids), d.state == CLAIMED.value, d.epoch == epoch
    )
    return {row.subscriber_id: row.attempt for row in tx.execute(held.with_for_update())}


SETTLE = (
    update(deliveries)
    .where(d.issue == bindparam("in_issue"), d.subscriber_id == bindparam("row"))
    .values({name: bindparam(f"new_{name}") for name in ("state", "attempt", "relay", "next_try_at")})
    .values({name: bindparam(f"new_{name}") for name in ("code", "reply", "phase", "updated_at")})
)


def _settle_values(one: Settlement, *, issue: int, now: datetime) -> dict[str, Any]:
    return {
        "in_issue": issue,
        "row": one.subscriber_id,
        "new_state": one.state.value,
        "new_attempt": one.attempt - (one.state is QUEUED),
        "new_relay": one.relay,
        "new_next_try_at": one.next_try_at,
        "new_code": one.code,
        "new_reply": one.reply,
        "new_phase": one.phase,
        "new_updated_at": now,
    }


def _count_settled(tx: Transaction, issue: int, settlements: Sequence[Settlement]) -> None:
    range_of = find_ranges(tx, issue, [one.subscriber_id for one in settlements])
    moved: dict[int, Counter[DeliveryState]] = {}
    next_tries: dict[int, datetime] = {}
    for one in settlements:
        number = range_of[one.subscriber_id]
        counter = moved.setdefault(number, Counter())
        counter[CLAIMED] -= 1
        counter[one.state] += 1
        if one.next_try_at is not None:
            next_tries[number] = min(one.next_try_at, next_tries.get(number, one.next_try_at))
    move_counters(tx, issue, moved)
    for number, at in next_tries.items():
        earliest = case((or_(r.next_try_at.is_(None), r.next_try_at > at), at), else_=r.next_try_at)
        tx.execute(_one_range(issue, number).values(next_try_at=earliest))


def requeue_due(tx: Transaction, *, issue: int, now: datetime) -> int:
    """Queue again the deferred rows whose wait is over; how many."""
    due = select(r.number, r.first, r.last).where(r.issue == issue, r.next_try_at <= now).order_by(r.number)
    count = 0
    for row in tx.execute(due).all():
        part = DeliveryRange(issue, row.number, row.first, row.last)
        count += _requeue_range(tx, part, now)
    return count


def _requeue_range(tx: Transaction, part: DeliveryRange, now: datetime) -> int:
    is_deferred = and_(_in_range(part), d.state == DEFERRED.value)
    queued = update(deliveries).where(is_deferred, d.next_try_at <= now)
    rows = tx.execute(queued.values(state=QUEUED.value, next_try_at=None).returning(d.subscriber_id)).all()
    move_counters(tx, part.issue, {part.number: Counter({DEFERRED: -len(rows), QUEUED: len(rows)})})
    earliest = select(func.min(d.next_try_at)).where(is_deferred).scalar_subquery()
    tx.execute(_one_range(part.issue, part.number).values(next_try_at=earliest))
    return len(rows)


def find_ranges(tx: Transaction, issue: int, ids: Iterable[int]) -> dict[int, int]:
    """The range number of each subscriber id."""
    wanted = sorted(ids)
    found = select(r.number, r.first).where(r.issue == issue, r.first <= wanted[-1], r.last >= wanted[0])
    rows = tx.execute(found.order_by(r.first)).all()
    firsts = [row.first for row in rows]
    return {one: rows[bisect_right(firsts, one) - 1].number for one in wanted}


def move_counters(tx: Transaction, issue: int, moved: dict[int, Counter[DeliveryState]]) -> None:
    """Move the counters of ranges (number -> change per state), in one order: two writers cannot wait in a ring."""
    for number, changes in sorted(moved.items()):
        values = {state.value: r[state.value] + change for state, change in changes.items() if change}
        if values:
            tx.execute(_one_range(issue, number).values(values))


def _one_range(issue: int, number: int) -> Any:
    return update(delivery_ranges).where(r.issue == issue, r.number == number)


def _in_range(part: DeliveryRange) -> ColumnElement[bool]:
    return and_(d.issue == part.issue, d.subscriber_id.between(part.first, part.last))
