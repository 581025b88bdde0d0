"""The text part: the same links and words as the HTML, in lines that every screen shows (email.md E15, 3.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from publisher.mail_lint.findings import Expected, Finding, found, shown
from publisher.mail_lint.links import image_addresses, web_addresses
from publisher.mail_lint.tree import Page

WIDTH = 78
SHARE = 0.85
WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]|[^\W_]+")
MARKUP = re.compile(r"</?[A-Za-z][A-Za-z0-9]*(?:\s[^<>\n]{0,200})?/?>|&(?:[A-Za-z]{2,8}|#\d{1,6}|#x[0-9A-Fa-f]{1,5});")
LONE = re.compile(r"(?:[^\s]+:?\s){0,6}\S*://\S+|\S+")


def check_links_in_text(page: Page, text: str, _: Expected) -> Iterator[Finding]:
    """Every address of the HTML stands in the text too, whole."""
    known = set(re.findall(r"https?://[^\s<>]+", text))
    known |= {one.rstrip(".,;:!?)") for one in known}
    for address, element in web_addresses(page):
        if address not in known:
            yield found("text-links", f"{shown(address)} is not in the text part", element.where)
    for address, element in image_addresses(page):
        if address not in known:
            yield found("image-in-text", f"The image {shown(address)} is not in the text part", element.where)


def check_words(page: Page, text: str, _: Expected) -> Iterator[Finding]:
    """Words are counted: a word that stands twice in the HTML stands twice in the text."""
    body = " ".join(one.own_text for one in page.visible if one.own_text)
    wanted, given = Counter(words_in(body)), Counter(words_in(text))
    total = sum(wanted.values())
    share = (wanted & given).total() / total if total else 1.0
    if share < SHARE:
        missing = ", ".join(word for word, _ in (wanted - given).most_common(5))
        yield found("text-words", f"{share:.0%} of the words; missing: {missing}", "text")


def words_in(text: str) -> list[str]:
    return WORD.findall(text.lower())


def check_lines(_: Page, text: str, expected: Expected) -> Iterator[Finding]:
    """Form: width, gaps, the first line, nothing of HTML."""
    lines = text.split("\n")
    if text.strip() and not lines[0].strip():
        yield found("text-first-line", "The first line is empty", "text, line 1")
    gap = 0
    for number, line in enumerate(lines, start=1):
        gap = 0 if line.strip() else gap + 1
        if gap == 3 and any(rest.strip() for rest in lines[number : number + 50]):
            yield found("text-gaps", "More than two empty lines", f"text, line {number}")
        yield from check_line(line, number, expected)


def check_line(line: str, number: int, expected: Expected) -> Iterator[Finding]:
    where = f"text, line {number}"
    if len(line) > WIDTH and not LONE.fullmatch(line.strip()):
        yield found("text-width", f"A line of {len(line)} characters", where)
    for mark in MARKUP.findall(line):
        if mark not in expected.words:
            yield found("text-markup", f"{shown(mark)} is markup", where)
