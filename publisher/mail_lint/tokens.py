"""HTML cut into tokens as it is written: nothing mended, so that what is wrong can be seen. Linear in its length."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

TAG = re.compile(r"<(/?)([A-Za-z][^\s/<>]*+)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>")
ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>=`]+)))?")
RAW = ("style", "script", "title", "textarea", "xmp", "noembed")
"""Elements whose content is text up to their end tag."""
BROKEN = 60


class Sort(StrEnum):
    OPEN = "open"
    CLOSE = "close"
    TEXT = "text"
    RAW_TEXT = "raw text"
    COMMENT = "comment"
    DECLARATION = "declaration"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Token:
    """`text` is the tag's name in lower case, the words (decoded), or a comment's content. `at`: place in the HTML."""

    sort: Sort
    text: str
    line: int
    attributes: dict[str, str]
    is_closed: bool = False


NOTHING: dict[str, str] = {}


def tokens_of(page: str) -> Iterator[Token]:
    """All tokens in order; after one that does not end (`broken`) there are no more."""
    at, line, raw = 0, 1, ""
    while at < len(page):
        token, end = raw_token(page, at, line, raw) if raw else next_token(page, at, line)
        yield token
        raw = token.text if token.sort is Sort.OPEN and token.text in RAW and not token.is_closed else ""
        line += page.count("\n", at, end)
        at = end


def next_token(page: str, at: int, line: int) -> tuple[Token, int]:
    if page[at] != "<":
        end = page.find("<", at)
        end = len(page) if end < 0 else end
        return Token(Sort.TEXT, html.unescape(page[at:end]), line, NOTHING), end
    if page.startswith("<!--", at):
        return until(page, at + 4, "-->", line, Sort.COMMENT)
    if page.startswith("<!", at):
        return until(page, at + 2, ">", line, Sort.DECLARATION)
    match = TAG.match(page, at)
    if match is None:
        return Token(Sort.BROKEN, page[at : at + BROKEN], line, NOTHING), len(page)
    return tag_token(match, line), match.end()


def until(page: str, start: int, mark: str, line: int, sort: Sort) -> tuple[Token, int]:
    end = page.find(mark, start)
    if end < 0:
        return Token(Sort.BROKEN, page[start : start + BROKEN], line, NOTHING), len(page)
    return Token(sort, page[start:end], line, NOTHING), end + len(mark)


def tag_token(match: re.Match[str], line: int) -> Token:
    if match[1]:
        return Token(Sort.CLOSE, match[2].lower(), line, NOTHING)
    attributes: dict[str, str] = {}
    for name, double, single, bare in ATTRIBUTE.findall(match[3]):
        attributes.setdefault(name.lower(), html.unescape(double or single or bare))
    return Token(Sort.OPEN, match[2].lower(), line, attributes, match[3].rstrip().endswith("/"))


def raw_token(page: str, at: int, line: int, name: str) -> tuple[Token, int]:
    """The content of `<style>` and its like, up to the end tag."""
    match = re.compile(rf"</{name}\s*>", re.IGNORECASE).search(page, at)
    if match is None:
        return Token(Sort.BROKEN, f"<{name}>", line, NOTHING), len(page)
    return Token(Sort.RAW_TEXT, page[at : match.start()], line, NOTHING), match.start()
