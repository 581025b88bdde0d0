"""Colours: contrast in light and in dark, and that dark screens are thought of (WCAG 1.4.3; email.md E11, 3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from publisher.mail_lint.css import Matched, dark_rules, read_sheet
from publisher.mail_lint.findings import Expected, Finding, found, shown
from publisher.mail_lint.tree import Element, Page, Style
from publisher.rendering.colours import Colour, contrast

BLACK, WHITE, BLUE = (0, 0, 0), (255, 255, 255), (0, 0, 238)
NAMES: dict[str, Colour] = {
    "black": BLACK,
    "white": WHITE,
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "maroon": (128, 0, 0),
    "yellow": (255, 255, 0),
    "orange": (255, 165, 0),
}
HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})(?![0-9a-fA-F])")
RGB = re.compile(r"rgb\(\s*(\d{1,3})\s*,\s*(\d{1,3})\s*,\s*(\d{1,3})\s*\)")
LIGHT_LEAST, DARK_LEAST = 4.5, 7.0


@dataclass(frozen=True, slots=True)
class Paint:
    """What an element's words have: their colour, and the ground that they stand on."""

    ink: Colour
    ground: Colour


@lru_cache(maxsize=256)
def parse_colour(value: str) -> Colour | None:
    """The colour in a value such as `#fff`, `rgb(1, 2, 3)`, `1px solid red`; None where none is known."""
    match = HEX.search(value)
    if match is not None:
        digits = match[1] if len(match[1]) == 6 else "".join(one * 2 for one in match[1])
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    match = RGB.search(value)
    if match is not None:
        red, green, blue = (min(int(one), 255) for one in match.groups())
        return red, green, blue
    return next((NAMES[word] for word in value.lower().replace("!important", "").split() if word in NAMES), None)


def ground_in(element: Element, style: Style) -> Colour | None:
    for value in (style.get("background-color", ""), style.get("background", ""), element.get("bgcolor")):
        colour = parse_colour(value) if value else None
        if colour is not None:
            return colour
    return None


def painted(element: Element, style: Style, above: Paint) -> Paint:
    ink = parse_colour(style.get("color", "")) or parse_colour(element.get("color"))
    if ink is None:
        ink = BLUE if element.tag == "a" and "href" in element.attributes else above.ink
    return Paint(ink, ground_in(element, style) or above.ground)


def check_light(page: Page, _: Expected) -> Iterator[Finding]:
    """Words against their ground, as the inline styles say."""
    paints: dict[Element, Paint] = {}
    for one in page.elements:
        above = paints[one.parent] if one.parent is not None else Paint(BLACK, WHITE)
        paints[one] = paint = painted(one, one.style, above)
        ratio = contrast(paint.ink, paint.ground)
        if ratio < LIGHT_LEAST and not one.is_hidden and one.own_text:
            yield found("contrast-light", f"{shown(one.own_text)} has {ratio:.1f}", one.where)


def check_dark(page: Page, _: Expected) -> Iterator[Finding]:
    """The same on a dark screen: whether each colour is set anew, and the contrast then."""
    sheets = [read_sheet(text, line=line) for line, text in page.styles]
    matched = Matched(list(dark_rules(sheets)))
    paints: dict[Element, Paint] = {}
    for one in page.elements:
        above = paints[one.parent] if one.parent is not None else Paint(BLACK, WHITE)
        dark = matched.style_of(one)
        paints[one] = paint = painted(one, one.style | normal(dark), above)
        if one.is_hidden:
            continue
        missing = forgotten(one, dark)
        ratio = contrast(paint.ink, paint.ground)
        if missing:
            yield found("css-dark", f"{missing} of {named(one)} is not set for dark screens", one.where)
        elif ratio < DARK_LEAST and one.own_text:
            yield found("contrast-dark", f"{shown(one.own_text)} has {ratio:.1f}", one.where)


def normal(style: Style) -> Style:
    """A dark `background` or `background-color` replaces both."""
    colour = style.get("background-color") or style.get("background")
    return style if colour is None else style | {"background-color": colour, "background": colour}


def forgotten(one: Element, dark: Style) -> str:
    """The colour that is set in light and not in dark; "" if none is."""
    if parse_colour(one.style.get("color", "")) and "color" not in dark and one.own_text:
        return "The colour"
    if ground_in(one, one.style) and "background-color" not in dark and "background" not in dark:
        return "The background"
    return ""


def named(one: Element) -> str:
    return f"<{one.tag} class={one.get('class')!r}>" if one.classes else f"<{one.tag}>"
