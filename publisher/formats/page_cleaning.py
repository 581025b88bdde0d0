"""What stands on a page around its article: taken out before the article is read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from publisher.formats.page_lines import is_hidden
from publisher.html.clean import clean_line
from publisher.html.elements import text_of
from publisher.html.notes import is_note

REMOVED_NAMES = "button canvas dialog embed iframe input nav noscript object script select style svg template textarea"
REMOVED = frozenset(REMOVED_NAMES.split())
SILENT = frozenset({"script", "style", "template"})
WORDS_AROUND = """
    ad ads advert advertisement adverts author-bio author-box banner breadcrumb breadcrumbs byline comment
    comments consent cookie cookies dateline disqus entry-footer entry-meta follow gdpr login meta modal
    more-from most-read nav navbar navigation newsletter outbrain overlay pager pagination paywall popup
    post-meta post-tags print promo promoted read-more readmore recirc recommended recommendations related
    respond sharedaddy share sharing sidebar sign-up signup skip skip-link social sponsor sponsored sr-only
    screen-reader-text subscribe subscription taboola tag-list tags toolbar trending visually-hidden widget
"""
AROUND = re.compile(rf"(?:^|[\s_-])(?:{'|'.join(WORDS_AROUND.split())})(?:$|[\s_-])")
ROLES = frozenset({"navigation", "search", "dialog", "alertdialog", "complementary", "banner", "contentinfo"})
CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
CALL = re.compile(
    r"(?:read more|see also|also read|more on|related|subscribe|sign up|follow us|share this|advertisement|tags?:"
    r"|filed under|lue myös|aiheesta lisää|mainos|lesen sie auch|mehr zum thema|lire aussi|leer más)\b",
    re.IGNORECASE,
)
BYLINE = re.compile(r"(?:by|text|teksti|von|par|por)[:\s]\s*\S.*", re.IGNORECASE)
LEAVES = frozenset({"p", "div", "li", "span", "h2", "h3", "h4", "h5", "h6", "section", "a", "time"})
UNTOUCHED = frozenset({"p", "li", "h2", "h3", "h4", "h5", "h6", "figure", "blockquote", "pre", "table"})
NO_LEAF = frozenset({"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "section", "img", "figure", "table"})
HELD = 0.5
"""Whatever it is called: what holds more than this part of the words is the article."""
FORM_WORDS, BYLINE_WORDS, CALL_WORDS, CALL_CHILDREN, HEAD_PARAGRAPHS = 100, 12, 25, 6, 4


def words_of(element: etree._Element) -> int:
    return len(text_of(element).split())


def link_words_of(element: etree._Element) -> int:
    return sum(words_of(link) for link in element.iter("a"))


def own_words(element: etree._Element) -> int:
    """Words that are no links: what an article has many of and a menu none."""
    return words_of(element) - link_words_of(element)


def clean_page(root: etree._Element) -> None:
    """Take out of a whole page what is never part of an article, whatever the site."""
    total = max(1, words_of(root))
    for element in elements_of(root):
        is_form = element.tag == "form" and words_of(element) < FORM_WORDS
        is_other = is_form or element.tag in REMOVED or is_hidden(element) or element.get("role") in ROLES
        # A tag that nobody closed may hold the page.
        if element.tag in SILENT or (is_other and words_of(element) < HELD * total):
            remove(element)
    bring_pictures(root)


def clean_article(article: etree._Element) -> None:
    """Take out what stands inside an article's element and is not its text: shares, related pieces, comments."""
    total = max(1, words_of(article))
    for element in elements_of(article):
        if element is not article and is_around(element) and words_of(element) < HELD * total:
            remove(element)
    for element in elements_of(article):
        if element.tag in ("p", "div", "li") and len(element) <= CALL_CHILDREN and is_call(element):
            remove(element)
    for paragraph in list(article.iter("p"))[:HEAD_PARAGRAPHS]:
        if is_head_line(paragraph):
            remove(paragraph)


def keep_only(article: etree._Element, words: str) -> None:
    """Take out each paragraph, item and heading whose words are not among these; a republication note stays."""
    kept = "".join(words.split())
    for element in elements_of(article):
        if element.tag not in LEAVES or any(child.tag in NO_LEAF for child in element.iterdescendants()):
            continue
        if any(parent.tag in UNTOUCHED for parent in element.iterancestors()):
            continue
        text = clean_line(text_of(element))
        if text and "".join(text.split()) not in kept and not is_note(text):
            remove(element)


def elements_of(root: etree._Element) -> Iterator[etree._Element]:
    """All elements that are still in the tree when their turn comes."""
    for element in list(root.iter(etree.Element)):
        if element is root or element.getparent() is not None:
            yield element


def is_around(element: etree._Element) -> bool:
    if element.tag == "figure" or element.tag == "img":
        return False
    if element.tag in ("header", "footer", "aside"):
        return not is_kept(element)
    names = f"{element.get('class') or ''} {element.get('id') or ''} {element.get('itemprop') or ''}"
    return AROUND.search(CAMEL.sub("-", names).lower()) is not None or "author" in str(element.get("rel") or "").split()


def is_kept(element: etree._Element) -> bool:
    """Of a header its standfirst and picture, of a footer the republication note, of an aside its quotation."""
    if element.tag == "header":
        remove_head_lines(element)
        return True
    texts = [clean_line(" ".join(str(part) for part in item.itertext())) for item in [element, *element.iter("p")]]
    if any(is_note(text) for text in texts):
        return True
    return element.tag == "aside" and link_words_of(element) == 0 and element.find(".//blockquote") is not None


def remove_head_lines(header: etree._Element) -> None:
    for element in list(header.iter("p", "div", "span", "time", "address", "ul")):
        has_parts = element.find(".//h1") is not None or element.find(".//img") is not None
        if element.getparent() is not None and not has_parts and words_of(element) <= BYLINE_WORDS:
            remove(element)


def is_call(element: etree._Element) -> bool:
    """ "Read more: …": mostly links, in few words."""
    text = clean_line(text_of(element))
    if len(text.split()) > CALL_WORDS or CALL.match(text) is None:
        return False
    return element.find(".//a") is not None or len(text.split()) <= 2


def is_head_line(paragraph: etree._Element) -> bool:
    """The byline, or the date alone."""
    text = clean_line(text_of(paragraph))
    if not text or len(text.split()) > BYLINE_WORDS or paragraph.find(".//img") is not None:
        return False
    times = "".join(clean_line(text_of(time)) for time in paragraph.iter("time"))
    return (BYLINE.fullmatch(text) is not None and not text.endswith(".")) or (bool(times) and times in text)


def bring_pictures(root: etree._Element) -> None:
    """Pictures that scripts would load when they are scrolled to: their address is in another attribute."""
    for image in root.iter("img"):
        source = str(image.get("src") or "")
        later = next(
            (image.get(name) for name in ("data-src", "data-lazy-src", "data-original") if image.get(name)), ""
        )
        if later and (not source or source.startswith("data:") or "placeholder" in source):
            image.set("src", str(later))


def remove(element: etree._Element) -> None:
    """Take an element out, not the text behind it."""
    parent = element.getparent()
    if parent is None:
        return
    if element.tail:
        before = element.getprevious()
        if before is not None:
            before.tail = (before.tail or "") + " " + element.tail
        else:
            parent.text = (parent.text or "") + " " + element.tail
    parent.remove(element)
