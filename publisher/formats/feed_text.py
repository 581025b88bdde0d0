"""The bytes of a feed as text: in whatever encoding they are, the same on every machine (reliability.md U4)."""

from __future__ import annotations

import codecs
import json
import re

from publisher.errors import ParseError
from publisher.html.clean import clean_text

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"<\x00?\x00", "utf-16-le"),
    (b"\x00<\x00?", "utf-16-be"),
)
DECLARED = re.compile(rb"""\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._:\-]{1,40})["']""")
CHARSET = re.compile(r"""charset\s*=\s*["']?([A-Za-z0-9._:\-]{1,40})""", re.IGNORECASE)
ESCAPED = re.compile(r"iso-?2022|hz|utf-?7", re.IGNORECASE)
"""Encodings whose bytes are valid ASCII, though they mean something else."""
READ = re.compile(
    r"utf-?(8|16|32)|iso-?(8859|2022-)|windows-|cp?\d|koi8|big5|gb|euc|s(hift)?.?jis|hz|mac|tis|utf-?7", re.I
)
"""Others are not tried: some of Python's codecs are no text, and some take quadratic time (punycode)."""

MAX_BRACKETS = 500_000
MAX_QUOTES = 3_000_000


def decode_feed(data: bytes, *, content_type: str) -> str:
    """The text without control characters.

    A byte order mark decides, then valid UTF-8, then the charset of the header, then the XML declaration; what is
    none of them is read as Windows-1252, as browsers do.
    """
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return clean_text(data.decode(encoding, "replace")).lstrip("\ufeff")
    named = [found for found in declared_encodings(data, content_type) if READ.match(found)]
    escaped = [name for name in named if ESCAPED.match(name)]
    for encoding in (*escaped, "utf-8", *named):
        text = try_decode(data, encoding)
        if text is not None:
            return clean_text(text)
    return clean_text(data.decode("cp1252", "replace"))


def declared_encodings(data: bytes, content_type: str) -> list[str]:
    header, declaration = CHARSET.search(content_type), DECLARED.match(data[:300])
    found = [header[1]] if header else []
    return found + ([declaration[1].decode("ascii")] if declaration else [])


def try_decode(data: bytes, encoding: str) -> str | None:
    # What calls itself Latin-1 is Windows-1252 (WHATWG Encoding 4.2), which leaves five bytes without a meaning.
    name = "cp1252" if re.fullmatch(r"iso-?8859-1|latin-?1", encoding, re.IGNORECASE) else encoding
    try:
        return data.decode(name, "replace" if name == "cp1252" else "strict")
    except (UnicodeError, LookupError):
        return None


def load_json(text: str, *, where: str) -> object:
    """JSON of a stranger, bounded in its number of parts; ParseError."""
    if text.count("{") + text.count("[") > MAX_BRACKETS or text.count('"') > MAX_QUOTES:
        raise ParseError("The JSON has too many parts", where=where, hint="Ask for a shorter feed.")
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"The JSON is broken: {str(error)[:100]}", where=where, hint=REPAIR) from error


REPAIR = "Tell who runs the site; what was collected before stays."
