"""Clients for tests: names lead to the loopback without a name server, and waiting is written down."""

from __future__ import annotations

import socket
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from publisher.fetch import Client, Limits
from publisher.fetch.connections import Dial, dial

PUBLIC = "93.184.215.14"
"""An address that the client takes for public; `to_loopback` brings it home."""


@dataclass
class Names:
    """A resolver: `known` names, digits as they stand (in every form that the system reads), nothing else."""

    known: dict[str, Sequence[str]] = field(default_factory=dict)
    default: Sequence[str] | None = None
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        if host in self.known:
            return list(self.known[host])
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        except (OSError, UnicodeError):
            if self.default is None:
                raise
            return list(self.default)
        return [str(entry[4][0]) for entry in found]


@dataclass
class Waits:
    """Waiting that takes no time, and the clock that it moves."""

    now: float = 0.0
    waits: list[float] = field(default_factory=list)

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    def monotonic(self) -> float:
        return self.now


def to_loopback(port: int, dialled: list[str] | None = None) -> Dial:
    """Connections to PUBLIC go to this port of the loopback; others where they want. All are written down."""
    seen = dialled if dialled is not None else []

    def open_socket(address: str, asked_port: int, timeout_s: float) -> socket.socket:
        seen.append(address)
        return dial("127.0.0.1", port, timeout_s) if address == PUBLIC else dial(address, asked_port, timeout_s)

    return open_socket


def a_client(*, limits: Limits | None = None, allow_private: bool = True, **given: object) -> Client:
    """A client that may ask the loopback."""
    named: dict[str, object] = {"user_agent": "Publisher/1 (+https://harbour.example)", "wait": threading.Event().wait}
    named |= {"limits": limits or Limits(), "allow_private": allow_private, "resolve": Names(), "retries": 0}
    return Client(**(named | given))  # type: ignore[arg-type]
