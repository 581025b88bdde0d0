"""Sitemaps (sitemaps.org 0.9): the addresses of a site's pages and when they changed; an index leads to more.

Packed or not, it is read in pieces: neither a bomb nor a million addresses are ever held (reliability.md U6, U9).
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from lxml import etree

from publisher.errors import ParseError

GZIP = b"\x1f\x8b"
MAX_URLS = 50_000
MAX_BYTES = 52_428_800
"""Both as the protocol says."""
PIECE_BYTES = 65_536
MAX_ELEMENTS, MAX_DEPTH, ENTRY_DEPTH = 600_000, 16, 2
START = re.compile(rb"<(?:\w+:)?(?:urlset|sitemapindex)[\s>]")
HINT = "Name a sitemap of at most 50,000 addresses and 50 MB."


@dataclass(frozen=True, slots=True)
class SitemapEntry:
    """An address, and its `lastmod` as written, empty where it has none."""

    url: str
    lastmod: str = ""


@dataclass(frozen=True, slots=True)
class Sitemap:
    """What one file holds: pages, or further sitemaps."""

    pages: tuple[SitemapEntry, ...] = ()
    sitemaps: tuple[SitemapEntry, ...] = ()


def is_sitemap(data: bytes) -> bool:
    """By its content: servers send sitemaps under any type."""
    try:
        start = data[:PIECE_BYTES] if not data.startswith(GZIP) else next(unpacked(data), b"")
    except ParseError:
        return True
    return START.search(start[:PIECE_BYTES].replace(b"\0", b"")) is not None


def parse_sitemap(data: bytes, *, where: str) -> Sitemap:
    """Read it; ParseError for what is none, too large, packed twice or holds a document type definition.

    What stands behind the 50,000th address is not read.
    """
    reader = Reader()
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    parser = etree.XMLParser(target=reader, **safe)  # type: ignore[arg-type]
    try:
        for piece in unpacked(data) if data.startswith(GZIP) else pieces(data):
            parser.feed(piece)
            if reader.is_full:
                return reader.close()
        parser.close()
        return reader.close()
    except etree.XMLSyntaxError as error:
        raise ParseError(f"The sitemap is broken: {error.msg}", where=where, hint=HINT) from error
    except ParseError as error:
        raise ParseError(error.what, where=where, hint=HINT) from error


def pieces(data: bytes) -> Iterator[bytes]:
    if len(data) > MAX_BYTES:
        raise ParseError(f"The sitemap is larger than {MAX_BYTES // 1_048_576} MB")
    for at in range(0, len(data), PIECE_BYTES):
        yield data[at : at + PIECE_BYTES]


def unpacked(data: bytes) -> Iterator[bytes]:
    """What a gzip file holds, piece by piece; one member, as sitemaps are made."""
    inflater, rest, total = zlib.decompressobj(wbits=31), data, 0
    while rest and not inflater.eof:
        try:
            piece = inflater.decompress(rest, PIECE_BYTES)
        except zlib.error as error:
            raise ParseError("The packed sitemap is broken") from error
        rest, total = inflater.unconsumed_tail, total + len(piece)
        if total > MAX_BYTES:
            raise ParseError(f"The sitemap is larger than {MAX_BYTES // 1_048_576} MB")
        if total == len(piece) and piece.startswith(GZIP):
            raise ParseError("The sitemap is packed twice over")
        if piece:
            yield piece


@dataclass
class Reader:
    """Collects entries as the tags go by; no tree is made."""

    pages: list[SitemapEntry] = field(default_factory=list)
    sitemaps: list[SitemapEntry] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    count: int = 0

    @property
    def is_full(self) -> bool:
        return len(self.pages) + len(self.sitemaps) >= MAX_URLS

    def doctype(self, name: str, public_id: str | None, system: str | None) -> None:
        raise ParseError("The sitemap holds a document type definition")

    def start(self, tag: str, attributes: Mapping[str, str]) -> None:
        name = tag.rpartition("}")[2]
        self.count += 1
        if self.count > MAX_ELEMENTS or len(self.open) >= MAX_DEPTH:
            raise ParseError(f"The sitemap holds more than {MAX_ELEMENTS:,} elements, or too deep ones")
        if not self.open and name not in ("urlset", "sitemapindex"):
            raise ParseError(f"This is no sitemap but <{name[:40]}>")
        self.open.append(name)
        self.words.clear()

    def data(self, text: str) -> None:
        if len(self.open) == ENTRY_DEPTH + 1:
            self.words.append(text)

    def end(self, tag: str) -> None:
        name = self.open.pop()
        if len(self.open) == ENTRY_DEPTH:
            self.texts.setdefault(name, "".join(self.words).strip())
        elif len(self.open) == ENTRY_DEPTH - 1 and not self.is_full:
            url, lastmod = self.texts.get("loc", ""), self.texts.get("lastmod", "")
            if url and name in ("url", "sitemap"):
                (self.pages if name == "url" else self.sitemaps).append(SitemapEntry(url, lastmod[:40]))
            self.texts.clear()
        self.words.clear()

    def close(self) -> Sitemap:
        return Sitemap(tuple(self.pages), tuple(self.sitemaps))
