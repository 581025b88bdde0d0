"""The note under a republished article: kept for its licence, never quoted (extracts.md 1.5, edge 11)."""

from __future__ import annotations

import re

REPUBLISHED = re.compile(
    r"""
    (?:this|the)\s(?:article|piece|story|essay|column|commentary|interview|post|text)
        \s(?:(?:is|was|has\sbeen)\s)?
        (?:(?:\w+\s){0,2}republished | (?:originally|first)\s(?:published|printed|posted|appeared))\b
    | (?:originally|first)\s(?:published|printed|appeared)\s(?:by|in|on|at)\s
    | (?:re)?published\s(?:here\s)?(?:with|by)\s(?:kind\s)?permission
    | cet\sarticle\sest\s(?:re)?publié
    | este\sartículo\s(?:fue|es)\s(?:\w+\s)?publicado
    | dieser\s(?:artikel|beitrag|text)\s(?:ist|erschien|wurde)\s(?:\w+\s){0,3}(?:bei|in|auf|von)\s
    | (?:tämä\s)?(?:artikkeli|juttu|kirjoitus)\son\s(?:alun\sperin\s)?julkaistu
    """,
    re.VERBOSE | re.IGNORECASE,
)
NOTE_WORDS = 80


def is_note(text: str) -> bool:
    """Does this paragraph say where the article was published before? Only its opening words count."""
    return REPUBLISHED.match(text.lstrip("*•–— (")) is not None and len(text.split()) <= NOTE_WORDS
