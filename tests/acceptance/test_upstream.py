"""Sources on the web, as a site has them: feeds, WordPress and pages of a scripted server (issue: sources)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.a_site import CONFIG, Site, a_site
from tests.doubles.web_server import Reply, WebServer, conditional

ITEM = """<item><title>{title}</title><link>{base}/culture/{slug}</link><guid isPermaLink="false">{guid}</guid>
<pubDate>{date}</pubDate><description>&lt;p&gt;{text}&lt;/p&gt;</description></item>"""
FEED = '<?xml version="1.0"?><rss version="2.0"><channel><title>Up</title><link>{base}</link>{items}</channel></rss>'
TEXT = (
    "The pilot boat {number} went out before the fog had lifted, and nobody on the quay could say what it was that it "
    "was looking for, since the ship that it should have met had been tied up at the inner pier since the evening."
)
DATE = "Mon, 23 Nov 2026 {hour:02}:{minute:02}:00 GMT"


def feed_of(base: str, numbers: list[int], *, guid: str = "id-{number}", edit: str = "") -> bytes:
    items = [
        ITEM.format(
            base=base,
            title=f"Boat {number}",
            slug=f"boat-{number}",
            guid=guid.format(number=number),
            date=DATE.format(hour=number // 60, minute=number % 60),
            text=TEXT.format(number=number) + edit,
        )
        for number in numbers
    ]
    return FEED.format(base=base, items="".join(items)).encode()


def config_of(*sources: str) -> str:
    written = "\n\n".join(f"[[sources]]\n{source}" for source in sources)
    return CONFIG.replace("[feeds]", f"{written}\n\n[feeds]")


@pytest.fixture
def upstream() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def a_feed_site(root: Path, upstream: WebServer, more: str = "") -> Site:
    source = f'name = "upstream"\nkind = "feed"\nurl = "{upstream.url}/rss.xml"\nallow_private = true\n{more}'
    return a_site(root, config=config_of(source))


def told(done: Any, name: str) -> dict[str, Any]:
    [source] = [one for one in done.json["collect"]["sources"] if one["name"] == name]
    found: dict[str, Any] = source
    return found


def serve(upstream: WebServer, body: bytes, etag: str = '"1"') -> None:
    upstream.routes["/rss.xml"] = conditional(body, etag=etag, content_type="application/rss+xml")


def test_an_upstream_feed_comes_in_goes_out_and_is_asked_politely(upstream: WebServer, tmp_path: Path) -> None:
    serve(upstream, feed_of(upstream.url, [1, 2, 3]))
    site = a_feed_site(tmp_path, upstream)
    first = site.publish()
    again = site.publish()

    assert (first.code, told(first, "upstream")["new"]) == (0, 3), first.err
    assert upstream.requests[-1].headers["if-none-match"] == '"1"'
    assert again.json["feeds"]["written"] == []
    assert upstream.requests[0].headers["user-agent"] == "Publisher/0.1.0 (+https://review.example/)"
    assert "Boat 3" in (site.root / "feeds/rss.xml").read_text()
    assert site.mails


def test_the_ids_of_upstream_are_kept_and_a_new_scheme_of_guids_mails_nothing(
    upstream: WebServer, tmp_path: Path
) -> None:
    serve(upstream, feed_of(upstream.url, [1, 2, 3], guid="tag:up.example,2026:{number}"))
    site = a_feed_site(tmp_path, upstream)
    site.publish()
    before = {one["title"]: one["id"] for one in site.run("articles", "list", "--json").json}
    serve(upstream, feed_of(upstream.url, [1, 2, 3], guid="https://up.example/?p={number}"), etag='"2"')

    again = site.publish("--digest", "daily", "--extra")

    assert before["Boat 1"] == "tag:up.example,2026:1"
    assert {one["title"]: one["id"] for one in site.run("articles", "list", "--json").json} == before
    assert (again.json["collect"]["new"], again.json["issues"]) == (0, [])


def test_a_burst_is_held_and_shown_until_it_is_released(upstream: WebServer, tmp_path: Path) -> None:
    serve(upstream, feed_of(upstream.url, [1]))
    site = a_feed_site(tmp_path, upstream, "burst_limit = 5")
    site.publish("--no-mail")
    serve(upstream, feed_of(upstream.url, list(range(1, 12))), etag='"2"')

    burst = site.publish("--no-mail")
    held = site.run("articles", "list", "--state", "held", "--json").json
    released = site.run("articles", "release", *(one["slug"] for one in held))
    after = site.publish("--no-mail")

    assert (told(burst, "upstream")["new"], told(burst, "upstream")["held"]) == (0, 10)
    assert "Held: 10 new articles at once from upstream." in burst.err
    assert "Boat 11" not in burst.out
    assert (len(held), released.code) == (10, 0)
    assert after.json["feeds"]["written"]
    assert "Boat 11" in (site.root / "feeds/rss.xml").read_text()


def test_an_edit_upstream_is_an_edit(upstream: WebServer, tmp_path: Path) -> None:
    serve(upstream, feed_of(upstream.url, [1, 2]))
    site = a_feed_site(tmp_path, upstream)
    site.publish()
    mails = len(site.mails)
    site.environ["PUBLISHER_NOW"] = "2026-11-24T09:00:00Z"
    serve(upstream, feed_of(upstream.url, [1, 2], edit=" It came back at noon."), etag='"2"')

    edited = site.publish()
    [one] = [one for one in site.run("articles", "list", "--json").json if one["title"] == "Boat 2"]

    assert told(edited, "upstream")["changed"] == 2
    assert one["updated"] > one["published"]
    assert len(site.mails) == mails


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (Reply(500), "500"),
        (Reply(404), "404"),
        (Reply(200, b"<!doctype html><html><body><h1>Down for repairs</h1></body></html>"), "not a feed"),
        (Reply(200, b""), "empty"),
        (Reply(302, headers={"Location": "/rss.xml"}), "leads on"),
        (Reply(302, headers={"Location": "file:///etc/passwd"}), "http"),
        (Reply(200, headers={"Content-Encoding": "br"}, body=b"x"), "br"),
    ],
    ids=["500", "404", "a page", "empty", "a loop", "a file", "an encoding"],
)
def test_a_bad_answer_is_one_line_and_the_rest_goes_on(
    upstream: WebServer, tmp_path: Path, reply: Reply, words: str
) -> None:
    serve(upstream, feed_of(upstream.url, [1, 2]))
    site = a_feed_site(tmp_path, upstream)
    site.publish("--no-mail")
    upstream.routes["/rss.xml"] = reply
    site.article("another-ferry")

    done = site.publish("--no-mail")

    assert done.code == 69
    assert words in told(done, "upstream")["error"]
    assert len([line for line in done.err.splitlines() if line.startswith("Error: ")]) == 1
    assert told(done, "articles")["new"] == 1
    assert "Boat 2" in (site.root / "feeds/rss.xml").read_text()


def test_a_server_that_asks_for_time_gets_it(upstream: WebServer, tmp_path: Path) -> None:
    site = a_feed_site(tmp_path, upstream)
    upstream.routes["/rss.xml"] = Reply(429, headers={"Retry-After": "3600"})
    site.publish("--no-mail")
    asked = len(upstream.requests)

    soon = site.publish("--no-mail")
    site.environ["PUBLISHER_NOW"] = "2026-11-24T09:00:10Z"
    serve(upstream, feed_of(upstream.url, [1]))
    later = site.publish("--no-mail")

    assert asked == 1
    assert (soon.code, len([one for one in upstream.requests if one.path == "/rss.xml"])) == (69, 2)
    assert "asked to wait until 2026-11-24 09:00:0" in told(soon, "upstream")["error"]
    assert told(later, "upstream")["new"] == 1


def test_a_source_in_the_own_network_opens_no_other_server_there(upstream: WebServer, tmp_path: Path) -> None:
    with WebServer() as inner:
        upstream.routes["/rss.xml"] = Reply(301, headers={"Location": f"{inner.url}/admin"})
        site = a_feed_site(tmp_path, upstream)
        done = site.publish("--no-mail")

    assert done.code == 69
    assert inner.connections == 0
    assert "which is no public address" in told(done, "upstream")["error"]


def test_the_own_network_is_not_asked(upstream: WebServer, tmp_path: Path) -> None:
    source = f'name = "upstream"\nkind = "feed"\nurl = "{upstream.url}/rss.xml"'
    site = a_site(tmp_path, config=config_of(source))

    done = site.publish("--no-mail")

    assert done.code == 69
    assert upstream.connections == 0
    assert "allow_private" in done.err


def a_post(number: int) -> dict[str, object]:
    return {
        "id": number,
        "status": "publish",
        "date_gmt": f"2026-11-23T0{number}:00:00",
        "modified_gmt": f"2026-11-23T0{number}:00:00",
        "guid": {"rendered": f"https://blog.example/?p={number}"},
        "link": f"https://blog.example/boat-{number}/",
        "slug": f"boat-{number}",
        "title": {"rendered": f"Boat &#8211; {number}"},
        "content": {"rendered": f"<p>{TEXT.format(number=number)}</p>", "protected": False},
        "excerpt": {"rendered": "", "protected": False},
    }


def test_a_wordpress_site_comes_in_by_its_api(upstream: WebServer, tmp_path: Path) -> None:
    posts = Reply(
        body=json.dumps([a_post(1), a_post(2)]).encode(),
        headers={"Content-Type": "application/json", "X-WP-Total": "2", "X-WP-TotalPages": "1"},
    )
    upstream.routes["/"] = Reply(body=b"<html><head><title>Blog</title></head></html>")
    upstream.routes["/wp-json/wp/v2/posts"] = posts
    source = f'name = "blog"\nkind = "wordpress"\nurl = "{upstream.url}/"\nallow_private = true'
    site = a_site(tmp_path, config=config_of(source))

    done = site.publish("--no-mail")
    found = {one["title"]: one for one in site.run("articles", "list", "--json").json if one["source"] == "blog"}
    again = site.publish("--no-mail")

    assert (done.code, told(done, "blog")["new"]) == (0, 2), done.err
    assert found["Boat – 2"]["id"] == "https://blog.example/?p=2"
    assert found["Boat – 2"]["url"] == "https://blog.example/boat-2/"
    assert upstream.requests[-1].query["modified_after"] == "2026-11-23T01:59:59Z"
    assert (told(again, "blog")["new"], again.json["feeds"]["written"]) == (0, [])


ARTICLE_PAGE = """<!doctype html><html lang="en"><head><title>Boat {number} | Up</title>
<meta property="article:published_time" content="2026-11-23T0{number}:00:00Z"><meta name="author" content="Ann Ox">
</head><body><nav><a href="/">Home</a></nav>
<article><h1>Boat {number}</h1><p>{text}</p><p>{text}</p></article></body>"""


def test_a_list_page_leads_to_its_articles(upstream: WebServer, tmp_path: Path) -> None:
    links = "".join(f'<h2><a href="/culture/boat-{number}">Boat {number}</a></h2>' for number in (1, 2))
    upstream.routes["/culture"] = Reply(body=f"<html><body><main>{links}</main></body></html>".encode())
    upstream.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /culture/boat-2\n")
    for number in (1, 2):
        body = ARTICLE_PAGE.format(number=number, text=TEXT.format(number=number)).encode()
        upstream.routes[f"/culture/boat-{number}"] = Reply(body=body, headers={"Content-Type": "text/html"})
    source = f'name = "pages"\nkind = "page"\nurl = "{upstream.url}/culture"\nallow_private = true'
    site = a_site(tmp_path, config=config_of(source))

    done = site.publish("--no-mail")
    [article] = [one for one in site.run("articles", "list", "--json").json if one["source"] == "pages"]

    assert (article["title"], article["authors"], article["published"]) == (
        "Boat 1",
        ["Ann Ox"],
        "2026-11-23T01:00:00Z",
    )
    assert "/culture/boat-2" not in upstream.paths
    assert "robots.txt forbids it" in done.err
