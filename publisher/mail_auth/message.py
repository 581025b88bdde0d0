"""A received mail as bytes: its header fields as they stand, and its body (RFC 5322 2.2)."""

from __future__ import annotations

import re
from dataclasses import dataclass

FIELD = re.compile(rb"([!-9;-~]+)[ \t]*:(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Field:
    """`raw`: the whole field, folded as it came, with its last CRLF. `value`: in one line, as text."""

    name: str
    raw: bytes
    value: str

    @property
    def is_broken_inside(self) -> bool:
        """Whether a fold stands within `<…>`, where no sender of ours puts one (email.md 2.6)."""
        return re.search(rb"<[^<>\n]*\n[^<>]*>", self.raw) is not None


@dataclass(frozen=True, slots=True)
class Message:
    """Fields from top to bottom; the body with CRLF at every line's end."""

    fields: tuple[Field, ...]
    body: bytes

    def all(self, name: str) -> list[Field]:
        return [field for field in self.fields if field.name == name.lower()]

    def first(self, name: str) -> Field | None:
        return next(iter(self.all(name)), None)


def parse_message(data: bytes) -> Message:
    """Read a mail; line ends of the program that stored it become CRLF again. What is no field is left out."""
    lines = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if lines.startswith(b"From "):  # an mbox's own first line
        lines = lines.partition(b"\n")[2]
    head, _, body = lines.partition(b"\n\n")
    raws = re.split(rb"\n(?![ \t])", head.strip(b"\n"))
    fields = [field for raw in raws if (field := parse_field(raw)) is not None]
    return Message(tuple(fields), body.replace(b"\n", b"\r\n"))


def parse_field(raw: bytes) -> Field | None:
    match = FIELD.fullmatch(raw)
    if match is None:
        return None
    value = " ".join(match[2].decode("utf-8", "replace").split())
    return Field(match[1].decode("ascii").lower(), raw.replace(b"\n", b"\r\n") + b"\r\n", value)
