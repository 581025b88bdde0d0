"""Plain text in lines of at most 72 columns: East Asian characters take two, addresses are never broken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

WIDTH = 72
ADDRESS = re.compile(r"https?://\S+|mailto:\S+")
CLOSING = frozenset("、。，．・：；？！）］｝〕〉》」』】〙〗’”…‥ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々")
OPENING = frozenset("（［｛〔〈《「『【〘〖‘“")


def columns(text: str) -> int:
    """How many columns a terminal gives to a text: two for wide characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(column_count(character) for character in text)


def column_count(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Me", "Mn"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def wrap(text: str, width: int = WIDTH, indent: str = "") -> str:
    """Fill each paragraph of a text (paragraphs are lines of it) to a width, every line after an indent.

    A word wider than a line stays whole (email.md 2.4); wide characters may part from their neighbours,
    but a closing mark never begins a line and an opening one never ends it.
    """
    lines: list[str] = []
    for paragraph in text.splitlines():
        filled = list(fill(paragraph, width - columns(indent)))
        lines.extend(f"{indent}{line}" if line else "" for line in filled or [""])
    return "\n".join(lines)


def fill(paragraph: str, width: int) -> Iterator[str]:
    line = ""
    for piece, is_spaced in pieces(paragraph):
        gap = " " if is_spaced and line else ""
        if line and columns(line) + len(gap) + columns(piece) > width:
            yield line
            line, gap = "", ""
        line += gap + piece
    if line:
        yield line


def pieces(paragraph: str) -> Iterator[tuple[str, bool]]:
    """What may not be broken, and whether a blank stood before it."""
    for word in paragraph.split():
        parts = [word] if ADDRESS.search(word) else split_wide(word)
        yield from ((part, number == 0) for number, part in enumerate(parts))


def split_wide(word: str) -> list[str]:
    if word.isascii():
        return [word]
    parts: list[str] = []
    for character in word:
        if parts and is_joined(parts[-1], character):
            parts[-1] += character
        else:
            parts.append(character)
    return parts


def is_joined(before: str, character: str) -> bool:
    last = before[-1]
    if column_count(character) == 0 or character in CLOSING or last in OPENING:
        return True
    is_wide = column_count(character) == 2 or (column_count(last) == 2 and character not in CLOSING)
    return not is_wide
