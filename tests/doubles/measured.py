"""What reading hostile text took: run in a child, which tells the processor time and the growth of its memory."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import PublisherError
from publisher.sources.bounded import Bounded

RESET_PEAK = "5"


@dataclass(frozen=True, slots=True)
class Measured:
    """`outcome`: the value in words, or the error. `is_stopped`: it took more than it may, and was ended."""

    outcome: str
    seconds: float
    grown_bytes: int
    is_stopped: bool = False


def measured(
    bounded: Bounded, limit_s: float, function: Callable[..., object], *given: object, **named: object
) -> Measured:
    """Run it as the product does, with its time and its memory."""
    started = time.monotonic()
    try:
        return bounded.run_for(limit_s, in_child, function, given, named, where="hostile")
    except PublisherError as error:
        is_stopped = "longer than" in error.what or "more than" in error.what
        return Measured(str(error), time.monotonic() - started, 0, is_stopped=is_stopped)


def in_child(
    function: Callable[..., object], given: tuple[object, ...], named: dict[str, object], *, where: str
) -> Measured:
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text(RESET_PEAK)
    before, started = kilobytes("VmHWM"), time.process_time()
    try:
        outcome = repr(function(*given, **named))[:2_000_000]
    except PublisherError as error:
        outcome = f"{where}: {error}"
    seconds = time.process_time() - started
    return Measured(outcome, seconds, 1024 * (kilobytes("VmHWM") - before))


def kilobytes(name: str) -> int:
    """A figure of the process by its name in /proc."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith(f"{name}:")), 0)
