"""Answers that are no page, in words: FetchError with status and, where the server said so, when to come back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

from publisher.errors import FetchError

DAY_S = 86_400.0
PAUSE_S = 60.0
"""How long a host with 429 and no usable Retry-After is left alone."""
BUSY = (429, 503)

HINTS = {
    401: "The site wants a name and a password: https://NAME:PASSWORD@…",
    403: "The site refuses: ask its operator to let this program in.",
    404: "Correct the address, or remove it.",
    410: "It is gone for good: remove it.",
    429: "It is asked again later.",
    503: "It is asked again later.",
}


def refusal(status: int, headers: Mapping[str, str], *, where: str) -> FetchError:
    """The error of an answer that is neither a page nor a redirect."""
    hint = HINTS.get(status) or ("Try again later." if status >= 500 else "Open the address in a browser.")
    error = FetchError(f"the server answered {named(status)}", where, hint)
    error.status = status
    if status in BUSY:
        error.retry_after_s = retry_after_s(headers)
    return error


def named(status: int) -> str:
    """ "404 Not Found"."""
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)


def retry_after_s(headers: Mapping[str, str]) -> float | None:
    """Seconds of Retry-After (RFC 9110 10.2.3), 0 to a day; a date counts from the answer's own Date. None: unsaid."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), DAY_S)
    until, now = _date(value), _date(headers.get("date", ""))
    if until is None or now is None:
        return None
    return min(max((until - now).total_seconds(), 0.0), DAY_S)


def _date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo is not None else None
