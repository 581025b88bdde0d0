"""Dates of articles as instants."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo


def to_instant(value: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    """Aware UTC: a naive time is the site's local time, a date alone is midnight in the site's zone."""
    if value is None:
        return None
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day, tzinfo=zone)
    if value.tzinfo is None:
        value = value.replace(tzinfo=zone)
    return value.astimezone(UTC).replace(microsecond=0)
