"""Titles as people wrote them for a page: references and inline tags are its mark-up, not its words."""

from __future__ import annotations

import re

from publisher.html.clean import clean_line
from publisher.html.references import unescape

REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
INLINE = "em|i|b|strong|u|s|small|sup|sub|span|cite|q|mark|code|abbr|var|tt|font|a"
PAIR = re.compile(rf"<({INLINE})(?:\s[^<>]*)?>([^<>]*)</\1\s*>", re.IGNORECASE)
BREAK = re.compile(r"<(?:br|wbr)\s*/?>", re.IGNORECASE)
NESTED = 4
"""Inline tags inside one another that are taken away."""


def plain_title(text: str) -> str:
    """A title's words on one line: `Don&#8217;t <em>go</em>` is `Don’t go`.

    Only whole references and pairs of inline tags are mark-up; `a < b`, `AT&T` and `the <script> element` are words.
    """
    found = BREAK.sub(" ", text)
    for _ in range(NESTED):
        found = PAIR.sub(r"\2", found)
    return clean_line(REFERENCE.sub(lambda reference: unescape(reference[0]), found))
