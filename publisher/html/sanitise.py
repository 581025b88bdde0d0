"""The allow-list: what of someone's HTML may stay (feeds.md G16; reliability.md 0.4).

nh3 decides. What goes around it: characters are cleaned before and after (a character reference can bring a
control character back), addresses are checked and made absolute by us, images get their `alt`.
"""

from __future__ import annotations

import re

import nh3
from lxml import etree

from publisher.errors import ParseError
from publisher.html.clean import clean_text
from publisher.html.urls import LINK_SCHEMES, MEDIA_SCHEMES, safe_srcset, safe_url

TAG_NAMES = """
    a abbr article aside audio b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em
    figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li mark ol p picture pre q rp rt ruby s samp
    section small source span strike strong sub summary sup table tbody td tfoot th thead time tr u ul var video wbr
"""
DROPPED_NAMES = """
    applet canvas datalist embed frameset head iframe math noembed noframes noscript object script select style svg
    template textarea title xmp
"""
TAGS = frozenset(TAG_NAMES.split())
DROPPED_WITH_CONTENT = frozenset(DROPPED_NAMES.split())
ATTRIBUTES = {
    "*": {"lang", "dir", "title"},
    "a": {"href", "hreflang"},
    "img": {"src", "srcset", "sizes", "alt", "width", "height"},
    "source": {"src", "srcset", "sizes", "type", "media"},
    "audio": {"src", "controls"},
    "video": {"src", "controls", "poster", "width", "height"},
    "blockquote": {"cite"},
    "q": {"cite"},
    "del": {"cite", "datetime"},
    "ins": {"cite", "datetime"},
    "time": {"datetime"},
    "ol": {"start", "reversed"},
    "li": {"value"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "col": {"span"},
    "colgroup": {"span"},
}
LINKS = frozenset({"href", "cite"})
MEDIA = frozenset({"src", "poster"})

TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)((?:\s+[^\s=>"]+="[^"]*")*)\s*>')
"""A tag as nh3 writes it: names in lower case, every value in double quotes, every other `<` escaped."""

MANY_TAGS = 1_000
BARE_AMPERSAND = re.compile(r"&(?![#A-Za-z])")
"""One that begins no reference: nh3 takes time that grows with the square of their number (a million: 29 s)."""
QUOTED_VALUE = re.compile(r"""(?<=[\s"'/])[^\s"'<>/=]+\s*=\s*(?:"[^"]*"|'[^']*')""")
TAG_LENGTH, ATTRIBUTE_COUNT = 20_000, 2_000


def sanitise(html: str, *, base_url: str = "") -> str:
    """HTML with only what the allow-list names; addresses absolute where `base_url` is given.

    ParseError for HTML that is built to exhaust a parser (nested deeper than 256, thousands of attributes on a tag).
    """

    def allow(_tag: str, name: str, value: str) -> str | None:
        return allowed_value(name, value, base_url=base_url)

    bounded = BARE_AMPERSAND.sub("&amp;", well_nested(clean_text(html)))
    kept = nh3.clean(
        bounded,
        tags=TAGS,
        clean_content_tags=DROPPED_WITH_CONTENT,
        attributes=ATTRIBUTES,
        attribute_filter=allow,
        url_schemes=LINK_SCHEMES,
        link_rel="noopener noreferrer",
    )
    return TAG.sub(complete_image, clean_text(kept)).strip()


def allowed_value(name: str, value: str, *, base_url: str) -> str | None:
    """An attribute's value as it may stay; None takes the attribute away."""
    if name == "srcset":
        return safe_srcset(value, base_url=base_url)
    if name in LINKS:
        return safe_url(value, base_url=base_url)
    if name in MEDIA:
        return safe_url(value, base_url=base_url, schemes=MEDIA_SCHEMES)
    return clean_text(value)


def complete_image(tag: re.Match[str]) -> str:
    """An image without an address goes; one without `alt` gets an empty one (WCAG 1.1.1)."""
    if tag[2] != "img":
        return tag[0]
    if ' src="' not in tag[3] and ' srcset="' not in tag[3]:
        return ""
    return tag[0] if ' alt="' in tag[3] else f'<img{tag[3]} alt="">'


def well_nested(html: str) -> str:
    """The same HTML, closed and bounded in depth, so that nh3 takes linear time.

    An HTML5 parser copies every open `<b>` into each new paragraph, and walks the whole stack for some tags: 100,000
    open `<div>` took nh3 30 s (measured). libxml2 builds a plain tree in linear time, and stops at a depth of 256.
    """
    if html.count("<") < MANY_TAGS and len(html) < TAG_LENGTH:
        return html
    refuse_attribute_floods(html)
    parser = etree.HTMLParser(no_network=True, remove_comments=True, remove_pis=True, huge_tree=False)
    root = etree.fromstring(f"<html><body>{html}</body></html>", parser)
    if any(entry.level == etree.ErrorLevels.FATAL for entry in parser.error_log):
        raise ParseError("The HTML is nested deeper than 256 levels", hint="Remove the tags that nobody closes.")
    return "" if root is None else etree.tostring(root, encoding="unicode", method="html")


def refuse_attribute_floods(html: str) -> None:
    """libxml2 compares each attribute of a tag with all before it: 50,000 of them took 3 s (measured)."""
    for tag in re.finditer(rf"<[a-zA-Z][^>]{{{TAG_LENGTH},}}", html):
        if len(QUOTED_VALUE.sub("=", tag[0]).split()) > ATTRIBUTE_COUNT:
            raise ParseError(f"A tag has more than {ATTRIBUTE_COUNT} attributes", hint="Remove that tag.")
