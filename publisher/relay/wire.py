"""A socket that speaks lines and replies: each whole reply within one deadline (reliability.md S10)."""

from __future__ import annotations

import re
import socket
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass

MAX_REPLY_BYTES = 16_384
MAX_TEXT = 200
REPLY_LINE = re.compile(rb"([1-5][0-9]{2})(?:([ -])(.*))?", re.DOTALL)


class ConnectionLost(Exception):  # noqa: N818 - it is an event, caught in this package
    """The peer is gone, too slow, or does not speak SMTP. `was_refused`: the kernel took none of the bytes."""

    def __init__(self, why: str, *, was_refused: bool = False) -> None:
        super().__init__(why)
        self.was_refused = was_refused


@dataclass(frozen=True, slots=True)
class Reply:
    """A code and the relay's words, cleaned, at most 200 characters."""

    code: int
    text: str
    lines: tuple[str, ...] = ()

    @property
    def is_positive(self) -> bool:
        return 200 <= self.code < 300

    def __str__(self) -> str:
        return f"{self.code} {self.text}"[:MAX_TEXT]


def cleaned(text: str) -> str:
    """Words of the outside for a row or a terminal: no control characters, one line, at most 200 characters."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:MAX_TEXT]


class Wire:
    """One connection. Every call has its own time limit in seconds; ConnectionLost whenever it ends."""

    def __init__(self, connected: socket.socket) -> None:
        self._socket = connected
        self._buffer = b""

    @classmethod
    def connect(cls, host: str, port: int, *, timeout_s: float) -> Wire:
        try:
            connected = socket.create_connection((host, port), timeout=timeout_s)
            # Body and dot are separate writes: without this a mail waits 40 ms for a delayed ACK (reliability.md 1.3).
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError as error:
            raise ConnectionLost(words_of(error)) from error
        return cls(connected)

    @property
    def is_encrypted(self) -> bool:
        return isinstance(self._socket, ssl.SSLSocket)

    def start_tls(self, context: ssl.SSLContext, host: str, *, timeout_s: float) -> None:
        """Encrypt from here on; what came in clear before is refused (STARTTLS injection)."""
        if self._buffer:
            raise ConnectionLost("the relay sent text between STARTTLS and TLS")
        try:
            self._socket.settimeout(timeout_s)
            self._socket = context.wrap_socket(self._socket, server_hostname=host)
        except OSError as error:
            raise ConnectionLost(f"TLS failed: {words_of(error)}") from error

    def write(self, data: bytes, *, timeout_s: float) -> None:
        try:
            self._socket.settimeout(timeout_s)
            self._socket.sendall(data)
        except OSError as error:
            refused = isinstance(error, BrokenPipeError | ConnectionResetError)
            raise ConnectionLost(words_of(error), was_refused=refused) from error

    def read_reply(self, *, timeout_s: float) -> Reply:
        """One reply of one or more lines (RFC 5321 4.2.1), all of it within the time."""
        deadline = time.monotonic() + timeout_s
        lines: list[bytes] = []
        size = 0
        while True:
            line = self._read_line(deadline)
            size += len(line)
            match = REPLY_LINE.fullmatch(line)
            if match is None or size > MAX_REPLY_BYTES:
                raise ConnectionLost(f"the relay does not speak SMTP: {cleaned(line[:80].decode('latin-1'))}")
            lines.append(match[3] or b"")
            if match[2] != b"-":
                return reply_of(int(match[1]), lines)

    def has_input(self) -> bool:
        """Whether the peer spoke or closed although it was not its turn. Under TLS this cannot be seen: False."""
        if self.is_encrypted:
            return False
        try:
            self._socket.settimeout(0)
            self._socket.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def close(self) -> None:
        with suppress(OSError):
            self._socket.close()

    def abort(self) -> None:
        """End what another thread waits for on this connection."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def _read_line(self, deadline: float) -> bytes:
        while b"\n" not in self._buffer:
            if len(self._buffer) > MAX_REPLY_BYTES:
                raise ConnectionLost("the relay sent a line without end")
            self._buffer += self._receive(deadline)
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line.removesuffix(b"\r")

    def _receive(self, deadline: float) -> bytes:
        remaining_s = deadline - time.monotonic()
        if remaining_s <= 0:
            raise ConnectionLost("no reply in time")
        try:
            self._socket.settimeout(remaining_s)
            received = self._socket.recv(4096)
        except TimeoutError as error:
            raise ConnectionLost("no reply in time") from error
        except OSError as error:
            raise ConnectionLost(words_of(error)) from error
        if not received:
            raise ConnectionLost("the relay closed the connection")
        return received


def reply_of(code: int, lines: list[bytes]) -> Reply:
    texts = tuple(cleaned(line.decode("utf-8", "replace")) for line in lines)
    return Reply(code, cleaned(" ".join(texts)), texts)


def words_of(error: OSError) -> str:
    return cleaned(error.strerror or str(error) or type(error).__name__)
