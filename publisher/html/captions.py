"""The caption of a figure, with the credit cut off its end."""

from __future__ import annotations

import re

CREDIT = re.compile(
    r"""
    ©|\(c\)\s|\bvia\b
    | \b(?:photos?|photographs?|photography|pictures?|images?|illustrations?|credits?|source|courtesy)\b
      \s*(?::|by\b|of\b|©)
    | ^(?:photo|photograph|image|picture|credit|courtesy|kuva|valokuva|foto|crédit)\b
    | \b(?:shutterstock|getty\simages|wikimedia|unsplash|reuters|associated\spress|AFP|EPA|flickr)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
SENTENCE_END = re.compile(r"""[.!?…]["”’»)]*\s+(?=\S)""")


def split_credit(text: str) -> tuple[str, str]:
    """Caption and credit: the credit is the last sentence where it names who made the picture; else empty."""
    ends = [match.end() for match in SENTENCE_END.finditer(text)]
    for at in ends[:-3:-1]:
        # "Photo: A. Writer" holds a stop of its own: the last but one sentence is tried too.
        if CREDIT.search(first_words(text[at:])):
            return text[:at].rstrip(), text[at:]
    if not ends and CREDIT.match(text):
        return "", text
    return text, ""


def first_words(text: str) -> str:
    """A credit is short; a long sentence that happens to say "via" is none."""
    return text if len(text.split()) <= 12 else ""
