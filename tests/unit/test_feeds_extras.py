"""What a feed says beyond words and dates: files, pictures, where a piece comes from, languages, closed pages."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import feedparser
import pytest
from lxml import etree

from publisher.feeds import ArchiveLinks, FeedEntry, project, render_atom, render_json, render_rss
from publisher.feeds.language import text_direction
from publisher.model.article import Attachment, Original, OriginFeed
from tests.builders import a_feed_info, an_article

ATOM = "{http://www.w3.org/2005/Atom}"
MEDIA = "{http://search.yahoo.com/mrss/}"
FH = "{http://purl.org/syndication/history/1.0}"
URL = "https://harbour.example/feeds/x"
INFO = a_feed_info(description="Essays.")
AUDIO = Attachment("https://cdn.example/a b.mp3", "audio/mpeg", 1234)
PDF = Attachment("https://cdn.example/b.pdf", "Application/PDF", 99)
FEED = OriginFeed(
    "tag:paper.example,2020:feed", "The <Paper>", "2026-11-20T08:00:00+02:00", "https://paper.example/f.xml"
)


def an_entry(*, full_content: bool = False, **changes: Any) -> FeedEntry:
    return project(an_article(1, **changes), site_url="https://harbour.example/", full_content=full_content)


def rss_item(entry: FeedEntry) -> Any:
    return etree.fromstring(render_rss(INFO, [entry], url=URL)).find("channel/item")


def atom_entry(entry: FeedEntry) -> Any:
    return etree.fromstring(render_atom(INFO, [entry], url=URL)).find(f"{ATOM}entry")


def json_item(entry: FeedEntry) -> Any:
    [found] = json.loads(render_json(INFO, [entry], url=URL))["items"]
    return found


def test_files_of_an_article_are_one_enclosure_in_rss_and_all_in_atom_and_json() -> None:
    entry = an_entry(attachments=(AUDIO, PDF, AUDIO))

    [enclosure] = rss_item(entry).findall("enclosure")
    links = atom_entry(entry).findall(f"{ATOM}link[@rel='enclosure']")
    assert dict(enclosure.attrib) == {"url": "https://cdn.example/a%20b.mp3", "type": "audio/mpeg", "length": "1234"}
    assert [(link.get("href"), link.get("type"), link.get("length")) for link in links] == [
        ("https://cdn.example/a%20b.mp3", "audio/mpeg", "1234"),
        ("https://cdn.example/b.pdf", "application/pdf", "99"),
    ]
    assert json_item(entry)["attachments"][1] == {
        "url": "https://cdn.example/b.pdf",
        "mime_type": "application/pdf",
        "size_in_bytes": 99,
    }


def test_an_enclosure_is_no_second_page_of_the_entry() -> None:
    entry = an_entry(attachments=(AUDIO,))

    for data in (render_rss(INFO, [entry], url=URL), render_atom(INFO, [entry], url=URL)):
        [found] = feedparser.parse(data).entries
        assert found.link == entry.url
        assert [file.href for file in found.enclosures] == ["https://cdn.example/a%20b.mp3"]


@pytest.mark.parametrize(
    "bad", [Attachment("javascript:x", "audio/mpeg", 1), Attachment("https://x.example/a", "?", 1)]
)
def test_a_file_without_an_address_or_a_type_is_left_out(bad: Attachment) -> None:
    assert an_entry(attachments=(bad,)).attachments == ()


def test_a_picture_has_its_size_where_it_is_known() -> None:
    sized = an_entry(image="https://harbour.example/p.jpg", image_size=(1200, 630))
    bare = an_entry(image="https://harbour.example/p.jpg", image_size=(0, 630))

    for node in (rss_item(sized), atom_entry(sized)):
        [picture] = node.findall(f"{MEDIA}thumbnail")
        assert dict(picture.attrib) == {"url": "https://harbour.example/p.jpg", "width": "1200", "height": "630"}
    assert dict(rss_item(bare).find(f"{MEDIA}thumbnail").attrib) == {"url": "https://harbour.example/p.jpg"}
    assert json_item(sized)["image"] == "https://harbour.example/p.jpg"
    assert json_item(sized)["_publisher"]["image_size"] == [1200, 630]


def test_a_republished_piece_names_its_feed_its_page_and_its_licence() -> None:
    licence = "https://creativecommons.org/licenses/by-nd/4.0/"
    entry = an_entry(licence=licence, original=Original("The Paper", "https://paper.example/1", FEED))
    rss, atom = rss_item(entry), atom_entry(entry)

    source = atom.find(f"{ATOM}source")
    assert source.findtext(f"{ATOM}id") == FEED.id
    assert source.find(f"{ATOM}title").get("type") == "html"
    assert source.findtext(f"{ATOM}updated") == "2026-11-20T06:00:00Z"
    assert (rss.find("source").get("url"), rss.findtext("source")) == (FEED.url, "The <Paper>")
    assert atom.find(f"{ATOM}link[@rel='via']").get("href") == "https://paper.example/1"
    assert atom.find(f"{ATOM}link[@rel='license']").get("href") == licence
    assert rss.findtext("{http://backend.userland.com/creativeCommonsRssModule}license") == licence
    assert json_item(entry)["_publisher"]["original"]["feed"]["id"] == FEED.id


@pytest.mark.parametrize(
    "missing", [{"id": ""}, {"id": "no uri"}, {"title": " "}, {"updated": ""}, {"updated": "2026-11-20"}]
)
def test_what_is_not_known_for_certain_of_the_other_feed_leaves_atom_source_out(missing: dict[str, str]) -> None:
    entry = an_entry(original=Original("The Paper", "https://paper.example/1", replace(FEED, **missing)))

    assert atom_entry(entry).find(f"{ATOM}source") is None
    assert rss_item(entry).find("source").get("url") == FEED.url


def test_a_category_has_a_stable_key_and_a_name() -> None:
    [category] = atom_entry(an_entry(section="Current Affairs")).findall(f"{ATOM}category")

    assert (category.get("term"), category.get("label")) == ("current-affairs", "Current Affairs")


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        ("ar", "rtl"),
        ("he-IL", "rtl"),
        ("FA", "rtl"),
        ("ur", "rtl"),
        ("az-Arab", "rtl"),
        ("ks-Deva", ""),
        ("en", ""),
        ("", ""),
    ],
)
def test_languages_that_run_from_right_to_left_are_known(tag: str, wanted: str) -> None:
    assert text_direction(tag) == wanted


def test_a_body_from_right_to_left_says_so_in_every_format() -> None:
    entry = an_entry(language="ar", full_content=True)

    assert entry.content_html is not None
    assert entry.content_html.startswith('<div dir="rtl" lang="ar"><p>')
    assert json_item(entry)["content_html"] == atom_entry(entry).findtext(f"{ATOM}content") == entry.content_html
    assert json_item(entry)["_publisher"]["direction"] == "rtl"
    assert atom_entry(entry).get("{http://www.w3.org/XML/1998/namespace}lang") == "ar"
    assert rss_item(entry).findtext("{http://purl.org/dc/elements/1.1/}language") == "ar"
    assert "dir=" not in (an_entry(full_content=True).content_html or "dir=")


@pytest.mark.parametrize("writer", [render_rss, render_atom])
def test_a_closed_page_says_so_and_the_subscription_document_does_not(writer: Any) -> None:
    page = replace(INFO, archive=ArchiveLinks("https://h.example/1", "https://h.example/3", "https://h.example/rss"))
    newest = replace(INFO, archive=ArchiveLinks("https://h.example/1"))

    closed, open_ = (etree.fromstring(writer(info, [an_entry()], url=URL)) for info in (page, newest))

    assert len(list(closed.iter(f"{FH}archive"))) == 1
    assert list(open_.iter(f"{FH}archive")) == []
    rels = {link.get("rel") for link in closed.iter(f"{ATOM}link")}
    assert {"self", "current", "prev-archive", "next-archive"} <= rels
    assert {"current", "next-archive"}.isdisjoint({link.get("rel") for link in open_.iter(f"{ATOM}link")})


def test_the_hub_is_named_in_all_three_formats() -> None:
    info = replace(INFO, hub="https://hub.example/")

    assert b'rel="hub"' in render_rss(info, [], url=URL)
    assert b'rel="hub"' in render_atom(info, [], url=URL)
    assert json.loads(render_json(info, [], url=URL))["hubs"] == [{"type": "WebSub", "url": "https://hub.example/"}]
