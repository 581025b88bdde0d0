"""A page that lists articles: the addresses that read like articles, in the order of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import parse_qsl, urljoin, urlsplit

from lxml import etree

from publisher.formats.html_page import parse_document
from publisher.formats.page_cleaning import AROUND, CAMEL, ROLES, words_of
from publisher.formats.page_data import base_of
from publisher.formats.page_lines import is_hidden
from publisher.formats.web_text import decode_page, placed
from publisher.html.elements import text_of

MAX_LINKS = 5_000
HEADINGS = frozenset({"h1", "h2", "h3", "h4"})
AROUND_TAGS = frozenset({"nav", "footer", "aside", "button", "noscript", "template"})
MENU = re.compile(r"(?:^|[\s_-])(?:menu|header|footer|masthead|topbar|login|legal|tagcloud)(?:$|[\s_-])")
NO_ARTICLE_PATH = re.compile(
    r"""
    /(?:tags?|categor(?:y|ies)|topics?|authors?|contributors?|users?|profile|archives?(?=/?$)|page|search|log-?in|sign-?in
       |sign-?up|register|account|cart|checkout|about(?:-us)?|contact(?:-us)?|privacy(?:-policy)?|terms[\w-]*|cookies?
       |imprint|impressum|subscribe|subscriptions?|newsletters?|donate|advertise|jobs|feed|rss|atom|wp-[\w-]+|cdn-cgi
       |sitemap|print|share|comments?)(?:/|$|\.)
    | \.(?:jpe?g|png|gif|webp|svg|pdf|zip|gz|mp3|mp4|m4a|epub|xml|rss|atom|json|css|js|ics|docx?)$
    """,
    re.VERBOSE | re.IGNORECASE,
)
NEXT_WORDS = re.compile(
    r"(?:next|older(?: posts| articles)?|more articles|seuraava|vanhemmat|weiter|suivant)\W*|[›»→]|>{1,2}"
)
PAGE_NUMBER = re.compile(r"(?:[?&](?:page|p|paged|sivu)=|/page/)(\d{1,4})(?:/|&|$)")
SLUG_HYPHENS, TITLE_WORDS = 2, 4


@dataclass(frozen=True, slots=True)
class Listing:
    """The addresses of the articles, absolute, each once; and of the list's next page."""

    urls: tuple[str, ...] = ()
    next_url: str | None = None


def parse_listing(data: bytes, *, where: str, url: str, content_type: str = "", include: Sequence[str] = ()) -> Listing:
    """Read a list page. `include`: patterns such as `/culture/*` decide alone; without them the page's layout does."""
    text = decode_page(data, content_type=content_type, where=where)
    with placed(where):
        root = parse_document(text)
        return Listing() if root is None else listing_of(root, url=url, include=include)


def listing_of(root: etree._Element, *, url: str, include: Sequence[str] = ()) -> Listing:
    """As `parse_listing`, of a page's tree."""
    base, found = base_of(root, url), dict[str, None]()
    for link in list(root.iter("a"))[:MAX_LINKS]:
        address = absolute(str(link.get("href") or ""), base)
        if address is None or not is_same_site(address, url) or is_same_page(address, url):
            continue
        if is_included(address, include) if include else is_article_link(link, address):
            found[address] = None
    return Listing(tuple(found), next_page(root, base=base, url=url))


def absolute(href: str, base: str) -> str | None:
    """The address without its fragment; None for what is no web address."""
    if href.startswith("#") or not href.strip():
        return None
    try:
        found = urljoin(base, re.sub(r"[\x00-\x1f\x7f]+", "", href).strip()).partition("#")[0]
        parts = urlsplit(found)
        is_web = parts.scheme in ("http", "https") and parts.hostname and not parts.username and parts.port != 0
    except ValueError:
        return None
    return found if is_web else None


def is_same_site(one: str, other: str) -> bool:
    """The same host, with `www.` or without, over http or https."""
    first, second = urlsplit(one), urlsplit(other)
    hosts = [(parts.hostname or "").removeprefix("www.") for parts in (first, second)]
    ports = [None if parts.port in (80, 443) else parts.port for parts in (first, second)]
    return hosts[0] == hosts[1] and ports[0] == ports[1]


def is_same_page(one: str, other: str) -> bool:
    """The list itself, or another page of it."""
    first, second = urlsplit(one), urlsplit(other)
    if first.path.rstrip("/") != second.path.rstrip("/"):
        return False
    names = {name for name, _value in parse_qsl(first.query)}
    return names <= {name for name, _value in parse_qsl(second.query)} | {"page", "paged", "sort", "order"}


def is_included(url: str, include: Sequence[str]) -> bool:
    """Does a pattern hold the path, with or without its query and its `index.php`?"""
    parts = urlsplit(url)
    path = re.sub(r"^/index\.php(?=/)", "", parts.path)
    forms = {path, path.rstrip("/") or "/", f"{path}?{parts.query}", url}
    return any(fnmatchcase(form, pattern) for form in forms for pattern in include)


def may_be_article(url: str) -> bool:
    """Whether the address alone speaks against an article."""
    parts = urlsplit(url)
    is_named = bool(parts.path.strip("/")) or re.search(r"=\d+", parts.query) is not None
    return is_named and NO_ARTICLE_PATH.search(parts.path) is None


def is_article_link(link: etree._Element, url: str) -> bool:
    """In a heading or an `<article>`; elsewhere in the content only if the address or the words read like a title."""
    if not may_be_article(url):
        return False
    is_titled = link.find(".//h2") is not None or link.find(".//h3") is not None
    for element in link.iterancestors():
        tag = str(element.tag)
        if tag in HEADINGS or tag == "article":
            is_titled = True
        if is_around(element, tag):
            return False
    last = urlsplit(url).path.rstrip("/").rpartition("/")[2]
    is_slug = (
        last.count("-") >= SLUG_HYPHENS or last.count("_") >= SLUG_HYPHENS or re.search(r"\d{3,}", last) is not None
    )
    return is_titled or is_slug or words_of(link) >= TITLE_WORDS


def is_around(element: etree._Element, tag: str) -> bool:
    if tag in ("body", "html", "main", "article"):
        return False
    if tag in AROUND_TAGS or element.get("role") in ROLES or is_hidden(element):
        return True
    if tag == "header":
        return all(str(parent.tag) not in ("article", "section", "main") for parent in element.iterancestors())
    names = CAMEL.sub("-", f"{element.get('class') or ''} {element.get('id') or ''}").lower()
    return (AROUND.search(names) or MENU.search(names)) is not None and len(list(element.iter("h2", "h3"))) < 2


def next_page(root: etree._Element, *, base: str, url: str) -> str | None:
    """Where the list goes on."""
    number = page_number(url)
    for link in [*root.iter("link"), *root.iter("a")][:MAX_LINKS]:
        address = absolute(str(link.get("href") or ""), base)
        if address is None or not is_same_site(address, url) or address == url:
            continue
        words = " ".join(text_of(link).lower().split())
        is_next = "next" in str(link.get("rel") or "").lower().split() or NEXT_WORDS.fullmatch(words) is not None
        if is_next or (page_number(address) == number + 1 and words == str(number + 1)):
            return address
    return None


def page_number(url: str) -> int:
    found = PAGE_NUMBER.search(url)
    return int(found[1]) if found else 1
