"""The life of `publisher run`: one lock, a tick a minute, a graceful end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from publisher.app.publish import scheduled
from publisher.app.runtime import Runtime
from publisher.daemon.ticker import tick_until
from publisher.errors import PublisherError
from publisher.model.reports import PublishReport

Tell = Callable[[PublishReport], None]


def run_until_stopped(
    runtime: Runtime,
    *,
    every_s: float,
    tell: Tell,
    tell_error: Callable[[str], None],
) -> None:
    """Tick until `runtime.stop()`. ConflictError at once if another `run` holds the site."""
    with runtime.hold("run", wait_s=0):
        tick_until(runtime.stop, Tick(runtime, tell, tell_error), every_s=every_s, wait=runtime.wait)


@dataclass
class Tick:
    """One look at what is due. An error of ours is told; the next tick tries again."""

    runtime: Runtime
    tell: Tell
    tell_error: Callable[[str], None]

    def __call__(self) -> None:
        if self.runtime.stop():
            return
        try:
            self.tell(scheduled(self.runtime))
        except PublisherError as error:
            self.tell_error(f"Error: {error}")
