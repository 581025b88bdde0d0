"""Any text at all, anywhere in an article: three well-formed feeds that say the same words."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from publisher.feeds import article_id, kept_id, project, render_atom, render_json, render_rss, slugify
from publisher.feeds.urls import ascii_url
from publisher.model.article import Extract, Origin, Original, Passage
from tests.builders import a_feed_info, an_article

ATOM = "{http://www.w3.org/2005/Atom}"
FRAGMENTS = ["<b>", "&amp;", "&", "]]>", "<!--", "\x00", "\ud800", "\x85", "\ufffe", "\r\n", "\u202e", "'", '"', "é"]
TEXT = st.lists(st.one_of(st.text(max_size=12), st.sampled_from(FRAGMENTS)), max_size=8).map("".join)
TAG_URI = re.compile(r"tag:[a-z.]+,\d{4}:[A-Za-z0-9\-._~:/?@!$&'()*+,;=%]+")
INFO = a_feed_info()


def projected(title: str, words: list[str], other: str) -> Any:
    extract = Extract(tuple(map(Passage, words)), Origin.EDITOR)
    article = an_article(
        title=title,
        extract=extract,
        authors=(other,),
        section=other,
        tags=(other, title),
        licence=other,
        original=Original(other, other),
        image=other,
        url=other,
        language=other,
    )
    return project(article, site_url="https://harbour.example/")


@given(TEXT, st.lists(TEXT, max_size=3), TEXT)
@settings(max_examples=100, deadline=None)
def test_every_text_comes_out_alike_in_every_format(title: str, words: list[str], other: str) -> None:
    entry = projected(title, words, other)

    rss = etree.fromstring(render_rss(INFO, [entry], url="https://harbour.example/feeds/rss.xml"))
    atom = etree.fromstring(render_atom(INFO, [entry], url="https://harbour.example/feeds/atom.xml"))
    [item] = json.loads(render_json(INFO, [entry], url="https://harbour.example/feeds/feed.json"))["items"]

    node = atom.find(f"{ATOM}entry/{ATOM}title")
    shown = unescape(node.text) if node.get("type") == "html" else node.text
    assert rss.findtext("channel/item/title") == shown == item["title"]
    summaries = rss.findtext("channel/item/description"), atom.findtext(f"{ATOM}entry/{ATOM}summary")
    assert summaries[0] == summaries[1]
    assert "<" not in summaries[0]
    assert summaries[0].replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&") == item["summary"]
    labels = [category.get("label") for category in atom.findall(f"{ATOM}entry/{ATOM}category")]
    assert [category.text for category in rss.findall("channel/item/category")] == labels == item.get("tags", [])


@given(TEXT, st.text(max_size=400))
@settings(max_examples=100, deadline=None)
def test_ids_are_tag_uris_whatever_the_key(source: str, key: str) -> None:
    for made in (article_id("harbour.example,2026", source, key), kept_id("harbour.example,2026", source, f" {key}")):
        assert TAG_URI.fullmatch(made)


@given(st.one_of(TEXT, TEXT.map("https://{}/x".format), TEXT.map("https://harbour.example/{}".format)))
@settings(max_examples=100, deadline=None)
def test_an_address_is_none_or_absolute_ascii_and_stays_as_it_is(text: str) -> None:
    found = ascii_url(text)

    if found is not None:
        assert re.fullmatch(r"https?://[a-z0-9._\-\[\]:]+/[!-~]*", found)
        assert not set(found) & set('<>"{}|\\^`')
        assert ascii_url(found) == found


@given(TEXT)
@settings(max_examples=100, deadline=None)
def test_a_slug_is_a_plain_name_and_its_own_slug(text: str) -> None:
    slug = slugify(text, fallback="x")

    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?", slug)
    assert slugify(slug, fallback="x") == slug
