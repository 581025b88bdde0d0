"""The elements of a page as a tree, in the order in which they stand, each with its line and its inline style."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from publisher.mail_lint.tokens import Sort, Token, tokens_of

VOID = (
    *("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"),
)
BRACKETS = re.compile(r"[(\"]")
DECLARATION = re.compile(r"\s*([\w-]+)\s*:\s*(.*)", re.DOTALL)

Style = dict[str, str]


@dataclass(slots=True, eq=False)
class Element:
    """`pieces`: its words and the elements in it, in order."""

    tag: str
    attributes: dict[str, str]
    line: int
    parent: Element | None
    style: Style
    pieces: list[str | Element] = field(default_factory=list)
    is_hidden: bool = False

    @property
    def where(self) -> str:
        return f"HTML, line {self.line}"

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split()

    @property
    def own_text(self) -> str:
        """Its words, without those of the elements in it."""
        return " ".join(" ".join(one for one in self.pieces if isinstance(one, str)).split())

    @property
    def children(self) -> list[Element]:
        return [one for one in self.pieces if isinstance(one, Element)]

    def get(self, name: str) -> str:
        return self.attributes.get(name, "").strip()

    def ancestors(self) -> Iterator[Element]:
        """The element itself, then what it stands in, outward."""
        one: Element | None = self
        while one is not None:
            yield one
            one = one.parent


@dataclass(frozen=True, slots=True)
class Page:
    """`elements` in document order; `styles` the contents of `<style>` with their lines; `comments` likewise."""

    source: str
    tokens: tuple[Token, ...]
    elements: tuple[Element, ...]
    styles: tuple[tuple[int, str], ...]

    def all(self, *tags: str) -> list[Element]:
        return [one for one in self.elements if one.tag in tags]

    def first(self, tag: str) -> Element | None:
        return next((one for one in self.elements if one.tag == tag), None)

    @property
    def visible(self) -> list[Element]:
        """What stands in the body and is not hidden."""
        return [one for one in self.elements if not one.is_hidden]


def read_page(source: str) -> Page:
    """Build the tree; an end tag that closes nothing is left out here, and named by `nesting`."""
    tokens = tuple(tokens_of(source))
    builder = Builder()
    for token in tokens:
        builder.take(token)
    return Page(source, tokens, tuple(builder.elements), tuple(builder.styles))


class Builder:
    """Takes tokens; keeps the open elements."""

    def __init__(self) -> None:
        self.elements: list[Element] = []
        self.styles: list[tuple[int, str]] = []
        self._open: list[Element] = []
        self._parsed: dict[str, Style] = {}

    def take(self, token: Token) -> None:
        match token.sort:
            case Sort.OPEN:
                self._begin(token)
            case Sort.CLOSE:
                self._end(token.text)
            case Sort.TEXT:
                if self._open:
                    self._open[-1].pieces.append(token.text)
            case Sort.RAW_TEXT:
                self._raw(token)

    def _begin(self, token: Token) -> None:
        parent = self._open[-1] if self._open else None
        element = Element(token.text, token.attributes, token.line, parent, self._style(token))
        element.is_hidden = element.tag == "head" or is_hiding(element.style) or bool(parent and parent.is_hidden)
        self.elements.append(element)
        if parent is not None:
            parent.pieces.append(element)
        if token.text not in VOID and not token.is_closed:
            self._open.append(element)

    def _style(self, token: Token) -> Style:
        text = token.attributes.get("style", "")
        if text not in self._parsed:
            self._parsed[text] = parse_declarations(text)
        return self._parsed[text]

    def _end(self, name: str) -> None:
        for place in range(len(self._open) - 1, max(-1, len(self._open) - 40), -1):
            if self._open[place].tag == name:
                del self._open[place:]
                return

    def _raw(self, token: Token) -> None:
        if self._open[-1].tag == "style":
            self.styles.append((token.line, token.text))
        else:
            self._open[-1].pieces.append(token.text)


def is_hiding(style: Style) -> bool:
    return style.get("display", "").partition("!")[0].strip() == "none"


def parse_declarations(text: str) -> Style:
    """`property: value` pairs of a style, names in lower case; of two of one name the last."""
    pairs = (DECLARATION.match(part) for part in split_declarations(text))
    return {pair[1].lower(): pair[2].strip() for pair in pairs if pair}


def split_declarations(text: str) -> list[str]:
    """Cut at the semicolons that stand in no brackets and no quotes."""
    if not BRACKETS.search(text):
        return text.split(";")
    made, open_count, held = list[str](), 0, list[str]()
    for piece in text.split(";"):
        held.append(piece)
        open_count += piece.count("(") - piece.count(")") + piece.count('"') % 2 * (-1 if open_count else 1)
        if open_count <= 0:
            made.append(";".join(held))
            held, open_count = [], 0
    return [*made, ";".join(held)]


def text_of(element: Element) -> str:
    """All words in an element, those of images being their alt text."""
    found, waiting = list[str](), list[str | Element]([element])
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            found.append(one)
        elif one.tag == "img":
            found.append(f" {one.get('alt')} ")
        else:
            waiting += reversed(one.pieces)
    return " ".join("".join(found).split())
