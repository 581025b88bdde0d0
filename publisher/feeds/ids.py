"""Ids that readers see: `tag:` URIs (RFC 4151), made once and stored (feeds.md G1-G4)."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from urllib.parse import quote

from publisher.model.ids import ArticleId, IssueId

# RFC 4151 2.1: what may stand after the date, without the percent sign that `quote` writes itself.
SAFE = "-._~/:@!$&'()*+,;="
MAX_KEY = 300

ABSOLUTE_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:(?:[A-Za-z0-9\-._~/:?#\[\]@!$&'()*+,;=]|%[0-9A-Fa-f]{2})+")


def feed_id(authority: str, selection: str, key: str = "") -> str:
    """`tag:AUTHORITY:feed/all`, `tag:AUTHORITY:feed/section/KEY`: no address in it, so a moved feed keeps it."""
    return f"tag:{authority}:feed/{selection}/{uri_key(key)}" if key else f"tag:{authority}:feed/{selection}"


def issue_entry_id(authority: str, issue: IssueId) -> str:
    """The id of a newsletter's issue in the feed of issues."""
    return f"tag:{authority}:issue/{uri_key(issue)}"


def article_id(authority: str, source: str, source_key: str) -> ArticleId:
    """`tag:AUTHORITY:article/SOURCE/KEY`: the same from the same articles on every machine, never random (G1)."""
    return ArticleId(f"tag:{authority}:article/{uri_key(f'{source}/{source_key}')}")


def kept_id(authority: str, source: str, given: str) -> ArticleId:
    """An id that came with the article, byte for byte; what is no absolute URI is wrapped once (G3).

    `tag:AUTHORITY:source/SOURCE/KEY` then: RSS allows any text as a guid, Atom does not (RFC 4287 4.2.6).
    """
    if ABSOLUTE_URI.fullmatch(given):
        return ArticleId(given)
    return ArticleId(f"tag:{authority}:source/{uri_key(f'{source}/{given}')}")


def uri_key(text: str) -> str:
    """Text in the characters that a `tag:` URI allows; what would be longer than 300 becomes its hash.

    NFC first: one file name is spelt in two ways by two file systems, and must stay one id.
    """
    data = unicodedata.normalize("NFC", text).encode("utf-8", "surrogatepass")
    key = quote(data, safe=SAFE)
    return key if key and len(key) <= MAX_KEY else hashlib.sha256(data).hexdigest()
