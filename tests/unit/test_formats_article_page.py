"""The article of a web page: known layouts, unknown ones, and pages that hold none."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from publisher.errors import ParseError
from publisher.formats.article_page import parse_article_page
from publisher.model.article import Body, Original, ParsedArticle
from tests.doubles.magazine_html import SHAPES, html_of, page_of_text

URL = "https://review.example/culture/the-last-ferry"
TEXT = (
    "The ferry left at six, and nobody was on it but the pilot and his dog, who had both slept badly that week.",
    "Nobody on the quay had asked for a ferry at six; the timetable of 1971 had, and it had never been withdrawn.",
    "“It leaves because it leaves,” says the pilot, and he looks at the dog, which looks at the ice in the bay.",
)
BODY = "".join(f"<p>{text}</p>" for text in TEXT)
AROUND = """<header class="site"><a href="/"><img src="/logo.png" alt="Review"></a><nav><ul><li><a href="/c">Culture</a>
</ul></nav></header>"""
FOOT = "<footer><p>© The Review, Quay 1, Grundvik</p></footer>"
FOOT += '<div class="cookie-banner"><p>We use cookies, accept?</p></div>'
JSON_LD = """<script type="application/ld+json">{"@context": "https://schema.org", "@graph": [{"@type": "WebSite"},
{"@type": "NewsArticle", "headline": "The last ferry", "author": [{"@type": "Person", "name": "Ada Berg"},
{"name": "Bo Ek"}], "datePublished": "2026-11-24T08:00:00+02:00", "dateModified": "2026-11-25T08:00:00Z",
"image": {"url": "/i/ferry.jpg", "width": 1200, "height": "800"}, "articleSection": "Current Affairs",
"keywords": "sea, ferries", "inLanguage": "fi-FI", "license": "https://creativecommons.org/licenses/by/4.0/"}]}</script>"""


def parse(body: str, head: str = "", *, lang: str = "en") -> ParsedArticle:
    html = f'<!DOCTYPE html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'
    article = parse_article_page(html.encode(), where=URL, url=URL, content_type="text/html").article
    assert article is not None
    return article


def refuse(body: str, head: str = "") -> ParseError:
    with pytest.raises(ParseError) as caught:
        parse(body, head)
    return caught.value


def check_is_the_text(body: Body) -> None:
    assert body.text == "\n\n".join(TEXT)


def test_json_ld_tells_the_fields() -> None:
    article = parse(f"{AROUND}<article><h1>The last ferry</h1>{BODY}</article>{FOOT}", JSON_LD, lang="")
    check_is_the_text(article.body)
    assert (article.title, article.authors) == ("The last ferry", ("Ada Berg", "Bo Ek"))
    assert article.published is not None
    assert article.published.isoformat() == "2026-11-24T08:00:00+02:00"
    assert article.updated == datetime(2026, 11, 25, 8, tzinfo=UTC)
    assert (article.image, article.image_size) == ("https://review.example/i/ferry.jpg", (1200, 800))
    assert (article.section, article.tags, article.language) == ("current-affairs", ("sea", "ferries"), "fi-FI")
    assert article.licence == "https://creativecommons.org/licenses/by/4.0/"


def test_meta_tells_the_fields() -> None:
    head = """<title>The last ferry | The Review</title><meta property="og:title" content="The last ferry">
    <meta property="article:published_time" content="2026-11-24"><meta name="author" content="By Ada Berg and Bo Ek">
    <meta property="og:image" content="https://review.example/f.jpg"><meta property="og:image:width" content="600">
    <meta property="og:image:height" content="400"><link rel="canonical" href="/culture/ferry">
    <meta property="article:tag" content="Sea"><meta name="description" content="A ferry leaves.">"""
    article = parse(f"<main><h1>The last ferry</h1>{BODY}</main>", head)
    check_is_the_text(article.body)
    assert (article.authors, article.published) == (("Ada Berg", "Bo Ek"), date(2026, 11, 24))
    assert (article.image, article.image_size) == ("https://review.example/f.jpg", (600, 400))
    assert (article.url, article.summary) == ("https://review.example/culture/ferry", "A ferry leaves.")
    assert (article.tags, article.language) == (("Sea",), "en")


def test_the_markup_tells_the_fields() -> None:
    head = "<title>The last ferry – The Review</title>"
    meta = (
        '<p class="byline">By <a rel="author" href="/ada">Ada Berg</a> <time datetime="2026-11-24">Tuesday</time></p>'
    )
    licence = '<a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY</a>'
    article = parse(f"<article><header><h1>The last ferry</h1>{meta}</header>{BODY}</article>{licence}", head)
    check_is_the_text(article.body)
    assert (article.title, article.authors, article.published) == ("The last ferry", ("Ada Berg",), date(2026, 11, 24))
    assert article.licence == "https://creativecommons.org/licenses/by/4.0/"


@pytest.mark.parametrize(
    "around",
    [
        "<article><h1>The last ferry</h1>{}</article>",
        "<div itemscope><h1>The last ferry</h1><div itemprop='articleBody'>{}</div></div>",
        "<div id=content><h1>The last ferry</h1><div class='entry-content clear'>{}</div></div>",
        "<main><h1>The last ferry</h1><div>{}</div></main>",
        "<article class='has-sidebar widget-area'><h1>The last ferry</h1><div class='share-wrap'>{}</div></article>",
        "<div role=main><h1>The last ferry</h1>{}</div>",
        "<table><tr><td class=left><a href=/a>About us</a><td><h1>The last ferry</h1>{}</table>",
        "<div class=x1><div class=x2><h1>The last ferry</h1>{}</div></div>",
    ],
)
def test_the_body_is_found_in_every_layout(around: str) -> None:
    article = parse(AROUND + around.format(BODY) + FOOT)
    check_is_the_text(article.body)
    assert article.title == "The last ferry"


@pytest.mark.parametrize(
    "litter",
    [
        "<nav><a href=/x>Previous</a></nav>",
        '<div class="share-buttons"><a href="/t">Tweet</a><a href="/f">Like</a></div>',
        '<aside class="related"><h3>Related</h3><ul><li><a href="/y">Another piece</a></ul></aside>',
        '<div class="relatedPosts"><a href="/y">Another piece</a></div>',
        '<section id="comments"><h2>2 comments</h2><p>First! What a ferry that must have been.</p></section>',
        '<form action="/s"><label>Letter</label><input name=e><button>Sign up</button></form>',
        '<p>Read more: <a href="/y">Another ferry</a></p>',
        "<p><strong>Advertisement</strong></p>",
        "<div style='display:none'><p>Hidden words for machines.</p></div>",
        "<div class='newsletter-signup'><p>Get our letter every week, for nothing.</p></div>",
        "<div role=dialog><p>We use cookies on this site.</p></div>",
        "<script>var x = '<p>No words</p>';</script><style>p {}</style><noscript><p>Enable it.</p></noscript>",
        '<iframe src="https://ads.example/"></iframe><ins class="adsbygoogle"></ins>',
        '<div class="author-bio"><img src="a.jpg" alt=""><p>Ada Berg is a pilot.</p></div>',
        '<ul class="post-tags"><li><a href="/tag/sea">sea</a></ul>',
    ],
)
def test_what_stands_around_is_not_in_the_body(litter: str) -> None:
    html = f"<article><h1>The last ferry</h1><p>{TEXT[0]}</p>{litter}<p>{TEXT[1]}</p><p>{TEXT[2]}</p>{litter}</article>"
    check_is_the_text(parse(html).body)


def test_pictures_quotations_and_notes_of_the_body_are_kept() -> None:
    note = 'This article is republished from <a href="https://sound.example/f">The Sound</a> under a licence.'
    image = '<img data-src="/i.jpg" src="data:x" alt="The ferry">'
    figure = f'<figure class="wp-caption">{image}<figcaption>At six.</figcaption></figure>'
    quote = "<blockquote><p>It leaves because it leaves.</p></blockquote>"
    article = parse(
        f"<article><h1>T</h1>{BODY}{figure}{quote}<footer class=entry-footer><p>{note}</p></footer></article>"
    )
    assert 'src="https://review.example/i.jpg"' in article.body.html
    assert [block.kind.value for block in article.body.blocks][3:] == ["figure", "quote", "note"]
    assert article.original == Original("The Sound", "https://sound.example/f")


@pytest.mark.parametrize(
    ("body", "head"),
    [
        ("<h1>404</h1><p>The page was not found.</p>", "<title>Page not found</title>"),
        (f"<main><h1>Page not found</h1>{BODY}</main>", ""),
        ("<main><p>Just a moment while we check.</p></main>", ""),
        ("<ul>" + "<li><a href='/a'>A long title of an article</a></li>" * 40 + "</ul>", ""),
        ("".join(f"<article><h2><a href='/{n}'>Title {n}</a></h2><p>{TEXT[0]}</p></article>" for n in range(9)), ""),
        ("<img src=a.jpg>", ""),
        ("<script>render()</script><div id=app></div>", "<title>App</title>"),
    ],
)
def test_a_page_without_an_article_is_refused(body: str, head: str) -> None:
    error = refuse(body, head)
    assert error.what == "No article was found on the page"
    assert error.where == URL


@pytest.mark.parametrize("data", [b"", b"\x00\x01", b"%PDF-1.4", b"{}", b"<", b"\xff\xfe"])
def test_what_is_no_page_is_refused(data: bytes) -> None:
    with pytest.raises(ParseError):
        parse_article_page(data, where=URL, url=URL)


def test_a_picture_is_no_page() -> None:
    with pytest.raises(ParseError, match="image/png"):
        parse_article_page(b"x", where=URL, url=URL, content_type="image/png")


@pytest.mark.parametrize(
    ("encoding", "content_type", "meta"),
    [
        ("utf-8", "text/html", ""),
        ("iso-8859-1", "text/html; charset=ISO-8859-1", ""),
        ("cp1252", "text/html", "<meta http-equiv=Content-Type content='text/html; charset=iso-8859-1'>"),
        ("utf-16", "text/html", ""),
        ("utf-8", "text/html; charset=nonsense", ""),
        ("cp1252", "", ""),
    ],
)
def test_the_encoding_is_what_server_page_or_bytes_say(encoding: str, content_type: str, meta: str) -> None:
    words = BODY.replace("“", "").replace("”", "")
    text = f"<html><head>{meta}</head><article><h1>Sää</h1>{words}<p>Höyry nousi.</p></article>"
    article = parse_article_page(text.encode(encoding), where=URL, url=URL, content_type=content_type).article
    assert article is not None
    assert article.title == "Sää"
    assert article.body.text.endswith("Höyry nousi.")


def test_a_date_that_is_only_shown_is_taken() -> None:
    article = parse(f"<article><h1>T</h1><p class='entry-date'>17 April 2021</p>{BODY}</article>")
    assert article.published == date(2021, 4, 17)


def test_scripts_do_not_read_as_endless_tags() -> None:
    script = "<script>for (i = 0; i<a; i++) { " + "x = i + 1; " * 5_000 + "}</script>"
    check_is_the_text(parse(f"{script}<article><h1>T</h1>{BODY}{script}</article>").body)


def test_the_front_page_is_nobodys_own_address() -> None:
    article = parse(f"<article><h1>T</h1>{BODY}</article>", '<link rel="canonical" href="https://review.example/">')
    assert article.url == URL


def test_a_base_address_is_kept_to() -> None:
    article = parse(
        f"<article><h1>T</h1>{BODY}<p><a href='x'>x</a></p></article>", '<base href="https://cdn.example/d/">'
    )
    assert 'href="https://cdn.example/d/x"' in article.body.html


@pytest.mark.parametrize(
    "json", ["{", "[[[[", '{"@graph": 5}', '{"@type": ["Article"], "author": 5, "headline": {}}', "null"]
)
def test_broken_json_ld_says_nothing(json: str) -> None:
    article = parse(f"<article><h1>T</h1>{BODY}</article>", f'<script type="application/ld+json">{json}</script>')
    assert (article.title, article.authors) == ("T", ())


def test_a_magazine_page_on_the_web_is_read_as_such() -> None:
    note = "This article is republished from The Sound under a Creative Commons license. Read the original article."
    head = ("Apr 17th 2026", "Who pays", "by Ada Berg", "Ada Berg is a pilot", TEXT[0], "Ada Berg, pilot", note)
    text = "\n\n".join([*head, "Browse articles by author", "More Culture", f'Apr 17th 2026\nEXTRACT: "{TEXT[0]}"'])
    html = html_of(page_of_text(text), SHAPES[1], url=URL)
    parsed = parse_article_page(html.encode(), where=URL, url=URL)
    assert parsed.article is not None
    assert (parsed.article.section, parsed.article.given) == ("culture", (TEXT[0],))
    assert (len(parsed.listed), parsed.article.url) == (1, URL)
