"""The mail of an issue as bytes, cut at its personal places: built once, spliced per reader (email.md 2.3, 4)."""

from __future__ import annotations

import base64
import hashlib
import re
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from publisher.errors import RenderError
from publisher.rendering.headers import clean_value, mailbox, phrase, structured, unstructured
from publisher.rendering.quoted_printable import encode

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
MAGIC = b"PSEG1\n"
MAX_ADDRESS = 254
ADDRESS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]+", re.ASCII)
"""RFC 5321 4.1.2 without quoted local parts: nothing that has a meaning in a header."""
PIECE = struct.Struct(">BI")


class Slot(IntEnum):
    """A piece of a message: constant bytes, or a place that each reader fills."""

    CONSTANT = 0
    TO = 1
    MESSAGE = 2
    UNSUBSCRIBE = 3
    PREFERENCES = 4


@dataclass(frozen=True, slots=True)
class Placeholders:
    """What stands for the personal values while the mail is made: as long as they are, of the same letters."""

    to: str
    message: str
    unsubscribe: str
    preferences: str

    @property
    def all(self) -> tuple[str, str, str, str]:
        return (self.to, self.message, self.unsubscribe, self.preferences)


@dataclass(frozen=True, slots=True)
class MailHeaders:
    """What an issue's headers say (email.md 4). URLs are absolute; `unsubscribe_base` ends before the token."""

    issue_id: str
    from_name: str
    from_address: str
    reply_to: str
    subject: str
    date: datetime
    list_name: str
    list_id: str
    list_title: str
    unsubscribe_base: str
    unsubscribe_address: str
    archive_url: str
    archive_list_url: str
    is_automatic: bool


@dataclass(frozen=True, slots=True)
class Segments:
    """A message cut at its slots; `pieces` are (slot, bytes), the bytes of a slot being its placeholder."""

    pieces: tuple[tuple[Slot, bytes], ...]

    def fill(self, *, to: str, message: str, unsubscribe: str, preferences: str) -> tuple[bytes, ...]:
        """The chunks of one reader's mail. ValueError for a value that is not of its slot's length and letters."""
        values = {
            Slot.TO: to,
            Slot.MESSAGE: message,
            Slot.UNSUBSCRIBE: unsubscribe,
            Slot.PREFERENCES: preferences,
        }
        if len(to) > MAX_ADDRESS or not ADDRESS.fullmatch(to):
            raise ValueError("not an address that a header can hold")
        return tuple(data if slot is Slot.CONSTANT else checked(slot, data, values[slot]) for slot, data in self.pieces)

    @property
    def size_bytes(self) -> int:
        """The size of one mail, with an address as long as its placeholder."""
        return sum(len(data) for _, data in self.pieces)

    def count(self, slot: Slot) -> int:
        return sum(1 for kind, _ in self.pieces if kind is slot)

    def pack(self) -> bytes:
        """For the database: a version, then each piece's kind, length and bytes."""
        return MAGIC + b"".join(PIECE.pack(slot, len(data)) + data for slot, data in self.pieces)

    @classmethod
    def unpack(cls, packed: bytes) -> Segments:
        """Read back what `pack` gave; RenderError for anything else."""
        where, hint = "issue_variants.segments", "Make the issue anew."
        if not packed.startswith(MAGIC):
            raise RenderError("The stored message is of another version", where, hint)
        try:
            made = cls(tuple(read_pieces(packed, len(MAGIC))))
        except (struct.error, ValueError) as error:
            raise RenderError("The stored message is damaged", where, hint) from error
        if made.pack() != packed:
            raise RenderError("The stored message is cut short", where, hint)
        return made


def read_pieces(packed: bytes, at: int) -> Iterator[tuple[Slot, bytes]]:
    while at < len(packed):
        kind, length = PIECE.unpack_from(packed, at)
        at += PIECE.size + length
        yield Slot(kind), packed[at - length : at]


def checked(slot: Slot, placeholder: bytes, value: str) -> bytes:
    if slot is not Slot.TO and not re.fullmatch(rf"[A-Za-z0-9_-]{{{len(placeholder)}}}", value, re.ASCII):
        raise ValueError(f"a {slot.name.lower()} token of another length or alphabet")
    return value.encode("ascii")


NAMES = ("to", "message", "unsubscribe", "preferences")


def make_placeholders(seed: str, *, message_length: int, link_length: int, avoid: str) -> Placeholders:
    """Placeholders from a seed (the issue's id), none of which occurs in `avoid`: same seed, same bytes (M-8)."""
    for number in range(100):
        letters = [placeholder_letters(f"{seed}/{number}/{name}") for name in NAMES]
        to, message, *links = letters
        made = Placeholders(to[:24], message[:message_length], *(one[:link_length] for one in links))
        if not any(one in avoid for one in made.all):
            return made
    raise RenderError("No placeholder is free", seed, "Please report this.")


def placeholder_letters(text: str) -> str:
    digest = hashlib.sha512(text.encode()).digest()
    return "Z" + base64.urlsafe_b64encode(digest).decode().replace("-", "x").replace("_", "y").replace("=", "z")


def encode_message(headers: MailHeaders, *, html: str, text: str, placeholders: Placeholders) -> Segments:
    """The whole mail: headers, then text and HTML in quoted-printable (M-3, M-4), cut at its slots."""
    boundary = f"=_{hashlib.sha256(headers.issue_id.encode()).hexdigest()[:32]}"
    parts = (("text/plain", text), ("text/html", html))
    body = b"".join(part_bytes(kind, content, boundary=boundary, placeholders=placeholders) for kind, content in parts)
    head = header_bytes(headers, boundary=boundary, placeholders=placeholders)
    segments = cut(head + b"\r\n" + body + f"--{boundary}--\r\n".encode(), placeholders)
    expected = {Slot.TO: 1, Slot.MESSAGE: 1, Slot.UNSUBSCRIBE: 1 + text.count(placeholders.unsubscribe)}
    expected[Slot.UNSUBSCRIBE] += html.count(placeholders.unsubscribe)
    expected[Slot.PREFERENCES] = sum(part.count(placeholders.preferences) for part in (text, html))
    if {slot: segments.count(slot) for slot in expected} != expected:
        raise RenderError("The personal places of the mail do not add up", headers.issue_id, "Please report this.")
    return segments


def part_bytes(kind: str, content: str, *, boundary: str, placeholders: Placeholders) -> bytes:
    head = f"--{boundary}\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
    return head.encode() + encode(content.rstrip("\n"), unbreakable=placeholders.all)


def header_bytes(headers: MailHeaders, *, boundary: str, placeholders: Placeholders) -> bytes:
    """Every header once, in a fixed order."""
    domain = headers.from_address.rpartition("@")[2]
    message_id = f"<{headers.issue_id}.{placeholders.message}@{domain}>"
    feedback = f"{headers.issue_id}:{headers.list_name}:publisher:{sender_id(domain)}"
    lines = [
        structured("Date", *rfc5322_date(headers.date).split(" ")),
        mailbox("From", headers.from_name, headers.from_address),
        *([structured("Reply-To", headers.reply_to)] if headers.reply_to else []),
        structured("To", placeholders.to),
        unstructured("Subject", headers.subject),
        structured("Message-ID", message_id),
        structured(
            "List-Id",
            *phrase(clean_value(headers.list_title) or headers.list_name, used=len("List-Id: ")),
            f"<{headers.list_id}>",
        ),
        structured("List-Unsubscribe", *unsubscribe_uris(headers, placeholders)),
        structured("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"),
        structured("List-Archive", f"<{headers.archive_list_url}>"),
        structured("List-Post", "NO"),
        structured("Archived-At", f"<{headers.archive_url}>"),
        *([structured("Auto-Submitted", "auto-generated")] if headers.is_automatic else []),
        structured("Precedence", "list"),
        structured("X-Auto-Response-Suppress", "OOF"),
        structured("Feedback-ID", feedback),
        structured("MIME-Version", "1.0"),
        structured("Content-Type", "multipart/alternative;", f'boundary="{boundary}"'),
    ]
    return b"".join(lines)


def unsubscribe_uris(headers: MailHeaders, placeholders: Placeholders) -> list[str]:
    """The https address first (RFC 8058), then mail to an address that the editor reads (RFC 2369)."""
    link = f"<{headers.unsubscribe_base}{placeholders.unsubscribe}>,"
    return [link, f"<mailto:{headers.unsubscribe_address}?subject=unsubscribe%20{headers.list_name}>"]


def sender_id(domain: str) -> str:
    """5 to 15 letters that name the sender in Gmail's feedback loop (email.md 4)."""
    return re.sub(r"[^a-z0-9]", "", domain.lower())[:15].ljust(5, "0")


def rfc5322_date(when: datetime) -> str:
    """`Tue, 24 Nov 2026 07:30:00 +0000`, whatever the locale (M-13)."""
    when = when.astimezone(UTC)
    return f"{DAYS[when.weekday()]}, {when.day:02} {MONTHS[when.month - 1]} {when:%Y %H:%M:%S} +0000"


def cut(data: bytes, placeholders: Placeholders) -> Segments:
    """Cut the bytes at every placeholder."""
    slots: Mapping[bytes, Slot] = {
        placeholders.to.encode(): Slot.TO,
        placeholders.message.encode(): Slot.MESSAGE,
        placeholders.unsubscribe.encode(): Slot.UNSUBSCRIBE,
        placeholders.preferences.encode(): Slot.PREFERENCES,
    }
    pattern = re.compile(b"(" + b"|".join(map(re.escape, slots)) + b")")
    parts: Sequence[bytes] = pattern.split(data)
    return Segments(tuple((slots.get(part, Slot.CONSTANT), part) for part in parts if part))
