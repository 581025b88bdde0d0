"""The magazine's own way to write down an extract: `EXTRACTS: "…" ---- "…"` (extracts.md 1.3 and 1.5).

The number of the keyword is a hint. A line is cut at quote-separator-quote, never at dashes or dots alone. One trap is
left, as the grammar says: a straight-quoted ellipsis inside a passage (`"..."`) reads as a separator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from publisher.errors import ParseError

SHOWN_LENGTH = 40
"""Characters of a passage that a warning repeats: on a page of one line they tell which it is."""
KEYWORD = re.compile(r"\s*(EXTRACTS?)\s*:\s*", re.IGNORECASE)
OUTER_QUOTES = {'"': '"', "“": "”", "„": "“”", "«": "»", "»": "«", "”": "”"}
SEPARATOR = r"\s*(?:-{2,}|\.{3,}|[…–—]+)\s*"
ALLOWED = 'Write EXTRACT: "…" or EXTRACTS: "…" ---- "…".'


@dataclass(frozen=True, slots=True)
class ParsedExtract:
    """Passages trimmed, otherwise as given (edge ellipses too); warnings for what a person may want to look at."""

    passages: tuple[str, ...]
    warnings: tuple[str, ...] = ()


def is_extract_line(line: str) -> bool:
    return KEYWORD.match(line) is not None


def parse_extract_line(line: str, *, where: str) -> ParsedExtract:
    """Read one extract line (it may run over several lines of text); ParseError without keyword or passage."""
    match = KEYWORD.match(line)
    if match is None:
        raise ParseError("This is not an extract line", where=where, hint=ALLOWED)
    rest = " ".join(part.strip(" \t") for part in line[match.end() :].splitlines()).strip()
    quoted, warnings = split_quoted(rest)
    passages = tuple(passage for passage in (part.strip() for part in quoted) if passage)
    if not passages:
        raise ParseError("The extract line holds no passage", where=where, hint=ALLOWED)
    found = [*warnings, *number_warning(match[1].upper(), passages), *balance_warnings(passages)]
    return ParsedExtract(passages, tuple(f"{where}: {warning}" for warning in found))


def format_extract(passages: Iterable[str]) -> str:
    """The line for some passages: outer quotes straight, inner ones as they are, all on one line."""
    lines = [" ".join(part.strip(" \t") for part in passage.splitlines()).strip() for passage in passages]
    keyword = "EXTRACT" if len(lines) == 1 else "EXTRACTS"
    return f"{keyword}: " + " ---- ".join(f'"{line}"' for line in lines)


def split_quoted(text: str) -> tuple[list[str], list[str]]:
    """The quoted parts, and warnings. Outer quotes are those that the text begins with."""
    opening = text[:1]
    closing = OUTER_QUOTES.get(opening, "")
    if not closing:
        return [text], ["the extract has no quotes around it"] if text else []
    parts = re.split(f"[{closing}]{SEPARATOR}{re.escape(opening)}", text[1:])
    last = parts[-1].rstrip()
    end = max(last.rfind(mark) for mark in closing)
    if opening != '"' and (end != len(last) - 1 or not all(is_closed_late(part) for part in [*parts[:-1], last[:end]])):
        return [text], ["the extract has no quotes around it"]
    if end < 0:
        return parts, ["the last quote of the extract is not closed"]
    tail = last[end + 1 :].strip()
    return [*parts[:-1], last[:end]], [f"words after the last quote are left out: {tail[:60]!r}"] if tail else []


def is_closed_late(inner: str) -> bool:
    """Between outer quotes no inner quotation ends before it began: `“A,” he said. “B.”` has no outer quotes."""
    depth = 0
    for mark in inner:
        depth += (mark in "“„«") - (mark in "”»")
        if depth < 0:
            return False
    return True


def number_warning(keyword: str, passages: tuple[str, ...]) -> list[str]:
    count = len(passages)
    if (keyword == "EXTRACT") == (count == 1):
        return []
    number = f"{count} passage{'s' if count > 1 else ''}"
    return [f"the line says {keyword} and holds {number} in {passages[0][:SHOWN_LENGTH]!r}"]


def balance_warnings(passages: tuple[str, ...]) -> list[str]:
    """Shown as given, never mended by guessing (extracts.md 1.5, edge 5)."""
    shown = (passage[:SHOWN_LENGTH] for passage in passages if unbalanced(passage))
    return [f"a quotation is opened or closed once only in {words!r}" for words in shown]


def unbalanced(passage: str) -> bool:
    if passage.count('"') % 2:
        return True
    if "„" in passage:
        return passage.count("„") != passage.count("“") + passage.count("”")
    return passage.count("“") != passage.count("”") or passage.count("«") != passage.count("»")
