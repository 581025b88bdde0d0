"""Bytes of a web page to text: what the server, the page or its bytes say of their encoding (HTML 13.2.3)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import contextmanager

from publisher.errors import ParseError
from publisher.formats.source_text import MAX_SIZE_BYTES
from publisher.html.clean import clean_text

CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE)
SCRIPT = re.compile(r"<(script|style)(?=[\s>])", re.IGNORECASE)
SCRIPT_END = {name: re.compile(rf"</{name}[^>]{{0,100}}>", re.IGNORECASE) for name in ("script", "style")}
DECLARED_BYTES, TYPE_LENGTH = 1024, 500
HTML_TYPES = ("text/html", "application/xhtml+xml", "text/plain", "application/xml", "text/xml", "")
MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


@contextmanager
def placed(where: str) -> Iterator[None]:
    """A ParseError from inside that names no place names this one: what is wrong with HTML as a whole has no line."""
    try:
        yield
    except ParseError as error:
        if error.where:
            raise
        raise ParseError(error.what, where=where, hint=error.hint) from error


def decode_page(data: bytes, *, content_type: str, where: str) -> str:
    """The page's text; bytes that fit no encoding are replaced. ParseError for what is no page, or too large."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind not in HTML_TYPES:
        raise ParseError(f"This is no web page but {kind[:60]!r}", where=where)
    if len(data) > MAX_SIZE_BYTES:
        raise ParseError(f"The page has {len(data):,} bytes, at most {MAX_SIZE_BYTES:,} are read", where=where)
    for mark, encoding in MARKS:
        if data.startswith(mark):
            return tidy(data[len(mark) :].decode(encoding, "replace"))
    for encoding in (*declared(content_type), *declared(data[:DECLARED_BYTES].decode("latin-1")), "utf-8"):
        try:
            return tidy(data.decode(encoding))
        except ValueError:
            continue  # it says one thing and is another
    return tidy(data.decode("cp1252", "replace"))


def declared(text: str) -> list[str]:
    """The encoding that is named there, as browsers understand the name; none where Python has no such."""
    found = CHARSET.search(text)
    if found is None:
        return []
    name = found[1].lower()
    try:
        name = codecs.lookup(name).name
    except (LookupError, ValueError):
        return []
    return ["cp1252"] if name in ("iso8859-1", "ascii") else [name] if name in TEXT_ENCODINGS else []


def tidy(text: str) -> str:
    return without_scripts(clean_text(text).replace("\r", "\n"))


def without_scripts(html: str) -> str:
    """The page without scripts and styles, in one pass; what they tell machines of the article (JSON-LD) stays.

    They may hold more than all words, and a `<` in them reads like an endless tag.
    """
    parts, at = [], 0
    while (start := SCRIPT.search(html, at)) is not None:
        end = SCRIPT_END[start[1].lower()].search(html, start.end())
        if end is None:
            break
        keeps = "ld+json" in html[start.end() : start.end() + TYPE_LENGTH].partition(">")[0].lower()
        parts.append(html[at : end.end() if keeps else start.start()])
        at = end.end()
    return "".join([*parts, html[at:]])


TEXT_ENCODINGS = frozenset(
    """
    utf-8 cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 cp1257 iso8859-2 iso8859-4 iso8859-5 iso8859-7 iso8859-9
    iso8859-13 iso8859-15 koi8-r koi8-u big5 gb2312 gbk gb18030 shift_jis euc_jp euc_kr utf-16 utf-16-le utf-16-be
    """.split()  # noqa: SIM905 - names, as they are looked up
)
