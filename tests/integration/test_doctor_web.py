"""The doctor asks the unsubscribe page as a mail provider does."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from publisher.app.doctor_findings import Finding
from publisher.app.doctor_web import look_at_unsubscribe
from publisher.app.runtime import Runtime, open_runtime
from tests.acceptance.a_site import CONFIG
from tests.doubles.web_server import Reply, Request, WebServer


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[WebServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    with WebServer(tls=context) as opened:
        yield opened


def looked(root: Path, base_url: str, cafile: Path | None = None) -> Finding:
    config = CONFIG.replace("https://review.example/mail/", base_url)
    (root / "config").mkdir()
    (root / "config/publisher.toml").write_text(config)
    environ = {"SSL_CERT_FILE": str(cafile)} if cafile else {}
    with open_runtime(root, environ=environ) as runtime:
        assert isinstance(runtime, Runtime)
        return look_at_unsubscribe(runtime)


def asked(root: Path, server: WebServer, authority: trustme.CA, *replies: Reply) -> Finding:
    """What the doctor finds where GET and POST are answered so."""
    cafile = root / "ca.pem"
    authority.cert_pem.write_to_path(str(cafile))
    get, post = replies

    def answer(request: Request) -> Reply:
        return post if request.method == "POST" else get

    server.routes["*"] = answer
    return looked(root, f"{server.url}/mail/", cafile)


def test_a_page_that_keeps_the_rules_passes_and_was_asked_twice(
    tmp_path: Path, server: WebServer, authority: trustme.CA
) -> None:
    finding = asked(tmp_path, server, authority, Reply(404, b"unknown"), Reply(404, b"unknown"))

    assert finding.verdict.value == "PASS", finding
    assert [one.method for one in server.requests] == ["GET", "POST"]
    assert server.requests[1].form == [("List-Unsubscribe", "One-Click")]
    assert len({one.path for one in server.requests}) == 1


@pytest.mark.parametrize(
    ("get", "post", "words"),
    [
        (Reply(200), Reply(302, headers={"Location": "/login"}), "POST is redirected (302)"),
        (Reply(200), Reply(404, headers={"Set-Cookie": "id=1"}), "sets a cookie"),
        (Reply(200), Reply(403), "POST answers 403"),
        (Reply(302, headers={"Location": "/"}), Reply(404), "GET answers 302"),
        (Reply(500), Reply(200), "GET answers 500"),
    ],
)
def test_what_breaks_one_click_is_named(
    tmp_path: Path, server: WebServer, authority: trustme.CA, get: Reply, post: Reply, words: str
) -> None:
    finding = asked(tmp_path, server, authority, get, post)

    assert (finding.verdict.value, words in finding.what) == ("FAIL", True), finding


def test_a_certificate_that_nobody_trusts_is_a_failure(tmp_path: Path, server: WebServer) -> None:
    finding = looked(tmp_path, f"{server.url}/mail/")

    assert finding.verdict.value == "FAIL" and "certificate" in finding.what


def test_a_page_without_tls_is_a_failure(tmp_path: Path) -> None:
    with WebServer() as plain:
        finding = looked(tmp_path, f"{plain.url}/mail/")

    assert finding.verdict.value == "FAIL" and "not https" in finding.what


def test_a_reserved_name_is_not_asked(tmp_path: Path) -> None:
    finding = looked(tmp_path, "https://review.example/mail/")

    assert finding.verdict.value == "WARN" and "reserved" in finding.what
