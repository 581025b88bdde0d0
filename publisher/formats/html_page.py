"""HTML: a fragment with YAML front matter, or a whole page as a browser saves it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields as fields_of
from dataclasses import replace
from datetime import date, datetime

from lxml import etree

from publisher.errors import ParseError
from publisher.formats.assemble import article_from_html
from publisher.formats.dates import parse_date
from publisher.formats.front_matter import LANGUAGE, Fields, read_fields, split_front_matter
from publisher.formats.saved_page import parse_saved_page
from publisher.html.clean import clean_line
from publisher.html.elements import text_of
from publisher.html.sanitise import refuse_attribute_floods
from publisher.html.urls import safe_url
from publisher.model.article import ParsedFile

BODY_PATHS = ("//article", "//main", "//*[@role='main']", "//body")
NOT_BODY = ("nav", "script", "style", "button")
FORM_WORDS = 100
"""A shorter form is a sign-up or a search; a longer one is wrapped around a whole page by its site's software."""

AUTHOR_PATHS = ("//meta[@name='author']/@content", "//meta[@property='article:author']/@content", "//*[@rel='author']")
DATE_PATHS = (
    "//meta[@property='article:published_time']/@content",
    "//meta[@name='date' or @name='dcterms.date' or @name='DC.date']/@content",
    "//article//time/@datetime",
    "//time[@pubdate]/@datetime",
)
UPDATED_PATHS = ("//meta[@property='article:modified_time']/@content",)
URL_PATHS = ("//link[@rel='canonical']/@href", "//meta[@property='og:url']/@content")
TITLE_PATHS = ("//article//h1", "//main//h1", "//h1", "//meta[@property='og:title']/@content", "//title")


def parse_html_page(text: str, *, where: str) -> ParsedFile:
    """Read an article in HTML; ParseError names the line."""
    front = split_front_matter(text, where=where)
    fields = read_fields(front.keys, where=where)
    html, line = front.rest, f"{where}:{front.rest_line}"
    root = parse_document(html) if is_document(html) else None
    if root is None:
        return ParsedFile(article=article_from_html(html, fields, where=line), warnings=fields.warnings)
    head, url = read_head(root), canonical_url(root)
    fields = merged(fields, head)
    if (page := parse_saved_page(root, where=where, base_url=url or "")) is not None:
        article = page.article and replace(page.article, language=page.article.language or head.language, url=url)
        return replace(page, article=article)
    article = replace(article_from_html(body_html(root), fields, where=line), url=url)
    return ParsedFile(article=article, warnings=fields.warnings)


def is_document(html: str) -> bool:
    start = html.lstrip()[:2000].lower()
    return start.startswith("<!doctype") or "<html" in start or "<head" in start or "<body" in start


def parse_document(html: str) -> etree._Element | None:
    """The page's tree, bounded in depth; None for a page without any element."""
    refuse_attribute_floods(html)
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(html.encode(), parser)
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        raise ParseError("The HTML is nested deeper than 256 levels", hint="Remove the tags that nobody closes.")
    return root


def canonical_url(root: etree._Element) -> str | None:
    """The page's own address, as it says itself; None where it does not, or says a path only."""
    for text in texts(root, URL_PATHS):
        if re.match(r"https?://[^/\s]+", text) and safe_url(text, base_url="") is not None:
            return text
    return None


def read_head(root: etree._Element) -> Fields:
    """Title, author, dates and language as the page says them; what cannot be read is left out."""
    language = clean_line(str(root.get("lang") or ""))
    author = first_text(root, AUTHOR_PATHS)
    return Fields(
        title=first_text(root, TITLE_PATHS) or None,
        authors=(author,) if author and "://" not in author else (),
        published=first_date(root, DATE_PATHS),
        updated=first_date(root, UPDATED_PATHS),
        language=language if LANGUAGE.fullmatch(language) else None,
    )


def merged(given: Fields, found: Fields) -> Fields:
    """The keys of the front matter win over what the page says."""
    pairs = {field.name: (getattr(given, field.name), getattr(found, field.name)) for field in fields_of(Fields)}
    return Fields(**{name: mine or theirs for name, (mine, theirs) in pairs.items()})


def texts(root: etree._Element, paths: Iterable[str]) -> Iterable[str]:
    """The words that each path leads to, in order; those without any are left out."""
    for path in paths:
        found = root.xpath(path)
        for item in found if isinstance(found, list) else []:
            words = clean_line(text_of(item) if isinstance(item, etree._Element) else str(item))
            if words:
                yield words


def first_text(root: etree._Element, paths: Iterable[str]) -> str:
    return next(iter(texts(root, paths)), "")


def first_date(root: etree._Element, paths: Iterable[str]) -> datetime | date | None:
    for text in texts(root, paths):
        try:
            return parse_date(text, where="")
        except ParseError:
            continue  # a page's own date is a hint: without it the article is dated when first seen
    return None


def body_html(root: etree._Element) -> str:
    """The HTML of the article: `<article>`, else `<main>`, else `<body>`, without navigation and forms."""
    for path in BODY_PATHS:
        found = root.xpath(path)
        elements = [item for item in found if isinstance(item, etree._Element)] if isinstance(found, list) else []
        if elements:
            longest = max(elements, key=lambda element: len(text_of(element)))
            return etree.tostring(without_navigation(longest), encoding="unicode", method="html", with_tail=False)
    return ""


def without_navigation(element: etree._Element) -> etree._Element:
    for form in element.iter("form"):
        if len(text_of(form).split()) < FORM_WORDS:
            form.tag = "nav"
    etree.strip_elements(element, *NOT_BODY, with_tail=False)
    return element
