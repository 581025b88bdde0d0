"""What a request gives, and the bounds that it keeps (reliability.md U5-U7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """An answer."""

    url: str
    """The final one, after redirects; without user name, password and fragment."""
    status: int
    """200, or 304 for a conditional request."""
    body: bytes
    """Unpacked; empty for 304."""
    content_type: str
    """The header as sent, "" if none."""
    etag: str | None
    last_modified: str | None
    moved_to: str | None
    """Where it moved for good: set only if every hop was 301 or 308."""
    headers: Mapping[str, str]
    """Names in lower case; several of one name joined by ", "."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of one request."""

    size_bytes: int = 10_000_000
    """Of the body, unpacked."""
    wall_s: float = 30.0
    """The whole request with its redirects; waiting for one's turn at a host is not counted."""
    hops: int = 5
    """Redirects followed."""
    connect_s: float = 10.0
    """One connection: its addresses one after the other, and the TLS handshake."""
    read_s: float = 15.0
    """Silence between two reads."""
