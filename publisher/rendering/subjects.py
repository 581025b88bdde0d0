"""A subject that no filter takes for a trick: the headline's own words, a little calmer (email.md 7)."""

from __future__ import annotations

import re
import unicodedata

from publisher.rendering.languages import translations

MAX_SYMBOLS = 2
MIN_CASED = 11
"""Fewer letters than these are an abbreviation (`NATO`), not a shout."""
REPLY = re.compile(r"(?:re|aw|fwd?|wg|sv|tr)\s*:", re.IGNORECASE)
JOINING = frozenset("\u200d\ufe0e\ufe0f")


def calm(text: str) -> str:
    """No capitals throughout, no `?!` or `!!`, at most two symbols, and a headline that begins with `Re:` in quotes."""
    text = re.sub(r"([!?$])[!?$]+", r"\1", fewer_symbols(text))
    if is_shouted(text):
        text = " ".join(word[:1] + word[1:].lower() for word in text.split(" "))
    return f"“{text}”" if REPLY.match(text) else text


def correction_subject(subject: str, *, language: str) -> str:
    """The subject of a mail that corrects one: it says so first."""
    return f"{translations(language).gettext('Correction')}: {subject}"


def is_shouted(text: str) -> bool:
    cased = [char for char in text if char.lower() != char.upper()]
    return len(cased) >= MIN_CASED and sum(char.isupper() for char in cased) > 0.7 * len(cased)


def fewer_symbols(text: str) -> str:
    """Without its emoji and signs where there are more than two, unless there is nothing else."""
    if sum(unicodedata.category(char) == "So" for char in text) <= MAX_SYMBOLS:
        return text
    kept = "".join(char for char in text if unicodedata.category(char) not in ("So", "Sk") and char not in JOINING)
    return " ".join(kept.split()) or text[:1]
