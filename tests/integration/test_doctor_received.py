"""A digest that came back is laid before the doctor."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.app.doctor_findings import Finding
from publisher.app.doctor_received import look_at_received, read_received
from publisher.errors import DataError, NotFound
from publisher.mail_auth import Resolver
from publisher.mail_auth.message import parse_message
from publisher.model.settings import FeedSettings, RelaySettings, Settings, SiteSettings, WebSettings
from tests.doubles.a_received_mail import MAIL, NAMES, RESULTS, TOKEN
from tests.doubles.dict_resolver import DictResolver
from tests.doubles.dkim_keys import SigningKey

SETTINGS = Settings(
    site=SiteSettings(
        title="The Harbour Review",
        url="https://harbour.press/",
        language="en",
        timezone="Europe/Helsinki",
        id_authority="harbour.press,2026",
    ),
    feeds=FeedSettings(base_url="https://harbour.press/feeds/"),
    relay=RelaySettings(**{"from": "The Harbour Review <letters@harbour.press>"}),
    web=WebSettings(base_url="https://harbour.press/mail/"),
)


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return SigningKey()


@pytest.fixture
def resolver(key: SigningKey) -> Resolver:
    return DictResolver({("s1._domainkey.harbour.press", "TXT"): [key.record]})


def looked(data: bytes, resolver: Resolver | None) -> dict[str, Finding]:
    return {one.id: one for one in look_at_received(SETTINGS, parse_message(data), resolver=resolver)}


def verdicts(found: dict[str, Finding]) -> dict[str, str]:
    return {name.removeprefix("received-"): one.verdict.value for name, one in found.items()}


def signed(key: SigningKey, *, names: str = NAMES, domain: str = "harbour.press") -> bytes:
    return RESULTS + key.sign(MAIL, names, domain=domain)


def test_a_mail_that_came_as_it_was_sent_passes(key: SigningKey, resolver: Resolver) -> None:
    found = looked(signed(key), resolver)

    assert verdicts(found) == dict.fromkeys(("headers", "dkim", "signature", "results"), "PASS")
    assert found["received-dkim"].where == "d=harbour.press, s=s1"


def test_offline_the_body_alone_is_compared(key: SigningKey) -> None:
    found = looked(signed(key), None)

    assert found["received-signature"].verdict.value == "PASS"
    assert "not asked for" in found["received-signature"].what


@pytest.mark.parametrize("gone", ["list-unsubscribe", "list-unsubscribe-post", "message-id", "date"])
def test_a_header_that_is_not_signed_is_a_failure(key: SigningKey, resolver: Resolver, gone: str) -> None:
    names = ":".join(name for name in NAMES.split(":") if name != gone)
    finding = looked(signed(key, names=names), resolver)["received-dkim"]

    assert (finding.verdict.value, finding.what) == ("FAIL", f"not signed: {gone}")


def test_a_relay_that_signs_for_itself_only_has_not_signed(key: SigningKey, resolver: Resolver) -> None:
    found = looked(signed(key, domain="relay.press"), resolver)

    assert (found["received-dkim"].verdict.value, "received-signature" in found) == ("FAIL", False)
    assert "no DKIM signature of From's domain" in found["received-dkim"].what


def test_of_two_signatures_the_aligned_one_counts(key: SigningKey, resolver: Resolver) -> None:
    both = key.sign(key.sign(MAIL, NAMES, domain="harbour.press"), "from:subject", domain="relay.press")

    assert looked(RESULTS + both, resolver)["received-dkim"].verdict.value == "PASS"


def test_what_was_changed_on_the_way_is_told(key: SigningKey, resolver: Resolver) -> None:
    data = signed(key)
    subject = looked(data.replace(b"Subject: The", b"Subject: [list] The"), resolver)
    body = looked(data.replace(b"at six", b"at ten"), resolver)

    assert verdicts(subject)["signature"] == "FAIL" and "refolded" in subject["received-signature"].what
    assert verdicts(body)["signature"] == "WARN" and "body" in body["received-signature"].what


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"<https://harbour.press/mail/u/", b"=?utf-8?q?=3Chttps=3A//harbour.press/mail/u/", "List-Unsubscribe is"),
        (b"harbour.press/mail/u/", b"harbour.\r\n press/mail/u/", "refolded inside <…>: list-unsubscribe"),
        (b"<letters@", b"<bounce@", "From is"),
        (b"uvwx@harbour.press>", b"uvwx@relay.press>", "Message-ID is"),
        (b"+0200", b"GMT", "Date is"),
        (b"MIME-Version: 1.0\r\n", b"MIME-Version: 1.0\r\nMIME-Version: 1.0\r\n", "more than once: mime-version"),
        (b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n", b"", "missing: list-unsubscribe-post"),
        (b"=One-Click", b"=one-click", "List-Unsubscribe-Post is"),
    ],
)
def test_a_header_that_is_not_as_it_was_sent_is_named(old: bytes, new: bytes, words: str) -> None:
    finding = looked(MAIL.replace(old, new), None)["received-headers"]

    assert (finding.verdict.value, words in finding.what) == ("FAIL", True), finding.what


def test_a_readers_token_is_not_shown() -> None:
    found = looked(MAIL.replace(b"<https://harbour.press/mail/", b"<https://elsewhere.press/mail/"), None)

    assert "elsewhere.press/mail/u/…" in found["received-headers"].what
    assert TOKEN not in str(found)


@pytest.mark.parametrize(
    ("results", "verdict"),
    [
        (RESULTS, "PASS"),
        (RESULTS.replace(b"spf=pass", b"spf=softfail"), "FAIL"),
        (RESULTS.replace(b"dmarc=pass", b"dmarc=none"), "FAIL"),
        (b"Authentication-Results: mx.press; spf=pass; dkim=pass\r\n", "WARN"),
        (b"", "WARN"),
    ],
)
def test_the_receivers_own_verdict_is_passed_on(results: bytes, verdict: str) -> None:
    assert looked(results + MAIL, None)["received-results"].verdict.value == verdict


def test_a_file_that_is_not_there_or_no_mail_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("Dear Ada,\n\nit left at six.\n")

    with pytest.raises(NotFound, match="No such file"):
        read_received(tmp_path / "gone.eml")
    with pytest.raises(DataError, match="no mail"):
        read_received(tmp_path / "note.txt")
