"""The feeds folder over HTTP: what no other web server is asked."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from publisher.app.runtime import open_runtime
from publisher.app.serving import lines_for_server, served_site
from publisher.feeds.servers import ServerKind
from publisher.feeds.serving import ServedSite
from publisher.web.application import make_application
from publisher.web.static import FeedsFolder
from tests.acceptance.a_site import CONFIG

HUB = "https://hub.example/"


@pytest.fixture
def folder(tmp_path: Path) -> FeedsFolder:
    output = tmp_path / "feeds"
    (output / "section/culture").mkdir(parents=True)
    for name in ("rss.xml", "atom.xml", "feed.json", "feeds.opml", "index.html", "section/culture/rss.xml"):
        (output / name).write_text(f"<{name}>")
    (output / ".rss.xml.tmp").write_text("half")
    (tmp_path / "secret.xml").write_text("secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/rss.xml").write_text("secret")
    (output / "atom-1.xml").symlink_to(tmp_path / "secret.xml")
    (output / "linked").symlink_to(tmp_path / "outside")
    os.mkfifo(output / "rss-1.xml")
    return FeedsFolder(ServedSite(str(output), "https://review.example/feeds/", hub=HUB, max_age_s=450))


@pytest.fixture
def client(folder: FeedsFolder) -> Iterator[TestClient]:
    async def feed(request: Request) -> Response:
        return await folder.answer(request.path_params["path"], request)

    methods = ["GET", "HEAD", "POST", "DELETE"]
    application = Starlette(routes=[Route("/feeds/{path:path}", feed, methods=methods)])
    with TestClient(application, follow_redirects=False) as opened:
        yield opened


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
    assert answer.headers["cache-control"] == "public, max-age=450"
    assert client.get(f"/feeds/{name}").headers == answer.headers


def test_what_the_reader_has_is_not_sent_again(client: TestClient) -> None:
    first = client.get("/feeds/rss.xml")

    by_tag = client.get("/feeds/rss.xml", headers={"If-None-Match": f'"x", W/{first.headers["etag"]}'})
    by_date = client.get("/feeds/rss.xml", headers={"If-Modified-Since": first.headers["last-modified"]})
    tag_wins = client.get(
        "/feeds/rss.xml", headers={"If-None-Match": '"x"', "If-Modified-Since": first.headers["last-modified"]}
    )
    nonsense = client.get("/feeds/rss.xml", headers={"If-Modified-Since": "yesterday"})
    old_date = {"If-None-Match": first.headers["etag"], "If-Modified-Since": "Thu, 01 Jan 1970 00:00:00 GMT"}
    old_date_loses = client.get("/feeds/rss.xml", headers=old_date)

    answers = (by_tag, by_date, tag_wins, nonsense, old_date_loses)
    assert [one.status_code for one in answers] == [304, 304, 200, 200, 304]
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


def test_what_moved_is_read_again_where_the_table_changed(client: TestClient, tmp_path: Path) -> None:
    table = tmp_path / "feeds/_redirects.txt"
    answers = []
    for line in ("section/old/ section/culture/", "nonsense", "section/old/rss.xml //evil.example/", "section/old/ x/"):
        table.write_text(f"{line}\n")
        answer = client.get("/feeds/section/old/rss.xml")
        answers.append((answer.status_code, answer.headers.get("location", "").removeprefix("https://review.example/")))

    assert answers == [(301, "feeds/section/culture/rss.xml"), (404, ""), (404, ""), (301, "feeds/x/rss.xml")]


def test_a_path_that_moved_cannot_bring_a_header_of_its_own(client: TestClient, tmp_path: Path) -> None:
    (tmp_path / "feeds/_redirects.txt").write_text("old/ new/\n")
    carriage, newline = client.get("/feeds/old/a%0dX-Evil:%201?b=c"), client.get("/feeds/old/a%0aX-Evil:%201")

    assert carriage.headers["location"] == "https://review.example/feeds/new/a%0DX-Evil%3A%201"
    assert newline.status_code == 404
    assert "x-evil" not in {**carriage.headers, **newline.headers}


@pytest.mark.parametrize(
    "path",
    [
        "nothing.xml",
        ".rss.xml.tmp",
        "../secret.xml",
        "%2e%2e/secret.xml",
        "atom-1.xml",
        "linked/rss.xml",
        "rss-1.xml",
        "other.xml",
        "section//rss.xml",
        "section",
        "a%00b.xml",
    ],
)
def test_nothing_else_is_served(client: TestClient, path: str) -> None:
    answer = client.get(f"/feeds/{path}")

    assert answer.status_code == 404
    assert "secret" not in answer.text


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    def go_to(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield go_to
    monkeypatch.undo()
    time.tzset()


def test_a_date_of_an_older_form_is_greenwich_time_whatever_zone_the_server_is_in(
    client: TestClient, tmp_path: Path, zone: Callable[[str], None]
) -> None:
    os.utime(tmp_path / "feeds/rss.xml", (784111777, 784111777))
    dates = ["Sun Nov  6 08:49:37 1994", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:36 1994"]
    statuses = []
    for name in ("Pacific/Kiritimati", "America/Los_Angeles"):
        zone(name)
        statuses += [client.get("/feeds/rss.xml", headers={"If-Modified-Since": date}).status_code for date in dates]

    assert statuses == [304, 304, 200] * 2


def test_a_site_of_its_settings(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(CONFIG.replace('path = "articles"', 'path = "a"\nevery = "10m"'))
    (tmp_path / "feeds").mkdir()
    (tmp_path / "feeds/rss.xml").write_text("<rss>")
    with open_runtime(tmp_path, environ={}) as runtime, TestClient(make_application(runtime)) as client:
        site = served_site(runtime.settings)
        answer = client.get("/feeds/rss.xml")
        (tmp_path / "feeds/_gone.txt").write_text("old.xml\n")
        lines = lines_for_server(runtime.settings, ServerKind.NGINX)

    assert [line.strip() for line in lines if "return 410" in line] == [
        r'if ($uri ~ "^/feeds/old\.xml$") { return 410; }'
    ]
    assert (site.output, site.base_url) == (str(tmp_path / "feeds"), "https://review.example/feeds/")
    assert answer.text == "<rss>"
    assert answer.headers["cache-control"] == "public, max-age=300"
