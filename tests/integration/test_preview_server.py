"""The preview's server: this machine's names only, looking only, every frame in a sandbox."""

from __future__ import annotations

import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from starlette.testclient import TestClient

from publisher.app import subscriptions
from publisher.app.preview_page import MAIL, PreviewWatch
from publisher.app.runtime import Runtime, open_runtime
from publisher.errors import UsageError
from publisher.web.preview import Board, make_preview_application, serving_preview
from tests.acceptance.a_site import ARTICLE, CONFIG

FRAMES = [f"/mail/1/{scheme}" for scheme in ("light", "dark")]


def save(root: Path, path: str, text: str) -> Path:
    target = root / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text)
    return target


@contextmanager
def a_runtime(root: Path) -> Iterator[Runtime]:
    save(root, "config/publisher.toml", CONFIG)
    values = {"author": "Ada Berg", "date": "2026-11-24T06:00:00Z", "section": "culture"}
    save(root, "articles/ferry.md", ARTICLE.format(title="The last ferry", **values))
    with open_runtime(root, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        subscriptions.add(opened, "ada@example.org")
        yield opened


def a_client(board: Board) -> TestClient:
    return TestClient(make_preview_application(board), base_url="http://127.0.0.1:8000", follow_redirects=False)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    """A preview of a site that nobody edits."""
    with a_runtime(tmp_path_factory.mktemp("still")) as opened:
        yield Board(PreviewWatch(opened, "daily").make())


@pytest.fixture(scope="module")
def page_of(still: Board) -> TestClient:
    return a_client(still)


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    with a_runtime(tmp_path) as opened:
        yield opened


@pytest.fixture
def watch(runtime: Runtime) -> PreviewWatch:
    return PreviewWatch(runtime, "daily")


@pytest.fixture
def board(watch: PreviewWatch) -> Board:
    return Board(watch.make())


@pytest.fixture
def client(board: Board) -> TestClient:
    return a_client(board)


def rows(runtime: Runtime) -> list[str]:
    with runtime.read() as tx:
        return list(tx.connection.dbapi_connection.iterdump())  # type: ignore[union-attr]


def test_one_page_shows_four_widths_light_and_dark(page_of: TestClient) -> None:
    page = page_of.get("/").text

    for width in (600, 375, 320, 280):
        for scheme in ("light", "dark"):
            assert f'<iframe class="w{width}" sandbox=""' in page
            assert f'title="{scheme}, {width} pixels" src="/mail/1/{scheme}"' in page
    assert page.count("<iframe") == 8
    for words in ("The last ferry", "Text part", "List-Unsubscribe", "bytes of HTML", "No error", "mails a second"):
        assert words in page


def test_a_frame_is_the_mail_with_its_scheme_decided(page_of: TestClient) -> None:
    light, dark = (page_of.get(path) for path in FRAMES)

    for answer in (light, dark):
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("sandbox; default-src 'none'")
        assert "script-src" not in policy
        assert "prefers-color-scheme" not in answer.text
        assert "/mail/u/" in answer.text
    assert "@media (min-width: 0)" in dark.text
    assert "@media (max-width: 0)" in light.text


def test_the_whole_mail_can_be_taken_away(page_of: TestClient) -> None:
    answer = page_of.get("/mail/1/daily-2026-11-24.eml")

    assert answer.headers["content-type"] == MAIL
    assert answer.content.startswith(b"Date: ")
    assert page_of.get("/mail/1/text").headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "evil.example:80", "", "192.168.0.1", "[::1]"]
)
@pytest.mark.parametrize("path", ["/", "/mail/1/light", "/fingerprint"])
def test_another_name_is_refused(page_of: TestClient, host: str, path: str) -> None:
    answer = page_of.get(path, headers={"Host": host})

    assert answer.status_code == 421
    assert "ferry" not in answer.text


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8000", "127.0.0.1:1"])
def test_its_own_names_are_answered(page_of: TestClient, host: str) -> None:
    assert page_of.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_can_be_changed_by_a_request(page_of: TestClient, method: str) -> None:
    assert page_of.request(method, "/").status_code == 405


@pytest.mark.parametrize("path", ["/nothing", "/mail/9/dark", "/mail/1/../../config/publisher.toml"])
def test_there_is_nothing_else(page_of: TestClient, path: str) -> None:
    answer = page_of.get(path)

    assert (answer.status_code, "location" in answer.headers) == (404, False)


def test_the_page_runs_no_script_but_its_own(page_of: TestClient) -> None:
    headers = page_of.get("/").headers

    assert "script-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["cache-control"] == "no-store"
    assert page_of.get("/live.js").headers["content-type"].startswith("text/javascript")


def test_a_bad_edit_is_named_and_the_next_save_brings_the_mail_back(
    runtime: Runtime, watch: PreviewWatch, board: Board, client: TestClient
) -> None:
    marks = [client.get("/fingerprint").text]
    assert not watch.has_changed()

    bad = save(runtime.root, "templates/mail/item.html", "<tr><td>\n{{ item.title }}\n{{ item.nothing.there }}\n")
    assert watch.has_changed()
    board.put(watch.make())
    broken = client.get("/").text
    marks.append(client.get("/fingerprint").text)
    bad.write_text('<tr><td class="item"><p class="passage">{{ item.title }} is edited</p></td></tr>\n')
    board.put(watch.make())
    marks.append(client.get("/fingerprint").text)

    assert "It cannot be made" in broken
    assert "templates/mail/item.html:3" in broken
    assert "<b>3\t{{ item.nothing.there }}</b>" in broken
    assert "The last ferry is edited" in client.get("/mail/1/light").text
    assert len(set(marks)) == 3
    assert not watch.has_changed()


@pytest.mark.parametrize(
    ("path", "old", "new", "shown"),
    [
        ("config/publisher.toml", "The Daily Test", "The Daily Proof", "The Daily Proof"),
        ("articles/ferry.md", "The last ferry", "The first ferry", "The first ferry"),
    ],
)
def test_the_configuration_and_articles_are_followed(
    runtime: Runtime, watch: PreviewWatch, board: Board, client: TestClient, path: str, old: str, new: str, shown: str
) -> None:
    file = runtime.root / path
    save(runtime.root, path, file.read_text().replace(old, new))
    assert watch.has_changed()
    board.put(watch.make())

    assert shown in client.get("/mail/1/light").text


def test_a_broken_configuration_is_named_and_mended(
    runtime: Runtime, watch: PreviewWatch, board: Board, client: TestClient
) -> None:
    save(runtime.root, "config/publisher.toml", CONFIG.replace('schedule = "daily 07:00"', 'schedule = "sometimes"'))
    board.put(watch.make())
    broken = client.get("/").text
    save(runtime.root, "config/publisher.toml", CONFIG)
    board.put(watch.make())

    assert "config/publisher.toml" in broken
    assert "sometimes" in broken
    assert client.get("/").text.count("<iframe") == 8


def test_the_words_of_an_article_are_no_markup_of_the_page(
    runtime: Runtime, watch: PreviewWatch, board: Board, client: TestClient
) -> None:
    file = runtime.root / "articles/ferry.md"
    file.write_text(file.read_text().replace("title: The last ferry", 'title: "<script>alert(1)</script> & <b>"'))
    board.put(watch.make())
    page = client.get("/").text

    assert page.count("<script") == 1
    assert "<script>alert" not in client.get("/mail/1/dark").text


def test_looking_stores_nothing(runtime: Runtime, watch: PreviewWatch, client: TestClient) -> None:
    before = rows(runtime)

    for path in ("/", "/1", *FRAMES, "/fingerprint"):
        assert client.get(path).status_code == 200
    watch.make()

    assert rows(runtime) == before


def test_it_listens_on_this_machine_only(still: Board) -> None:
    waiting = Event()
    with serving_preview(still, port=0, wait=lambda seconds: bool(waiting.wait(seconds)) and None) as address:
        with urllib.request.urlopen(f"{address}fingerprint", timeout=5) as answer:
            shown: Any = answer.read().decode()
        port = int(address.rstrip("/").rpartition(":")[2])
        with (
            pytest.raises(UsageError, match="cannot be listened on"),
            serving_preview(still, port=port, wait=lambda seconds: bool(waiting.wait(seconds)) and None),
        ):
            pass

    assert address.startswith("http://127.0.0.1:")
    assert shown == still.pages.fingerprint
