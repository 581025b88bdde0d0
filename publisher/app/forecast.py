"""What is to be expected of a send before it begins, and how far that was off afterwards (peers.md F15)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from math import ceil
from typing import Any

from publisher.model.issue import Issue
from publisher.model.settings import Settings
from publisher.storage import Transaction
from publisher.storage.speeds import recent_speed

SMTP_RATE = 18.0
"""Mails a second over one connection, where nothing was sent yet: a relay 10 ms away (peers.md 2: 187/s over ten)."""
FOLDER_RATE = 150.0
"""The same into a folder: two files synced a mail."""
MIN_SAMPLE = 20
"""With fewer mails behind it a measured speed says less than the default."""


@dataclass(frozen=True, slots=True)
class ForecastError:
    """What became of a forecast. `percent` is that of the duration; None where it was shorter than a second."""

    recipients: int
    recipients_off: int
    duration_s: int
    duration_off_s: int
    percent: float | None


def forecast(tx: Transaction, settings: Settings, *, recipients: int, now: datetime) -> dict[str, Any]:
    """`recipients`, `rate` (mails a second), `duration_s` and `finishes_at` (RFC 3339) of a send that begins now.

    The rate is that of the passes of the last issues that were sent, else a measured default for each connection.
    """
    rate = rate_of(tx, settings)
    duration_s = ceil(recipients / rate)
    finishes_at = now.astimezone(UTC) + timedelta(seconds=duration_s)
    return {
        "recipients": recipients,
        "rate": round(rate, 1),
        "duration_s": duration_s,
        "finishes_at": finishes_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def rate_of(tx: Transaction, settings: Settings) -> float:
    speed = recent_speed(tx)
    if speed.accepted_count >= MIN_SAMPLE:
        return max(speed.accepted_count / max(speed.seconds, 0.001), 0.1)
    if settings.relay.url.startswith("folder:"):
        return FOLDER_RATE
    return SMTP_RATE * settings.relay.connections


def error_of(issue: Issue) -> ForecastError | None:
    """How far the forecast was off; None before the end, or where there was none."""
    if issue.forecast is None or issue.started is None or issue.finished is None:
        return None
    duration_s = round((issue.finished - issue.started).total_seconds())
    off = duration_s - int(issue.forecast["duration_s"])
    return ForecastError(
        recipients=issue.counts.frozen,
        recipients_off=issue.counts.frozen - int(issue.forecast["recipients"]),
        duration_s=duration_s,
        duration_off_s=off,
        percent=round(100 * off / duration_s, 1) if duration_s else None,
    )


def in_words(foreseen: Mapping[str, Any]) -> str:
    """One line for people."""
    recipients, rate = foreseen["recipients"], foreseen["rate"]
    return f"{recipients} mails at {rate:g}/s: {foreseen['duration_s']} s, done at {foreseen['finishes_at']}"
