"""Languages as feeds name them, and which of them are written from right to left."""

from __future__ import annotations

import re

from publisher.html import clean_line

# BCP 47 in the shape that RSS, Atom and JSON Feed share: a language and its subtags.
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")

RTL_LANGUAGES = frozenset(("ar", "arc", "ckb", "dv", "fa", "he", "iw", "ji", "ks", "ps", "sd", "syr", "ug", "ur", "yi"))
"""Languages whose usual script runs from right to left (Unicode CLDR)."""
RTL_SCRIPTS = frozenset(("adlm", "arab", "hebr", "mand", "nkoo", "rohg", "samr", "syrc", "thaa"))


def language_tag(tag: str) -> str | None:
    """The tag if it can be one, else None: a feed with a wrong language is refused by its readers (F510)."""
    line = clean_line(tag).replace("_", "-")
    return line if LANGUAGE.fullmatch(line) else None


def text_direction(tag: str) -> str:
    """`rtl`, or empty for what runs from left to right; a script in the tag (`ks-Deva`) decides."""
    language, *subtags = tag.casefold().split("-")
    script = next((part for part in subtags if len(part) == 4 and part.isalpha()), "")
    is_rtl = script in RTL_SCRIPTS if script else language in RTL_LANGUAGES
    return "rtl" if is_rtl else ""
