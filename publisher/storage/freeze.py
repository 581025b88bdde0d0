"""Freezing the audience of an issue: who gets it and in which variant, in one statement (performance.md 1.4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice

from sqlalchemy import and_, func, insert, literal, select, update

from publisher.model.delivery import DeliveryState
from publisher.model.ids import SubscriberId
from publisher.model.subscriber import SubscriptionState
from publisher.storage.engine import Transaction
from publisher.storage.letters import has_been_elsewhere
from publisher.storage.tables import deliveries, delivery_ranges, issue_choices, issues, subscriptions

QUEUED, ACCEPTED = DeliveryState.QUEUED, DeliveryState.ACCEPTED
RANGE_SIZE = 500
GROUP = 5000
COLUMNS = ["issue", "subscriber_id", "variant", "state", "attempt", "epoch"]

d, r, w, c = deliveries.c, delivery_ranges.c, subscriptions.c, issue_choices.c


def freeze(
    tx: Transaction,
    *,
    issue: int,
    digest: str,
    letter: Sequence[str] = (),
    personal: Mapping[SubscriberId, int] | None = None,
    range_size: int = RANGE_SIZE,
) -> int:
    """Freeze the audience: the active subscriptions of the digest whose choice has a variant; their number.

    Whoever has held another cadence of the `letter` is not joined by choice: `personal` names their variants.
    Suppressed addresses are frozen too: they become `suppressed` at the claim. Again: the number frozen before.
    """
    if not is_frozen(tx, issue):
        _freeze_by_choice(tx, issue, digest, letter)
        _freeze_personal(tx, issue, personal or {})
        _cut_ranges(tx, issue, range_size)
    return frozen_count(tx, issue)


def freeze_correction(
    tx: Transaction, *, issue: int, corrected: int, variants: Sequence[int], range_size: int = RANGE_SIZE
) -> int:
    """Freeze who got the corrected issue in one of these variants of it, by their choice of today; their number."""
    if not is_frozen(tx, issue):
        got = deliveries.alias("got")
        digest = select(issues.c.digest).where(issues.c.number == corrected).scalar_subquery()
        chosen = (
            select(literal(issue), got.c.subscriber_id, c.variant, literal(QUEUED.value), literal(0), literal(0))
            .select_from(got)
            .join(subscriptions, and_(w.subscriber_id == got.c.subscriber_id, w.digest == digest))
            .join(issue_choices, and_(c.issue == issue, c.choice == w.choice))
            .where(got.c.issue == corrected, got.c.state == ACCEPTED.value, got.c.variant.in_(list(variants)))
            .order_by(got.c.subscriber_id)
        )
        tx.execute(insert(deliveries).from_select(COLUMNS, chosen, include_defaults=False))
        _cut_ranges(tx, issue, range_size)
    return frozen_count(tx, issue)


def is_frozen(tx: Transaction, issue: int) -> bool:
    return tx.execute(select(r.number).where(r.issue == issue).limit(1)).first() is not None


def frozen_count(tx: Transaction, issue: int) -> int:
    return int(tx.execute(select(issues.c.frozen_count).where(issues.c.number == issue)).scalar_one())


def _freeze_by_choice(tx: Transaction, issue: int, digest: str, letter: Sequence[str]) -> None:
    chosen = (
        select(literal(issue), w.subscriber_id, c.variant, literal(QUEUED.value), literal(0), literal(0))
        .join(issue_choices, and_(c.issue == issue, c.choice == w.choice))
        .where(w.digest == digest, w.state == SubscriptionState.ACTIVE.value)
        .order_by(w.subscriber_id)
    )
    if len(letter) > 1:
        chosen = chosen.where(~has_been_elsewhere(digest, letter))
    tx.execute(insert(deliveries).from_select(COLUMNS, chosen, include_defaults=False))


def _freeze_personal(tx: Transaction, issue: int, personal: Mapping[SubscriberId, int]) -> None:
    rows = (
        {"issue": issue, "subscriber_id": one, "variant": variant, "state": QUEUED.value, "attempt": 0, "epoch": 0}
        for one, variant in sorted(personal.items())
    )
    while group := list(islice(rows, GROUP)):
        tx.execute(insert(deliveries), group)


def _cut_ranges(tx: Transaction, issue: int, range_size: int) -> None:
    place = func.row_number().over(order_by=d.subscriber_id)
    numbered = select(d.subscriber_id, ((place - 1) // range_size).label("part")).where(d.issue == issue).subquery()
    first, last = func.min(numbered.c.subscriber_id), func.max(numbered.c.subscriber_id)
    zeros = [state.value for state in DeliveryState if state is not QUEUED]
    parts = select(
        literal(issue), numbered.c.part + 1, first, last, literal(0), func.count(), *(literal(0) for _ in zeros)
    ).group_by(numbered.c.part)
    columns = ["issue", "number", "first", "last", "epoch", QUEUED.value, *zeros]
    tx.execute(insert(delivery_ranges).from_select(columns, parts, include_defaults=False))
    frozen = select(func.count()).select_from(deliveries).where(d.issue == issue).scalar_subquery()
    tx.execute(update(issues).where(issues.c.number == issue).values(frozen_count=frozen))
