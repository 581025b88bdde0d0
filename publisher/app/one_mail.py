"""One mail to one person: a confirmation, a notice to the editor, a test. Never an issue: that has a ledger."""

from __future__ import annotations

import hashlib
from datetime import datetime

from publisher.app.runtime import Runtime
from publisher.errors import RecipientRefused, RelayUnavailable
from publisher.model.delivery import Answer, Mail, Outcome
from publisher.model.ids import SubscriberId
from publisher.model.settings import Settings
from publisher.rendering.headers import mailbox, structured, unstructured
from publisher.rendering.message import rfc5322_date
from publisher.rendering.quoted_printable import encode

NOBODY = SubscriberId(0)


class NoJournal:
    """What is lost with the process is not sent again: nobody counts these mails."""

    def sending(self, mail: Mail, *, connection: int) -> None:
        """Nothing is written."""

    def answered(self, answer: Answer, *, connection: int) -> None:
        """Nothing is written."""


def send_one(runtime: Runtime, *, to: str, data: bytes, name: str) -> Answer:
    """Hand one mail to the relay, from the address of `relay.from`. Not inside a transaction.

    `data` is CRLF-ended, `name` the left part of its Message-ID. The answer is ACCEPTED, or UNKNOWN where the reply
    to the last dot was lost; UNSENT without a look at the relay in a dry run. RelayUnavailable where the relay is not
    there or asks to come later, RecipientRefused where it does not take this recipient.
    """
    if runtime.is_rehearsal:
        return Answer(NOBODY, 1, Outcome.UNSENT, "none", reply="A dry run")
    mail = Mail(NOBODY, 1, name, mail_from=runtime.settings.relay.from_address, rcpt_to=to, chunks=(data,))
    relay = runtime.open_relay()
    relay.open()
    [answer] = relay.send([[mail]], journal=NoJournal(), stop=runtime.stop)
    if answer.outcome is Outcome.REFUSED:
        raise RecipientRefused(f"The relay refused the mail: {answer.reply}", relay.name, "Check the address.")
    if answer.outcome in (Outcome.DEFERRED, Outcome.UNSENT):
        raise RelayUnavailable(f"The relay did not take the mail: {answer.reply}", relay.name, "Try again later.")
    return answer


def transactional(
    settings: Settings, *, to: str, subject: str, text: str, date: datetime, name: str, html: str | None = None
) -> bytes:
    """The bytes of a mail that is of no list: no list headers, no vacation replies (email.md 4, RFC 3834 5).

    Text in quoted-printable; with `html`, both in multipart/alternative. The same values give the same bytes.
    ValueError where `to` or `name` cannot stand in a header.
    """
    address, reply_to = settings.relay.from_address, settings.relay.reply_address
    head = [
        structured("Date", *rfc5322_date(date).split(" ")),
        mailbox("From", settings.relay.from_name or settings.site.title, address),
        *([structured("Reply-To", reply_to)] if reply_to else []),
        structured("To", to),
        unstructured("Subject", subject),
        structured("Message-ID", f"<{name}@{address.rpartition('@')[2]}>"),
        structured("Auto-Submitted", "auto-generated"),
        structured("X-Auto-Response-Suppress", "All"),
        structured("MIME-Version", "1.0"),
    ]
    plain = part("text/plain", text)
    if html is None:
        return b"".join(head) + plain
    boundary = f"=_{hashlib.sha256(name.encode()).hexdigest()[:32]}"
    mark = f"--{boundary}".encode()
    kind = structured("Content-Type", "multipart/alternative;", f'boundary="{boundary}"')
    parts = [mark + b"\r\n" + one for one in (plain, part("text/html", html))]
    return b"".join([*head, kind, b"\r\n", *parts, mark + b"--\r\n"])


def part(kind: str, content: str) -> bytes:
    """Content-Type, encoding, an empty line, the body."""
    lines = [structured("Content-Type", f"{kind};", "charset=utf-8")]
    lines.append(structured("Content-Transfer-Encoding", "quoted-printable"))
    return b"".join(lines) + b"\r\n" + encode(content.rstrip("\n"))


def mail_name(kind: str, seed: bytes) -> str:
    """A left part of a Message-ID: `confirm.` and letters that say nothing of the seed."""
    return f"{kind}.{hashlib.sha256(kind.encode() + seed).hexdigest()[:32]}"
