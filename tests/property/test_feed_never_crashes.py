"""Whatever a feed's bytes are: articles, problems, or an error of ours (reliability.md U4)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import SourceError
from publisher.formats.feed import parse_feed
from publisher.formats.wordpress import parse_posts

NAMES = 'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:media="http://search.yahoo.com/mrss/"'
RSS = f"""<?xml version="1.0" encoding="utf-8"?><!DOCTYPE rss [<!ENTITY a "b">]>
<rss version="2.0" {NAMES}><channel><title>E</title><language>en</language>
<item><guid isPermaLink="false">1</guid><title>Häfen &amp;amp; &eacute;</title><link>https://e.example/a</link>
<author>a@e.example (Ada)</author><pubDate>Tue, 24 Nov 2026 08:00:00 +0200</pubDate><category>x</category>
<enclosure url="https://e.example/a.mp3" length="5" type="audio/mpeg"/>
<media:content url="/a.jpg" width="4" height="3"/>
<content:encoded><![CDATA[<p>Body & <b>more</b></p>]]></content:encoded></item></channel></rss>""".encode()
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://e.example/"><id>tag:e</id><title>E</title>
<entry><id>tag:e:1</id><title type="html">&lt;b&gt;x</title><link href="a"/><author><name>Ada</name></author>
<updated>2026-11-24T08:00:00Z</updated><source><id>tag:f</id><title>F</title></source>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>Body</p></div></content></entry></feed>"""
JSON = b"""{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "url": "https://e.example/a",
"content_html": "<p>x</p>", "authors": [{"name": "Ada"}], "attachments": [{"url": "a.mp3", "size_in_bytes": 1}]}]}"""
POSTS = b"""[{"id": 1, "date_gmt": "2026-11-24T08:00:00", "modified_gmt": "2026-11-24T08:00:00", "slug": "a",
"title": {"rendered": "x"}, "content": {"rendered": "<p>x</p>", "protected": false}, "_embedded": {"author":
[{"name": "Ada"}], "wp:term": [[{"taxonomy": "category", "name": "Sea", "slug": "sea"}]]}}]"""
SAMPLES = (RSS, ATOM, JSON, POSTS)


def outcome_of(data: bytes, content_type: str = "") -> int:
    """How many entries were read in either way; errors of ours count as none."""
    count = 0
    for read in (feed_count, post_count):
        try:
            count += read(data, content_type)
        except SourceError as error:
            assert error.what
    return count


def feed_count(data: bytes, content_type: str) -> int:
    entries = parse_feed(data, content_type=content_type, url="https://e.example/feed").entries
    assert all((item.parsed is None) != (item.problem is None) for item in entries)
    assert all(0 < len(item.source_key) <= 500 for item in entries)
    return len(entries)


def post_count(data: bytes, content_type: str) -> int:
    return len(parse_posts(data, content_type=content_type, url="https://e.example/", known={}).posts)


@given(sample=st.sampled_from(SAMPLES), at=st.integers(0, 1_500))
@settings(max_examples=100, deadline=None)
def test_a_feed_cut_anywhere_is_read_or_refused(sample: bytes, at: int) -> None:
    assert outcome_of(sample[:at]) <= 2


@given(
    sample=st.sampled_from(SAMPLES), flips=st.lists(st.tuples(st.integers(0, 1_500), st.integers(0, 255)), max_size=12)
)
@settings(max_examples=100, deadline=None)
def test_a_feed_with_bytes_turned_over_is_read_or_refused(sample: bytes, flips: list[tuple[int, int]]) -> None:
    data = bytearray(sample)
    for at, byte in flips:
        data[at % len(data)] = byte
    assert outcome_of(bytes(data)) >= 0


@given(
    sample=st.sampled_from(SAMPLES),
    piece=st.binary(max_size=40),
    at=st.integers(0, 1_500),
    content_type=st.text(max_size=40),
)
@settings(max_examples=100, deadline=None)
def test_a_feed_with_something_put_into_it_is_read_or_refused(
    sample: bytes, piece: bytes, at: int, content_type: str
) -> None:
    assert outcome_of(sample[:at] + piece + sample[at:], content_type) >= 0


@given(words=st.text(max_size=60))
@settings(max_examples=60, deadline=None)
def test_any_words_anywhere_stay_harmless(words: str) -> None:
    for sample in (RSS, ATOM):
        given_words = words.encode("utf-8", "surrogatepass")
        assert outcome_of(sample.replace(b"Ada", given_words).replace(b"Body", given_words)) >= 0
