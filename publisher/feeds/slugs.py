"""Names for paths: `[a-z0-9-]`, at most 80 characters, never empty."""

from __future__ import annotations

import hashlib
import re
import unicodedata

MAX_LENGTH = 80
HASH_LENGTH = 10

# Letters that NFKD leaves whole, though a reader would write them so.
LATIN = str.maketrans({"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"})


def short_hash(text: str) -> str:
    """Ten hexadecimal digits that depend on every character of `text`."""
    data = text.encode("utf-8", "surrogatepass")
    return hashlib.sha256(data).hexdigest()[:HASH_LENGTH]


def slugify(text: str, *, fallback: str) -> str:
    """A path's name for `text`: `Kärsämäki & Co` becomes `karsamaki-co`.

    A text with letters outside Latin gets `FALLBACK-HASH`: half a transliteration would name two things alike.
    Deterministic; the result is 1 to 80 characters of `[a-z0-9-]`, without a hyphen at either end.
    """
    folded = unicodedata.normalize("NFKD", text.casefold().translate(LATIN))
    plain = "".join(char for char in folded if not unicodedata.combining(char))
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if not slug or any(char.isalpha() and not char.isascii() for char in plain):
        return f"{fallback}-{short_hash(unicodedata.normalize('NFC', text))}"
    if len(slug) <= MAX_LENGTH:
        return slug
    return f"{slug[: MAX_LENGTH - HASH_LENGTH - 1].rstrip('-')}-{short_hash(text)}"
