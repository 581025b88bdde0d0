"""Who got an issue that is to be corrected, and what they choose today."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, select

from publisher.model.delivery import DeliveryState
from publisher.storage.engine import Transaction
from publisher.storage.tables import deliveries, issues, subscriptions

d, w, i = deliveries.c, subscriptions.c, issues.c


def choices_of_readers(tx: Transaction, issue: int, *, variants: Sequence[int]) -> dict[str, int]:
    """Today's choices of those who have one of these variants of an issue, and how many made each.

    The same readers as `freeze_correction` takes.
    """
    digest = select(i.digest).where(i.number == issue).scalar_subquery()
    got = and_(d.issue == issue, d.state == DeliveryState.ACCEPTED.value, d.variant.in_(list(variants)))
    rows = tx.execute(
        select(w.choice, func.count())
        .select_from(deliveries)
        .join(subscriptions, and_(w.subscriber_id == d.subscriber_id, w.digest == digest))
        .where(got)
        .group_by(w.choice)
    )
    return {choice: int(count) for choice, count in rows}
