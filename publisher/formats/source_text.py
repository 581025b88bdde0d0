"""Bytes of a file to text that can be parsed: bounded, UTF-8, without control characters."""

from __future__ import annotations

import codecs

from publisher.errors import ParseError
from publisher.html.clean import clean_text, forbidden_count

MAX_SIZE_BYTES = 5_000_000


def decode(data: bytes, *, where: str) -> tuple[str, tuple[str, ...]]:
    """The text, with `\\n` as the only line end, and warnings; ParseError for what is too large or not UTF-8.

    A byte order mark is dropped. Control characters go, with a warning that counts them (design.md 4).
    """
    if len(data) > MAX_SIZE_BYTES:
        size = f"{len(data):,} bytes"
        raise ParseError(f"The file has {size}, at most {MAX_SIZE_BYTES:,} are read", where=where, hint="Split it.")
    try:
        raw = data.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError as error:
        raise not_utf8(data, where) from error
    count = forbidden_count(raw)
    characters = "control character was" if count == 1 else "control characters were"
    warnings = (f"{where}: {count} {characters} removed",) if count else ()
    return clean_text(raw).replace("\r", "\n"), warnings


def not_utf8(data: bytes, where: str) -> ParseError:
    """Names the byte and the line, counted in the file as it is."""
    try:
        data.decode("utf-8")
        at = 0
    except UnicodeDecodeError as error:
        at = error.start
    line = data.count(b"\n", 0, at) + 1
    what = f"The file is not UTF-8: byte {at} is 0x{data[at]:02x}"
    return ParseError(what, where=f"{where}:{line}", hint="Save the file as UTF-8.")
