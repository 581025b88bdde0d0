"""A magazine page that a browser saved as HTML: brought back into the layout of its text (extracts.md 1.2)."""

from __future__ import annotations

import re
from dataclasses import replace

from publisher.formats.dates import DATE_LINE, is_date_line
from publisher.formats.extract_line import is_extract_line
from publisher.formats.magazine_page import parse_magazine_page
from publisher.formats.republication import read_republication
from publisher.model.article import Block, BlockKind, Body, ParsedFile

DATED_EXTRACT = re.compile(rf"({DATE_LINE.pattern})\s+(?=EXTRACTS?\s*:)", re.ASCII | re.IGNORECASE)


def parse_saved_page(body: Body, *, where: str) -> ParsedFile | None:
    """The page's article, its listed extracts and warnings; None where the HTML is no magazine page.

    A magazine page holds its date alone in a block, and further down a list of dated extracts. Warnings count lines
    of the page's text, not of its HTML. The links of the republication note are kept.
    """
    texts = [text for block in body.blocks for text in texts_of(body, block)]
    pairs = list(zip(texts, [*texts[1:], ""], strict=True))
    listed = [number for number, (text, after) in enumerate(pairs) if is_date_line(text) and is_extract_line(after)]
    dated = [number for number, (text, after) in enumerate(pairs) if is_date_line(text) and not is_extract_line(after)]
    if not listed or not dated or dated[0] > listed[0]:
        return None
    parsed = parse_magazine_page("\n\n".join(texts[dated[0] :]), where=where)
    licence, original = read_republication(body)
    if parsed.article is None or licence is None:
        return parsed
    return replace(parsed, article=replace(parsed.article, licence=licence, original=original))


def texts_of(body: Body, block: Block) -> list[str]:
    """A block's text as a magazine page has it: a figure in two lines, a date and its extract apart."""
    text = body.text[block.start : block.end]
    if block.kind is BlockKind.FIGURE:
        caption = f"{text} {block.credit}".strip()
        return [f"{block.alt}\n{caption}"] if block.alt and caption else []
    if block.kind is BlockKind.LIST and not DATED_EXTRACT.search(text):
        return ["\n".join(f"• {line}" for line in text.split("\n"))]
    return [part for part in DATED_EXTRACT.sub("\n\\1\n", text).split("\n") if part]
