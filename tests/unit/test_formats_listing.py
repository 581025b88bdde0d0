"""Pages that list articles, sitemaps, and what a source's own address turns out to be."""

from __future__ import annotations

import gzip
import time

import pytest

from publisher.errors import ParseError
from publisher.formats.listing import Listing, parse_listing
from publisher.formats.sitemap import MAX_URLS, SitemapEntry, is_sitemap, parse_sitemap
from publisher.formats.start_page import parse_start_page

URL = "https://review.example/culture"
MAP = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>{}</urlset>"
PROSE = "<p>" + "The ferry left at six, and nobody was on it. " * 40 + "</p>"


def listing(body: str, *, url: str = URL, include: tuple[str, ...] = ()) -> Listing:
    return parse_listing(f"<html><body>{body}</body></html>".encode(), where=url, url=url, include=include)


def paths(body: str, **more: tuple[str, ...]) -> list[str]:
    return [url.removeprefix("https://review.example") for url in listing(body, **more).urls]


def test_links_in_headings_and_articles_are_articles_in_the_order_of_the_page() -> None:
    body = "<h2><a href='/c/fog'>Fog</a></h2><article><a href='b'>B</a></article><a href='/c/ice'><h3>Ice</h3></a>"
    assert paths(f"<main>{body}</main>") == ["/c/fog", "/b", "/c/ice"]


def test_elsewhere_address_or_words_must_read_like_a_title() -> None:
    body = "<a href='/c/who-pays-for-ice'>x</a><a href='/c/x'>Who pays for the ice</a><a href='/c/y'>Culture</a>"
    assert paths(body) == ["/c/who-pays-for-ice", "/c/x"]


@pytest.mark.parametrize("before", ["nav", "footer", "aside", "header", "div class='main-menu'", "div id=sidebar"])
def test_what_stands_around_the_list_is_left_out(before: str) -> None:
    assert paths(f"<{before}><h2><a href='/c/a-long-slug-here'>A title</a></h2></{before.split()[0]}>") == []


@pytest.mark.parametrize(
    "href",
    [
        "/",
        "#top",
        "/tag/sea",
        "/category/sea/x",
        "/author/ada-berg-the-pilot",
        "/culture",
        "/culture/?page=2",
        "/page/2",
        "/login",
        "/feed",
        "/i/a-b-c-d.jpg",
        "https://elsewhere.example/a-b-c-d",
        "mailto:a@b.example",
        "javascript:void(0)",
        "https://review.example:70000/a-b-c-d",
        "http://[/a-b-c",
        "https://ada@review.example/a-b-c-d",
    ],
)
def test_what_cannot_be_an_article_is_left_out(href: str) -> None:
    assert paths(f"<h2><a href='{href}'>A title of words</a></h2>") == []


def test_an_address_is_listed_once_without_its_fragment() -> None:
    body = "<h2><a href='/c/fog'>Fog</a></h2><h2><a href='/c/fog#comments'>2 comments</a></h2>"
    assert paths(body) == ["/c/fog"]


def test_patterns_alone_decide_where_there_are_any() -> None:
    body = "<nav><a href='/c/fog/'>F</a><a href='/index.php/c/ice'>I</a></nav><h2><a href='/d/a-b-c'>A title</a></h2>"
    assert paths(body, include=("/c/*",)) == ["/c/fog/", "/index.php/c/ice"]


@pytest.mark.parametrize(
    "link",
    [
        "<a href='?page=2'>Next</a>",
        "<a rel=next href='?page=2'>x</a>",
        "<a href='?page=2'>2</a>",
        "<a href='?page=2'>Older posts »</a>",
    ],
)
def test_the_next_page_of_the_list_is_found(link: str) -> None:
    assert listing(f"<a href='?page=1'>1</a>{link}<a href='?page=3'>3</a>").next_url == f"{URL}?page=2"


def test_a_sitemap_gives_addresses_and_dates() -> None:
    text = MAP.format(
        "<url><loc> https://a.example/x </loc><lastmod>2026-11-24</lastmod></url><url><loc>b</loc></url><url/>"
    )
    assert parse_sitemap(text.encode(), where="map").pages == (
        SitemapEntry("https://a.example/x", "2026-11-24"),
        SitemapEntry("b"),
    )
    assert parse_sitemap(gzip.compress(text.encode()), where="map") == parse_sitemap(text.encode(), where="map")


def test_the_picture_of_a_page_is_not_its_address() -> None:
    image = "<image:image xmlns:image='i'><image:loc>c</image:loc></image:image>"
    assert parse_sitemap(MAP.format(f"<url>{image}<loc>b</loc></url>").encode(), where="map").pages == (
        SitemapEntry("b"),
    )


def test_an_index_gives_sitemaps() -> None:
    data = b"<sitemapindex><sitemap><loc>m</loc><lastmod>2026</lastmod></sitemap></sitemapindex>"
    assert parse_sitemap(data, where="map").sitemaps == (SitemapEntry("m", "2026"),)


def test_no_more_addresses_than_the_protocol_allows_are_read() -> None:
    data = MAP.format("<url><loc>a</loc></url>" * (MAX_URLS + 5)).encode()
    assert len(parse_sitemap(data, where="map").pages) == MAX_URLS


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html/>",
        b"<urlset><url>",
        gzip.compress(b"<urlset>" + b" " * 60_000_000, mtime=0),
        gzip.compress(gzip.compress(b"<urlset/>", mtime=0), mtime=0),
        gzip.compress(b"<urlset/>", mtime=0)[:-12] + b"x",
        b"<!DOCTYPE u [<!ENTITY a 'b'>]><urlset><url><loc>&a;</loc></url></urlset>",
        b"<!DOCTYPE u SYSTEM 'http://127.0.0.1/x'><urlset/>",
        b"<urlset>" + b"<a>" * 100_000,
        b"<urlset>" + b"<a/>" * 601_000,
    ],
    ids=range(10),
)
def test_a_hostile_sitemap_is_refused_soon(data: bytes) -> None:
    start = time.process_time()
    with pytest.raises(ParseError):
        parse_sitemap(data, where="map")
    assert time.process_time() - start < 2


def test_a_sitemap_is_known_by_its_content() -> None:
    assert is_sitemap(b"<?xml version='1.0'?><!-- made --><urlset>")
    assert is_sitemap(gzip.compress(b"<sitemapindex>"))
    assert not is_sitemap(b"<html><urls>")
    assert not is_sitemap(gzip.compress(b"<html>"))


def test_the_address_of_a_source_is_read_as_what_it_is() -> None:
    declared = "<html><head><meta property='og:type' content='article'></head><body><h1>T</h1><article>"
    one = parse_start_page(f"{declared}{PROSE}</article>".encode(), where=URL, url=URL)
    assert one.article is not None
    many = parse_start_page(f"<html><body>{PROSE}<h2><a href='/a'>A</a></h2>".encode(), where=URL, url=URL)
    assert many.listing == Listing(("https://review.example/a",))
    assert parse_start_page(MAP.format("").encode(), where=URL, url=URL).sitemap is not None
    listed = parse_start_page(f"{declared}{PROSE}</article>".encode(), where=URL, url=URL, include=("/a*",))
    assert listed.listing == Listing()
