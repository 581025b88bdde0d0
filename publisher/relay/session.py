"""One SMTP session: greeting, TLS, login, then one transaction per recipient (reliability.md 1.1, S3 to S8)."""

from __future__ import annotations

import base64
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Literal

from publisher.model.delivery import Answer, Mail, Outcome
from publisher.relay.envelope import stuffed
from publisher.relay.port import Journal
from publisher.relay.wire import ConnectionLost, Reply, Wire

CLOSING = 421
READY_FOR_DATA = 354


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds for each phase, at least those of RFC 5321 4.5.3.2; the final dot may take ten minutes."""

    connect_s: float = 30
    command_s: float = 300
    data_s: float = 180
    dot_s: float = 600


@dataclass(frozen=True, slots=True)
class SmtpOptions:
    """Where a relay is and how it is spoken to. `waits_s`: pauses of a connection between troubles in a row."""

    host: str
    port: int
    hostname: str
    user: str = ""
    password: str = field(default="", repr=False)
    is_implicit_tls: bool = False
    tls: Literal["require", "opportunistic", "none"] = "require"
    connections: int = 4
    cafile: str | None = None
    timeouts: Timeouts = Timeouts()
    waits_s: tuple[float, ...] = (0.1, 1, 3, 6)
    grace_s: float = 8
    """After a stop, how long a reply to a final dot is waited for (design.md 7: out within 10 s)."""

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"


class RelayTrouble(Exception):  # noqa: N818 - caught in this package
    """The relay's fault, and no mail was handed over: in which phase, with which words."""

    def __init__(self, phase: str, words: str) -> None:
        super().__init__(words)
        self.phase = phase
        self.words = words


class Session:
    """A connection that is opened when it is needed. After any exception or UNKNOWN it is closed."""

    def __init__(self, options: SmtpOptions) -> None:
        self._options = options
        self._wire: Wire | None = None
        self._features: dict[str, str] = {}

    def open(self) -> None:
        """Connect, greet, encrypt, log in; RelayTrouble if any of it fails. Nothing to do when it is open."""
        if self._wire is not None:
            return
        try:
            self._connect()
            self._secure()
            self._log_in()
        except BaseException:
            self.close()
            raise

    def hand_over(self, mail: Mail, data: bytes, *, journal: Journal, connection: int) -> Answer:
        """One transaction with one recipient; RelayTrouble when the mail was provably not taken, by no fault of it."""
        try:
            early = self._envelope(mail, data)
            if early is not None:
                return early
            self._body(data)
            journal.sending(mail, connection=connection)
            return self._dot(mail)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Close without a word."""
        if self._wire is not None:
            self._wire.close()
        self._wire = None

    def quit(self) -> None:
        """Close politely; the answer is not waited for."""
        if self._wire is not None:
            with suppress(ConnectionLost):
                self._wire.write(b"QUIT\r\n", timeout_s=1)
        self.close()

    def abort(self) -> None:
        """Called from another thread: whoever waits for a reply gets ConnectionLost."""
        wire = self._wire
        if wire is not None:
            wire.abort()

    def _connect(self) -> None:
        options = self._options
        try:
            self._wire = Wire.connect(options.host, options.port, timeout_s=options.timeouts.connect_s)
            if options.is_implicit_tls:
                self._wire.start_tls(self._context(), options.host, timeout_s=options.timeouts.connect_s)
        except ConnectionLost as lost:
            raise RelayTrouble("connect", str(lost)) from lost
        greeting = self._read("connect")
        if not greeting.is_positive:
            raise RelayTrouble("connect", str(greeting))
        self._greet()

    def _greet(self) -> None:
        reply = self._ask(f"EHLO {self._options.hostname}", phase="ehlo")
        if not reply.is_positive:
            raise RelayTrouble("ehlo", str(reply))
        words = (line.partition(" ") for line in reply.lines[1:])
        self._features = {name.upper(): value.upper() for name, _, value in words}

    def _secure(self) -> None:
        """STARTTLS as `relay.tls` says; the certificate is always verified (email.md 2.7)."""
        options = self._options
        if options.is_implicit_tls or options.tls == "none":
            return
        if "STARTTLS" not in self._features:
            if options.tls == "opportunistic":
                return
            raise RelayTrouble("starttls", "the relay does not offer STARTTLS")
        reply = self._ask("STARTTLS", phase="starttls")
        if not reply.is_positive:
            raise RelayTrouble("starttls", str(reply))
        try:
            self._open_wire().start_tls(self._context(), options.host, timeout_s=options.timeouts.connect_s)
        except ConnectionLost as lost:
            raise RelayTrouble("starttls", str(lost)) from lost
        self._greet()

    def _context(self) -> ssl.SSLContext:
        try:
            return ssl.create_default_context(cafile=self._options.cafile)
        except OSError as error:
            raise RelayTrouble("starttls", f"the certificates cannot be read: {error}") from error

    def _log_in(self) -> None:
        if not self._options.user:
            return
        if not self._open_wire().is_encrypted and self._options.tls != "none":
            raise RelayTrouble("auth", "the password is not sent without TLS")
        offered = self._features.get("AUTH", "").split()
        if "PLAIN" in offered:
            reply = self._ask(f"AUTH PLAIN {encoded(plain_credentials(self._options))}", phase="auth")
        elif "LOGIN" in offered:
            reply = self._log_in_by_steps()
        else:
            raise RelayTrouble("auth", "the relay offers neither AUTH PLAIN nor AUTH LOGIN")
        if not reply.is_positive:
            raise RelayTrouble("auth", str(reply))

    def _log_in_by_steps(self) -> Reply:
        reply = self._ask("AUTH LOGIN", phase="auth")
        for secret in (self._options.user, self._options.password):
            if reply.code != 334:
                return reply
            reply = self._ask(encoded(secret), phase="auth")
        return reply

    def _envelope(self, mail: Mail, data: bytes) -> Answer | None:
        """MAIL, RCPT and DATA in lock step; an Answer if the recipient was turned away."""
        size = f" SIZE={len(data)}" if "SIZE" in self._features else ""
        reply = self._ask(f"MAIL FROM:<{mail.mail_from}>{size}", phase="mail")
        if not reply.is_positive:
            raise RelayTrouble("mail", str(reply))
        reply = self._ask(f"RCPT TO:<{mail.rcpt_to}>", phase="rcpt")
        if not reply.is_positive:
            return self._turned_away(mail, reply, phase="rcpt")
        reply = self._ask("DATA", phase="data")
        if reply.code != READY_FOR_DATA:
            return self._turned_away(mail, reply, phase="data")
        return None

    def _turned_away(self, mail: Mail, reply: Reply, *, phase: str) -> Answer:
        """A 4xx or 5xx for one recipient; 421 is the relay's own trouble, whatever it answers (RFC 5321 4.2.1)."""
        outcome = classify(reply)
        if reply.code == CLOSING or outcome not in (Outcome.DEFERRED, Outcome.REFUSED):
            raise RelayTrouble(phase, str(reply))
        self._reset()
        return self._answer(mail, outcome, reply=reply, phase=phase)

    def _reset(self) -> None:
        """RSET; a relay that does not take it is left, without harm to the answer already read."""
        try:
            if self._ask("RSET", phase="rset").is_positive:
                return
        except RelayTrouble:
            pass
        self.close()

    def _body(self, data: bytes) -> None:
        """Everything but the final dot. A relay that speaks or leaves here never had the end of the data."""
        wire = self._open_wire()
        try:
            wire.write(stuffed(data), timeout_s=self._options.timeouts.data_s)
        except ConnectionLost as lost:
            raise RelayTrouble("body", str(lost)) from lost
        if wire.has_input():
            raise RelayTrouble("body", str(self._read("body")))

    def _dot(self, mail: Mail) -> Answer:
        """The moment of truth: from here a lost reply is UNKNOWN, unless the kernel took none of the three bytes."""
        wire, limits = self._open_wire(), self._options.timeouts
        try:
            wire.write(b".\r\n", timeout_s=limits.data_s)
            reply = wire.read_reply(timeout_s=limits.dot_s)
        except ConnectionLost as lost:
            self.close()
            if lost.was_refused:
                raise RelayTrouble("body", str(lost)) from lost
            return self._answer(mail, Outcome.UNKNOWN, reply=Reply(0, str(lost)), phase="dot")
        outcome = classify(reply)
        if reply.code == CLOSING or outcome is Outcome.UNKNOWN:
            self.close()
        return self._answer(mail, outcome, reply=reply, phase="dot")

    def _answer(self, mail: Mail, outcome: Outcome, *, reply: Reply, phase: str) -> Answer:
        words = {"code": reply.code, "reply": reply.text, "phase": phase}
        return Answer(mail.subscriber_id, mail.attempt, outcome, self._options.where[:40], **words)  # type: ignore[arg-type]

    def _ask(self, line: str, *, phase: str) -> Reply:
        try:
            self._open_wire().write(line.encode("ascii") + b"\r\n", timeout_s=self._options.timeouts.command_s)
        except ConnectionLost as lost:
            raise RelayTrouble(phase, str(lost)) from lost
        return self._read(phase)

    def _read(self, phase: str) -> Reply:
        try:
            return self._open_wire().read_reply(timeout_s=self._options.timeouts.command_s)
        except ConnectionLost as lost:
            raise RelayTrouble(phase, str(lost)) from lost

    def _open_wire(self) -> Wire:
        if self._wire is None:
            raise RelayTrouble("connect", "the connection is closed")
        return self._wire


def classify(reply: Reply) -> Outcome:
    """What a reply means for one message; a code out of its place after the dot decides nothing."""
    if reply.is_positive:
        return Outcome.ACCEPTED
    return {4: Outcome.DEFERRED, 5: Outcome.REFUSED}.get(reply.code // 100, Outcome.UNKNOWN)


def plain_credentials(options: SmtpOptions) -> str:
    return f"\0{options.user}\0{options.password}"


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
