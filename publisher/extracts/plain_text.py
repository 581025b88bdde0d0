"""A plain text as a body: its blocks, with offsets into the text as it was given."""

from __future__ import annotations

import re

from publisher.extracts.sentences import Span, paragraph_spans
from publisher.extracts.words import word_count
from publisher.html.notes import is_note
from publisher.model.article import Block, BlockKind, Body

HEADING_WORDS_MAX = 8
END_STOP = re.compile(r"[.!?…:;؟۔।。！？][\"'’”»)\]」』）]*$")
LIST_ITEM = re.compile(r"(?:[-*•⁃–]|\d{1,3}[.)])\s")
"""Of a list every line is an item; `- Nets` or `1. Nets`."""


def text_body(text: str) -> Body:
    """The text in blocks parted by blank lines; `text` is kept to the letter, so offsets are its own.

    One line of at most eight words without an end stop is a heading; lines that all begin as list items are a list;
    a note on republication is one. All else is a paragraph.
    """
    blocks = tuple(Block(kind_of(text[start:end]), start, end) for start, end in block_spans(text))
    return Body(html="", text=text, blocks=blocks)


def block_spans(text: str) -> list[Span]:
    """Spans between blank lines, whatever the line ends are (all white-space lines are blank, NBSP too)."""
    return paragraph_spans(text)


def kind_of(piece: str) -> BlockKind:
    lines = [line.strip() for line in piece.splitlines() if line.strip()]
    if all(LIST_ITEM.match(line) for line in lines) and (len(lines) > 1 or lines[0][0] in "-*•⁃"):
        return BlockKind.LIST
    if is_note(piece):
        return BlockKind.NOTE
    if len(lines) == 1 and not END_STOP.search(lines[0]) and word_count(lines[0]) <= HEADING_WORDS_MAX:
        return BlockKind.HEADING
    return BlockKind.PARAGRAPH
