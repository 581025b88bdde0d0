"""Feeds of every format: what an article takes from its entry."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime
from typing import Any

import pytest

from publisher.errors import ParseError
from publisher.formats.feed import FeedItem, ParsedFeed, parse_feed
from publisher.formats.feed_dates import parse_feed_date
from publisher.formats.feed_repair import MAX_ENTRIES
from publisher.model.article import Attachment, ParsedArticle

URL = "https://elsewhere.example/feed.xml"
NAMES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:media="http://search.yahoo.com/mrss/" xmlns:atom="http://www.w3.org/2005/Atom" '
    'xmlns:creativeCommons="http://backend.userland.com/creativeCommonsRssModule"'
)


def rss(*items: str, channel: str = "") -> bytes:
    inner = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {NAMES}><channel><title>Elsewhere</title>{channel}{inner}</channel></rss>'.encode()


def atom(*entries: str, feed: str = "") -> bytes:
    inner = "".join(f"<entry>{entry}</entry>" for entry in entries)
    return f'<feed xmlns="http://www.w3.org/2005/Atom"><title>Elsewhere</title>{feed}{inner}</feed>'.encode()


def json_feed(*items: object, **feed: object) -> bytes:
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "E", "items": items} | feed).encode()


def read(data: bytes, *, content_type: str = "") -> ParsedFeed:
    return parse_feed(data, content_type=content_type, url=URL)


def item_of(data: bytes) -> FeedItem:
    (item,) = read(data).entries
    return item


def article_of(data: bytes) -> ParsedArticle:
    parsed = item_of(data).parsed
    assert parsed is not None
    return parsed


def test_an_rss_item_becomes_an_article() -> None:
    item = item_of(
        rss(
            "<guid isPermaLink='false'>17</guid><title>The last ferry</title>"
            "<link>https://elsewhere.example/ferry?utm_source=rss&amp;a=1</link>"
            "<dc:creator>Ada Berg</dc:creator><dc:creator>Bo Holm</dc:creator>"
            "<pubDate>Tue, 24 Nov 2026 08:00:00 +0200</pubDate>"
            "<category>Sea</category><category>Harbour</category><description>It left.</description>"
            "<content:encoded><![CDATA[<p>It left at <b>six</b>. <a href='/tides'>Tides</a></p>]]></content:encoded>",
            channel="<language>en-GB</language>",
        )
    )
    parsed = item.parsed
    assert parsed is not None
    assert (item.source_key, item.upstream_id) == ("17", "17")
    assert parsed.title == "The last ferry"
    assert parsed.url == "https://elsewhere.example/ferry?a=1"
    assert parsed.slug == "ferry"
    assert parsed.authors == ("Ada Berg", "Bo Holm")
    assert parsed.published == datetime(2026, 11, 24, 6, tzinfo=UTC)
    assert parsed.tags == ("Sea", "Harbour")
    assert parsed.section is None
    assert parsed.language == "en-GB"
    assert parsed.body.text == "It left at six. Tides"
    assert 'href="https://elsewhere.example/tides"' in parsed.body.html
    assert parsed.summary == "It left."


def test_an_atom_entry_becomes_an_article() -> None:
    item = item_of(
        atom(
            "<id>tag:elsewhere.example,2020:1</id><title type='html'>Fish &amp;amp; chips</title>"
            "<link href='/fish'/><link rel='license' href='https://creativecommons.org/licenses/by/4.0/'/>"
            "<author><name>Ada Berg</name><email>ada@elsewhere.example</email></author><author><name>Bo</name></author>"
            "<published>2026-11-23T10:00:00Z</published><updated>2026-11-24T10:00:00+02:00</updated>"
            "<category term='food' label='Food'/><summary>Short.</summary>"
            "<content type='xhtml' xml:base='https://cdn.example/a/'><div xmlns='http://www.w3.org/1999/xhtml'>"
            "<p>Long <em>text</em>. <a href='b'>b</a></p></div></content>",
            feed="<id>tag:elsewhere.example,2020:feed</id><updated>2026-11-24T10:00:00Z</updated>",
        )
    )
    parsed = item.parsed
    assert parsed is not None
    assert item.source_key == "tag:elsewhere.example,2020:1"
    assert parsed.title == "Fish & chips"
    assert parsed.url == "https://elsewhere.example/fish"
    assert parsed.authors == ("Ada Berg", "Bo")
    assert parsed.published == datetime(2026, 11, 23, 10, tzinfo=UTC)
    assert parsed.updated == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert parsed.tags == ("Food",)
    assert parsed.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert parsed.body.text == "Long text. b"
    assert 'href="https://cdn.example/a/b"' in parsed.body.html
    assert parsed.summary == "Short."


def test_a_json_item_becomes_an_article() -> None:
    item = item_of(
        json_feed(
            {
                "id": 5,
                "url": "/five",
                "title": "Five < six & seven",
                "content_html": "<p>Body <img src='a.png' alt=''></p>",
                "summary": "Short.",
                "image": "https://elsewhere.example/five.jpg",
                "date_published": "2026-11-24T08:00:00Z",
                "date_modified": "soon",
                "tags": ["Sea", 3],
                "attachments": [{"url": "/five.mp3", "mime_type": "audio/mpeg", "size_in_bytes": 12}],
                "_publisher": {
                    "license": "https://l.example/",
                    "original": {"name": "Third", "url": "https://t.example/"},
                },
            },
            authors=[{"name": "Ada Berg"}],
            language="fi",
        )
    )
    parsed = item.parsed
    assert parsed is not None
    assert item.source_key == "5"
    assert parsed.title == "Five < six & seven"
    assert parsed.url == "https://elsewhere.example/five"
    assert parsed.image == "https://elsewhere.example/five.jpg"
    assert (parsed.authors, parsed.language, parsed.tags) == (("Ada Berg",), "fi", ("Sea",))
    assert parsed.published == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert parsed.updated is None
    assert parsed.attachments == (Attachment("https://elsewhere.example/five.mp3", "audio/mpeg", 12),)
    assert parsed.licence == "https://l.example/"
    assert parsed.original is not None
    assert (parsed.original.name, parsed.original.url) == ("Third", "https://t.example/")


def test_json_feed_1_0_and_plain_content_are_read() -> None:
    parsed = article_of(json_feed({"id": "a", "content_text": "One\n\n<Two>", "author": {"name": "Ada"}}))
    assert parsed.body.text == "One\n\n<Two>"
    assert parsed.authors == ("Ada",)
    assert parsed.title == "One"


def test_rss_1_0_is_read_with_its_dublin_core() -> None:
    data = (
        f'<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" {NAMES}>'
        '<channel rdf:about="https://elsewhere.example/"><title>E</title></channel>'
        '<item rdf:about="https://elsewhere.example/1"><title>One</title><link>https://elsewhere.example/1</link>'
        "<description>Words.</description><dc:creator>Ada</dc:creator><dc:date>2026-11-24</dc:date></item></rdf:RDF>"
    ).encode()
    item = item_of(data)
    assert item.source_key == "https://elsewhere.example/1"
    assert item.parsed is not None
    assert item.parsed.published == date(2026, 11, 24)
    assert item.parsed.authors == ("Ada",)


def test_rss_0_91_with_its_document_type_is_read() -> None:
    data = (
        b'<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://n.example/r.dtd">'
        b'<rss version="0.91"><channel><item><title>A&nbsp;b &eacute;</title><link>https://e.example/a</link></item></channel></rss>'
    )
    assert article_of(data).title == "A b é"


@pytest.mark.parametrize(
    ("given", "title"),
    [
        ("AT&amp;T", "AT&T"),
        ("AT&amp;amp;T", "AT&T"),
        ("5 &lt; 6", "5 < 6"),
        ("&lt;b&gt;Bold&lt;/b&gt; word", "Bold word"),
        ("<![CDATA[A & B]]>", "A & B"),
        ("A & B", "A & B"),
        ("A &eacute; B", "A é B"),
        ("<![CDATA[A &#8217; B]]>", "A ’ B"),
        (" Two\n lines ", "Two lines"),
    ],
)
def test_an_rss_title_is_decoded_once(given: str, title: str) -> None:
    assert article_of(rss(f"<title>{given}</title><description>x</description>")).title == title


@pytest.mark.parametrize(
    ("kind", "given", "title"),
    [
        ("text", "Use &lt;b&gt; &amp;amp;", "Use <b> &amp;"),
        ("html", "&lt;b&gt;Bold&lt;/b&gt; &amp;amp;", "Bold &"),
        ("xhtml", '<div xmlns="http://www.w3.org/1999/xhtml"><b>Bold</b> &amp;</div>', "Bold &"),
    ],
)
def test_an_atom_title_is_read_as_its_type_says(kind: str, given: str, title: str) -> None:
    assert article_of(atom(f"<id>a:b</id><title type='{kind}'>{given}</title>")).title == title


@pytest.mark.parametrize(
    ("given", "names"),
    [
        ("<author>ada@harbour.example (Ada Berg)</author>", ("Ada Berg",)),
        ("<author>Ada Berg &lt;ada@harbour.example&gt;</author>", ("Ada Berg",)),
        ("<author>ada@harbour.example</author>", ()),
        ("<author>Ada Berg</author>", ("Ada Berg",)),
        ("<dc:creator>Ada Berg</dc:creator>", ("Ada Berg",)),
        ("<atom:author><atom:name>Ada</atom:name></atom:author>", ("Ada",)),
    ],
)
def test_an_author_is_a_name_without_the_address(given: str, names: tuple[str, ...]) -> None:
    assert article_of(rss(f"<title>x</title>{given}")).authors == names


def test_an_entry_without_an_author_has_its_feeds() -> None:
    feed = "<author><name>Ada</name></author>"
    assert article_of(atom("<id>a:b</id><title>x</title>", feed=feed)).authors == ("Ada",)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("Tue, 24 Nov 2026 08:00:00 EST", datetime(2026, 11, 24, 13, tzinfo=UTC)),
        ("24 Nov 26 08:00 GMT", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 08:00:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 08:00:00 XYZ", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("Tue, 24 Nov 2026 08:00:00 GMT+02:00", datetime(2026, 11, 24, 6, tzinfo=UTC)),
        ("2026-11-24T08:00:00.123-05:00", datetime(2026, 11, 24, 13, tzinfo=UTC)),
        ("2026-11-24 08:00", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24", date(2026, 11, 24)),
        ("2026-11", date(2026, 11, 1)),
        ("0000-00-00T00:00:00", None),
        ("2026-13-45", None),
        ("soon", None),
        ("Tue, 99 Nov 2026 08:00:00 GMT", None),
        ("1" * 10_000, None),
        ("", None),
    ],
)
def test_a_date_is_aware_or_alone_or_none(given: str, expected: object) -> None:
    assert parse_feed_date(given) == expected


def test_an_entry_with_a_change_alone_is_as_old_as_that() -> None:
    parsed = article_of(atom("<id>a:b</id><title>x</title><updated>2026-11-24T08:00:00Z</updated>"))
    assert parsed.published == parsed.updated == datetime(2026, 11, 24, 8, tzinfo=UTC)


def test_a_summary_is_the_body_where_there_is_no_more() -> None:
    parsed = article_of(rss("<title>x</title><description>&lt;p&gt;All of it.&lt;/p&gt;</description>"))
    assert parsed.body.text == "All of it."
    assert parsed.summary is None


def test_plain_text_in_a_description_keeps_its_paragraphs() -> None:
    parsed = article_of(rss("<title>x</title><description>One &amp;amp; two.\n\nThree.</description>"))
    assert parsed.body.text == "One & two.\n\nThree."


@pytest.mark.parametrize(
    ("entry", "key"),
    [
        ("<guid>x y</guid><link>https://e.example/a</link>", "x y"),
        ("<link>https://e.example/a?utm_campaign=x</link>", "https://e.example/a"),
        (f"<guid>{'k' * 5_000}</guid>", "sha256:"),
        ("", "sha256:"),
    ],
)
def test_a_key_is_the_id_else_the_address_else_the_words(entry: str, key: str) -> None:
    found = item_of(rss(f"<title>x</title>{entry}")).source_key
    assert found.startswith(key)
    assert len(found) <= 500


def test_an_id_is_kept_byte_for_byte() -> None:
    for given in ("http://E.example//a/../b#", "urn:X:1", "../relative", "http:////odd"):
        assert item_of(atom(f"<id> {given}\n</id><title>x</title>")).upstream_id == given


def test_a_guid_that_is_an_address_stands_for_a_missing_link() -> None:
    assert article_of(rss("<guid>https://e.example/a</guid><title>x</title>")).url == "https://e.example/a"
    assert article_of(rss("<guid isPermaLink='false'>https://e.example/a</guid><title>x</title>")).url is None


def test_the_widest_picture_is_the_image() -> None:
    parsed = article_of(
        rss(
            "<title>x</title><media:thumbnail url='https://e.example/s.jpg' width='80' height='60'/>"
            "<media:group><media:content url='https://e.example/m.jpg' medium='image' width='800' height='600'/>"
            "</media:group>"
            "<enclosure url='https://e.example/l.jpg' type='image/jpeg' length='5'/>"
        )
    )
    assert (parsed.image, parsed.image_size) == ("https://e.example/m.jpg", (800, 600))


def test_recordings_are_attachments_and_pictures_are_not() -> None:
    parsed = article_of(
        rss(
            "<title>x</title><enclosure url='https://e.example/a.mp3' type='audio/mpeg' length='123'/>"
            "<enclosure url='https://e.example/b.pdf' length='much'/><enclosure url='javascript:x' type='audio/mpeg'/>"
            "<enclosure url='https://e.example/c.exe' type='application/exe' length='1'/>"
            "<enclosure url='https://e.example/d.png' type='image/png' length='1'/>"
        )
    )
    assert parsed.attachments == (
        Attachment("https://e.example/a.mp3", "audio/mpeg", 123),
        Attachment("https://e.example/b.pdf", "application/pdf", 0),
    )
    assert parsed.image == "https://e.example/d.png"


def test_a_licence_is_the_entrys_else_the_feeds() -> None:
    licence = "<creativeCommons:license>https://l.example/{}</creativeCommons:license>"
    assert (
        article_of(rss("<title>x</title>" + licence.format(1), channel=licence.format(2))).licence
        == "https://l.example/1"
    )
    assert article_of(rss("<title>x</title>", channel=licence.format(2))).licence == "https://l.example/2"


def test_the_original_of_an_aggregated_entry_is_told() -> None:
    original = article_of(
        atom(
            "<id>a:b</id><title>x</title><link rel='via' href='https://third.example/x'/><source><id>tag:third</id>"
            "<title>Third</title><updated>2026-11-24T10:00:00+02:00</updated><link rel='self' href='https://third.example/f'/></source>"
        )
    ).original
    assert original is not None
    assert (original.name, original.url) == ("Third", "https://third.example/x")
    assert original.feed is not None
    assert (original.feed.id, original.feed.updated) == ("tag:third", "2026-11-24T08:00:00Z")
    assert original.feed.url == "https://third.example/f"


def test_the_source_of_an_rss_item_is_its_original() -> None:
    entry = "<title>x</title><link>https://third.example/x</link><source url='https://third.example/rss'>Third</source>"
    original = article_of(rss(entry)).original
    assert original is not None
    assert (original.name, original.url) == ("Third", "https://third.example/x")
    assert original.feed is not None
    assert original.feed.url == "https://third.example/rss"
    own = f"<title>x</title><source url='{URL}'>Elsewhere</source>"
    assert article_of(rss(own)).original is None


def test_what_is_not_safe_is_taken_out() -> None:
    bad = "<![CDATA[<p onclick='x()'>Ok</p><script>bad()</script><svg/onload=bad()><a href='javascript:bad()'>l</a>]]>"
    html = article_of(rss(f"<title>x</title><description>{bad}</description>")).body.html
    assert "bad()" not in html
    assert "onclick" not in html


def test_an_entry_without_title_and_text_is_a_problem_that_names_it() -> None:
    good, bad = read(rss("<title>x</title>", "<guid>17</guid>")).entries
    assert good.parsed is not None
    assert bad.problem is not None
    assert bad.problem.where == f"{URL}#17"


def test_what_is_known_is_not_parsed_again_until_it_changes() -> None:
    data = rss("<guid>1</guid><title>x</title>", "<guid>2</guid><title>y</title>")
    known = {item.source_key: item.fingerprint for item in read(data).entries}
    assert all(item.parsed is None for item in parse_feed(data, url=URL, known=known).entries)
    changed = parse_feed(data.replace(b"<title>y", b"<title>z"), url=URL, known=known).entries
    assert [item.parsed is None for item in changed] == [True, False]


def test_entries_with_one_id_are_one() -> None:
    feed = read(rss("<guid>1</guid><title>new</title>", "<guid>1</guid><title>old</title>"))
    assert [item.parsed.title for item in feed.entries if item.parsed] == ["new"]
    assert "1 entries" in feed.warnings[0]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "iso-8859-1", "windows-1252", "utf-32"]
)
def test_encodings_are_read(encoding: str) -> None:
    declared = encoding.removesuffix("-sig")
    text = f"<?xml version='1.0' encoding='{declared}'?><rss><channel><item><title>Häfen</title></item></channel></rss>"
    assert article_of(text.encode(encoding)).title == "Häfen"


def test_a_wrong_charset_does_not_spoil_valid_utf_8() -> None:
    data = "<rss><channel><item><title>Häfen – 港</title></item></channel></rss>".encode()
    (item,) = read(data, content_type="text/xml; charset=iso-8859-1").entries
    assert item.parsed is not None
    assert item.parsed.title == "Häfen – 港"


@pytest.mark.parametrize("codec", ["punycode", "idna", "unicode_escape", "rot13", "zlib", "no-such-code"])
def test_codecs_that_are_no_encodings_are_not_tried(codec: str) -> None:
    data = f"<?xml version='1.0' encoding='{codec}'?><rss><channel><item><title>H\xe4fen</title></item></channel></rss>"
    assert article_of(data.encode("latin-1")).title == "Häfen"


def test_prefixes_that_nobody_declared_are_those_that_everybody_means() -> None:
    data = b"<rss><channel><item><title>x</title><content:encoded>Body</content:encoded><foo:bar>1</foo:bar></item>"
    assert article_of(data).body.text == "Body"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "empty"),
        (b" \n ", "empty"),
        (b"<!DOCTYPE html><html><title>Sign in</title>", "This is a web page, not a feed: Sign in"),
        (b"\n<html lang='en'><body>502", "web page"),
        (b"hello", "not a feed"),
        (b"<svg/>", "not a feed"),
        (b'{"error": "no"}', "no items"),
        (b"[1, 2]", "no items"),
        (b"{", "broken"),
        (b"\x00" * 1000, "empty"),
        (b"\x89PNG\r\n\x1a\n" * 100, "not a feed"),
    ],
)
def test_what_is_no_feed_is_refused_with_its_address(data: bytes, what: str) -> None:
    with pytest.raises(ParseError, match=what) as caught:
        read(data)
    assert caught.value.where == URL


def test_a_feed_that_is_cut_off_gives_its_whole_entries() -> None:
    whole = rss("<guid>1</guid><title>x</title>", "<guid>2</guid><title>y</title><description>It goes on")
    feed = read(whole[: whole.index(b"goes on")])
    assert [item.source_key for item in feed.entries] == ["1"]
    assert "cut off" in feed.warnings[0]


def test_entries_past_the_cap_are_left_out() -> None:
    feed = read(rss(*(f"<guid>{number}</guid><title>x</title>" for number in range(MAX_ENTRIES + 50))))
    assert len(feed.entries) == MAX_ENTRIES
    assert "1,000" in feed.warnings[0]


LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
ATOM = b"<feed xmlns='http://www.w3.org/2005/Atom'><entry><title>x</title>"
INCLUDE = b'x<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd"/>'


def with_title(title: bytes, *, head: bytes = b"", rest: bytes = b"") -> bytes:
    return head + b"<rss><channel><item><title>" + title + b"</title>" + rest + b"</item></channel></rss>"


HOSTILE: dict[str, bytes] = {
    "billion laughs": with_title(b"&l9;", head=b'<!DOCTYPE x [<!ENTITY l0 "ha">' + LAUGHS + b"]>"),
    "quadratic": with_title(b"&a;" * 50_000, head=b'<!DOCTYPE x [<!ENTITY a "' + b"ha" * 50_000 + b'">]>'),
    "external entity": with_title(b"&a;", head=b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    "external parameter": with_title(b"x", head=b'<!DOCTYPE x [<!ENTITY % a SYSTEM "file:///etc/passwd"> %a;]>'),
    "external type": with_title(b"x", head=b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">'),
    "inclusion": with_title(INCLUDE),
    "nesting": b"<rss>" + b"<a>" * 300_000,
    "nested entries": b"<rss><channel>" + b"<item>" * 300_000,
    "attributes": b"<rss " + b" ".join(b"a%d='1'" % n for n in range(100_000)) + b"/>",
    "open comments": b"<!DOCTYPE x [" + b"<!--" * 300_000,
    "a long author": with_title(b"x", rest=b"<author>" + b"a" * 1_000_000 + b"</author>"),
    "ampersands": with_title(b"x", rest=b"<description>&lt;b&gt;" + b"&amp;" * 60_000 + b"</description>"),
    "lines": ATOM + b"<content type='xhtml'>" + b"\n" * 900_000 + b"</content></entry></feed>",
    "categories": with_title(b"x", rest=b"".join(b"<category>%d</category>" % n for n in range(30_000))),
    "brackets": b"[" * 1_000_000,
    "digits": b'{"items":[' + b"1" * 1_000_000 + b"]}",
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_feeds_are_refused_or_inert_in_little_time(data: bytes) -> None:
    started = time.process_time()
    try:
        found = repr(read(data))
    except ParseError as error:
        found = str(error)
    assert time.process_time() - started < 2
    assert "root:" not in found
    assert "hahaha" not in found


def test_names_that_are_none_inside_of_markup_stop_nothing() -> None:
    inner = "<div xmlns='http://www.w3.org/1999/xhtml'><p>Words <n:>x</n:> <:>y</:></p></div>"
    entry = f"<id>a:b</id><title>x</title><content type='xhtml'>{inner}</content>"
    assert "Words" in article_of(atom(entry)).body.text


def test_a_namespace_of_one_entry_does_not_reach_another() -> None:
    data = rss(
        "<title>a</title><itunes:summary xmlns:itunes='http://www.itunes.com/dtds/podcast-1.0.dtd'>No</itunes:summary>"
    )
    assert article_of(data).body.text == ""


def test_the_links_to_older_entries_are_told() -> None:
    links = "<link rel='next' href='/feed?p=2'/><link rel='prev-archive' href='https://e.example/2025'/>"
    feed = read(atom("<id>a:b</id><title>x</title>", feed=links))
    assert feed.next_url == "https://elsewhere.example/feed?p=2"
    assert feed.archive_url == "https://e.example/2025"
    assert read(json_feed(next_url="/2.json")).next_url == "https://elsewhere.example/2.json"


def test_reading_depends_on_no_time_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    data: Any = rss("<title>x</title><pubDate>2026-03-29T02:30:00</pubDate>")
    first = read(data)
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        assert read(data) == first
    finally:
        monkeypatch.undo()
        time.tzset()


@pytest.mark.parametrize("reference", ["&#{};", "&amp;#{};", "<![CDATA[&#{}]]>", "<![CDATA[<p>&#{};</p>]]>"])
def test_a_reference_without_an_end_costs_no_feed(reference: str) -> None:
    text = reference.format("9" * 10_000)
    item = f"<guid>1</guid><title>{text}</title><author>{text}</author><description>{text} words</description>"
    feed = f'<rss version="2.0"><channel><title>Up</title><item>{item}</item></channel></rss>'
    [entry] = parse_feed(feed.encode(), url="https://up.example/feed").entries

    assert entry.parsed is not None
    assert "words" in entry.parsed.body.text
