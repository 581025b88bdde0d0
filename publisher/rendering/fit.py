"""Fit an issue before Gmail's clip: the tail gives up its images, then its extracts, then its place (email.md 3.4)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import cycle
from math import ceil

from publisher.rendering.views import IssueView

FIT_BYTES = 90_000
ENCODED_BYTES = 180_000
"""Both parts in quoted-printable, where a byte outside ASCII takes three; filters look at mails past 200 kB."""
KEPT_WHOLE = 5
"""So many items stay whole while anything else can go."""
STYLE_BYTES = 8_000
"""The style sheet that inlining takes away again (E2)."""
ITEM_LEAST = 150
"""No headline with its link and its inlined styles is shorter."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How many items, from the top, have their image, are whole, and are there at all."""

    images: int
    full: int
    shown: int


def shapes(pictured: Sequence[bool]) -> list[Shape]:
    """From everything to nothing, each smaller than the one before it; `pictured` says which items have an image."""
    total = len(pictured)
    kept = min(total, KEPT_WHOLE)
    return [Shape(total, total, total), *descent(pictured, kept)]


def descent(pictured: Sequence[bool], kept: int) -> Iterator[Shape]:
    total = len(pictured)
    shown = min(total, FIT_BYTES // ITEM_LEAST)
    if shown == total:
        yield from (Shape(place, total, total) for place in range(total - 1, kept - 1, -1) if pictured[place])
        yield from (Shape(min(kept, full), full, total) for full in range(total - 1, kept - 1, -1))
    yield from (Shape(kept, kept, count) for count in range(shown, kept - 1, -1))
    yield from (Shape(images, kept, kept) for images in range(kept - 1, -1, -1))
    yield from (Shape(0, full, kept) for full in range(kept - 1, -1, -1))
    yield from (Shape(0, 0, count) for count in range(kept - 1, -1, -1))


def first_fitting(ladder: Sequence[Shape], pressure: Callable[[Shape], float]) -> Shape:
    """The first shape of a ladder whose pressure is at most 1; the last one where none is.

    Every other step guesses from the pressures at both ends, the others halve: each probe is a rendering.
    """
    low, high = 0, len(ladder) - 1
    at_low, at_high = pressure(ladder[0]), 0.0
    if at_low <= 1:
        return ladder[0]
    for guesses in cycle((True, False)):
        if high - low <= 1:
            break
        share = (at_low - 1) / (at_low - at_high) if guesses else 0.5
        middle = min(max(low + ceil(share * (high - low)), low + 1), high - 1)
        found = pressure(ladder[middle])
        if found <= 1:
            high, at_high = middle, found
        else:
            low, at_low = middle, found
    return ladder[high]


def shaped(view: IssueView, shape: Shape) -> IssueView:
    """The issue in a shape."""
    items = tuple(
        replace(
            item,
            is_lead=place == 0,
            is_short=place >= shape.full,
            is_first_short=place == shape.full > 0,
            image=item.image if place < shape.images else None,
        )
        for place, item in enumerate(view.items[: shape.shown])
    )
    return replace(view, items=items, more_count=len(view.items) - shape.shown)


def pressure_of(html: str, text: str) -> float:
    """How much of the room the two parts take; over 1 a client or a filter would not take the whole."""
    return max(wire_bytes(html) / FIT_BYTES, (encoded_bytes(html) + encoded_bytes(text)) / ENCODED_BYTES)


def wire_bytes(text: str) -> int:
    """What a client counts: bytes of UTF-8, a line end being two."""
    return len(text.encode()) + text.count("\n")


def encoded_bytes(text: str) -> int:
    """About the size in quoted-printable."""
    outside = len(text.encode()) - len(text.encode("ascii", "ignore"))
    return wire_bytes(text) + 2 * (outside + text.count("="))
