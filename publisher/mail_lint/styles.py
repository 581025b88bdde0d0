"""Inline styles and `<style>`: what clients drop, widths, sizes of fonts (email.md E2, E8, E11, 3.2, 3.3)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from publisher.mail_lint.css import read_sheet
from publisher.mail_lint.findings import Expected, Finding, found, shown
from publisher.mail_lint.tree import Element, Page, text_of

MOST_STYLE = 8_192
WIDEST = 640
FLOOR, WISHED = 13.0, 14.0
LAYOUT = (
    *("position", "float", "background-image", "columns", "column-count", "transform", "clip-path", "filter", "flex"),
    *("flex-direction", "flex-wrap", "grid", "grid-template-columns", "grid-template-rows", "gap"),
)
LAYOUT_VALUE = re.compile(r"\b(?:inline-)?(?:flex|grid)\b|var\(|gradient\(", re.IGNORECASE)
UNIT = re.compile(r"\d(?:rem|vw|vh|vmin|vmax|ch)\b|\bcalc\(|\brgba\(|\bhsla?\(", re.IGNORECASE)
EXTERNAL = re.compile(r"@import|@font-face|@\\|\burl\(", re.IGNORECASE)
SUPPORT = {
    "padding": 98.0,
    "width": 98.0,
    "max-width": 94.0,
    "margin": 79.0,
    "display": 96.0,
    "opacity": 70.0,
    "position": 55.0,
    "float": 83.0,
    "background-image": 81.0,
    "box-shadow": 70.0,
    "border-radius": 80.0,
}
"""Share of clients in per cent, from email.md 3.3; what is not named there is a plain property, put at 95."""
PLAIN = 95.0
ENOUGH = 90.0
SIZE = re.compile(r"(?<![\w.-])(\d+(?:\.\d+)?)(px|pt|em|rem|%)(?=\s*/|\s|$)")
KEYWORDS = {"xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0}
PIXELS = re.compile(r"\s*(\d+(?:\.\d+)?)(?:px)?\s*", re.ASCII)


def check_inline(page: Page, _: Expected) -> Iterator[Finding]:
    """Declarations that many clients do not follow."""
    counts: Counter[str] = Counter()
    for one in page.elements:
        for name, value in one.style.items():
            counts[name] += 1
            yield from check_declaration(one, name, value)
    support = mean_support(counts)
    if support < ENOUGH:
        yield found("css-support", f"Mean client support is {support:.1f} %", "HTML")


def check_declaration(one: Element, name: str, value: str) -> Iterator[Finding]:
    if name.startswith("--") or name in LAYOUT or (LAYOUT_VALUE.search(value) and not name.startswith("font")):
        yield found("css-layout", f"{shown(f'{name}: {value}')} is dropped by Outlook or Gmail", one.where)
    elif EXTERNAL.search(value):
        yield found("css-external", f"{shown(f'{name}: {value}')} loads something", one.where)
    elif name == "opacity" or UNIT.search(value):
        yield found("css-unit", f"{shown(f'{name}: {value}')} is not known everywhere", one.where)


def mean_support(counts: Counter[str]) -> float:
    """Over all declarations; `mso-` and the other vendors' are for one client each and do not count."""
    plain = {name: count for name, count in counts.items() if not name.startswith(("mso-", "-"))}
    total = sum(plain.values())
    if not total:
        return 100.0
    return sum(count * support_of(name) for name, count in plain.items()) / total


def support_of(name: str) -> float:
    for stem in ("padding", "margin"):
        if name.startswith(stem):
            return SUPPORT[stem]
    return SUPPORT.get(name, PLAIN)


def check_style_elements(page: Page, _: Expected) -> Iterator[Finding]:
    """Size, at-rules and addresses of the kept `<style>`."""
    size = sum(len(text.encode("utf-8", "replace")) for _, text in page.styles)
    if size > MOST_STYLE:
        yield found("css-size", f"`<style>` has {size:,} bytes", "HTML, style")
    for line, text in page.styles:
        where = f"HTML, line {line}, style"
        fault = read_sheet(text, line=line).fault
        if fault:
            yield found("css-nested", fault, where)
        loads = EXTERNAL.search(text)
        if loads is not None:
            yield found("css-external", f"{shown(loads[0])} loads something", where)


def check_widths(page: Page, _: Expected) -> Iterator[Finding]:
    """Nothing that makes a small screen scroll sideways: no width over 640 pixels."""
    for one in page.visible:
        names = ("width", "min-width", "max-width")
        for value in (one.get("width"), *(one.style.get(name, "") for name in names)):
            match = PIXELS.fullmatch(value)
            if match is not None and float(match[1]) > WIDEST:
                yield found("html-width", f"<{one.tag}> is {shown(value)} wide", one.where)
                break


def check_fonts(page: Page, _: Expected) -> Iterator[Finding]:
    """Sizes of what is read, an element having its parent's where it says nothing."""
    sizes: dict[Element, float] = {}
    for one in page.elements:
        above = sizes[one.parent] if one.parent is not None else 16.0
        sizes[one] = size = font_size(one, above)
        if one.is_hidden or not one.own_text:
            continue
        if size < FLOOR:
            yield found("font-size", f"{shown(one.own_text)} has {size:g} px", one.where)
        elif size < WISHED:
            yield found("font-size-small", f"{shown(one.own_text)} has {size:g} px", one.where)


def font_size(one: Element, above: float) -> float:
    """In pixels, of `font-size` or of the shorthand `font`."""
    text = one.style.get("font-size") or one.style.get("font", "")
    match = SIZE.search(text)
    if match is None:
        return next((size for word, size in KEYWORDS.items() if word in text.split()), above)
    number = float(match[1])
    return {"px": number, "pt": number * 4 / 3, "em": number * above, "rem": number * 16, "%": number * above / 100}[
        match[2]
    ]


def check_underlined(page: Page, _: Expected) -> Iterator[Finding]:
    """A link is known by its line, not by its colour alone."""
    for link in page.all("a"):
        if link.is_hidden or not link.get("href") or not text_of(link) or is_image_alone(link):
            continue
        inner = [link, *link.children]
        if not any("underline" in line_of(one) for one in inner):
            yield found("link-underlined", f"The link {shown(text_of(link))} is not underlined", link.where)


def line_of(one: Element) -> str:
    return one.style.get("text-decoration", "") + one.style.get("text-decoration-line", "")


def is_image_alone(link: Element) -> bool:
    return not link.own_text and all(one.tag == "img" for one in link.children)
