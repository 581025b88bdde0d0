"""What stands behind the address of a page source: a sitemap, one article, or a list of articles; by its content."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from lxml import etree

from publisher.errors import ParseError
from publisher.formats.article_page import read_article
from publisher.formats.html_page import parse_document
from publisher.formats.listing import HEADINGS, Listing, absolute, is_same_site, listing_of, page_number
from publisher.formats.page_data import base_of, read_page_data
from publisher.formats.page_lines import lines_of
from publisher.formats.saved_page import find_start, split_line
from publisher.formats.sitemap import Sitemap, is_sitemap, parse_sitemap
from publisher.formats.web_text import decode_page, placed
from publisher.html.elements import text_of
from publisher.model.article import ParsedFile

SINGLE_WORDS, TEASERS = 150, 5


@dataclass(frozen=True, slots=True)
class StartPage:
    """One of the three is set; `more` are the further pages of the list at the foot of a magazine page."""

    sitemap: Sitemap | None = None
    article: ParsedFile | None = None
    listing: Listing | None = None
    more: tuple[str, ...] = ()


def parse_start_page(
    data: bytes, *, where: str, url: str, content_type: str = "", include: Sequence[str] = ()
) -> StartPage:
    """Read it as what it is. With `include` a page is a list, whatever else it looks like. ParseError as its format."""
    if is_sitemap(data):
        return StartPage(sitemap=parse_sitemap(data, where=where))
    text = decode_page(data, content_type=content_type, where=where)
    with placed(where):
        root = parse_document(text)
        if root is None:
            hint = "Set sources.url to a list of articles or a sitemap."
            raise ParseError("The page is empty", where=where, hint=hint)
        return read_start(root, where=where, url=url, include=include)


def read_start(root: etree._Element, *, where: str, url: str, include: Sequence[str]) -> StartPage:
    """A list, or one article, of a page's tree."""
    listing = listing_of(root, url=url, include=include)
    is_magazine = find_start([part for line in lines_of(root) for part in split_line(line)]) is not None
    if include or not (is_magazine or is_single(root, url=url)):
        return StartPage(listing=listing)
    base = base_of(root, url)
    addresses = [absolute(str(link.get("href") or ""), base) for link in root.iter("a")]
    more = [address for address in addresses if address and is_further(address, url)]
    try:
        article = read_article(root, where=where, url=url)
    except ParseError:
        return StartPage(listing=listing)
    return StartPage(article=article, more=tuple(dict.fromkeys(more)) if is_magazine else ())


def is_single(root: etree._Element, *, url: str) -> bool:
    """The page says that it is an article, and no list of headings with links is in it."""
    page = read_page_data(root, url=url)
    titled = [link for link in root.iter("a") if any(parent.tag in HEADINGS for parent in link.iterancestors())]
    words = len(text_of(root).split())
    return page.is_article and page.title is not None and len(titled) < TEASERS and words >= SINGLE_WORDS


def is_further(address: str, url: str) -> bool:
    """`/culture/ice?page=2` of `/culture/ice`."""
    one, other = urlsplit(address), urlsplit(url)
    return is_same_site(address, url) and one.path == other.path and page_number(address) > 1
