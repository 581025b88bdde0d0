"""HTTP connections that must be done with their headers in time: slow ones would take every place (W15)."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

HEADERS_S = 10.0


class PunctualProtocol(H11Protocol):
    """Uvicorn's own, closed where the headers of a request are not whole HEADERS_S after its beginning."""

    headers_s = HEADERS_S
    headers_timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.expect_headers()

    def data_received(self, data: bytes) -> None:
        """Idle again after a request, with the begin of the next: its time begins."""
        super().data_received(data)
        if self.is_between_requests() and not self.transport.is_closing():
            self.expect_headers()
        else:
            self.forget_timer()

    def connection_lost(self, exc: Exception | None) -> None:
        self.forget_timer()
        super().connection_lost(exc)

    def is_between_requests(self) -> bool:
        """No request is being answered: what came is less than its headers."""
        cycle: Any = self.cycle
        return cycle is None or bool(cycle.response_complete)

    def expect_headers(self) -> None:
        if self.headers_timer is None:
            self.headers_timer = self.loop.call_later(self.headers_s, self.give_up)

    def forget_timer(self) -> None:
        if self.headers_timer is not None:
            self.headers_timer.cancel()
            self.headers_timer = None

    def give_up(self) -> None:
        self.headers_timer = None
        if self.is_between_requests():
            self.transport.close()
