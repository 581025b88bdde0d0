"""What is known of languages: how words are counted, and which part of a language tag matters.

A language is a BCP 47 tag; only its first part counts.
"""

from __future__ import annotations

import re

CJK = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
"""Han and kana: scripts whose words no space parts. Two characters are counted as one word (extracts.md 4.4)."""


def listed(text: str) -> frozenset[str]:
    return frozenset(text.split())


def primary(language: str) -> str:
    """`en` of `en-GB`."""
    return language.replace("_", "-").partition("-")[0].lower()


def word_count(text: str) -> int:
    """Runs of non-space; in scripts without spaces two characters are one word."""
    characters = len(CJK.findall(text))
    if not characters:
        return len(text.split())
    return len(CJK.sub(" ", text).split()) + (characters + 1) // 2
