"""The two ways in which feeds write an instant (feeds.md G7). Neither looks at the process's locale or zone."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import format_datetime


def whole_second(when: datetime) -> datetime:
    """The instant in UTC without its fraction: no feed format needs more, and RFC 822 cannot say more."""
    return when.astimezone(UTC).replace(microsecond=0)


def rfc822(when: datetime) -> str:
    """`Tue, 24 Nov 2026 08:00:00 +0000`, in English under every locale."""
    return format_datetime(whole_second(when))


def rfc3339(when: datetime) -> str:
    """`2026-11-24T08:00:00Z`."""
    return whole_second(when).strftime("%Y-%m-%dT%H:%M:%SZ")
