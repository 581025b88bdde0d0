"""Dates of feeds: RFC 822 with all that is sent under that name, RFC 3339, a date alone. Independent of the machine."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_tz

from publisher.errors import ParseError
from publisher.formats.dates import YEARS, parse_date

MAX_LENGTH = 60
PARTIAL = re.compile(r"(\d{4})-(\d\d)", re.ASCII)
ZONE_NAMES = re.compile(r"(?:GMT|UTC)([+-])(\d{1,2}):?(\d\d)?$", re.IGNORECASE)


def parse_feed_date(text: str) -> datetime | date | None:
    """An aware time, a date alone, or None for nonsense. A time without a zone is GMT (RFC 822 5.1)."""
    given = " ".join(text.split())
    if not given or len(given) > MAX_LENGTH:
        return None
    try:
        found = parse_date(given, where="")
    except ParseError:
        return parse_rfc822(given)
    if isinstance(found, datetime):
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found


def parse_rfc822(given: str) -> datetime | date | None:
    """`Tue, 24 Nov 2026 08:00:00 +0200`, two-digit years, named zones, asctime's order; `2026-11` is its first day."""
    if (month := PARTIAL.fullmatch(given)) is not None:
        return checked_date(int(month[1]), int(month[2]), 1)
    try:
        parts = parsedate_tz(ZONE_NAMES.sub(lambda zone: f"{zone[1]}{zone[2]:0>2}{zone[3] or '00'}", given))
    except (ValueError, IndexError, TypeError):
        return None
    if parts is None or parts[0] not in YEARS:
        return None
    try:
        local = datetime(*parts[:5], min(parts[5], 59), tzinfo=UTC)
        return local - timedelta(seconds=parts[9] or 0)
    except (ValueError, OverflowError):
        return None


def checked_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year in YEARS else None
    except ValueError:
        return None
