"""Text of others turned into values: files to articles. One function, and a table of the kinds of files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Protocol

from publisher.errors import ParseError
from publisher.formats.html_page import parse_html_page
from publisher.formats.magazine_page import parse_magazine_page
from publisher.formats.markdown import parse_markdown
from publisher.formats.source_text import decode
from publisher.model.article import ParsedFile


class Parser(Protocol):
    def __call__(self, text: str, *, where: str) -> ParsedFile: ...


FORMATS: Mapping[str, Parser] = MappingProxyType(
    {
        ".md": parse_markdown,
        ".markdown": parse_markdown,
        ".html": parse_html_page,
        ".htm": parse_html_page,
        ".txt": parse_magazine_page,
    }
)


def has_format(name: str) -> bool:
    """Is a file of this name read at all?"""
    stem, _, suffix = name.rpartition(".")
    return bool(stem) and f".{suffix.lower()}" in FORMATS


def parse_file(name: str, data: bytes, *, where: str) -> ParsedFile:
    """Turn a file into its article, listed extracts and warnings.

    `name` gives the format (its suffix), `where` the place that errors and warnings name: `WHERE:LINE`. ParseError
    for what cannot be read: too large, not UTF-8, broken keys, a wrong value, no text.
    """
    parse = FORMATS.get(PurePosixPath(name).suffix.lower())
    if parse is None:
        raise ParseError("This kind of file is not read", where=where, hint=f"Allowed are {', '.join(FORMATS)}.")
    text, warnings = decode(data, where=where)
    try:
        parsed = parse(text, where=where)
    except ParseError as error:
        # What is wrong with the HTML as a whole has no line.
        raise error if error.where else replace_where(error, where) from error
    return replace(parsed, warnings=(*warnings, *parsed.warnings))


def replace_where(error: ParseError, where: str) -> ParseError:
    return ParseError(error.what, where=where, hint=error.hint)
