"""The headers that every mail has (email.md 1.2, 4)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from publisher.mail_lint.addresses import MAILBOX, MESSAGE_ID, domain_of, is_address
from publisher.mail_lint.encoded_words import decode_header
from publisher.mail_lint.findings import Expected, Finding, found, shown
from publisher.mail_lint.reading import Field, Mail

REQUIRED = ("From", "To", "Date", "Subject", "Message-ID", "MIME-Version", "Content-Type")
FORBIDDEN = (
    *("bcc", "return-path", "received", "resent-to", "resent-from", "x-priority", "priority", "importance"),
    *("disposition-notification-to", "return-receipt-to", "x-msmail-priority"),
)
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATE = re.compile(
    rf"({'|'.join(DAYS)}), (\d\d?) ({'|'.join(MONTHS)}) (\d{{4}}) ([01]\d|2[0-3]):[0-5]\d:[0-5]\d "
    r"(?!-0000)[+-](?:0\d|1[0-4])[0-5]\d",
    re.ASCII,
)
NOREPLY = re.compile(r"^(?:no|do-?not)[._-]?reply\b", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
FALSE_REPLY = re.compile(r"^(?:re|fwd?|aw|wg|vs|sv)\s*:", re.IGNORECASE)
SHORTEST, LONGEST = 10, 70


def check_fields(mail: Mail, _: Expected) -> Iterator[Finding]:
    """Each header once, none that may not be, none empty, none broken."""
    counts = Counter(field.key for field in mail.fields)
    for name in REQUIRED:
        if not counts[name.lower()]:
            yield found("header-once", f"{name} is missing", "headers")
    for key, count in counts.items():
        if count > 1:
            yield found("header-once", f"{key} stands {count} times", "headers")
    for field in mail.fields:
        yield from check_field(field)
    for number in mail.stray:
        yield found("header-form", "A line that is no header", f"headers, line {number}")


def check_field(field: Field) -> Iterator[Finding]:
    if field.key in FORBIDDEN:
        yield found("header-forbidden", f"{field.name} is not for a mail that goes out", field.where)
    if not field.value:
        yield found("header-empty", f"{field.name} is empty", field.where)
    if CONTROL.search(field.value):
        yield found("header-form", f"{field.name} holds a control character", field.where)


def check_mailboxes(mail: Mail, _: Expected) -> Iterator[Finding]:
    """From, To and Reply-To."""
    sender, reader, reply = mail.first("From"), mail.first("To"), mail.first("Reply-To")
    if sender is not None and not is_mailbox(sender.value):
        yield found("header-from", f"From is {shown(sender.value)}", sender.where)
    if reader is not None and not is_address(reader.value):
        yield found("header-to", f"To is {shown(reader.value)}", reader.where)
    if reply is not None and not is_address(address_in(reply.value)):
        yield found("header-reply-to", f"Reply-To is {shown(reply.value)}", reply.where)
    for field in (sender, reply):
        if field is not None and NOREPLY.match(address_in(field.value)):
            yield found("header-noreply", f"{field.name} is {shown(field.value)}", field.where)


def is_mailbox(value: str) -> bool:
    """One address with a display name: a comma or an angle bracket in a name is quoted."""
    match = MAILBOX.fullmatch(value)
    if match is None or not is_address(match["address"]):
        return False
    name = match["name"]
    return bool(re.fullmatch(r'"(?:[^"\\]|\\.)+"', name)) or not re.search(r'[()<>@,;:\\"\[\]]', name)


def address_in(value: str) -> str:
    return value.rpartition("<")[2].rstrip("> ") if "<" in value else value


def check_identity(mail: Mail, _: Expected) -> Iterator[Finding]:
    """Date, Message-ID, MIME-Version."""
    when, ident, version = mail.first("Date"), mail.first("Message-ID"), mail.first("MIME-Version")
    if when is not None and not is_date(when.value):
        yield found("header-date", f"Date is {shown(when.value)}", when.where)
    if version is not None and version.value != "1.0":
        yield found("header-mime-version", f"MIME-Version is {shown(version.value)}", version.where)
    if ident is None:
        return
    match = MESSAGE_ID.fullmatch(ident.value)
    if match is None:
        yield found("header-message-id", f"Message-ID is {shown(ident.value)}", ident.where)
        return
    sender = mail.first("From")
    own = domain_of(address_in(sender.value)) if sender else ""
    domain = match["domain"].lower()
    if own and not is_within(own, domain) and not is_within(domain, own):
        yield found("header-message-id-domain", f"{domain} is not {own}", ident.where)


def is_within(domain: str, other: str) -> bool:
    """The same, or below it."""
    return f".{domain}".endswith(f".{other}")


def is_date(value: str) -> bool:
    """As RFC 5322 3.3 has it without comments, of a day that is in the calendar and has this name."""
    match = DATE.fullmatch(value)
    if match is None:
        return False
    try:
        day = date(int(match[4]), MONTHS.index(match[3]) + 1, int(match[2]))
    except ValueError:
        return False
    return DAYS[day.weekday()] == match[1]


def check_subject(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """The subject says what it should, in the length and manner of a headline."""
    field = mail.first("Subject")
    if field is None or not field.value:
        return
    subject = decode_header(field.value)
    if " ".join(subject.split()) != " ".join(expected.subject.split()):
        yield found("header-subject", f"{shown(subject)} instead of {shown(expected.subject)}", field.where)
    if not SHORTEST <= len(subject) <= LONGEST:
        yield found("subject-length", f"{len(subject)} characters", field.where)
    if has_bad_manners(subject):
        yield found("subject-manner", f"{shown(subject)} looks like a false reply, or shouts", field.where)


def has_bad_manners(subject: str) -> bool:
    letters = [char for char in subject if char.isalpha()]
    is_loud = len(letters) > 10 and all(char.isupper() for char in letters)
    return is_loud or bool(FALSE_REPLY.match(subject)) or any(mark in subject for mark in ("!!", "?!", "$$"))
