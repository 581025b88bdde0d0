"""How much two colours differ for the eye (WCAG 2.2, relative luminance and contrast ratio)."""

from __future__ import annotations

from functools import lru_cache

Colour = tuple[int, int, int]
"""Red, green and blue, 0 to 255."""


def luminance(colour: Colour) -> float:
    """Relative luminance in sRGB, 0 to 1."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (one / 255 for one in colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=256)
def contrast(one: Colour, other: Colour) -> float:
    """From 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)
