"""Feeds in XML made harmless and well-formed before they are read (reliability.md U4, U5, U9).

The document type goes, so no entity of the feed's own is ever expanded and nothing is loaded. libxml2 mends what is
broken, with no network, within its own limits of depth and size; entries past the cap are not read at all. What the
reader is then given is small and well-formed: a flat list of entries, each with the elements that are known.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.entities import html5

from lxml import etree

from publisher.errors import ParseError
from publisher.formats.feed_text import REPAIR

MAX_ENTRIES = 1_000
MAX_ELEMENTS = 60_000
"""A thousand entries of sixty; five times as many of one name in one entry took 27 s (measured)."""
MAX_REFERENCES = 2_000_000
MAX_DIGITS = 40
"""Of a reference by number; Python refuses to read more than 4,300."""
MAX_ATTRIBUTES, LONG_TAG = 1_000, 10_000
PIECE = 65_536

PREFIXES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcterms": "http://purl.org/dc/terms/",
    "media": "http://search.yahoo.com/mrss/",
    "atom": "http://www.w3.org/2005/Atom",
    "creativeCommons": "http://backend.userland.com/creativeCommonsRssModule",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "cc": "http://web.resource.org/cc/",
    "xlink": "http://www.w3.org/1999/xlink",
}
ROOTS = frozenset({"rss", "rdf", "feed", "channel"})
ENTRIES = frozenset({"item", "entry"})
DECLARATION = re.compile(r"\s*<\?xml\b[^>]{0,500}\?>", re.IGNORECASE)
PROLOGUE = re.compile(r"(?:\s+|<\?.*?(?:\?>|\Z)|<!--.*?(?:-->|\Z))*+", re.DOTALL)
DOCTYPE = re.compile(
    r"""<!DOCTYPE (?:[^"'\[>]|"[^"]*"|'[^']*')*+
    (?:\[ (?:[^"'\]<]|"[^"]*"|'[^']*'|<!--.*?(?:-->|\Z)|<)*+ \]\s*)?+ >""",
    re.DOTALL | re.VERBOSE | re.IGNORECASE,
)
PAGE = re.compile(r"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
TOKEN = re.compile(
    rf"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|<[A-Za-z][^>]{{{LONG_TAG},}}|&(?!(?:amp|lt|gt|quot|apos);)(?:#?[0-9A-Za-z]{{1,40}};)?",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Repaired:
    """The root of a feed, its whole entries in order (taken out of it), and what had to be left out."""

    root: etree._Element
    entries: tuple[etree._Element, ...]
    warnings: tuple[str, ...] = ()


@dataclass
class Progress:
    """What the parser has passed."""

    root: etree._Element | None = None
    started: int = 0
    elements: int = 0
    whole: list[etree._Element] = field(default_factory=list)
    is_over: bool = False
    """Whether the feed's own end was seen."""

    @property
    def is_enough(self) -> bool:
        return self.started > MAX_ENTRIES or self.elements > MAX_ELEMENTS


def repair(text: str, *, where: str) -> Repaired:
    """The tree of a feed; ParseError for what is no feed (a web page, an empty answer) or is built to do harm."""
    start = DECLARATION.sub("", text, count=1) if text.lstrip()[:5].lower() == "<?xml" else text
    body = without_doctype(start, where=where)
    refuse_pages(body, where=where)
    if body.count("&") > MAX_REFERENCES:
        raise ParseError(f"The feed has more than {MAX_REFERENCES:,} references", where=where, hint=REPAIR)
    progress = parse(with_prefixes(TOKEN.sub(mended, body)))
    root = progress.root
    if root is None or local_name(root) not in ROOTS:
        raise ParseError("This is not a feed", where=where, hint=f"Set the source's url to its feed. {REPAIR}")
    entries = tuple(progress.whole[:MAX_ENTRIES])
    for entry in [element for element in root.iter() if local_name(element) in ENTRIES]:
        remove(entry)
    return Repaired(root, entries, tuple(warnings_of(progress, where=where)))


def without_doctype(text: str, *, where: str) -> str:
    """What follows the document type; inside it stand the entities that attacks are made of."""
    prologue = PROLOGUE.match(text)
    at = prologue.end() if prologue else 0
    if text[at : at + 9].lower() != "<!doctype" or PAGE.match(text, at):
        return text[at:]
    doctype = DOCTYPE.match(text, at)
    if doctype is None:
        raise ParseError("The feed's document type cannot be read", where=where, hint=REPAIR)
    return text[doctype.end() :]


def refuse_pages(text: str, *, where: str) -> None:
    """A web page in place of the feed: an error page, a sign-in, a challenge (reliability.md U4)."""
    if not text.strip():
        raise ParseError("The answer is empty, not a feed", where=where, hint=REPAIR)
    if PAGE.search(text[:1_000]) and not re.search(r"<(?:rss|feed|rdf:RDF)[\s>]", text[:1_000]):
        title = re.search(r"<title[^>]{0,100}>([^<]{1,200})", text[:20_000], re.IGNORECASE)
        words = f": {' '.join(title[1].split())}" if title else ""
        raise ParseError(
            f"This is a web page, not a feed{words}",
            where=where,
            hint="What was collected before stays. If it lasts, set the source's url to the address of the feed.",
        )


def mended(token: re.Match[str]) -> str:
    """A reference that XML does not know as the character that HTML means; a bare `&` as what was meant."""
    found = token[0]
    if found[0] == "<":
        if found[1] != "!" and len(found.split()) > MAX_ATTRIBUTES:
            raise ParseError(f"A tag of the feed has more than {MAX_ATTRIBUTES} attributes", hint=REPAIR)
        return found
    name = found[1:-1]
    if name.startswith("#"):
        return numeric(name[1:])
    characters = html5.get(f"{name};")
    return "".join(f"&#{ord(one)};" for one in characters) if name and characters else f"&amp;{found[1:]}"


def numeric(digits: str) -> str:
    """A reference by number, without those to characters that XML forbids (XML 1.0 2.2)."""
    if len(digits) > MAX_DIGITS:
        return ""
    is_hex = digits[:1] in ("x", "X")
    try:
        number = int(digits[1:], 16) if is_hex else int(digits)
    except ValueError:
        return f"&amp;#{digits};"
    is_allowed = number in (9, 10, 13) or 0x20 <= number < 0xD800 or 0xE000 <= number < 0xFFFE
    return f"&#{number};" if is_allowed or 0x10000 <= number <= 0x10FFFF else ""


def with_prefixes(text: str) -> str:
    """The same, with the well-known prefixes that it uses and forgot to declare."""
    missing = [name for name in PREFIXES if f"<{name}:" in text and f"xmlns:{name}=" not in text]
    declared = "".join(f' xmlns:{name}="{PREFIXES[name]}"' for name in missing)
    return re.sub(r"<(?:rss|feed|rdf:RDF|channel)\b", rf"\g<0>{declared}", text, count=1) if missing else text


def parse(text: str) -> Progress:
    """Fed in pieces, so that what comes after the last entry that is read costs nothing."""
    parser = etree.XMLPullParser(
        events=("start", "end"),
        recover=True,
        no_network=True,
        resolve_entities=False,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
    )
    data, progress = text.encode("utf-8", "replace"), Progress()
    try:
        for at in range(0, len(data), PIECE):
            parser.feed(data[at : at + PIECE])
            follow(parser.read_events(), progress)
            if progress.is_enough:
                break
        parser.close()
    except etree.XMLSyntaxError:
        pass  # what was read until then counts
    return progress


def follow(events: Iterable[tuple[str, object]], progress: Progress) -> None:
    for event, element in events:
        if not isinstance(element, etree._Element):
            continue
        if progress.root is None:
            progress.root = element
        is_entry = local_name(element) in ENTRIES
        if event == "start":
            progress.elements += 1
            progress.started += is_entry
        elif is_entry:
            progress.whole.append(element)
        elif element is progress.root:
            progress.is_over = True


def warnings_of(progress: Progress, *, where: str) -> Iterator[str]:
    if progress.is_enough:
        yield f"{where}: the feed is very long; its first {min(len(progress.whole), MAX_ENTRIES):,} entries were read"
    elif not progress.is_over:
        yield f"{where}: the feed is cut off; its {len(progress.whole)} whole entries were read"


def remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def local_name(element: etree._Element) -> str:
    """The name without its namespace, in lower case."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""
