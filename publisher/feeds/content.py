"""Whole bodies in feeds: every address absolute, nothing active (feeds.md G16, G17)."""

from __future__ import annotations

import re
from urllib.parse import urljoin

from lxml import etree
from lxml import html as lxml_html

# The body was sanitised at the door (collect); these are what W3C and readers call a security risk.
ACTIVE = frozenset(
    (
        *("script", "style", "form", "input", "button", "select", "textarea", "iframe", "object", "embed"),
        *("svg", "math", "base", "meta", "link", "applet", "frame", "frameset", "noscript", "template"),
    )
)
ADDRESSES = ("href", "src", "poster", "cite", "data", "action", "background")


def feed_content(markup: str, *, base: str) -> str | None:
    """The body for `content:encoded`, Atom `content` and `content_html`; None if there is nothing to show.

    Relative addresses are read against `base`, so `#note` becomes the article's address and `#note`.
    """
    if not markup.strip():
        return None
    try:
        root = lxml_html.fragment_fromstring(markup, create_parent="div")
    except (etree.ParserError, ValueError):
        return None
    drop_active(root)
    for element in root.iter(etree.Element):
        clean_attributes(element, base)
    text = etree.tostring(root, method="html", encoding="unicode")
    return text.removeprefix("<div>").removesuffix("</div>").strip() or None


def drop_active(root: lxml_html.HtmlElement) -> None:
    for element in list(root.iter()):
        if element is root:
            continue
        if not isinstance(element.tag, str) or element.tag.rpartition(":")[2] in ACTIVE:
            element.drop_tree()


def clean_attributes(element: etree._Element, base: str) -> None:
    for name, value in [(str(name), str(value)) for name, value in element.attrib.items()]:
        if name.startswith("on") or name in ("style", "srcdoc"):
            del element.attrib[name]
        elif name in ADDRESSES:
            set_or_drop(element, name, absolute(value, base))
        elif name == "srcset":
            set_or_drop(element, name, absolute_candidates(value, base))
    if element.tag == "img" and "alt" not in element.attrib:
        element.set("alt", "")


def set_or_drop(element: etree._Element, name: str, value: str) -> None:
    if value:
        element.set(name, value)
    else:
        del element.attrib[name]


def absolute(url: str, base: str) -> str:
    """The address against `base`; empty for what is neither web nor mail (`javascript:`, `data:`)."""
    try:
        found = urljoin(base, re.sub(r"[\x00-\x20]+", "" if ":" in url else "%20", url.strip()))
    except ValueError:
        return ""
    return found if re.match(r"(?:https?:|mailto:|tel:)", found, re.IGNORECASE) else ""


def absolute_candidates(value: str, base: str) -> str:
    """Each candidate of a `srcset` (WHATWG HTML 4.8.4.2.1): an address, and perhaps a width or a density."""
    candidates = [part.split(None, 1) for part in re.split(r",\s+", value.strip()) if part.strip()]
    found = [(absolute(candidate[0], base), *candidate[1:]) for candidate in candidates]
    return ", ".join(" ".join(candidate) for candidate in found if candidate[0])
