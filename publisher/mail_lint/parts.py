"""The two parts and what holds them together (RFC 2045, 2046; email.md 1.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.mail_lint.findings import Expected, Finding, found, shown
from publisher.mail_lint.reading import Mail, Part

KINDS = ["text/plain", "text/html"]
BOUNDARY = re.compile(r"[A-Za-z0-9'()+_,./:=? -]{0,69}[A-Za-z0-9'()+_,./:=?-]", re.ASCII)
QP_LINE = re.compile(rb"(?:[\t\x20-<>-~]|=[0-9A-Fa-f]{2})*=?")
QP_WIDTH = 76
STRANGE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffd]")


def check_structure(mail: Mail, _: Expected) -> Iterator[Finding]:
    """multipart/alternative of text, then HTML, and nothing else."""
    field = mail.first("Content-Type")
    if field is None or field.first_word != "multipart/alternative":
        value = field.first_word if field else "nothing"
        yield found("part-alternative", f"The mail is {value}", field.where if field else "headers")
    kinds = [part.kind for part in mail.parts]
    if [kind for kind in kinds if kind in KINDS] != KINDS:
        yield found("part-order", f"The parts are {', '.join(kinds) or 'none'}", "mail")
    yield from check_boundary(mail)
    for part in mail.parts:
        yield from check_attached(part)


def check_boundary(mail: Mail) -> Iterator[Finding]:
    field = mail.first("Content-Type")
    if field is None or not field.first_word.startswith("multipart/"):
        return
    if not BOUNDARY.fullmatch(mail.boundary) or "=_" not in mail.boundary:
        yield found("part-boundary", f"The boundary is {shown(mail.boundary)}", field.where)
    elif not mail.closed:
        yield found("part-boundary", "The boundary's closing line is missing", "mail")


def check_attached(part: Part) -> Iterator[Finding]:
    disposition, kind = part.first("Content-Disposition"), part.first("Content-Type")
    is_named = kind is not None and "name" in kind.parameters
    if part.kind not in KINDS or is_named or (disposition is not None and disposition.first_word != "inline"):
        yield found("part-attachment", f"A part {part.kind} is an attachment", f"mail, line {part.line}")


def check_parts(mail: Mail, _: Expected) -> Iterator[Finding]:
    """Charset, transfer encoding and content of each part."""
    for part in mail.parts:
        if part.kind not in KINDS:
            continue
        name = name_of(part)
        charset = part.first("Content-Type")
        if charset is None or charset.parameters.get("charset", "").lower() != "utf-8":
            yield found("part-charset", f"{name} is not marked as UTF-8", f"mail, line {part.line}")
        coding = part.first("Content-Transfer-Encoding")
        if coding is None or coding.first_word != "quoted-printable":
            value = coding.first_word if coding else "not said"
            yield found("part-encoding", f"The encoding is {value}", f"mail, line {part.line}")
        else:
            yield from check_quoted_printable(part)
        yield from check_content(part)


def name_of(part: Part) -> str:
    return "HTML" if part.kind == "text/html" else "text"


def check_quoted_printable(part: Part) -> Iterator[Finding]:
    for number, line in enumerate(part.lines, start=part.line):
        if len(line) > QP_WIDTH or not QP_LINE.fullmatch(line.rstrip(b" \t")):
            yield found("part-quoted-printable", "Longer than 76, or a false `=`", f"mail, line {number}")


def check_content(part: Part) -> Iterator[Finding]:
    """It decodes, and it holds nothing that no screen shows."""
    name = name_of(part)
    if not part.decodes:
        yield found("part-utf8", f"{name} does not decode", f"mail, line {part.line}")
        return
    for number, line in enumerate(part.text.split("\n"), start=1):
        strange = STRANGE.search(line)
        if strange is not None:
            yield found("part-characters", f"U+{ord(strange[0]):04X} in {shown(line)}", f"{name}, line {number}")
