"""`extract`: what would be quoted from a text. Values in, values out; needs no site."""

from __future__ import annotations

import json
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from publisher.errors import DataError
from publisher.extracts import choose, text_body
from publisher.model.article import Extract, Origin, ParsedArticle
from publisher.model.settings import ExtractSettings

NOTHING = Extract((), Origin.TITLE)


@dataclass(frozen=True, slots=True)
class Quoted:
    """What would be quoted; offsets are code points of the text as given, of a parsed file of its body's text."""

    extract: Extract
    warnings: tuple[str, ...] = ()
    problem: DataError | None = field(default=None, compare=False)
    """Why a line could not be read; its extract is empty then, so that lines out match lines in."""


def extract_text(text: str, *, title: str = "", language: str = "en", settings: ExtractSettings) -> Quoted:
    """The passages of a plain text; `text[start:end]` of what was handed in."""
    extract, warnings = choose(
        text_body(text), title=title, language=language, given=(), summary=None, settings=settings
    )
    return Quoted(extract, warnings)


def extract_file(name: str, data: bytes, *, title: str = "", settings: ExtractSettings) -> Quoted:
    """The passages of a file: Markdown, HTML or a magazine page as an article, anything else as plain text.

    ParseError for a file that cannot be read, DataError for bytes that are not UTF-8.
    """
    article = article_of(name, data)
    if article is None:
        return extract_text(decoded(data, name), title=title, settings=settings)
    extract, warnings = choose(
        article.body,
        title=title or article.title,
        language=article.language or "en",
        given=article.given,
        summary=article.summary,
        settings=settings,
    )
    return Quoted(extract, warnings)


def article_of(name: str, data: bytes) -> ParsedArticle | None:
    """The article of a file whose format is known; None for plain text. A `.txt` is a magazine page or that."""
    from publisher.formats import has_format, parse_file  # here: lines of plain text start in half the time without
    from publisher.formats.dates import is_date_line

    if not has_format(name):
        return None
    if PurePosixPath(name).suffix.lower() == ".txt" and not is_date_line(first_line(decoded(data, name))):
        return None
    return parse_file(name, data, where=name).article


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")


def decoded(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DataError(f"Byte {error.start} is not UTF-8", where, "Save the text as UTF-8.") from error


def extract_lines(lines: Iterable[bytes], *, where: str, settings: ExtractSettings) -> Iterator[Quoted]:
    """One answer for each line `{"title","body","language"}`, in order; blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield extract_line(line, where=f"{where}:{number}", settings=settings)


def extract_line(line: bytes, *, where: str, settings: ExtractSettings) -> Quoted:
    """The answer for one line; of a line that cannot be read an empty one with its problem."""
    try:
        row = parse_row(decoded(line.removeprefix(BOM_UTF8), where), where=where)
    except DataError as error:
        return Quoted(NOTHING, problem=error)
    return extract_text(row["body"], title=row["title"], language=row["language"] or "en", settings=settings)


def parse_row(line: str, *, where: str) -> dict[str, str]:
    """A line's three strings; title and language may be missing or null. DataError for anything else."""
    hint = 'A line is one object {"title": "…", "body": "…", "language": "en"}.'
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError("The line is not JSON", where, hint) from error
    if not isinstance(row, dict) or not isinstance(row.get("body"), str):
        raise DataError('The line has no string "body"', where, hint)
    found = {key: row.get(key) or "" for key in ("title", "body", "language")}
    wrong = next((key for key, value in found.items() if not isinstance(value, str)), None)
    if wrong is not None:
        raise DataError(f'"{wrong}" is not a string', where, hint)
    return found
