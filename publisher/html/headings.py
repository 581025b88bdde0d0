"""The first heading of an article's HTML, which may be its title."""

from __future__ import annotations

from publisher.html.blocks import HEADINGS, plain_text
from publisher.html.clean import clean_line
from publisher.html.sanitise import TAG


def take_first_heading(sanitised: str) -> tuple[str, str]:
    """The words of the first heading that has any, and the HTML without it; ("", the same HTML) where there is none.

    `sanitised` is what `sanitise` gave: only there is each `<` outside of a tag escaped.
    """
    start = 0
    for tag in TAG.finditer(sanitised):
        if tag[2] not in HEADINGS:
            continue
        if not tag[1]:
            start = tag.start()
            continue
        words = clean_line(plain_text(sanitised[start : tag.end()]))
        if words:
            return words, (sanitised[:start] + sanitised[tag.end() :]).strip()
    return "", sanitised
