"""Where an article was published before, and its licence, as the note under it says (extracts.md 1.2, row 11)."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from publisher.html.clean import clean_line
from publisher.html.notes import is_note
from publisher.html.references import unescape
from publisher.html.sanitise import TAG
from publisher.model.article import Body, Original

PUBLISHER = re.compile(
    r"(?:published|appeared|printed|posted)\s(?:here\s)?(?:from|by|in|on|at|with\spermission\s(?:of|from))\s"
    r"([^.,;:()]{2,80}?)(?=\s(?:under|with|as|and|where)\b|[.,;:()]|$)",
    re.IGNORECASE,
)
LINK = re.compile(r'<a href="([^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
FIRST_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)
LICENCE_WORDS = re.compile(r"licen[sc]e|creative commons|\bCC[ -]BY", re.IGNORECASE)


def read_republication(body: Body) -> tuple[str | None, Original | None]:
    """Licence (its address, else the note's first sentence) and original; None, None where there is no note."""
    for paragraph in body.html.split("</p>"):
        words = plain(paragraph)
        if is_note(words):
            links = [(unescape(href), plain(text)) for href, text in LINK.findall(paragraph)]
            return licence_of(words, links), original_of(words, links)
    return None, None


def plain(html: str) -> str:
    return clean_line(unescape(TAG.sub("", html)))


def licence_of(words: str, links: list[tuple[str, str]]) -> str:
    for href, text in links:
        if "creativecommons.org/licenses" in href or LICENCE_WORDS.search(text):
            return href
    sentence = FIRST_SENTENCE.match(words)
    return sentence[0] if sentence else words


def original_of(words: str, links: list[tuple[str, str]]) -> Original | None:
    found = PUBLISHER.search(words)
    name = found[1].strip() if found else ""
    others = [(href, text) for href, text in links if not LICENCE_WORDS.search(text)]
    named = [href for href, text in others if "original" in text.lower()] or [href for href, _text in others]
    url = named[0] if named else ""
    if not name and not url:
        return None
    return Original(name=name or urlsplit(url).netloc, url=url)
