"""Politeness: one request at a time per host, a gap between two, and silence where a host asked for it (U13)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class _Host:
    lock: threading.Lock = field(default_factory=threading.Lock)
    free_at: float = 0.0
    silent_until: float = 0.0
    status: int = 0


class Turns:
    """The turns of all hosts of one run. Times are of `monotonic`, in seconds."""

    def __init__(self, *, gap_s: float, wait: Callable[[float], None], monotonic: Callable[[], float]) -> None:
        self._gap_s = gap_s
        self._wait = wait
        self._monotonic = monotonic
        self._hosts: dict[str, _Host] = {}
        self._lock = threading.Lock()

    @contextmanager
    def turn(self, site: str) -> Iterator[None]:
        """Have the host for oneself; waits for others, and until the gap is over."""
        host = self._host(site)
        with host.lock:
            early_s = host.free_at - self._monotonic()
            if early_s > 0:
                self._wait(early_s)
            try:
                yield
            finally:
                host.free_at = self._monotonic() + self._gap_s if self._gap_s else 0.0

    def silence(self, site: str, seconds: float, *, status: int) -> None:
        """The host wants to be left alone for so long, with this answer."""
        host = self._host(site)
        host.silent_until = self._monotonic() + seconds
        host.status = status

    def silent(self, site: str) -> tuple[float, int] | None:
        """The seconds still to wait, and the answer that asked for it; None if the host may be asked."""
        host = self._host(site)
        left_s = host.silent_until - self._monotonic() if host.status else 0.0
        return (left_s, host.status) if left_s > 0 else None

    def _host(self, site: str) -> _Host:
        with self._lock:
            return self._hosts.setdefault(site, _Host())
