"""The entries of a repaired feed, with the elements that are known, each with text alone and of bounded length.

feedparser reads what is left. Its own readers of markup, and expressions that take quadratic time on long names, never
see anything that could harm them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from lxml import etree

from publisher.formats.feed_items import person_name
from publisher.formats.feed_repair import PREFIXES, Repaired, local_name, remove
from publisher.html.elements import text_of

XHTML, NETSCAPE = "http://www.w3.org/1999/xhtml", "http://my.netscape.com/rdf/"
MEDIA = frozenset({"http://search.yahoo.com/mrss/", "http://search.yahoo.com/mrss"})
LICENCES = ("http://backend.userland.com/creativecommons", "http://cyber.law.harvard.edu/rss/creativecommons")
FEED_NAMESPACES = {
    "http://purl.org/rss/1.0/modules/rss091#",
    "http://www.w3.org/2005/atom",
    "http://purl.org/atom/ns#",
    "http://purl.org/rss/1.0/",
    f"{NETSCAPE}simple/0.9/",
    "http://blogs.law.harvard.edu/tech/rss",
    "http://purl.org/net/rss1.1#",
}
PLAIN_NAMES = """
    title link id guid author contributor published issued pubdate updated modified created summary description
    content category source enclosure language license
"""
KNOWN = {
    "": frozenset(PLAIN_NAMES.split()),
    "content": frozenset({"encoded"}),
    "dc": frozenset({"creator", "date", "subject", "language"}),
    "dcterms": frozenset({"created", "issued", "modified"}),
    "media": frozenset({"content", "thumbnail", "group"}),
    "licence": frozenset({"license"}),
    "xhtml": frozenset({"body"}),
}
PARTS = {
    "author": frozenset({"name", "email"}),
    "contributor": frozenset({"name"}),
    "source": frozenset({"id", "title", "updated", "link"}),
}
LENGTHS = {
    **dict.fromkeys(("author", "creator", "name", "email", "contributor"), 300),
    **dict.fromkeys(("published", "issued", "pubdate", "updated", "modified", "created", "date"), 100),
    **dict.fromkeys(("category", "subject", "language"), 200),
    **dict.fromkeys(("title", "link", "license", "id"), 4_000),
}
PEOPLE = frozenset({"author", "creator", "contributor", "name"})
MANY = 100
MAX_CHILDREN = 1_000
BODIES = frozenset({"content", "encoded", "description", "summary", "body"})
MARKED_UP = frozenset({"xhtml", "application/xhtml+xml"})


@dataclass(frozen=True, slots=True)
class Identity:
    """The id of an entry byte for byte, but for white space around it, and whether it says that it is an address."""

    id: str = ""
    is_address: bool = False


@dataclass(frozen=True, slots=True)
class Flat:
    """A feed as bytes, well-formed and in UTF-8, the identity of each of its entries in order, and its long texts.

    In place of each text stands its key in `texts`: feedparser is slow with lines, and mends what is not broken.
    """

    data: bytes
    identities: tuple[Identity, ...]
    texts: Mapping[str, str]


def flatten(repaired: Repaired) -> Flat:
    root = repaired.root
    channel = next((child for child in root if local_name(child) == "channel"), root)
    for child in list(root):
        if channel is not root and child is not channel:
            remove(child)
    flatten_children(channel)
    identities: list[Identity] = []
    texts: dict[str, str] = {}
    for entry in repaired.entries:
        identities.append(identity_of(entry))
        flatten_children(entry)
        set_aside(entry, texts)
        channel.append(entry)
    etree.cleanup_namespaces(root)
    return Flat(etree.tostring(root, encoding="utf-8", xml_declaration=True), tuple(identities), texts)


def identity_of(entry: etree._Element) -> Identity:
    """Takes the id out: nothing that resolves or folds addresses sees it (feeds.md G3)."""
    about = entry.attrib.pop(f"{{{PREFIXES['rdf']}}}about", "")
    found = Identity(str(about).strip(), bool(about))
    for child in list(entry):
        if family_of(child) == "" and local_name(child) in ("id", "guid"):
            text = text_of(child).strip()
            is_guid = local_name(child) == "guid"
            permalink = str(child.get("isPermaLink") or child.get("ispermalink") or "true").lower() != "false"
            found = Identity(text, is_guid and permalink) if text else found
            remove(child)
    return found


def flatten_children(parent: etree._Element) -> None:
    """Keep what is known among the children of an entry or a channel, in its simplest form."""
    seen: Counter[str] = Counter()
    del parent[MAX_CHILDREN:]
    for child in list(parent):
        family, name = family_of(child), local_name(child)
        seen[name] += 1
        if family is None or name not in KNOWN[family] or seen[name] > MANY:
            remove(child)
        elif name == "group":
            ungroup(parent, child)
        elif name in PARTS and len(child):
            keep_parts(child, PARTS[name])
        else:
            simplify(child)


def set_aside(entry: etree._Element, texts: dict[str, str]) -> None:
    for child in entry:
        if local_name(child) in BODIES and family_of(child) != "media" and child.text and not child.get("mode"):
            key = f"text-{len(texts)}"
            texts[key], child.text = child.text, key


def family_of(element: etree._Element) -> str | None:
    """Which family of names an element belongs to; None for one that is not read."""
    tag = element.tag
    if not isinstance(tag, str) or ":" in tag.rpartition("}")[2]:
        return None
    namespace = tag[1:].partition("}")[0] if tag[0] == "{" else ""
    lower = namespace.lower()
    if not namespace or lower in FEED_NAMESPACES or lower.startswith("http://backend.userland.com/rss"):
        return ""
    if namespace in MEDIA:
        return "media"
    if namespace == XHTML:
        return "xhtml"
    if lower.startswith(LICENCES) or namespace == PREFIXES["cc"] or lower == "http://creativecommons.org/ns#license":
        return "licence"
    return next((name for name in ("content", "dc", "dcterms") if PREFIXES[name] == namespace), None)


def ungroup(parent: etree._Element, group: etree._Element) -> None:
    for child in list(group)[:MANY]:
        if local_name(child) in ("content", "thumbnail"):
            simplify(child)
            parent.append(child)
    remove(group)


def keep_parts(element: etree._Element, names: frozenset[str]) -> None:
    seen: Counter[str] = Counter()
    del element[MAX_CHILDREN:]
    for child in list(element):
        name = local_name(child)
        seen[name] += 1
        if family_of(child) != "" or name not in names or seen[name] > MANY:
            remove(child)
        else:
            simplify(child)


def simplify(element: etree._Element) -> None:
    """Text alone: markup that stands in it as elements becomes HTML as text."""
    kind = str(element.get("type") or "").lower()
    if family_of(element) == "media":
        del element[:]
        element.text = None
    elif len(element) or kind in MARKED_UP:
        if kind.endswith("xml") and kind not in MARKED_UP:
            remove(element)  # a drawing or data, no words
            return
        html = inner_html(element)
        del element[:]
        element.text = html
        element.set("type", "html")
        element.attrib.pop("mode", "")
    if local_name(element) in PEOPLE and "@" in (element.text or ""):
        element.text = person_name(element.text or "")  # feedparser knows no top-level domain of over four letters
    length = LENGTHS.get(local_name(element))
    if length and element.text and len(element.text) > length:
        element.text = element.text.strip()[:length]


def inner_html(element: etree._Element) -> str:
    """What stands in an element as HTML, without the `<div>` that Atom wraps around it (RFC 4287 4.2.7)."""
    for part in element.iter(f"{{{XHTML}}}*"):
        if part is not element:
            name = str(part.tag).rpartition("}")[2]
            part.tag = "span" if ":" in name else name  # `<a::b>` is read as a name and cannot be given as one
    outer = element
    if len(element) == 1 and element[0].tag == "div" and not (element.text or "").strip():
        outer = element[0]
    parts = [etree.tostring(child, encoding="unicode", method="html", with_tail=True) for child in outer]
    return escape(outer.text or "", quote=False) + "".join(parts)
