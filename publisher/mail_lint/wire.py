"""The bytes as they go over the wire (email.md 1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.mail_lint.findings import Expected, Finding, found
from publisher.mail_lint.reading import Mail

LONGEST, WISHED = 998, 78
MOST_BYTES = 200_000
BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
OUTSIDE = re.compile(rb"[\x80-\xff]")


def check_bytes(mail: Mail, _: Expected) -> Iterator[Finding]:
    """Line ends, NUL, bytes outside ASCII, and the size of it all."""
    data = mail.data
    for rule_id, pattern, what in (
        ("wire-crlf", BARE, "A bare CR or LF"),
        ("wire-ascii", OUTSIDE, "A byte outside ASCII"),
        ("wire-nul", re.compile(rb"\0"), "A NUL"),
    ):
        at = pattern.search(data)
        if at is not None:
            yield found(rule_id, what, line_at(data, at.start()))
    if not data.endswith((b"\n", b"\r")):
        yield found("wire-end", "The last line has no CRLF", line_at(data, len(data)))
    if len(data) > MOST_BYTES:
        yield found("wire-size", f"The mail has {len(data):,} bytes", "mail")


def line_at(data: bytes, at: int) -> str:
    number = data.count(b"\n", 0, at) + 1
    return f"mail, line {number}"


def check_header_lines(mail: Mail, _: Expected) -> Iterator[Finding]:
    """Length and folding of the headers' lines."""
    for field in mail.fields:
        for number, line in enumerate(field.lines):
            if len(line) > LONGEST:
                yield found("wire-length", f"A line of {len(line)} bytes", field.where)
            elif len(line) > WISHED and may_fold(line, is_first=number == 0):
                yield found("wire-fold", f"A line of {len(line)} bytes that could be folded", field.where)


def may_fold(line: bytes, *, is_first: bool) -> bool:
    """Whether white space is left at which the line could go on below."""
    rest = line.partition(b":")[2] if is_first else line
    return len(rest.split()) > 1


def check_body_lines(mail: Mail, _: Expected) -> Iterator[Finding]:
    """What happens to a line on its way: too long, a dot or `From ` in front, a blank at its end."""
    for number, line in enumerate(mail.body, start=mail.body_line):
        where = f"mail, line {number}"
        if len(line) > LONGEST:
            yield found("wire-length", f"A line of {len(line)} bytes", where)
        if line.startswith((b".", b"From ")):
            yield found("wire-dot", f"A line begins with {line[:5].decode('ascii', 'replace').split()[0]!r}", where)
        if line.endswith((b" ", b"\t")):
            yield found("wire-blank", "A line ends in a blank", where)
