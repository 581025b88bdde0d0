"""Hundreds of hostile strings in every field at once: no feed breaks, no neighbour is harmed, the words agree (K3)."""

from __future__ import annotations

import html
import json
from itertools import product
from typing import Any

from lxml import etree

from publisher.feeds import FeedEntry, project, render_atom, render_json, render_rss
from publisher.model.article import Extract, Origin, Passage
from tests.builders import a_feed_info, an_article

ATOM = "{http://www.w3.org/2005/Atom}"
DC = "{http://purl.org/dc/elements/1.1/}"
URL = "https://harbour.example/feeds/x"
INFO = a_feed_info()

FORBIDDEN = [chr(code) for code in (*range(32), *range(0x7F, 0xA0), 0xFDD0, 0xFDEF, 0xFFFE, 0xFFFF, 0x1FFFE, 0x10FFFF)]
LONE = ["\ud800", "\udbff", "\udc00", "\udfff", "\udfff\ud800", "\ud83d"]
INVISIBLE = ["\u200b", "\u200d", "\u2028", "\u2029", "\u202e", "\u2066", "\ufeff", "\u00ad", "\u3164", "\ufffd"]
MARKUP = [
    *("<b>", "</b>", "<script>alert(1)</script>", "</title>", "</item></channel></rss>", "</entry></feed>", "<br/>"),
    *("<!--", "-->", "<![CDATA[", "]]>", "<?xml version='1.0'?>", "<!DOCTYPE x [<!ENTITY e 'x'>]>", "&e;", "<", ">"),
    *(
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<math><mi//xlink:href='data:x'>",
        "<a href='javascript:x'>",
    ),
    *("&", "&&", "&amp;", "&amp;amp;", "&lt;b&gt;", "&#60;", "&#x3c;", "&#0;", "&#xFFFE;", "&nbsp;", "&nosuch;", "&#;"),
]
CODE = [
    *(
        "{{ 7 * 7 }}",
        "{% raw %}",
        "${jndi:ldap://x}",
        "%(name)s",
        "%s%n",
        "{0.__class__}",
        "$(id)",
        "`id`",
        "'; drop table x",
    ),
    *(
        "../../etc/passwd",
        "C:\\nul",
        "=cmd|' /C calc'!A0",
        "=?utf-8?q?Hi=0D=0A?=",
        "\\u0000",
        "\\x00",
        "null",
        "NaN",
        "1e999",
    ),
    *(
        "a\r\nBcc: x@example.org",
        "\r\n\r\n",
        "\n.\n",
        '"',
        "'",
        '\\"',
        "\\",
        "//",
        "</script",
        "`;'\"",
        "--",
        "/*",
        "*/",
    ),
]
SCRIPTS = [
    *(
        "مرحبا بالميناء",
        "שלום הנמל",
        "港の最後のフェリー",
        "Ĳssel ﬁn ǆ",
        "🚢🌊",
        "👩‍👩‍👧",
        "🏴\U000e0067\U000e007f",
        "ﷺ",
        "ẞ",
        "İ",
    ),
    *(
        "e\u0301\u0301\u0301",
        "Z͑ͫ̓ͪ̂ͫ̽",
        "ก็็็็",
        "\u0f65",
        "𝔘𝔫𝔦",
        "ⅷ",
        "١٢٣",
        "x" * 3000,
        "a b\tc",
        "  ",
        "\u00a0",
        "\u2003x\u2003",
    ),
]
PLAIN = [*FORBIDDEN, *LONE, *INVISIBLE, *MARKUP, *CODE, *SCRIPTS]
FRAMES = ("{}", "a{}b", "{} words after", "Ferry &{}; left")
HOSTILE = ["", *(frame.replace("{}", text) for text, frame in product(PLAIN, FRAMES))]


def hostile_entry(number: int, text: str) -> FeedEntry:
    extract = Extract((Passage(text), Passage(f"Two {text}")), Origin.EDITOR)
    changes: dict[str, Any] = {"title": text, "authors": (text, "Bo Ek"), "section": text, "tags": (text, f"t {text}")}
    return project(an_article(number, extract=extract, **changes), site_url="https://harbour.example/")


def good_entry(number: int) -> FeedEntry:
    return project(an_article(number, authors=("Ada Berg", "Bo Ek")), site_url="https://harbour.example/")


def plain_title(node: Any) -> str:
    return html.unescape(node.text) if node.get("type") == "html" else str(node.text)


def told_by_rss(data: bytes) -> list[tuple[object, ...]]:
    return [
        (
            item.findtext("guid"),
            item.findtext("title"),
            html.unescape(item.findtext("description")),
            item.findtext(f"{DC}creator"),
            [node.text for node in item.findall("category")],
        )
        for item in etree.fromstring(data).findall("channel/item")
    ]


def told_by_atom(data: bytes) -> list[tuple[object, ...]]:
    return [
        (
            entry.findtext(f"{ATOM}id"),
            plain_title(entry.find(f"{ATOM}title")),
            html.unescape(entry.findtext(f"{ATOM}summary")),
            ", ".join(node.text for node in entry.findall(f"{ATOM}author/{ATOM}name")),
            [node.get("label") for node in entry.findall(f"{ATOM}category")],
        )
        for entry in etree.fromstring(data).findall(f"{ATOM}entry")
    ]


def told_by_json(data: bytes) -> list[tuple[object, ...]]:
    return [
        (
            item["id"],
            item["title"],
            item["summary"],
            ", ".join(author["name"] for author in item["authors"]),
            item.get("tags", []),
        )
        for item in json.loads(data)["items"]
    ]


def test_hostile_words_harm_no_feed_and_no_neighbour_and_are_alike_in_every_format() -> None:
    assert len({text for number, text in enumerate(HOSTILE) if number % 4}) >= 480
    entries = [good_entry(n) if n % 4 == 0 else hostile_entry(n, HOSTILE[n]) for n in range(len(HOSTILE))]

    rss = told_by_rss(render_rss(INFO, entries, url=URL))
    atom = told_by_atom(render_atom(INFO, entries, url=URL))
    feed = told_by_json(render_json(INFO, entries, url=URL))

    assert len(rss) == len(entries)
    assert rss == atom == feed
    title, words = "Article {}", "The ferry left at six. Nobody was on it."
    for number, told in list(enumerate(rss))[::4]:
        assert told[1:] == (title.format(number), words, "Ada Berg, Bo Ek", ["Culture"])
