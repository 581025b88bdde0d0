"""The contents of `<style>`: rules with their media, read as mail clients do, and selectors that are simple enough."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher.mail_lint.tree import Element, Style, parse_declarations

COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
BRACES = re.compile(r"[{}]")
STATEMENT = re.compile(r"@[^;{}]*;")
COMPOUND = re.compile(r"([A-Za-z][\w-]*|\*)?((?:\.[\w-]+)*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class CssRule:
    """`media` is the at-rule that it stands in ("" for none), `selectors` its comma list."""

    media: str
    selectors: tuple[str, ...]
    style: Style
    line: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rules of one `<style>`; `fault` says what is wrong with its braces and at-rules, "" for nothing."""

    rules: tuple[CssRule, ...]
    fault: str


def read_sheet(text: str, *, line: int) -> Sheet:
    """Read it by its braces: at-rules of one level, rules with declarations."""
    text = STATEMENT.sub(blank, COMMENT.sub(blank, text))
    rules: list[CssRule] = []
    heads: list[str] = []
    fault, at = "", 0
    for brace in BRACES.finditer(text):
        piece = text[at : brace.start()]
        at = brace.end()
        if brace[0] == "{":
            head = " ".join(piece.split())
            fault = fault or nested_fault(head, heads)
            heads.append(head)
        elif not heads:
            return Sheet(tuple(rules), "A } closes nothing")
        else:
            head = heads.pop()
            if not head.startswith("@"):
                number = line + text.count("\n", 0, brace.start())
                rules.append(CssRule(" ".join(heads), tuple(head.split(",")), parse_declarations(piece), number))
    return Sheet(tuple(rules), fault or ("A { is not closed" if heads else ""))


def nested_fault(head: str, heads: Sequence[str]) -> str:
    if not heads:
        return ""
    if not heads[-1].startswith("@"):
        return f"{head!r} stands in a rule"
    return f"{head!r} stands in {heads[-1]!r}" if head.startswith("@") else ""


def blank(match: re.Match[str]) -> str:
    return "\n" * match[0].count("\n")


@dataclass(frozen=True, slots=True)
class Selector:
    """Tags and classes, each of them in the one before: `.item p.meta`. Nothing else is understood."""

    compounds: tuple[tuple[str, frozenset[str]], ...]

    def matches(self, element: Element) -> bool:
        *outer, last = self.compounds
        if not fits(element, last):
            return False
        above = element.ancestors()
        next(above)
        return all(any(fits(one, wanted) for one in above) for wanted in reversed(outer))


def fits(element: Element, compound: tuple[str, frozenset[str]]) -> bool:
    tag, classes = compound
    return (not tag or element.tag == tag) and (not classes or classes <= set(element.classes))


def parse_selector(text: str) -> Selector | None:
    """A selector of tags, classes and descendants; None for one with anything else in it."""
    compounds = []
    for word in text.split():
        match = COMPOUND.fullmatch(word)
        if match is None:
            return None
        tag = (match[1] or "").lower().replace("*", "")
        compounds.append((tag, frozenset(match[2].split(".")[1:])))
    return Selector(tuple(compounds)) if compounds else None


class Matched:
    """The declarations that a list of rules makes for elements; found by the last tag or class of each selector."""

    def __init__(self, rules: Sequence[CssRule]) -> None:
        self._by_key: dict[str, list[tuple[int, Selector, Style]]] = {}
        for number, rule in enumerate(rules):
            for text in rule.selectors:
                selector = parse_selector(text)
                if selector is not None:
                    self._by_key.setdefault(key_of(selector), []).append((number, selector, rule.style))

    def style_of(self, element: Element) -> Style:
        """What the rules say of it, a later rule over an earlier one (`!important` is what all of them are)."""
        keys = ("", element.tag, *(f".{name}" for name in element.classes))
        near = (one for key in keys for one in self._by_key.get(key, ()))
        made: Style = {}
        for _, _, style in sorted((one for one in near if one[1].matches(element)), key=lambda one: one[0]):
            made.update(style)
        return made


def key_of(selector: Selector) -> str:
    tag, classes = selector.compounds[-1]
    return f".{min(classes)}" if classes else tag


def dark_rules(sheets: Sequence[Sheet]) -> Iterator[CssRule]:
    for sheet in sheets:
        for rule in sheet.rules:
            if re.search(r"prefers-color-scheme\s*:\s*dark", rule.media):
                yield rule
