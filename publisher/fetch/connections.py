"""Connections that go to checked addresses only, and whose reading ends by the clock and by a byte count.

A host name is resolved once for a connection, every address is checked, and the connection goes to one of exactly
these: a name server that changes its mind (DNS rebinding) is never asked a second time. TLS verifies the host name.
"""

from __future__ import annotations

import http.client
import io
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.poolmanager import PoolManager

from publisher.fetch.addresses import Resolver, refused, resolve_within
from publisher.fetch.body import OversizeError

if TYPE_CHECKING:
    from urllib3.response import HTTPResponse

Dial = Callable[[str, int, float], socket.socket]
"""Address, port and timeout in seconds to a connected socket; OSError."""

HEAD_BYTES = 300_000
FRAME_BYTES = 500_000
"""What may surround a body: sizes of chunks, trailers. Two million chunks of one byte cost 8 s."""


class AddressError(Exception):
    """This host leads to where the product does not go: `str(error)` is the address."""


class HostError(Exception):
    """The name server knows no address, or did not answer."""


@dataclass(frozen=True, slots=True)
class Door:
    """What a connection passes on its way out."""

    resolve: Resolver
    dial: Dial
    allow_private: bool
    read_s: float
    home: tuple[str, int] | None = None
    """With `allow_private`: the host and port that alone may be in the own network; None: any."""

    def connect(self, host: str, port: int, *, timeout_s: float) -> socket.socket:
        """A socket to the first address of this host that takes it. AddressError, HostError, OSError."""
        ends_at = time.monotonic() + timeout_s
        addresses = self._addresses(host, port, timeout_s=timeout_s)
        failure: OSError = TimeoutError("timed out")
        for address in addresses:
            left = ends_at - time.monotonic()
            if left <= 0:
                break
            try:
                connected = self.dial(address, port, left)
            except OSError as error:
                failure = error
                continue
            connected.settimeout(max(0.001, ends_at - time.monotonic()))  # the handshake has what is left
            return connected
        raise failure

    def _addresses(self, host: str, port: int, *, timeout_s: float) -> list[str]:
        try:
            addresses = resolve_within(self.resolve, host, port, timeout_s=timeout_s)
        except (OSError, UnicodeError) as error:
            raise HostError(getattr(error, "strerror", None) or "not a host name") from error
        if not addresses:
            raise HostError("no address")
        stranger = refused(addresses, allow_private=self.allow_private and self._is_home(host, port))
        if stranger is not None:
            raise AddressError(stranger)
        return addresses

    def _is_home(self, host: str, port: int) -> bool:
        """Whether it is the server that was named; one on port 80 may lead to its own 443."""
        if self.home is None:
            return True
        named, own_port = self.home
        return host.strip("[]").rstrip(".").lower() == named.strip("[]") and port in (own_port, TLS_OF.get(own_port))


TLS_OF = {80: 443}


def dial(address: str, port: int, timeout_s: float) -> socket.socket:
    """Connect to an address as it stands: digits, never a name."""
    family, kind, protocol, _, place = socket.getaddrinfo(
        address, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
    )[0]
    opened = socket.socket(family, kind, protocol)
    try:
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        opened.settimeout(timeout_s)
        opened.connect(place)
    except BaseException:
        opened.close()
        raise
    return opened


class _BoundedReader(io.RawIOBase):
    """Reads a socket until a moment and up to a byte count: neither a trickle nor a flood gets past."""

    def __init__(self, sock: socket.socket, *, ends_at: float, read_s: float) -> None:
        self._sock = sock
        self._stream = sock.makefile("rb", buffering=0)
        self.is_at_end = False
        self._ends_at = ends_at
        self._read_s = read_s
        self.bytes_left = HEAD_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._ends_at - time.monotonic()
        if left <= 0:
            raise TimeoutError("timed out")
        if self.bytes_left <= 0:
            raise OversizeError("the answer has more around its body than in it", "Tell the site's operator.")
        self._sock.settimeout(min(left, self._read_s))
        count = self._stream.readinto(buffer)
        self.bytes_left -= count or 0
        self.is_at_end = count == 0
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()


class _Bounded:
    """The one thing of a socket that `http.client.HTTPResponse` asks for."""

    def __init__(self, reader: _BoundedReader) -> None:
        self._reader = reader

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self._reader, 65_536)


class _BoundedAnswer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *given: Any, ends_at: float, read_s: float, **named: Any) -> None:
        self._reader = _BoundedReader(sock, ends_at=ends_at, read_s=read_s)
        bounded: Any = _Bounded(self._reader)
        super().__init__(bounded, *given, **named)

    def begin(self) -> None:
        """Read the head; one that was cut short is refused, where the standard library takes what there is."""
        super().begin()
        if self._reader.is_at_end:
            raise http.client.IncompleteRead(b"")
        self._reader.bytes_left = FRAME_BYTES

    def read(self, amt: int | None = None) -> bytes:
        """A piece of the body; what came beside it is counted. Who asks bounds the body itself."""
        if amt is None:
            raise ValueError("bodies are read in pieces")
        self._reader.bytes_left += amt
        data = super().read(amt)
        self._reader.bytes_left -= amt - len(data)
        return data


class _Connection(Protocol):
    door: Door
    host: str
    port: int
    timeout: float | None
    response_class: Any


def _seconds(connection: _Connection) -> float:
    """urllib3 puts here what is left of the request: to connect first, then to read."""
    return connection.timeout if isinstance(connection.timeout, int | float) else connection.door.read_s


def _bind(connection: _Connection) -> None:
    ends_at = time.monotonic() + _seconds(connection)
    connection.response_class = partial(_BoundedAnswer, ends_at=ends_at, read_s=connection.door.read_s)


class CheckedConnection(HTTPConnection):
    def __init__(self, *given: Any, door: Door, **named: Any) -> None:
        super().__init__(*given, **named)
        self.door = door

    def _new_conn(self) -> socket.socket:
        return self.door.connect(self._dns_host.strip("[]"), self.port, timeout_s=_seconds(self))

    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        _bind(self)
        return super().getresponse()


class CheckedTLSConnection(CheckedConnection, HTTPSConnection):
    """The same door; TLS comes behind it."""


class _CheckedPool(HTTPConnectionPool):
    ConnectionCls = CheckedConnection


class _CheckedTLSPool(HTTPSConnectionPool):
    ConnectionCls = CheckedTLSConnection


class _CheckedPools(PoolManager):
    def __init__(self, door: Door, **named: Any) -> None:
        super().__init__(**named)
        self._door = door
        self.pool_classes_by_scheme = {"http": _CheckedPool, "https": _CheckedTLSPool}

    def _new_pool(
        self, scheme: str, host: str, port: int, request_context: dict[str, Any] | None = None
    ) -> HTTPConnectionPool:
        pool = super()._new_pool(scheme, host, port, request_context)
        pool.conn_kw["door"] = self._door
        return pool


class CheckedAdapter(HTTPAdapter):
    """The way of `requests` to the network, through the door. One idle connection is kept per host."""

    def __init__(self, door: Door) -> None:
        self._door = door
        super().__init__(max_retries=0)

    def init_poolmanager(self, connections: int, maxsize: int, block: bool = False, **named: Any) -> None:  # noqa: FBT001, FBT002 - requests' own signature
        self.poolmanager = _CheckedPools(self._door, num_pools=connections, maxsize=1, block=False, **named)
