"""Waiting for what another process does: a condition with a deadline, never a guess."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable


def wait_until(
    condition: Callable[[], bool], *, process: subprocess.Popen[bytes] | None = None, seconds: float = 30
) -> None:
    """Return when `condition()` is true; fail when the deadline is over or the process has ended before."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the deadline is over"
        assert process is None or process.poll() is None, "the process has ended"
        subprocess.run(["sleep", "0.05"], check=True)


def stop(process: subprocess.Popen[bytes], *, seconds: float = 10) -> tuple[int, float]:
    """SIGTERM; the exit code and how long it took."""
    begun = time.monotonic()
    process.terminate()
    code = process.wait(timeout=seconds)
    return code, time.monotonic() - begun
