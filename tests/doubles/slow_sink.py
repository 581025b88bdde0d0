"""A sink that takes its time for each mail, and writes down when each was begun."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from tests.doubles.smtp_sink import Faults, SmtpSink


class SlowSink(SmtpSink):
    """`begun`: when DATA of each mail came, by the monotonic clock."""

    def __init__(self, seconds: float) -> None:
        super().__init__(Faults(choose_drop=self.take_time))
        self.seconds = seconds
        self.begun: list[float] = []
        self.never = threading.Event()

    def take_time(self, address: str) -> None:
        self.begun.append(monotonic())
        self.never.wait(self.seconds)


@contextmanager
def a_slow_sink(seconds: float) -> Iterator[SlowSink]:
    with SlowSink(seconds) as sink:
        yield sink
