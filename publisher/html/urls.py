"""Addresses inside HTML: which schemes are let through, and how relative ones become absolute (feeds.md G16, G17)."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from publisher.html.clean import clean_text

LINK_SCHEMES = frozenset({"http", "https", "mailto", "tel"})
MEDIA_SCHEMES = frozenset({"http", "https"})
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
CANDIDATE = re.compile(r"[\s,]*(\S+)")
DESCRIPTOR = re.compile(r"\s*(\d{1,6}(?:\.\d{1,3})?[wx])?[^,]*(?:,|$)")


def safe_url(value: str, *, base_url: str, schemes: frozenset[str] = LINK_SCHEMES) -> str | None:
    """The address, absolute where `base_url` is given; None where its scheme is not allowed.

    Browsers drop tabs and line breaks inside an address, so they go before the scheme is looked at (WHATWG URL 4.4).
    """
    url = re.sub(r"[\t\n\r]", "", clean_text(value)).strip()
    if not url:
        return None
    if base_url:
        try:
            url = urljoin(base_url, url)
        except ValueError:
            return None
    scheme = SCHEME.match(url)
    if scheme is not None and scheme[1].lower() not in schemes:
        return None
    return url


def safe_srcset(value: str, *, base_url: str) -> str | None:
    """A `srcset` with each candidate checked and absolute; None where none is left (HTML 4.8.4.2.1)."""
    kept, at = [], 0
    while (found := CANDIDATE.match(value, at)) is not None:
        at = found.end()
        address, size = found[1].rstrip(","), ""
        if address == found[1] and (rest := DESCRIPTOR.match(value, at)) is not None:
            at, size = rest.end(), rest[1] or ""
        url = safe_url(address, base_url=base_url, schemes=MEDIA_SCHEMES)
        if url is not None:
            kept.append(f"{url} {size}".rstrip())
    return ", ".join(kept) or None
