"""RSS, Atom and JSON Feed from one projection: the same ids, dates and words, whatever the article holds."""

from __future__ import annotations

import json
import locale
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import feedparser
import pytest
from lxml import etree

from publisher.feeds import (
    FeedEntry,
    Outline,
    OutlineGroup,
    project,
    render_atom,
    render_json,
    render_opml,
    render_rss,
)
from publisher.feeds.ids import article_id, feed_id
from publisher.feeds.slugs import slugify
from publisher.model.article import Article, Extract, Origin, Original, Passage
from tests.builders import NOW, a_feed_info, an_article

URL = "https://harbour.example/feeds/"
INFO = a_feed_info(description="Essays.")
NAUGHTY = [
    "plain",
    "<script>alert(1)</script>",
    "a & b < c > d",
    "&amp; &lt;b&gt; &nbsp;",
    "]]> and <![CDATA[x]]>",
    "\x00\x08\x0b\x1f\x7f\x85 control",
    "\ufdd0 \ufffe \uffff \U0001ffff none",
    "\ud800 lone \udfff",
    "مرحبا بالميناء",
    "שלום הנמל",
    "港の最後のフェリー",
    "🚢🌊",
    "e\u0301\u0301\u0301",
    "\u202eright to left",
    "{{ 7 * 7 }} {% x %}",
    "${jndi:ldap://x}",
    "'; drop table articles; --",
    "../../etc/passwd",
    "=?utf-8?q?Hi=0D=0ABcc=3A_v=40e.com?=",
    "a\r\nb\tc",
    "x" * 2000,
]


def an_entry(number: int = 1, **changes: object) -> FeedEntry:
    return project(an_article(number, **changes), site_url="https://harbour.example/")


def with_words(text: str, number: int = 1) -> Article:
    extract = Extract((Passage(text),), Origin.EDITOR)
    return an_article(number, title=text, authors=(text,), section=text, tags=(text,), extract=extract)


def all_three(*entries: FeedEntry) -> tuple[bytes, bytes, bytes]:
    return (
        render_rss(INFO, entries, url=f"{URL}rss.xml"),
        render_atom(INFO, entries, url=f"{URL}atom.xml"),
        render_json(INFO, entries, url=f"{URL}feed.json"),
    )


def test_the_three_formats_say_the_same() -> None:
    later = NOW + timedelta(hours=1)
    entries = (an_entry(2, authors=("Ada Berg", "Bo Ek"), published=later, updated=later), an_entry(1))
    rss, atom, feed = all_three(*entries)

    items = json.loads(feed)["items"]
    for data in (rss, atom):
        parsed = feedparser.parse(data)
        assert not parsed.bozo
        assert [one.id for one in parsed.entries] == [one["id"] for one in items] == [one.id for one in entries]
        assert [one.link for one in parsed.entries] == [one["url"] for one in items]
        assert [one.title for one in parsed.entries] == [one["title"] for one in items]
        assert [unescape(one.summary) for one in parsed.entries] == [one["summary"] for one in items]
        for one, item in zip(parsed.entries, items, strict=True):
            assert datetime(*one.published_parsed[:6], tzinfo=UTC) == datetime.fromisoformat(item["date_published"])
            assert datetime(*one.updated_parsed[:6], tzinfo=UTC) == datetime.fromisoformat(item["date_modified"])


@pytest.mark.parametrize("text", NAUGHTY)
def test_no_text_breaks_a_feed_or_its_neighbour(text: str) -> None:
    good = an_entry(2)
    rss, atom, feed = all_three(project(with_words(text), site_url="https://harbour.example/"), good)

    items = json.loads(feed)["items"]
    for data in (rss, atom):
        root = etree.fromstring(data)
        assert root is not None
        entries = feedparser.parse(data, sanitize_html=False).entries
        assert len(entries) == len(items) == 2
        assert unescape(entries[0].summary).split() == items[0]["summary"].split()
        assert entries[1].title == good.title


def test_the_same_input_gives_the_same_bytes() -> None:
    entries = [an_entry(number, updated=NOW + timedelta(seconds=number)) for number in range(1, 6)]

    assert all_three(*entries) == all_three(*entries)


def test_writing_leaves_the_locale_of_the_process_alone() -> None:
    before = locale.setlocale(locale.LC_ALL)

    all_three(an_entry())

    assert locale.setlocale(locale.LC_ALL) == before


def test_an_empty_feed_is_valid() -> None:
    rss, atom, feed = all_three()

    assert feedparser.parse(rss).feed.title == feedparser.parse(atom).feed.title == "The Harbour Review"
    assert json.loads(feed)["items"] == []


def test_links_do_not_mix_up_the_page_and_the_feed() -> None:
    for data, name in zip(all_three(an_entry()), ("rss.xml", "atom.xml"), strict=False):
        parsed = feedparser.parse(data)
        assert parsed.feed.link == "https://harbour.example/"
        assert [link.href for link in parsed.feed.links if link.rel == "self"] == [f"{URL}{name}"]


def test_a_republished_piece_keeps_its_licence_and_its_origin() -> None:
    original = Original("The Lighthouse Papers", "https://lighthouse.example/cable")
    licence = "https://creativecommons.org/licenses/by-nd/4.0/"
    rss, atom, feed = all_three(an_entry(1, licence=licence, original=original))

    assert b'rel="via"' in atom
    assert b'rel="license"' in atom
    assert licence.encode() in rss
    assert json.loads(feed)["items"][0]["_publisher"]["license"] == licence


def test_a_licence_in_words_is_no_link() -> None:
    words = "This article is republished under a Creative Commons license."
    rss, atom, _ = all_three(an_entry(1, licence=words))

    assert b'rel="license"' not in atom
    assert words.encode() in atom
    assert words.encode() in rss


def test_a_whole_body_is_there_only_when_asked_and_is_inactive() -> None:
    article = an_article(1)
    hostile = '<p>Words <a href="/x">a</a><img src="y.jpg"></p><script>alert(1)</script><svg onload="x"></svg>'
    article = replace(article, body=replace(article.body, html=hostile))
    short = project(article, site_url="https://harbour.example/")
    whole = project(article, site_url="https://harbour.example/", full_content=True)

    assert short.content_html is None
    assert whole.content_html is not None
    assert "script" not in whole.content_html
    assert 'href="https://harbour.example/x"' in whole.content_html
    assert b"content:encoded" in render_rss(INFO, [whole], url=URL)


def test_the_subscription_list_holds_every_feed() -> None:
    outline = Outline("Culture", f"{URL}section/culture/rss.xml", "https://harbour.example/", is_rss=True)
    root = etree.fromstring(render_opml("The Harbour Review", [OutlineGroup("Sections", (outline,))], updated=NOW))

    [found] = root.xpath("//outline[@xmlUrl]")
    assert found.get("text") == found.get("title") == "Culture"
    assert found.get("type") == "rss"


@pytest.mark.parametrize("key", ["a.md", "2026/über uns.md", "x y#?<>\x00", "港.md"])
def test_an_id_is_an_absolute_uri_and_always_the_same(key: str) -> None:
    made = article_id("harbour.example,2026", "articles", key)

    assert made == article_id("harbour.example,2026", "articles", key)
    assert made.startswith("tag:harbour.example,2026:article/articles/")
    assert made.isascii()
    assert not set(made) & set(' <>"{}|\\^`#?\x00')
    assert feed_id("harbour.example,2026", "section", "culture") == "tag:harbour.example,2026:feed/section/culture"


@pytest.mark.parametrize(
    ("text", "slug"), [("Åsa Öhrnlund", "asa-ohrnlund"), ("Current Affairs!", "current-affairs"), ("Ærø", "aero")]
)
def test_a_slug_is_plain(text: str, slug: str) -> None:
    assert slugify(text, fallback="x") == slug


@pytest.mark.parametrize("text", ["../../etc/passwd", "港", "", "%2e%2e%2f", "\x00", "a" * 200])
def test_no_slug_leaves_its_folder(text: str) -> None:
    made = slugify(text, fallback="article")

    assert 1 <= len(made) <= 80
    assert set(made) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
