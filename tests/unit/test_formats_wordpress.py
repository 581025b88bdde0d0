"""Posts of WordPress's REST API: what an article takes from each, and which are left out."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from publisher.errors import ParseError
from publisher.formats.site_links import find_feeds, find_rest_api
from publisher.formats.wordpress import ParsedPosts, Post, parse_posts
from publisher.model.article import ParsedArticle

URL = "https://elsewhere.example/wp-json/wp/v2/posts"
EMBEDDED = {
    "author": [{"name": "Ada Berg"}, {"code": "rest_user_invalid_id"}],
    "wp:term": [
        [
            {"taxonomy": "category", "name": "Sea &amp; harbour", "slug": "sea"},
            {"taxonomy": "category", "name": "Fog", "slug": "fog"},
        ],
        [{"taxonomy": "post_tag", "name": "ferries", "slug": "ferries"}],
    ],
    "wp:featuredmedia": [
        {
            "source_url": "https://elsewhere.example/ferry.jpg",
            "mime_type": "image/jpeg",
            "media_details": {"width": 1200, "height": 800},
        }
    ],
}


def post(**changes: object) -> dict[str, Any]:
    return {
        "id": 12,
        "status": "publish",
        "date": "2026-11-24T10:00:00",
        "date_gmt": "2026-11-24T08:00:00",
        "modified_gmt": "2026-11-24T09:30:00",
        "guid": {"rendered": "https://elsewhere.example/?p=12&#038;x=1"},
        "slug": "last-ferry",
        "link": "https://elsewhere.example/2026/last-ferry/",
        "title": {"rendered": "The last ferry &#8211; gone"},
        "content": {"rendered": "<p>It left at <b>six</b>.<script>x()</script></p>", "protected": False},
        "excerpt": {"rendered": "<p>It left &hellip;</p>", "protected": False},
        "_embedded": EMBEDDED,
    } | changes


def read(*posts: object) -> ParsedPosts:
    return parse_posts(json.dumps(posts).encode(), url=URL, known={})


def the_post(**changes: object) -> Post:
    (found,) = read(post(**changes)).posts
    return found


def the_article(**changes: object) -> ParsedArticle:
    parsed = the_post(**changes).item.parsed
    assert parsed is not None
    return parsed


def test_a_post_becomes_an_article() -> None:
    found, parsed = the_post(), the_article()
    assert (found.item.source_key, found.stamp) == ("post/12", "2026-11-24T09:30:00Z")
    assert found.item.upstream_id == "https://elsewhere.example/?p=12&x=1"
    assert parsed.title == "The last ferry – gone"
    assert parsed.body.text == "It left at six."
    assert "script" not in parsed.body.html
    assert parsed.summary == "It left …"
    assert parsed.published == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert parsed.updated == datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    assert parsed.authors == ("Ada Berg",)
    assert parsed.section == "Sea & harbour"
    assert parsed.tags == ("Fog", "ferries")
    assert (parsed.image, parsed.image_size) == ("https://elsewhere.example/ferry.jpg", (1200, 800))
    assert (parsed.slug, parsed.url) == ("last-ferry", "https://elsewhere.example/2026/last-ferry/")


def test_several_authors_of_a_plug_in_are_all_named() -> None:
    assert the_article(authors=[{"display_name": "Ada"}, {"display_name": "Bo"}]).authors == ("Ada", "Bo")


def test_the_category_for_what_has_none_is_no_section() -> None:
    terms = [[{"taxonomy": "category", "name": "Uncategorised", "slug": "uncategorized"}]]
    assert the_article(_embedded={"wp:term": terms}).section is None


def test_a_date_of_zeros_is_no_date() -> None:
    parsed = the_article(date_gmt="0000-00-00T00:00:00", modified_gmt="0000-00-00T00:00:00")
    assert parsed.published == datetime(2026, 11, 24, 10, tzinfo=UTC)
    assert parsed.updated is None
    assert the_post(modified_gmt="0000-00-00T00:00:00").stamp == ""


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"content": {"rendered": "", "protected": True}}, "password"),
        ({"status": "private"}, "private"),
        ({"status": "future"}, "future"),
    ],
)
def test_what_is_not_for_everybody_is_left_out_with_a_word(changes: dict[str, Any], words: str) -> None:
    found = read(post(**changes), post(id=13))
    assert [one.item.source_key for one in found.posts] == ["post/13"]
    assert words in found.warnings[0]
    assert "post/12" in found.warnings[0]
    assert found.count == 2


@pytest.mark.parametrize("bad", [None, 3, "x", [], {}, {"id": "12"}, {"id": True}, {"id": -1}])
def test_a_post_without_a_number_stops_no_other(bad: object) -> None:
    found = read(bad, post())
    assert [one.item.source_key for one in found.posts] == ["post/12"]
    assert "1 posts" in found.warnings[0]


@pytest.mark.parametrize("wrong", [None, 7, "text", [], {"rendered": None}, {"rendered": {}}])
def test_a_post_without_words_is_a_problem_of_its_own(wrong: object) -> None:
    bad, good = read(post(title=wrong, content=wrong, excerpt=wrong, _embedded=wrong), post(id=13)).posts
    assert bad.item.problem is not None
    assert bad.item.problem.where == f"{URL}#post/12"
    assert good.item.parsed is not None


def test_a_post_that_is_known_is_not_parsed_again() -> None:
    known = {"post/12": the_post().item.fingerprint}
    (found,) = parse_posts(json.dumps([post()]).encode(), url=URL, known=known).posts
    assert found.item.parsed is None
    assert found.stamp == "2026-11-24T09:30:00Z"


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"<!DOCTYPE html><title>x</title>", "web page"),
        (b"", "web page"),
        (b'{"code":"rest_no_route","message":"No route was found"}', "No route was found"),
        (b'[{"id": 1', "broken"),
        (b"[" * 100_000, "broken"),
    ],
)
def test_what_is_no_list_of_posts_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(ParseError, match=words):
        parse_posts(data, url=URL, known={})


def test_the_rest_api_is_found_by_the_header_or_the_head() -> None:
    header = '<https://e.example/a>; rel=shortlink, <https://e.example/wp-json/>; rel="https://api.w.org/"'
    head = "<link rel='https://api.w.org/' href='/api/' />"
    assert find_rest_api("", header=header, url="https://e.example/") == "https://e.example/wp-json/"
    assert find_rest_api(head, header="", url="https://e.example/") == "https://e.example/api/"
    assert find_rest_api("<p>", header="x", url="https://e.example/") == ""


def test_the_feeds_of_a_page_are_found_in_order() -> None:
    html = (
        '<link rel="stylesheet" href="x.css"><link href="/feed/" rel="alternate" type="application/rss+xml">'
        "<link rel='alternate' type='application/atom+xml' href='https://e.example/atom?a=1&amp;b=2'>"
        '<link rel="alternate" type="application/rss+xml" href="javascript:x">'
    )
    assert find_feeds(html, url="https://e.example/x") == ("https://e.example/feed/", "https://e.example/atom?a=1&b=2")
