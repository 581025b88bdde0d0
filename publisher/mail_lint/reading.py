"""A mail taken apart as it is, nothing mended: header fields with their lines, parts with their bytes."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

LINE_END = re.compile(rb"\r\n|\r|\n")
PARAMETER = re.compile(r';\s*([A-Za-z0-9-]+)\s*=\s*(?:"([^"]*)"|([^\s;"]+))')


@dataclass(frozen=True, slots=True)
class Field:
    """One header field: `value` unfolded and not decoded, `lines` its raw lines, `line` the number of the first."""

    name: str
    value: str
    lines: tuple[bytes, ...]
    line: int

    @property
    def where(self) -> str:
        return f"headers, line {self.line}, {self.name}"

    @property
    def key(self) -> str:
        return self.name.lower()

    @property
    def first_word(self) -> str:
        """Before the parameters, in lower case: `text/html`, `quoted-printable`."""
        return self.value.partition(";")[0].strip().lower()

    @property
    def parameters(self) -> dict[str, str]:
        return {name.lower(): quoted or bare for name, quoted, bare in PARAMETER.findall(self.value)}


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the mail: `lines` encoded, `data` decoded, `line` where its body begins."""

    fields: tuple[Field, ...]
    lines: tuple[bytes, ...]
    line: int
    data: bytes
    decodes: bool

    def first(self, name: str) -> Field | None:
        return first_of(self.fields, name)

    @property
    def kind(self) -> str:
        field = self.first("content-type")
        return field.first_word if field else "text/plain"

    @property
    def text(self) -> str:
        """The words, line ends as `\\n`; what is no UTF-8 becomes U+FFFD."""
        return self.data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n")


@dataclass(frozen=True, slots=True)
class Mail:
    """`stray` are lines among the headers that are no header; `closed`: the last boundary stands."""

    data: bytes
    fields: tuple[Field, ...]
    stray: tuple[int, ...]
    body_line: int
    body: tuple[bytes, ...]
    boundary: str
    parts: tuple[Part, ...]
    closed: bool

    def all(self, name: str) -> tuple[Field, ...]:
        return tuple(field for field in self.fields if field.key == name.lower())

    def first(self, name: str) -> Field | None:
        return first_of(self.fields, name)

    def content(self, kind: str) -> str:
        """The words of the first part of this kind; "" where there is none."""
        return next((part.text for part in self.parts if part.kind == kind), "")

    @property
    def html(self) -> str:
        return self.content("text/html")

    @property
    def text(self) -> str:
        return self.content("text/plain")


def first_of(fields: Sequence[Field], name: str) -> Field | None:
    return next((field for field in fields if field.key == name.lower()), None)


def read_mail(data: bytes) -> Mail:
    """Take a mail apart. Any bytes do: what cannot be read is left out, and a rule will miss it."""
    lines = LINE_END.split(data)
    if lines and not lines[-1]:
        lines.pop()
    fields, stray, end = read_fields(lines, 0)
    body = tuple(lines[end:])
    kind = first_of(fields, "content-type")
    boundary = kind.parameters.get("boundary", "") if kind else ""
    parts, closed = read_parts(body, boundary, first_line=end + 1) if boundary else (one_part(fields, body, end), True)
    return Mail(data, fields, stray, end + 1, body, boundary, parts, closed)


def one_part(fields: tuple[Field, ...], body: tuple[bytes, ...], end: int) -> tuple[Part, ...]:
    return (part_of(fields, body, end + 1),)


def read_fields(lines: Sequence[bytes], start: int) -> tuple[tuple[Field, ...], tuple[int, ...], int]:
    """The fields from `start` to the first empty line, numbers of lines that are none, and where the body begins."""
    at, groups, stray = start, list[tuple[int, list[bytes]]](), list[int]()
    while at < len(lines) and lines[at]:
        is_more = lines[at][:1] in (b" ", b"\t")
        if is_more and groups and lines[at].strip():
            groups[-1][1].append(lines[at])
        elif is_more or not re.match(rb"[!-9;-~]+:", lines[at]):
            stray.append(at + 1)
        else:
            groups.append((at + 1, [lines[at]]))
        at += 1
    return tuple(field_of(number, raw) for number, raw in groups), tuple(stray), at + 1


def field_of(number: int, raw: list[bytes]) -> Field:
    name, _, value = b"".join(raw).decode("utf-8", "replace").partition(":")
    return Field(name, value.strip(), tuple(raw), number)


def read_parts(body: tuple[bytes, ...], boundary: str, *, first_line: int) -> tuple[tuple[Part, ...], bool]:
    """The parts between the boundary's lines, and whether its closing line stands."""
    mark = b"--" + boundary.encode("utf-8", "replace")
    places = [number for number, line in enumerate(body) if line.rstrip() in (mark, mark + b"--")]
    closing = next((number for number in places if body[number].rstrip() != mark), None)
    places = [number for number in places if closing is None or number <= closing]
    ends = places if closing is not None else [*places, len(body)]
    parts = []
    for begin, end in pairwise(ends):
        chunk = body[begin + 1 : end]
        fields, _, start = read_fields(chunk, 0)
        parts.append(part_of(fields, chunk[start:], first_line + begin + 1 + start))
    return tuple(parts), closing is not None


def part_of(fields: tuple[Field, ...], lines: tuple[bytes, ...], line: int) -> Part:
    data, decodes = decoded(fields, lines)
    return Part(fields, lines, line, data, decodes and is_utf8(data))


def decoded(fields: tuple[Field, ...], lines: tuple[bytes, ...]) -> tuple[bytes, bool]:
    """The bytes of a part, and whether its transfer encoding is one that can be read."""
    field, raw = first_of(fields, "content-transfer-encoding"), b"\r\n".join(lines)
    coding = field.first_word if field else "7bit"
    try:
        if coding == "quoted-printable":
            return binascii.a2b_qp(raw), True
        if coding == "base64":
            return base64.b64decode(raw), True
    except binascii.Error:
        return b"", False
    return raw, coding in ("7bit", "8bit", "binary")


def is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
