"""Subscribers as CSV (design.md 4): read a line at a time, write so that it reads back the same."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import TextIO

from publisher.errors import DataError
from publisher.model.subscriber import Subscriber, SubscriberState
from publisher.subscriptions.addresses import Address, parse_address

COLUMNS = ("address", "name", "state", "digests", "sections", "language", "since", "consent")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
MAX_LINE = 20_000
MAX_FOLLOWING = 9
"""Lines that a record may go on for, where a quoted cell holds line breaks."""
TOO_LONG = "\0"
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
STATES = {state.value: state for state in SubscriberState}
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")


@dataclass(frozen=True, slots=True)
class Line:
    """One good line."""

    number: int
    address: Address
    state: SubscriberState
    digests: tuple[str, ...]
    sections: tuple[str, ...]
    language: str | None
    since: datetime | None
    consent: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class BadLine:
    """One line that was left out, and why."""

    number: int
    problem: str


def read_lines(
    file: TextIO, *, name: str, digests: Sequence[str], letters: Sequence[Sequence[str]] = ()
) -> Iterator[Line | BadLine]:
    """Read lines as they come; DataError where the header is missing.

    `digests` are those of the configuration, `letters` those of one group each: a line names one cadence of a letter.
    """
    numbered = enumerate(bounded(file), start=1)
    parse = LineParser(read_header(next(numbered, (1, ""))[1], name), tuple(digests), tuple(map(tuple, letters)))
    waiting: deque[tuple[int, str]] = deque()
    while found := (waiting.popleft() if waiting else next(numbered, None)):
        number, text = found
        if not text.strip():
            continue
        line = parse(number, text)
        if isinstance(line, BadLine) and is_open(text):
            line = with_following(found, waiting, numbered, parse=parse) or line
        yield line


def read_header(text: str, name: str) -> tuple[str, ...]:
    header = tuple(cell.strip().lower() for cell in next(csv.reader([text.lstrip("\ufeff")]), []))
    if "address" not in header:
        hint = f"The header is {','.join(COLUMNS)}, with commas."
        raise DataError("There is no column `address`", f"{name}:1", hint)
    return header


def bounded(file: TextIO) -> Iterator[str]:
    """Lines without NUL. Of one longer than MAX_LINE the rest is passed over and TOO_LONG comes instead."""
    while line := file.readline(MAX_LINE + 1):
        if len(line) <= MAX_LINE:
            yield line.replace("\0", "")
            continue
        while line and not line.endswith(("\n", "\r")):
            line = file.readline(MAX_LINE)
        yield TOO_LONG


def is_open(text: str) -> bool:
    """A quote was opened and not closed: the cell may go on in the next line (RFC 4180 2.6)."""
    return text.count('"') % 2 == 1


def with_following(
    first: tuple[int, str],
    waiting: deque[tuple[int, str]],
    numbered: Iterator[tuple[int, str]],
    *,
    parse: LineParser,
) -> Line | None:
    """The record that `first` begins, where the next few lines make it a good one.

    Otherwise None, and they are read again one by one: a stray quote costs its own line and nobody else.
    """
    number, text = first
    taken: list[tuple[int, str]] = []
    while len(taken) < MAX_FOLLOWING and (found := waiting.popleft() if waiting else next(numbered, None)):
        taken.append(found)
        text += found[1]
        if is_open(found[1]):
            line = parse(number, text)
            if isinstance(line, Line):
                return line
            break
    waiting.extendleft(reversed(taken))
    return None


@dataclass(frozen=True, slots=True)
class LineParser:
    """Text to a line, by the columns of the header and the digests of the configuration."""

    header: tuple[str, ...]
    digests: tuple[str, ...]
    letters: tuple[tuple[str, ...], ...] = ()

    def __call__(self, number: int, text: str) -> Line | BadLine:
        if text == TOO_LONG:
            return BadLine(number, f"it is longer than {MAX_LINE} characters")
        try:
            cells = next(csv.reader([text], strict=True))
            if len(cells) > len(self.header):
                return BadLine(number, f"it has {len(cells)} cells, the header has {len(self.header)}")
            row = {column: plain_cell(cell) for column, cell in zip(self.header, cells, strict=False)}
            line = good_line(number, row, self.digests)
            check_cadences(line, self.letters)
            return line
        except csv.Error as error:
            return BadLine(number, f"it is no CSV: {error}")
        except DataError as error:
            return BadLine(number, error.what)


def good_line(number: int, row: Mapping[str, str], digests: tuple[str, ...]) -> Line:
    """The values of a row; DataError for the first that is wrong."""
    given = row.get("state", "").lower() or SubscriberState.ACTIVE.value
    state = STATES.get(given)
    if state is None:
        raise DataError(f"state: {given!r} was given; allowed: {', '.join(STATES)}")
    language = row.get("language", "") or None
    if language and not LANGUAGE.fullmatch(language):
        raise DataError(f"language: {language!r} was given; allowed: a BCP 47 tag such as en")
    return Line(
        number=number,
        address=parse_address(row.get("address", "")),
        state=state,
        digests=wanted_digests(row.get("digests", ""), digests, state=state),
        sections=split(row.get("sections", "")),
        language=language,
        since=parse_since(row.get("since", "")),
        consent=CONTROL.sub(" ", row.get("consent", "")[:500]),
        name=CONTROL.sub(" ", row.get("name", "")[:200]),
    )


def check_cadences(line: Line, letters: tuple[tuple[str, ...], ...]) -> None:
    """DataError where a line would hold a letter in two cadences."""
    if line.state is SubscriberState.UNSUBSCRIBED:
        return
    for letter in letters:
        named = [digest for digest in line.digests if digest in letter]
        if len(named) > 1:
            raise DataError(f"digests: {' and '.join(named)} are cadences of one letter; a reader holds one of them")


@lru_cache(maxsize=1024)
def wanted_digests(text: str, digests: tuple[str, ...], *, state: SubscriberState) -> tuple[str, ...]:
    """The digests that a line names; without any, the site's only one.

    Who is unsubscribed and names none holds none: all of them are ended, so that no older list brings one back.
    """
    named = split(text)
    unknown = [name for name in named if name not in digests]
    if unknown:
        raise DataError(f"digests: there is no digest {unknown[0]!r}; there are: {', '.join(digests) or 'none'}")
    if named or state is SubscriberState.SUPPRESSED:
        return named
    if state is SubscriberState.UNSUBSCRIBED:
        return digests
    if len(digests) != 1:
        raise DataError(f"digests: none is named, and the site has {len(digests)}: {', '.join(digests)}")
    return digests


@lru_cache(maxsize=1024)
def split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


@lru_cache(maxsize=1024)
def parse_since(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise DataError(f"since: {text!r} was given; allowed: RFC 3339, such as 2026-11-24T08:00:00Z") from error


def plain_cell(cell: str) -> str:
    """A cell without the apostrophe that keeps a spreadsheet from running it."""
    text = cell.strip(" \r\n")
    return text[1:] if text.startswith("'") and text[1:].startswith(FORMULA) else text


def safe_cell(text: str) -> str:
    """A cell that no spreadsheet runs as a formula (reliability.md W11)."""
    return f"'{text}" if text.startswith(FORMULA) else text


def to_cells(subscriber: Subscriber) -> list[str]:
    """The cells of a subscriber, in the order of COLUMNS."""
    since = subscriber.since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    cells = [
        subscriber.address,
        subscriber.name,
        subscriber.state.value,
        ";".join(subscriber.digests),
        ";".join(subscriber.sections),
        subscriber.language or "",
        since,
        subscriber.consent,
    ]
    return [safe_cell(cell) for cell in cells]
