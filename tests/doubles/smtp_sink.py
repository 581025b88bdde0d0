"""A recording SMTP server on 127.0.0.1 that fails on order. It records a mail before it answers the dot."""

from __future__ import annotations

import base64
import re
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Faults:
    """What goes wrong. Replies are whole lines without CRLF; per address, a list is used up first to last.

    drops: address -> `mid-data` (close after DATA's 354), `before-record`, `after-record` (close without a reply to
    the dot), `silence` (never reply to the dot). `at`: a reply for CONNECT, EHLO, STARTTLS, AUTH or MAIL.
    """

    rcpt: dict[str, list[str]] = field(default_factory=dict)
    rcpt_all: str = ""
    dot: dict[str, list[str]] = field(default_factory=dict)
    drops: dict[str, list[str]] = field(default_factory=dict)
    at: dict[str, str] = field(default_factory=dict)
    mails_per_session: int = 0
    logins_offered: str = "PLAIN LOGIN"
    choose_drop: Callable[[str], str | None] | None = None


@dataclass(frozen=True)
class Received:
    mail_from: str
    rcpt_to: str
    data: bytes


class SmtpSink:
    """`with SmtpSink() as sink`: `sink.port`, `sink.received`, `sink.lines` (every command), `sink.session_count`."""

    def __init__(
        self, faults: Faults | None = None, *, context: ssl.SSLContext | None = None, is_implicit_tls: bool = False
    ) -> None:
        self.faults = faults or Faults()
        self.context = context
        self.is_implicit_tls = is_implicit_tls
        self.received: list[Received] = []
        self.lines: list[str] = []
        self.session_count = 0
        self.logins: list[tuple[str, str]] = []
        self.changed = threading.Condition()
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port = self._server.getsockname()[1]

    def __enter__(self) -> SmtpSink:
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(OSError):
            self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._accepting.join(5)
        for one in list(self._sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(5)

    def copies(self) -> Counter[str]:
        """How many copies each recipient has."""
        return Counter(mail.rcpt_to for mail in self.received)

    def wait_for(self, count: int, *, timeout_s: float = 10) -> bool:
        """Wait until that many mails were recorded."""
        with self.changed:
            return self.changed.wait_for(lambda: len(self.received) >= count, timeout_s)

    def wait_for_line(self, start: str, *, timeout_s: float = 10) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: any(line.startswith(start) for line in self.lines), timeout_s)

    def record(self, mail: Received) -> None:
        with self.changed:
            self.received.append(mail)
            self.changed.notify_all()

    def note_line(self, line: str) -> None:
        with self.changed:
            self.lines.append(line)
            self.changed.notify_all()

    def take_fault(self, faults: dict[str, list[str]], address: str) -> str | None:
        with self.changed:
            left = faults.get(address)
            return left.pop(0) if left else None

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._server.accept()
            except OSError:
                return
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.session_count += 1
            self._sockets.add(client)
            thread = threading.Thread(target=self._serve, args=(client,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        session = SinkSession(self, client)
        with suppress(OSError, EOFError, ValueError):
            session.run()
        session.close()
        self._sockets.discard(client)


class SinkSession:
    def __init__(self, sink: SmtpSink, client: socket.socket) -> None:
        self.sink = sink
        self.client = client
        self.reader = client.makefile("rb")
        self.mail_from = self.rcpt_to = ""
        self.mail_count = 0
        self.is_encrypted = False

    def run(self) -> None:
        if self.sink.is_implicit_tls:
            self.encrypt()
        self.reply(self.sink.faults.at.get("CONNECT", "220 sink ESMTP"))
        while line := self.reader.readline():
            text = line.decode("latin-1").rstrip("\r\n")
            self.sink.note_line(text)
            if not self.obey(text):
                return

    def obey(self, text: str) -> bool:
        verb = text.split(" ")[0].upper()
        forced = self.sink.faults.at.get(verb)
        if forced:
            self.reply(forced)
            return not forced.startswith("421")
        action = getattr(self, f"on_{verb.lower()}", None)
        if action is None:
            self.reply("500 what")
            return True
        return action(text) is not False

    def on_ehlo(self, text: str) -> None:
        words = ["sink", "SIZE 50000000", "8BITMIME", f"AUTH {self.sink.faults.logins_offered}"]
        if self.sink.context is not None and not self.is_encrypted:
            words.append("STARTTLS")
        for word in words[:-1]:
            self.reply(f"250-{word}")
        self.reply(f"250 {words[-1]}")

    def on_starttls(self, text: str) -> None:
        self.reply("220 go")
        self.encrypt()

    def on_auth(self, text: str) -> None:
        _, kind, *rest = text.split(" ")
        if kind == "PLAIN":
            _, user, password = base64.b64decode(rest[0]).decode().split("\0")
        else:
            user, password = self.prompt("VXNlcm5hbWU6"), self.prompt("UGFzc3dvcmQ6")
        self.sink.logins.append((user, password))
        self.reply("235 welcome")

    def prompt(self, text: str) -> str:
        self.reply(f"334 {text}")
        return base64.b64decode(self.reader.readline()).decode()

    def on_mail(self, text: str) -> bool:
        limit = self.sink.faults.mails_per_session
        if limit and self.mail_count >= limit:
            self.reply("421 too many mails in this session")
            return False
        self.mail_from = re.match(r"MAIL FROM:<([^>]*)>", text)[1]  # type: ignore[index]
        self.reply("250 ok")
        return True

    def on_rcpt(self, text: str) -> None:
        self.rcpt_to = re.match(r"RCPT TO:<([^>]*)>$", text)[1]  # type: ignore[index]
        faults = self.sink.faults
        self.reply(self.sink.take_fault(faults.rcpt, self.rcpt_to) or faults.rcpt_all or "250 ok")

    def on_data(self, text: str) -> bool:
        faults, address = self.sink.faults, self.rcpt_to
        drop = self.sink.take_fault(faults.drops, address)
        if drop is None and faults.choose_drop is not None:
            drop = faults.choose_drop(address)
        self.reply("354 go on")
        if drop == "mid-data":
            return False
        data = self.read_data()
        if drop == "before-record":
            return False
        answer = self.sink.take_fault(faults.dot, address) or f"250 queued as {len(self.sink.received)}"
        if answer.startswith("2"):
            self.sink.record(Received(self.mail_from, address, data))
            self.mail_count += 1
        if drop == "silence":
            self.reader.readline()
        if drop is not None:
            return False
        self.reply(answer)
        return not answer.startswith("421")

    def on_rset(self, text: str) -> None:
        self.reply("250 ok")

    def on_quit(self, text: str) -> bool:
        self.reply("221 bye")
        return False

    def read_data(self) -> bytes:
        """Up to CRLF.CRLF and nothing else, un-stuffed (a strict server: reliability.md S14)."""
        parts = []
        while True:
            line = self.reader.readline()
            if not line:
                raise EOFError
            if line == b".\r\n" and (not parts or parts[-1].endswith(b"\r\n")):
                return b"".join(parts)
            parts.append(line[1:] if line.startswith(b".") else line)

    def encrypt(self) -> None:
        assert self.sink.context is not None
        self.reader.close()
        self.client = self.sink.context.wrap_socket(self.client, server_side=True)
        self.reader = self.client.makefile("rb")
        self.is_encrypted = True

    def reply(self, text: str) -> None:
        self.client.sendall(text.encode() + b"\r\n")

    def close(self) -> None:
        with suppress(OSError):
            self.reader.close()
        with suppress(OSError):
            self.client.close()


def refusing_port() -> int:
    """A port on which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def faults_for(address: str, **kinds: list[str]) -> Faults:
    """Faults of one address: `rcpt`, `dot` or `drops`."""
    return replace(Faults(), **{kind: {address: list(values)} for kind, values in kinds.items()})
