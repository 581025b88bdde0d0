"""What a template leaves that was not filled, and the footer that no mail goes without (email.md E14, E16, E17)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.mail_lint.findings import Expected, Finding, found, shown
from publisher.mail_lint.links import web_addresses
from publisher.mail_lint.tree import Page

BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
VALUES = re.compile(
    r"\b(?:None|NaN|undefined|StrictUndefined)\b|\[object \w+\]|\*\|[A-Z_:]{2,30}\|\*|%recipient[.\w]*%|"
    r"\blorem ipsum\b|<[\w.]+ object at 0x[0-9a-f]+>"
)
SHOWN_ATTRIBUTES = ("alt", "title", "href", "src", "aria-label", "lang")


def check_leftovers(page: Page, text: str, expected: Expected) -> Iterator[Finding]:
    """In both parts, in attributes that are shown, and in the subject; what an article itself says is left alone."""
    for where, words in pieces_of(page, text, expected):
        for rule_id, pattern in (("leftover-braces", BRACES), ("leftover-values", VALUES)):
            for mark in dict.fromkeys(pattern.findall(words)):
                if mark not in expected.words:
                    yield found(rule_id, f"{shown(mark)} is left in {shown(words)}", where)


def pieces_of(page: Page, text: str, expected: Expected) -> Iterator[tuple[str, str]]:
    yield "headers, Subject", expected.subject
    for number, line in enumerate(text.split("\n"), start=1):
        yield f"text, line {number}", line
    for one in page.elements:
        yield one.where, one.own_text if one.tag != "style" else ""
        for name in SHOWN_ATTRIBUTES:
            if name in one.attributes:
                yield one.where, one.attributes[name]


def check_footer(page: Page, text: str, expected: Expected) -> Iterator[Finding]:
    """How to leave, and who sends: in both parts."""
    address = plain(expected.postal_address)
    links = [link for link, _ in web_addresses(page)]
    for where, addresses in (("HTML", links), ("text", text.split())):
        if expected.unsubscribe_url and not any(map(expected.is_unsubscribe, addresses)):
            yield found("footer-unsubscribe", "The unsubscribe link is missing", where)
    for where, words in (("HTML", " ".join(one.own_text for one in page.visible)), ("text", text)):
        if address and address not in plain(words):
            yield found("footer-address", "The postal address is missing", where)


def plain(text: str) -> str:
    """Words and figures alone: a line break may stand where a comma was."""
    return " ".join(re.findall(r"\w+", text))
