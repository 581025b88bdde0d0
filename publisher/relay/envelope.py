"""What may go on the wire: addresses, names and bytes, checked before any relay sees them (reliability.md S13, S14)."""

from __future__ import annotations

import re

from publisher.model.delivery import Answer, Mail, Outcome

MAX_ADDRESS = 254
ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
ADDRESS = re.compile(rf"(?=.{{1,64}}@){ATOM}(?:\.{ATOM})*@{LABEL}(?:\.{LABEL})*", re.ASCII)
NAME = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}", re.ASCII)


def address_problem(address: str) -> str | None:
    """Why an address cannot stand in MAIL or RCPT; None when it can.

    ASCII dot-atoms only: no quoted local parts, no address literals, no SMTPUTF8 (RFC 5321 4.1.2, email.md 2.3).
    """
    if len(address) > MAX_ADDRESS:
        return f"The address is longer than {MAX_ADDRESS} characters"
    if ADDRESS.fullmatch(address) is None:
        return "The address cannot be used in SMTP"
    return None


def mail_problem(mail: Mail, data: bytes) -> str | None:
    """Why a mail must not be handed over; None when it may. An empty `mail_from` is the null sender."""
    if NAME.fullmatch(mail.name) is None:
        return "The mail's name is not a safe file name"
    if mail.mail_from and (problem := address_problem(mail.mail_from)):
        return f"{problem} (sender)"
    if problem := address_problem(mail.rcpt_to):
        return problem
    line_count = data.count(b"\r\n")
    if not data.endswith(b"\r\n") or data.count(b"\n") != line_count or data.count(b"\r") != line_count:
        return "The message has a line that does not end in CRLF"
    return None


def refused(mail: Mail, relay: str, problem: str) -> Answer:
    """The answer to a mail that no relay was asked about."""
    return Answer(mail.subscriber_id, mail.attempt, Outcome.REFUSED, relay, reply=problem, phase="check")


def unsent(mail: Mail, relay: str, *, reason: str, phase: str) -> Answer:
    """The answer to a mail that was provably not handed over: `phase` is `stop`, or where the relay failed."""
    return Answer(mail.subscriber_id, mail.attempt, Outcome.UNSENT, relay, reply=reason, phase=phase)


def stuffed(data: bytes) -> bytes:
    """Dot-stuffing (RFC 5321 4.5.2); messages are encoded so that there is nothing to do."""
    if data.startswith(b"."):
        data = b"." + data
    return data.replace(b"\r\n.", b"\r\n..") if b"\r\n." in data else data
