"""Sanitised HTML as text in blocks: what extracts are quoted from.

One pass over the tags, no tree: depth costs nothing. Rules: inline markup folds to its text, white space collapses,
`<br>` is a space, character references are decoded, NBSP stays NBSP. A list is one block with a line per item, so is
a data table. A figure's text is its caption; where it holds no picture, its `title` tells what was on it. What stands
in `<aside>` or `<footer>`, and the note under a republished article, is a NOTE.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from html.parser import HTMLParser

from publisher.html.captions import split_credit
from publisher.html.notes import is_note
from publisher.html.sanitise import sanitise
from publisher.model.article import Block, BlockKind, Body

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
LISTS = frozenset({"ul", "ol", "dl"})
MEDIA = frozenset({"img", "video", "audio"})
NOTES = frozenset({"aside", "footer"})
OTHER_BLOCKS = """
    p blockquote pre li dt dd table caption thead tbody tfoot tr div section article header figure figcaption hr
    details summary
"""
BLOCKS = HEADINGS | LISTS | NOTES | frozenset(OTHER_BLOCKS.split())
WHITE_SPACE = re.compile(r"[ \t\n\r\f]+")
GAP = "\n\n"
Attributes = list[tuple[str, str | None]]


@dataclass(frozen=True, slots=True)
class Piece:
    """A block before its offsets are known."""

    kind: BlockKind
    text: str
    alt: str = ""
    credit: str = ""


def body_of_html(html: str, *, base_url: str = "") -> Body:
    """Sanitise HTML and read its text in blocks: `text` is the blocks' texts joined by exactly one blank line.

    ParseError as `sanitise`.
    """
    return body_of_sanitised(sanitise(html, base_url=base_url))


def body_of_sanitised(clean: str) -> Body:
    """As `body_of_html`, for what `sanitise` gave."""
    pieces = pieces_of(clean)
    blocks, at = [], 0
    for piece in pieces:
        blocks.append(Block(piece.kind, at, at + len(piece.text), alt=piece.alt, credit=piece.credit))
        at += len(piece.text) + len(GAP)
    return Body(html=clean, text=GAP.join(piece.text for piece in pieces), blocks=tuple(blocks))


def plain_text(html: str) -> str:
    """The words of some HTML: blocks joined by a blank line, nothing of scripts, styles and tags."""
    return body_of_html(html).text


def pieces_of(sanitised: str) -> list[Piece]:
    reader = BlockReader()
    reader.feed(sanitised)
    reader.close()
    reader.end_block()
    reader.end_list()
    return reader.pieces


class BlockReader(HTMLParser):
    """Collects pieces while tags go by."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[Piece] = []
        self.open: Counter[str] = Counter()
        self.words: list[str] = []
        self.items: list[str] = []
        self.images: list[tuple[str, str]] = []
        self.captions: list[str] = []
        self.described = ""

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        if tag == "br":
            self.words.append("\n" if self.open["pre"] else " ")
        elif tag in {"td", "th"}:
            self.words.append(" ")
        elif tag in MEDIA:
            self.add_image({name: value or "" for name, value in attrs})
        elif tag in BLOCKS:
            self.end_block()
            self.open[tag] += tag != "hr"
            self.described = folded(dict(attrs).get("title") or "") if tag == "figure" else self.described

    def handle_endtag(self, tag: str) -> None:
        if tag not in BLOCKS or tag == "hr":
            return
        self.end_block()
        self.open[tag] = max(0, self.open[tag] - 1)
        if tag == "figure":
            self.end_figure()
        elif tag in LISTS | {"table"} and not self.is_in(LISTS | {"table"}):
            self.end_list()

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def is_in(self, tags: frozenset[str]) -> bool:
        return any(self.open[tag] for tag in tags)

    def add_image(self, attributes: dict[str, str]) -> None:
        if attributes.get("width") in {"0", "1"}:
            return  # a counting pixel
        self.images.append((folded(attributes.get("alt", "")), folded(attributes.get("title", ""))))

    def end_block(self) -> None:
        """What was read since the last block tag becomes a piece, an item or part of a caption."""
        raw, self.words = "".join(self.words), []
        text = raw.strip("\n").rstrip() if self.open["pre"] else folded(raw)
        if self.open["figure"]:
            self.end_block_in_figure(text)
            return
        images, self.images = self.images, []
        if text:
            self.add(self.kind(text), text)
        else:
            for alt, title in images:
                self.add_figure(alt, title)

    def end_block_in_figure(self, text: str) -> None:
        """Beside a picture all words are its caption; a figure can hold a quotation or code as well."""
        if not text:
            return
        if self.images or self.open["figcaption"]:
            self.captions.append(text)
        else:
            self.add(self.kind(text), text)

    def end_figure(self) -> None:
        if self.images or self.captions:
            alts = " ".join(alt for alt, _title in self.images if alt)
            self.add_figure(alts or self.described, " ".join(self.captions))
        self.images, self.captions = [], []

    def add_figure(self, alt: str, text: str) -> None:
        caption, credit = split_credit(text)
        self.end_list()
        self.pieces.append(Piece(BlockKind.FIGURE, caption, alt=alt, credit=credit))

    def kind(self, text: str) -> BlockKind:
        if self.open["pre"]:
            return BlockKind.CODE
        if self.is_in(NOTES) or is_note(text):
            return BlockKind.NOTE
        if self.is_in(LISTS) or (self.open["table"] and not self.open["p"]):
            return BlockKind.LIST
        if self.is_in(HEADINGS):
            return BlockKind.HEADING
        return BlockKind.QUOTE if self.open["blockquote"] else BlockKind.PARAGRAPH

    def add(self, kind: BlockKind, text: str) -> None:
        if kind is BlockKind.LIST:
            self.items.append(text)
            return
        self.end_list()
        self.pieces.append(Piece(kind, text))

    def end_list(self) -> None:
        if self.items:
            self.pieces.append(Piece(BlockKind.LIST, "\n".join(self.items)))
        self.items = []


def folded(text: str) -> str:
    return WHITE_SPACE.sub(" ", text).strip()
