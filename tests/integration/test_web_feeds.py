"""The feeds folder over HTTP."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from publisher.web.static import serve


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    output = tmp_path / "feeds"
    (output / "section/culture").mkdir(parents=True)
    for name in ("rss.xml", "atom.xml", "feed.json", "feeds.opml", "index.html", "section/culture/rss.xml"):
        (output / name).write_text(f"<{name}>")
    (output / ".rss.xml.tmp").write_text("half")
    (tmp_path / "secret.xml").write_text("secret")
    (output / "link.xml").symlink_to(tmp_path / "secret.xml")
    os.mkfifo(output / "pipe.xml")

    def feed(request: Request) -> Response:
        return serve(output, request.path_params["path"], request)

    methods = ["GET", "HEAD", "POST", "DELETE"]
    return TestClient(Starlette(routes=[Route("/feeds/{path:path}", feed, methods=methods)]))


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("rss.xml", "application/rss+xml; charset=utf-8"),
        ("atom.xml", "application/atom+xml; charset=utf-8"),
        ("feed.json", "application/feed+json; charset=utf-8"),
        ("feeds.opml", "text/x-opml; charset=utf-8"),
        ("", "text/html; charset=utf-8"),
        ("section/culture/rss.xml", "application/rss+xml; charset=utf-8"),
    ],
)
def test_a_file_is_served_with_its_exact_type(client: TestClient, name: str, content_type: str) -> None:
    answer = client.get(f"/feeds/{name}")

    assert answer.status_code == 200
    assert answer.headers["content-type"] == content_type
    assert "max-age" in answer.headers["cache-control"]


def test_what_the_reader_has_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/feeds/rss.xml")

    by_tag = client.get("/feeds/rss.xml", headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    by_date = client.get("/feeds/rss.xml", headers={"If-Modified-Since": first.headers["last-modified"]})
    tag_wins = client.get(
        "/feeds/rss.xml", headers={"If-None-Match": '"x"', "If-Modified-Since": first.headers["last-modified"]}
    )
    nonsense = client.get("/feeds/rss.xml", headers={"If-Modified-Since": "yesterday"})

    assert [one.status_code for one in (by_tag, by_date, tag_wins, nonsense)] == [304, 304, 200, 200]
    assert by_tag.content == b""
    assert by_tag.headers["etag"] == first.headers["etag"]


def test_head_is_get_without_a_body(client: TestClient) -> None:
    answer = client.head("/feeds/rss.xml", headers={"Accept-Encoding": "identity"})

    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "9"


def test_other_methods_are_refused(client: TestClient) -> None:
    assert client.post("/feeds/rss.xml").status_code == 405


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, br", "gzip"),
        ("br;q=1, gzip;q=0.2", "gzip"),
        ("gzip;q=0", None),
        ("gzip; q=0.000", None),
        ("identity", None),
    ],
)
def test_gzip_is_sent_only_where_it_is_asked_for(client: TestClient, accepted: str, encoding: str | None) -> None:
    whole = client.get("/feeds/rss.xml", headers={"Accept-Encoding": "identity"})
    answer = client.get("/feeds/rss.xml", headers={"Accept-Encoding": accepted})

    assert answer.headers.get("content-encoding") == encoding
    assert answer.content == whole.content
    assert (answer.headers["etag"] == whole.headers["etag"]) is (encoding is None)
    assert answer.headers["vary"] == "Accept-Encoding"
    fresh = {"If-None-Match": answer.headers["etag"], "Accept-Encoding": accepted}
    assert client.get("/feeds/rss.xml", headers=fresh).status_code == 304


def test_a_feed_that_ended_is_gone(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "feeds/_gone.txt").write_text("section/old/rss.xml\n")

    assert client.get("/feeds/section/old/rss.xml").status_code == 410
    assert client.get("/feeds/section/older/rss.xml").status_code == 404
    assert client.get("/feeds/_gone.txt").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "nothing.xml",
        ".rss.xml.tmp",
        "../secret.xml",
        "%2e%2e/secret.xml",
        "link.xml",
        "pipe.xml",
        "section",
        "a%00b.xml",
    ],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    answer = client.get(f"/feeds/{path}")

    assert answer.status_code == 404
    assert "secret" not in answer.text
