"""An HTML page as the lines that a reader sees, each with its markup and what kind of line it is.

Block elements begin a block, `<br>` begins a line; inline elements are carried along, closed and opened again at each
break. So a page reads the same whether its site used headings, tables, divs or line breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from html import escape

from lxml import etree

from publisher.html.blocks import HEADINGS, folded
from publisher.html.captions import CREDIT, split_credit
from publisher.html.clean import clean_line

KEPT_INLINE = frozenset(["a", "b", "cite", "code", "em", "i", "mark", "q", "s", "small", "strong", "sub", "sup"])
INLINE_NAMES = """
    abbr acronym bdi bdo big data del dfn font ins kbd label nobr picture rp rt ruby samp span strike time tt u var wbr
"""
SKIPPED_NAMES = """
    audio button canvas datalist embed head iframe input math menu nav noscript object option select script style svg
    template textarea title video
"""
INLINE = KEPT_INLINE | frozenset(INLINE_NAMES.split())
SKIPPED = frozenset(SKIPPED_NAMES.split())
HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CAPTION_CLASS = re.compile(r"caption|credit", re.IGNORECASE)
CAPTION_WORDS, CREDIT_WORDS = 60, 12


class Role(StrEnum):
    TEXT = "text"
    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    FIGURE = "figure"


@dataclass(frozen=True, slots=True)
class PageLine:
    """One line: its words, the same as inline HTML, and the line of the page's source where it stands.

    `begins` a block: there is space above it. `is_strong`: all of it is bold. `is_link`: all of it is links. Of a
    figure `text` is the caption, `picture` the image's tag and `alt` what it says.
    """

    text: str
    html: str
    number: int
    role: Role = Role.TEXT
    begins: bool = True
    is_strong: bool = False
    is_link: bool = False
    is_caption: bool = False
    picture: str = ""
    alt: str = ""


def lines_of(root: etree._Element) -> list[PageLine]:
    """All lines of a page or a part of it; pictures and their captions are one line."""
    reader = LineReader()
    reader.walk(root)
    reader.end_line()
    return list(with_captions(reader.lines))


class LineReader:
    """Collects lines while it walks the tree (which is at most 256 deep)."""

    def __init__(self) -> None:
        self.lines: list[PageLine] = []
        self.parts: list[str] = []
        self.words: list[str] = []
        self.open: list[tuple[str, str]] = []
        self.outer: list[str] = []
        self.weights = {"all": 0, "strong": 0, "link": 0}
        self.begins = True
        self.number = 0
        self.is_caption = False
        self.has_picture = False

    def walk(self, element: etree._Element) -> None:
        tag = str(element.tag).lower() if isinstance(element.tag, str) else ""
        if tag and tag not in SKIPPED and not is_hidden(element):
            self.enter(element, tag)
        if element.tail and element.getparent() is not None:
            self.add_text(element.tail, element)

    def enter(self, element: etree._Element, tag: str) -> None:
        if tag in ("br", "hr"):
            self.break_line(is_block=tag == "hr")
        elif tag == "img":
            self.add_picture(element)
        elif tag == "figure" and element.find(".//img") is not None:
            self.add_figure(element)
        elif tag in INLINE:
            self.walk_inline(element, tag)
        else:
            self.walk_block(element, tag)

    def walk_inline(self, element: etree._Element, tag: str) -> None:
        opening = opening_tag(element, tag)
        self.open.append((tag, opening))
        self.parts.append(opening)
        self.walk_inside(element)
        self.open.pop()
        self.parts.append(f"</{tag}>" if opening else "")

    def walk_block(self, element: etree._Element, tag: str) -> None:
        self.break_line(is_block=True)
        self.outer.append(tag)
        was_caption = self.is_caption
        names = f"{element.get('class') or ''} {element.get('id') or ''}"
        self.is_caption = was_caption or CAPTION_CLASS.search(names) is not None
        self.walk_inside(element)
        self.break_line(is_block=True)
        self.outer.pop()
        self.is_caption = was_caption

    def walk_inside(self, element: etree._Element) -> None:
        if element.text:
            self.add_text(element.text, element)
        for child in element:
            self.walk(child)

    def add_text(self, text: str, element: etree._Element) -> None:
        if not self.number and text.strip():
            self.number = line_number(element)
        length = len("".join(text.split()))
        tags = {tag for tag, _opening in self.open}
        self.weights["all"] += length
        self.weights["strong"] += length * bool(tags & {"b", "strong"})
        self.weights["link"] += length * ("a" in tags)
        self.words.append(text)
        self.parts.append(escape(text, quote=False))

    def add_picture(self, image: etree._Element) -> None:
        """A picture that says nothing of itself is decoration, or a spacer."""
        alt = clean_line(str(image.get("alt") or ""))
        if alt and image.get("width") not in ("0", "1"):
            self.end_line()
            number = line_number(image)
            self.lines.append(PageLine("", "", number, Role.FIGURE, self.begins, picture=image_tag(image), alt=alt))
            self.begins = self.has_picture = True

    def add_figure(self, figure: etree._Element) -> None:
        self.break_line(is_block=True)
        images = list(figure.iter("img"))
        inner = LineReader()
        inner.walk_inside(figure)
        inner.end_line()
        captions = [line for line in inner.lines if line.role is not Role.FIGURE]
        text, html = " ".join(line.text for line in captions), " ".join(line.html for line in captions)
        alt = " ".join(filter(None, (clean_line(str(image.get("alt") or "")) for image in images)))
        pictures = "".join(image_tag(image) for image in images)
        number = line_number(figure)
        self.lines.append(PageLine(text, html, number, Role.FIGURE, picture=pictures, alt=alt))

    def break_line(self, *, is_block: bool) -> None:
        """An empty line between two is space, as a new block is."""
        had_words = self.end_line()
        self.begins = is_block or not (had_words or self.has_picture)
        self.has_picture = False

    def end_line(self) -> bool:
        """Whether the line held any words."""
        text, weights = folded("".join(self.words)), self.weights
        has_words = bool(text.strip())
        if has_words:
            html = "".join([*self.parts, *(f"</{tag}>" for tag, opening in reversed(self.open) if opening)])
            self.lines.append(
                PageLine(
                    text=text,
                    html=folded(html),
                    number=self.number,
                    role=self.role(),
                    begins=self.begins,
                    is_strong=weights["strong"] == weights["all"],
                    is_link=weights["link"] == weights["all"],
                    is_caption=self.is_caption,
                )
            )
            self.begins = False
        self.parts, self.words, self.number = [opening for _tag, opening in self.open], [], 0
        self.weights = dict.fromkeys(weights, 0)
        return has_words

    def role(self) -> Role:
        if HEADINGS & set(self.outer):
            return Role.HEADING
        if "li" in self.outer:
            return Role.ITEM
        return Role.QUOTE if "blockquote" in self.outer else Role.TEXT


def line_number(element: etree._Element) -> int:
    number: object = element.sourceline
    return number if isinstance(number, int) else 0


def is_hidden(element: etree._Element) -> bool:
    return element.get("hidden") is not None or HIDDEN.search(str(element.get("style") or "")) is not None


def opening_tag(element: etree._Element, tag: str) -> str:
    """The tag as it is kept, before it is sanitised; "" for one that is only walked through."""
    if tag == "a":
        return f'<a href="{escape(str(element.get("href") or ""))}">'
    return f"<{tag}>" if tag in KEPT_INLINE else ""


def image_tag(image: etree._Element) -> str:
    names = ("src", "srcset", "sizes", "alt", "width", "height")
    kept = [f'{name}="{escape(str(value))}"' for name in names if (value := image.get(name)) is not None]
    return f"<img {' '.join(kept)}>"


def with_captions(lines: list[PageLine]) -> Iterator[PageLine]:
    """A picture takes the line below it as its caption: on the next line, or in a block that reads as one."""
    rest = iter([*lines, None])
    line = next(rest)
    while line is not None:
        after = next(rest)
        if line.role is Role.FIGURE and not line.text and after is not None and is_caption(after):
            yield replace(line, text=after.text, html=after.html)
            after = next(rest)
        else:
            yield line
        line = after


def is_caption(line: PageLine) -> bool:
    """Does the line below a picture tell of it?"""
    if line.role is not Role.TEXT or len(line.text.split()) > CAPTION_WORDS:
        return False
    return line.is_caption or not line.begins or reads_as_credit(line.text)


def reads_as_credit(text: str) -> bool:
    """Does it end by saying who made the picture?"""
    is_short = len(text.split()) <= CREDIT_WORDS
    return split_credit(text)[1] != "" or (is_short and CREDIT.search(text) is not None)
