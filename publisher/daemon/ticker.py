"""APScheduler as a ticker only: it calls one tick; what is due is asked from the database (reliability.md 0.5)."""

from __future__ import annotations

from collections.abc import Callable

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

POLL_S = 0.2


def tick_until(
    stop: Callable[[], bool], tick: Callable[[], None], *, every_s: float, wait: Callable[[float], None]
) -> None:
    """Call `tick` at once and then every `every_s` seconds until `stop()`; ticks never overlap.

    Returns when the tick that was running has ended.
    """
    scheduler = BackgroundScheduler(timezone="UTC")
    scheduler.add_job(tick, IntervalTrigger(seconds=every_s), max_instances=1, coalesce=True, misfire_grace_time=None)
    tick()
    if stop():
        return
    scheduler.start()
    try:
        while not stop():
            wait(POLL_S)
    finally:
        scheduler.shutdown(wait=True)
