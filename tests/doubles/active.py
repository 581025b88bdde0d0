"""What could act in a page or a feed, judged from outside by two parsers and a list of its own (P3)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

from lxml import etree
from lxml import html as lxml_html

ELEMENTS = frozenset(
    (
        *("script", "iframe", "frame", "frameset", "object", "embed", "applet", "form", "input", "button", "select"),
        *("textarea", "keygen", "svg", "math", "base", "style", "meta", "link", "template", "noscript", "noembed"),
        *(
            "noframes",
            "xmp",
            "plaintext",
            "isindex",
            "marquee",
            "bgsound",
            "layer",
            "param",
            "portal",
            "animate",
            "set",
        ),
    )
)
"""None of these has a place in a fragment. A whole page of ours may have some, of the kinds that `is_ours` names."""
WORDS = frozenset(("alt", "title", "content", "aria-label", "lang", "dir", "datetime", "class", "id", "name", "style"))
SCHEME = re.compile(r"[a-z][a-z0-9+.\-]*:")
CALM_SCHEMES = ("http:", "https:", "mailto:", "tel:")
CSS = re.compile(r"url\s*\(|expression|@\s*import|behaviou?r\s*:|-moz-binding|javascript:|\\", re.IGNORECASE)
HTML_NAMESPACES = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML")

Attributes = list[tuple[str, str]]


def in_fragment(markup: str) -> list[str]:
    """What is active in markup that a reader puts into a page."""
    return judged(markup, is_page=False)


def in_page(markup: str) -> list[str]:
    """What is active in a whole page of ours: its own style sheet and its plain `meta` and `link` are not."""
    return judged(markup, is_page=True)


def judged(markup: str, *, is_page: bool) -> list[str]:
    reader = Reader(is_page=is_page)
    reader.feed(markup)
    reader.close()
    found = list(reader.found)
    if not markup.strip():
        return found
    text = markup if is_page else f"<div>{markup}</div>"
    parser = lxml_html.HTMLParser(encoding="utf-8", huge_tree=True)
    root = lxml_html.document_fromstring(text.encode(), parser=parser)
    for node in root.iter():
        if isinstance(node.tag, str):
            given = [(str(name), str(value)) for name, value in node.attrib.items()]
            found += in_element(node.tag, given, node.text or "", is_page=is_page)
        elif node.tag is etree.Comment:
            found += in_comment(node.text or "", is_page=is_page)
        else:
            found.append(f"instruction {str(node)[:60]}")
    return found


class Reader(HTMLParser):
    """The other parser: tag by tag, no tree."""

    def __init__(self, *, is_page: bool) -> None:
        super().__init__(convert_charrefs=True)
        self.is_page = is_page
        self.found: list[str] = []
        self.style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.style = tag == "style"
        self.found += in_element(tag, [(name, value or "") for name, value in attrs], "", is_page=self.is_page)

    def handle_data(self, data: str) -> None:
        if self.style and CSS.search(data):
            self.found.append(f"style {data[:60]}")

    def handle_endtag(self, tag: str) -> None:
        self.style = False

    def handle_comment(self, data: str) -> None:
        self.found += in_comment(data, is_page=self.is_page)

    def handle_pi(self, data: str) -> None:
        self.found.append(f"instruction {data[:60]}")

    def handle_decl(self, decl: str) -> None:
        if not self.is_page or decl.lower() != "doctype html":
            self.found.append(f"declaration {decl[:60]}")

    def unknown_decl(self, data: str) -> None:
        self.found.append(f"declaration {data[:60]}")


def in_element(tag: str, attributes: Attributes, text: str, *, is_page: bool) -> Iterator[str]:
    if tag.rpartition(":")[2].lower() in ELEMENTS and not (is_page and is_ours(tag, dict(attributes), text)):
        yield f"<{tag}>"
    for name, value in attributes:
        yield from in_attribute(tag, name.lower(), value, is_page=is_page)


def is_ours(tag: str, attributes: dict[str, str], text: str) -> bool:
    if tag == "style":
        return not CSS.search(text)
    if tag == "meta":
        return "http-equiv" not in attributes
    return tag == "link" and attributes.get("rel") == "alternate"


def in_attribute(tag: str, name: str, value: str, *, is_page: bool) -> Iterator[str]:
    if name.startswith("on") or name in ("srcdoc", "formaction", "ping", "background", "lowsrc", "action", "data"):
        yield f"<{tag} {name}>"
    if name == "style" and (not is_page or CSS.search(value)):
        yield f'<{tag} style="{value[:40]}">'
    values = value.split(",") if name == "srcset" else [value]
    if name not in WORDS and not name.startswith("xmlns") and not all(map(is_calm_address, values)):
        yield f'<{tag} {name}="{value[:40]}">'


def is_calm_address(value: str) -> bool:
    """Relative, or of a scheme that runs nothing; blanks and controls are left out, as browsers do."""
    bare = re.sub(r"[\x00-\x20\x7f-\x9f\u200b]+", "", value).lower()
    found = SCHEME.match(bare)
    return found is None or found[0] in CALM_SCHEMES


def in_comment(text: str, *, is_page: bool) -> Iterator[str]:
    """Outlook reads what stands in conditional comments; ours hold tables."""
    if not is_page or re.search(r"<(?!/?(?:xml|o:|table|tr|td|!))[a-z/!]", text, re.IGNORECASE):
        yield f"comment {text[:60]}"


def in_xml_feed(data: bytes) -> list[str]:
    """A feed in XML: as XML, and the markup in it."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    root = etree.fromstring(data, parser)
    found = [] if root.getroottree().docinfo.internalDTD is None else ["a document type"]
    found += [f"instruction {node}" for node in root.itersiblings(preceding=True) if node.tag is etree.PI]
    for node in root.iter():
        if not isinstance(node.tag, str):
            found.append(f"no element: {str(node)[:60]}")
            continue
        name = etree.QName(node)
        if name.namespace in HTML_NAMESPACES or name.localname.lower() in ELEMENTS - {"link"}:
            found.append(f"<{node.tag}>")
        for key, value in node.attrib.items():
            found += in_attribute(name.localname, etree.QName(key).localname.lower(), str(value), is_page=False)
        if name.localname in ("link", "url", "uri", "id", "docs", "comments", "guid") and not is_calm_link(node):
            found.append(f"{name.localname}: {(node.text or '')[:60]}")
        if is_markup(node):
            found += in_fragment(node.text or "")
    return found


def is_calm_link(node: etree._Element) -> bool:
    text = node.text or ""
    is_id = etree.QName(node).localname in ("id", "guid") and text.startswith("tag:")
    return is_id or is_calm_address(text)


def is_markup(node: etree._Element) -> bool:
    """Where readers expect HTML: RSS descriptions and contents, Atom's type="html". Titles of RSS are words (G20)."""
    name = etree.QName(node)
    return name.localname in ("description", "encoded") or node.get("type") == "html"


def in_json_feed(data: bytes) -> list[str]:
    return [one for name, value in walk(json.loads(data)) for one in in_json_value(name, value)]


def in_json_value(name: str, value: str) -> list[str]:
    if name == "content_html":
        return in_fragment(value)
    if name in ("url", "external_url", "home_page_url", "feed_url", "image", "icon", "banner_image", "avatar"):
        return [] if is_calm_address(value) else [f"{name}: {value[:60]}"]
    return []


def walk(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """Every text of a JSON value, with the name of its key."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from walk(inner, key)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner, name)
    elif isinstance(value, str):
        yield name, value
