"""When one recipient is tried again, and when that ends (design.md 4, `relay.retry`)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta


def next_try(attempt: int, waits: Sequence[timedelta], now: datetime) -> datetime | None:
    """The instant of the next try after try number `attempt` (from 1) was put off; None: give up.

    `waits` lie between tries, so n waits allow n + 1 tries.
    """
    if attempt > len(waits):
        return None
    return now + waits[attempt - 1]
