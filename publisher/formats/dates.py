"""Dates as editors write them: RFC 3339, a date alone, a local time, the magazine's `Apr 17th 2022`."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

from publisher.errors import ParseError

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DATE_LINE = re.compile(rf"({'|'.join(MONTHS)}) (\d{{1,2}})(?:st|nd|rd|th) (\d{{4}})", re.ASCII)
INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)? ?([Zz]|[+-]\d\d:?\d\d)?)?", re.ASCII
)
ALLOWED = "Write 2026-11-24T08:00:00+02:00, 2026-11-24 08:00, 2026-11-24 or Nov 24th 2026."
YEARS = range(1000, 9999)
"""Outside of these a time cannot be moved to UTC and shown with four digits."""


def parse_date(text: str, *, where: str) -> datetime | date:
    """An aware datetime (RFC 3339), a naive one (no offset given), or a date alone; ParseError for anything else.

    Fractions of a second are dropped; a leap second (`:60`) is read as the second before it.
    """
    given = text.strip()
    match = INSTANT.fullmatch(given)
    if match is None:
        return parse_date_line(given, where=where)
    year, month, day, hour, minute, second = (int(part) if part else 0 for part in match.groups()[:6])
    try:
        if year not in YEARS:
            raise ValueError(year)
        if match[4] is None:
            return date(year, month, day)
        zone = parse_offset(match[7]) if match[7] else None
        return datetime(year, month, day, hour, minute, 59 if second == 60 else second, tzinfo=zone)
    except ValueError as error:
        raise bad_date(text, where) from error


def parse_offset(text: str) -> timezone:
    """`Z`, `+02:00` or `+0200`; ValueError beyond a day."""
    if text in "Zz":
        return timezone(timedelta())
    hours, minutes = int(text[1:3]), int(text[-2:])
    if minutes > 59:
        raise ValueError(text)
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


def parse_date_line(line: str, *, where: str) -> date:
    """Read `Apr 17th 2022` (extracts.md 1.2, row 1); ParseError for anything else."""
    match = DATE_LINE.fullmatch(line.strip())
    if match is None:
        raise bad_date(line, where)
    try:
        if int(match[3]) not in YEARS:
            raise ValueError(match[3])
        return date(int(match[3]), MONTHS.index(match[1]) + 1, int(match[2]))
    except ValueError as error:  # Apr 31st
        raise bad_date(line, where) from error


def is_date_line(line: str) -> bool:
    """Has the line the form of a magazine's date line (the date itself may still be wrong)?"""
    return DATE_LINE.fullmatch(line.strip()) is not None


def bad_date(given: str, where: str) -> ParseError:
    return ParseError(f"{given.strip()[:60]!r} is not a date", where=where, hint=ALLOWED)
