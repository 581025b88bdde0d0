"""Encoded-words of headers (RFC 2047)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator

from publisher.mail_lint.addresses import QUOTED
from publisher.mail_lint.findings import Expected, Finding, found, shown
from publisher.mail_lint.reading import Field, Mail

WORD = re.compile(r"=\?([^?\s]*)\?([^?\s]*)\?([^?\s]*)\?=")
LONGEST, LONGEST_LINE = 75, 76
PLACES = ("subject", "from", "reply-to", "list-id")
Q_FORM = re.compile(r"(?:[^=_]|_|=[0-9A-F]{2})*")


def check_encoded_words(mail: Mail, _: Expected) -> Iterator[Finding]:
    """Form, place and need of every encoded-word."""
    for field in mail.fields:
        if "=?" not in field.value:
            continue
        if field.key not in PLACES or is_misplaced(field):
            yield found("header-encoded-place", f"An encoded-word in {field.name}", field.where)
            continue
        yield from check_form(field)


def is_misplaced(field: Field) -> bool:
    """In a quoted string, or behind the display name."""
    if field.key == "subject":
        return False
    quoted = any("=?" in text for text in QUOTED.findall(field.value))
    return quoted or "=?" in field.value.rpartition("<")[2]


def check_form(field: Field) -> Iterator[Finding]:
    words = list(WORD.finditer(field.value))
    if "=?" in WORD.sub("", field.value):
        yield found("header-encoded-word", "`=?` stands outside an encoded-word", field.where)
    for word in words:
        fault = fault_of(word)
        if fault:
            yield found("header-encoded-word", fault, field.where)
    if any(len(line) > LONGEST_LINE and b"=?" in line for line in field.lines):
        yield found("header-encoded-word", "A line with an encoded-word is longer than 76", field.where)
    text = decode_header(field.value)
    if text.isascii() and "=?" not in text:
        yield found("header-encoded-ascii", f"{shown(text)} needs no encoding", field.where)


def fault_of(word: re.Match[str]) -> str:
    """What is wrong with one encoded-word; "" if nothing is."""
    if word[1].lower() != "utf-8":
        return f"An encoded-word in {word[1] or 'no charset'}"
    if len(word[0]) > LONGEST:
        return f"An encoded-word of {len(word[0])} characters"
    try:
        bytes_of(word).decode()
    except (UnicodeDecodeError, ValueError):
        return "An encoded-word that does not decode, or splits a character"
    return ""


def bytes_of(word: re.Match[str]) -> bytes:
    """The bytes of an encoded-word; ValueError for another encoding or form."""
    if word[2].lower() == "b":
        return base64.b64decode(word[3], validate=True)
    if word[2].lower() != "q" or not Q_FORM.fullmatch(word[3]):
        raise ValueError("neither B nor Q")
    return binascii.a2b_qp(word[3].encode("ascii", "replace"), header=True)


def decode_header(value: str) -> str:
    """The words of a header: white space between two encoded-words falls away (RFC 2047 6.2)."""
    return WORD.sub(decoded_word, re.sub(r"(\?=)\s+(?==\?)", r"\1", value))


def decoded_word(word: re.Match[str]) -> str:
    try:
        return bytes_of(word).decode()
    except (UnicodeDecodeError, ValueError):
        return word[0]
