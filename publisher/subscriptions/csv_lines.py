"""Subscribers as CSV (design.md 4): read a line at a time, write so that it reads back the same."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from publisher.errors import DataError
from publisher.model.subscriber import Subscriber, SubscriberState
from publisher.subscriptions.addresses import Address, parse_address

COLUMNS = ("address", "name", "state", "digests", "sections", "language", "since", "consent")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "'")
MAX_LINE = 20_000
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


@dataclass(frozen=True, slots=True)
class BadLine:
    """One line that was left out, and why."""

    number: int
    problem: str


def read_lines(file: Iterable[str], *, name: str, digests: Sequence[str]) -> Iterator[Line | BadLine]:
    """Read lines as they come; DataError where the header is missing. `digests` are those of the configuration."""
    reader = csv.reader(bounded(file))
    header = [cell.strip().lower().lstrip("\ufeff") for cell in next(reader, [])]
    if "address" not in header:
        raise DataError("There is no column `address`", f"{name}:1", f"The header is {','.join(COLUMNS)}.")
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield BadLine(number, f"it is no CSV: {error}")
            continue
        if not any(cell.strip() for cell in cells):
            continue
        yield parse_line(number, cells, header=header, digests=digests)


def bounded(file: Iterable[str]) -> Iterator[str]:
    """Lines without NUL; one that is too long is cut, so that it is bad and not endless."""
    for line in file:
        clean = line.replace("\0", "")
        yield clean if len(clean) <= MAX_LINE else clean[:MAX_LINE] + "\n"


def parse_line(number: int, cells: Sequence[str], *, header: Sequence[str], digests: Sequence[str]) -> Line | BadLine:
    if len(cells) > len(header):
        return BadLine(number, f"it has {len(cells)} cells, the header has {len(header)}")
    row = {column: plain_cell(cell) for column, cell in zip(header, cells, strict=False)}
    try:
        return good_line(number, row, digests)
    except DataError as error:
        return BadLine(number, error.what)


def good_line(number: int, row: Mapping[str, str], digests: Sequence[str]) -> Line:
    """The values of a row; DataError for the first that is wrong."""
    state = row.get("state", "").lower() or SubscriberState.ACTIVE.value
    if state not in list(SubscriberState):
        raise DataError(f"state: {state!r} was given; allowed: {', '.join(SubscriberState)}")
    language = row.get("language", "") or None
    if language and not LANGUAGE.fullmatch(language):
        raise DataError(f"language: {language!r} was given; allowed: a BCP 47 tag such as en")
    return Line(
        number=number,
        address=parse_address(row.get("address", "")),
        state=SubscriberState(state),
        digests=wanted_digests(row.get("digests", ""), digests, state=state),
        sections=split(row.get("sections", "")),
        language=language,
        since=parse_since(row.get("since", "")),
        consent=row.get("consent", "")[:500],
    )


def wanted_digests(text: str, digests: Sequence[str], *, state: str) -> tuple[str, ...]:
    """The digests that a line names; without any, the site's only one."""
    named = split(text)
    unknown = [name for name in named if name not in digests]
    if unknown:
        raise DataError(f"digests: there is no digest {unknown[0]!r}; there are: {', '.join(digests) or 'none'}")
    if named or state in (SubscriberState.UNSUBSCRIBED.value, SubscriberState.SUPPRESSED.value):
        return named
    if len(digests) != 1:
        raise DataError(f"digests: none is named, and the site has {len(digests)}: {', '.join(digests)}")
    return (digests[0],)


def split(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.strip() for part in text.split(";") if part.strip()))


def parse_since(text: str) -> datetime | None:
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise DataError(f"since: {text!r} was given; allowed: RFC 3339, such as 2026-11-24T08:00:00Z") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


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
        "",
        subscriber.state.value,
        ";".join(subscriber.digests),
        ";".join(subscriber.sections),
        subscriber.language or "",
        since,
        subscriber.consent,
    ]
    return [safe_cell(cell) for cell in cells]
