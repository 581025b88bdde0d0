"""The article of any web page: by what the page says of itself, else by where its words are.

Known layouts first: the magazine's own page, then schema.org, `<article>`, `<main>` and the class names that publishing
software uses. What is left goes to trafilatura, which is why a source calls this in its bounded child.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from lxml import etree

from publisher.errors import ParseError
from publisher.formats.assemble import build_article
from publisher.formats.front_matter import Fields
from publisher.formats.html_page import parse_document
from publisher.formats.magazine_page import section_slug
from publisher.formats.page_cleaning import clean_article, clean_page, keep_only, link_words_of, own_words, words_of
from publisher.formats.page_data import PageData, base_of, read_page_data
from publisher.formats.saved_page import parse_saved_page
from publisher.formats.web_text import decode_page, placed
from publisher.html.blocks import body_of_sanitised
from publisher.html.clean import clean_line
from publisher.html.elements import text_of
from publisher.html.headings import take_first_heading
from publisher.html.sanitise import sanitise
from publisher.model.article import BlockKind, Body, ParsedArticle, ParsedFile

NO_ARTICLE = "No article was found on the page"
HINT = "Leave the page out with sources.include, or take the articles from the site's feed."
BODY_CLASSES = """
    article-body article__body article-content articlebody e-content entry-content node__content post-body post-content
    story-body td-post-content
"""
UPPER, LOWER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz"
CLASS = f"concat(' ', translate(normalize-space(@class), '{UPPER}', '{LOWER}'), ' ')"
LAYOUTS = (
    "//*[@itemprop='articleBody']",
    "//article",
    "//*[@role='article']",
    "//*[" + " or ".join(f"contains({CLASS}, ' {name} ')" for name in BODY_CLASSES.split()) + "]",
    "//main",
    "//*[@role='main']",
)
LINK_SHARE, TEASER_WORDS, WORDS_DECLARED, WORDS_UNDECLARED = 0.5, 150, 25, 60
NOT_FOUND = re.compile(
    r"\b404\b|not found|(?:page|article) (?:does not|doesn['’]t|no longer) exist|no longer available|page is gone"
    r"|ei löyty?nyt|sivua ei löydy|nicht gefunden|introuvable|no encontrada|hittades inte|access denied|just a moment",
    re.IGNORECASE,
)
NOT_FOUND_WORDS = 200
AGREED = 0.75
"""The layout's body holds at least this part of what trafilatura found: they found the same article."""


def parse_article_page(data: bytes, *, where: str, url: str = "", content_type: str = "") -> ParsedFile:
    """The page's article; of a magazine page its listed extracts and warnings too.

    `url` is where the page was fetched: relative addresses are made absolute with it. ParseError for a page without an
    article (a list, an error page that was sent with 200), and for what is no page.
    """
    text = decode_page(data, content_type=content_type, where=where)
    with placed(where):
        root = parse_document(text)
        if root is None:
            raise ParseError(NO_ARTICLE, where=where, hint=HINT)
        return read_article(root, where=where, url=url)


def read_article(root: etree._Element, *, where: str, url: str) -> ParsedFile:
    """As `parse_article_page`, of a page's tree, which is taken apart on the way."""
    base = base_of(root, url)
    page = read_page_data(root, url=url)
    magazine = parse_saved_page(root, where=where, base_url=base)
    if magazine is not None and magazine.article is not None:
        return replace(magazine, article=with_page_data(magazine.article, page, url=url))
    title_texts = [page.title or "", *(clean_line(text_of(one)) for one in root.iter("h1", "title"))]
    shown_on = page.published or found_date(html_of(root), url=url)
    body = find_body(root, page, base_url=base)
    if body is None or is_error_page(body, title_texts, page):
        raise ParseError(NO_ARTICLE, where=where, hint=HINT)
    return ParsedFile(article=article_of(body, replace(page, published=shown_on), url=url, where=where))


def is_error_page(body: Body, titles: list[str], page: PageData) -> bool:
    """ "Page not found", sent with 200."""
    if len(body.text.split()) > NOT_FOUND_WORDS:
        return False
    return any(NOT_FOUND.search(title) for title in titles) and page.published is None


def find_body(root: etree._Element, page: PageData, *, base_url: str) -> Body | None:
    """The article's body; None where no part of the page reads like one.

    The layout keeps pictures, captions and quotations; trafilatura is the better judge of what belongs. So its words
    are looked up in the layout's element, and what it left out goes; where they are not there, its own HTML is taken.
    """
    whole = html_of(root)
    clean_page(root)
    if not page.is_article and (is_teaser_list(root) or own_words(root) < WORDS_UNDECLARED):
        return None
    judged = find_unknown(whole, page, base_url=base_url) if own_words(root) >= WORDS_DECLARED else None
    known = find_known(root, page, judged.text if judged else "", base_url=base_url)
    if known is None or judged is None:
        return known or judged
    return known if len(known.text) >= AGREED * len(judged.text) else judged


def find_known(root: etree._Element, page: PageData, judged: str, *, base_url: str) -> Body | None:
    """The body by the page's layout."""
    for element in candidates(root):
        if not is_prose(element):
            continue
        clean_article(element)
        if judged:
            keep_only(element, judged)
        body = body_of_element(html_of(element), base_url, page)
        if is_enough(body, page):
            return body
    return None


def candidates(root: etree._Element) -> Iterator[etree._Element]:
    """The fullest element of each known layout, and what stands around the page's only heading."""
    for path in LAYOUTS:
        if elements := elements_at(root, path):
            yield max(elements, key=own_words)
    headings = elements_at(root, "//h1")
    for element in headings[0].iterancestors() if len(headings) == 1 else ():
        if element.tag in ("body", "html"):
            return
        if own_words(element) >= WORDS_UNDECLARED:
            yield element
            return


def elements_at(root: etree._Element, path: str) -> list[etree._Element]:
    found = root.xpath(path)
    return [item for item in found if isinstance(item, etree._Element)] if isinstance(found, list) else []


def is_teaser_list(root: etree._Element) -> bool:
    """Three short `<article>` and more, none with most of the words; together they have most of the page's."""
    counts = sorted((own_words(element) for element in elements_at(root, "//article")), reverse=True)
    is_even = len(counts) > 2 and counts[0] < TEASER_WORDS and counts[0] < sum(counts) / 2
    return is_even and sum(counts) > own_words(root) / 2


def is_prose(element: etree._Element) -> bool:
    """Not a list of links."""
    return link_words_of(element) <= LINK_SHARE * words_of(element)


def html_of(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", method="html", with_tail=False)


def body_of_element(html: str, base_url: str, page: PageData) -> Body:
    """Sanitised, without the heading that is the title."""
    clean = sanitise(html, base_url=base_url)
    heading, rest = take_first_heading(clean)
    is_title = bool(heading) and (page.title is None or heading.casefold() == page.title.casefold())
    return body_of_sanitised(rest if is_title else clean)


def is_enough(body: Body, page: PageData) -> bool:
    """Enough running text to be an article: less where the page says that it is one."""
    kinds = (BlockKind.PARAGRAPH, BlockKind.QUOTE)
    spoken = sum(len(body.text[block.start : block.end].split()) for block in body.blocks if block.kind in kinds)
    return spoken >= (WORDS_DECLARED if page.is_article else WORDS_UNDECLARED)


def find_unknown(html: str, page: PageData, *, base_url: str) -> Body | None:
    """What trafilatura takes for the article."""
    import trafilatura  # half a second to import, and needed in the child only

    found = trafilatura.extract(
        html,
        url=base_url or None,
        output_format="html",
        include_comments=False,
        include_links=True,
        include_images=True,
        include_formatting=True,
    )
    element = parse_document(found) if isinstance(found, str) else None
    if element is None or not is_prose(element):
        return None
    body = body_of_element(html_of(element), base_url, page)
    return body if is_enough(body, page) else None


def found_date(html: str, *, url: str) -> date | None:
    """A date that the page does not declare but shows: an archive that is read for the first time is not all new."""
    from trafilatura.metadata import extract_metadata

    found = extract_metadata(html, default_url=url or None, date_config={"extensive_search": False}).date
    try:
        return date.fromisoformat(found or "")
    except ValueError:
        return None


def article_of(body: Body, page: PageData, *, url: str, where: str) -> ParsedArticle:
    fields = Fields(
        authors=page.authors,
        published=page.published,
        updated=page.updated,
        section=section_slug(page.section) if page.section else None,
        language=page.language,
        tags=page.tags,
        image=page.image,
        licence=page.licence,
    )
    article = build_article(body, fields, title=page.title or "", where=where)
    return with_page_data(article, page, url=url)


def with_page_data(article: ParsedArticle, page: PageData, *, url: str) -> ParsedArticle:
    """What only the page as a whole tells."""
    return replace(
        article,
        url=page.url or url or None,
        language=article.language or page.language,
        image=article.image or page.image,
        image_size=page.image_size,
        licence=article.licence or page.licence,
        summary=page.summary,
    )
