"""What machines ask: health, metrics, and the headers and time limits of every answer."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from publisher.app import subscriptions
from publisher.app.runtime import Runtime, open_runtime
from publisher.tokens import Purpose, sign_confirmation, sign_link
from publisher.web.application import make_application
from publisher.web.metrics import KEEP_S
from publisher.web.punctual import PunctualProtocol
from publisher.web.server import serving
from tests.acceptance.a_site import CONFIG

LOOPBACK = ("127.0.0.1", 50000)
ISSUE = (
    "INSERT INTO issues (id, digest, slot, extra, state, subject, template, content_hash, scheduled_for, date_at,"
    " by_hand, size_bytes, frozen_count, epoch, reason, carried, note, created_at, started_at)"
    " VALUES (?, 'daily', ?, 1, ?, 'The last ferry', '', '', ?, ?, 0, 0, 0, 0, '', '[]', '', ?, ?)"
)
PARTS = "INSERT INTO delivery_ranges VALUES (?, 1, 1, 10, NULL, 0, NULL, NULL, ?, 0, ?, 0, 0, 0, ?)"


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "config").mkdir()
    config = CONFIG.replace("[web]", '[web]\nlisten = "127.0.0.1:0"\ntrusted_proxies = ["10.1.2.0/24"]')
    (tmp_path / "config/publisher.toml").write_text(config)
    with open_runtime(tmp_path, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        subscriptions.add(opened, "ada@example.org")
        subscriptions.add(opened, "bob@example.org")
        yield opened


def client(runtime: Runtime, peer: tuple[str, int] = LOOPBACK) -> TestClient:
    return TestClient(make_application(runtime), follow_redirects=False, client=peer)


def two_issues(runtime: Runtime) -> None:
    """One that is sending since an hour, one sent 40 days ago."""
    with runtime.begin() as tx:
        for number, (name, state, age) in enumerate((("new", "sending", 1), ("old", "sent", 24 * 40)), start=1):
            at = (datetime(2026, 11, 24, 8, tzinfo=UTC) - timedelta(hours=age)).strftime("%Y-%m-%d %H:%M:%S.000000")
            tx.exec_driver_sql(ISSUE, (name, name, state, at, at, at, at))
            tx.exec_driver_sql(PARTS, (number, 3, 6, 1))


def test_the_metrics_are_sums_without_an_address(runtime: Runtime) -> None:
    two_issues(runtime)
    answer = client(runtime).get("/metrics")
    lines = answer.text.splitlines()

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert 'publisher_issues{state="sending"} 1.0' in lines
    assert 'publisher_deliveries{state="accepted"} 6.0' in lines
    assert 'publisher_deliveries{state="unknown"} 1.0' in lines
    assert "publisher_queue_depth 3.0" in lines
    assert 'publisher_subscribers_active{digest="daily"} 2.0' in lines
    age = next(line.split()[1] for line in lines if line.startswith("publisher_oldest_open_issue_age"))
    assert 3600 <= float(age) < 3700
    assert "@" not in answer.text


def test_an_empty_site_has_metrics_too(runtime: Runtime) -> None:
    answer = client(runtime).get("/metrics")

    assert answer.status_code == 200
    assert "publisher_oldest_open_issue_age_seconds 0.0" in answer.text
    assert 'publisher_build_info{version="' in answer.text


def test_subscribers_are_counted_once_in_five_minutes(runtime: Runtime) -> None:
    page = make_application(runtime).routes[1].endpoint.__self__  # type: ignore[attr-defined]
    seconds = [0.0]
    page.clock_s = lambda: seconds[0]
    first = page.subscribers()
    subscriptions.add(runtime, "eva@example.org")
    again = page.subscribers()
    seconds[0] = KEEP_S

    assert (first, again, page.subscribers()) == ({"daily": 2}, {"daily": 2}, {"daily": 3})


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("10.1.2.3", {}, 200),
        ("192.0.2.1", {}, 404),
        ("testclient", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "192.0.2.1"}, 404),
        ("127.0.0.1", {"Forwarded": "for=192.0.2.1"}, 404),
    ],
)
def test_the_metrics_are_for_this_machine_and_the_configured_networks(
    runtime: Runtime, peer: str, headers: dict[str, str], status: int
) -> None:
    assert client(runtime, (peer, 1)).get("/metrics", headers=headers).status_code == status


def test_every_page_keeps_itself_to_itself(runtime: Runtime) -> None:
    secret, ada = runtime.secrets[0], subscriptions.show(runtime, "ada@example.org").id
    links = {one.value: sign_link(secret, one, subscriber_id=ada, digest="daily") for one in Purpose}
    until = runtime.now() + timedelta(days=1)
    confirm = sign_confirmation(secret, subscriber_id=ada, digest="daily", expires_at=until)
    paths = ["", "s/", "u/x", f"u/{links['unsubscribe']}", f"r/{links['resubscribe']}", f"p/{links['preferences']}"]
    hostile = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Prefix": "//evil.example"}
    visitor = client(runtime)
    answers = [visitor.get(f"/mail/{path}?next=//evil.example", headers=hostile) for path in [*paths, f"c/{confirm}"]]
    answers += [visitor.put("/mail/s/"), visitor.delete("/mail/"), visitor.get("/nothing"), visitor.get("/metrics")]

    assert [one.status_code for one in answers] == [200, 200, 404, 200, 200, 200, 200, 405, 405, 404, 200]
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        assert not {"location", "set-cookie", "server"} & set(answer.headers)
        assert "evil" not in answer.text
        assert "<script" not in answer.text


def test_the_home_page_leads_to_sign_up_archive_and_feeds(runtime: Runtime) -> None:
    two_issues(runtime)
    page = client(runtime).get("/mail/").text

    assert 'href="/mail/s/"' in page
    assert 'href="https://review.example/feeds/"' in page
    assert 'href="https://review.example/feeds/issues/rss.xml"' in page
    assert '<a href="https://review.example/feeds/issues/new.html" lang="en" dir="auto">The last ferry</a>' in page


@pytest.mark.parametrize(
    "begin", [b"", b"GET /health HTTP/1.1\r\nHost: x\r\n", b"GET /health HTTP/1.1\r\nHost: x\r\n\r\nGET"]
)
def test_who_does_not_finish_the_headers_is_cut_off(
    runtime: Runtime, begin: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(PunctualProtocol, "headers_s", 0.3)
    with (
        serving(runtime) as address,
        socket.create_connection((address[7:].split(":")[0], int(address.rpartition(":")[2]))) as slow,
    ):
        slow.settimeout(20)
        slow.sendall(begin)
        received = b""
        while data := slow.recv(4096):
            received += data

    assert received.count(b"HTTP/1.1 200") == (1 if begin.endswith(b"GET") else 0)
