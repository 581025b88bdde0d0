"""Words of an element of a parsed page."""

from __future__ import annotations

from lxml import etree


def text_of(element: etree._Element) -> str:
    """All text inside it, as it stands."""
    return "".join(str(part) for part in element.itertext())
