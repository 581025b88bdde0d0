"""What the doctor says of the configuration alone, and of the providers' rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.app.doctor import look_at_from, look_at_identity
from publisher.app.doctor_findings import Finding, Verdict, found, summed
from publisher.app.doctor_providers import look_at_providers
from publisher.app.doctor_relay import largest_mail
from publisher.app.doctor_sender import Sender, sender_of
from publisher.app.runtime import open_runtime
from publisher.model.settings import FeedSettings, RelaySettings, Settings, SiteSettings
from tests.acceptance.a_site import CONFIG

NEEDED = ("spf", "dkim", "dmarc", "alignment", "unsubscribe", "relay-tls", "reverse")


def written(root: Path, config: str) -> Path:
    (root / "config").mkdir()
    (root / "config/publisher.toml").write_text(config)
    return root


def a_sender(**relay: str) -> Sender:
    site = SiteSettings(
        title="T",
        url="https://harbour.press/",
        language="en",
        timezone="UTC",
        id_authority="harbour.press,2026",
        editor={"email": "editors@desk.press"},  # type: ignore[arg-type]
    )
    feeds = FeedSettings(base_url="https://harbour.press/feeds/")
    return sender_of(Settings(site=site, feeds=feeds, relay=RelaySettings(**relay)))  # type: ignore[arg-type]


def test_every_domain_that_takes_mail_is_named_with_what_comes_there() -> None:
    named = {"from": "A <a@Harbour.press>", "reply_to": "B <b@reply.press>", "envelope_domain": "bounces.harbour.press"}
    sender = a_sender(**named, url="smtp://ada@smtp.relay.press:587")

    assert (sender.from_domain, sender.envelope_domain) == ("harbour.press", "bounces.harbour.press")
    assert sender.relay_host == "smtp.relay.press"
    assert sender.replies == {
        "harbour.press": "relay.from",
        "reply.press": "relay.reply_to, unsubscribing by mail",
        "bounces.harbour.press": "bounces",
    }


def test_without_reply_to_readers_leave_by_mail_to_the_editor() -> None:
    sender = a_sender(**{"from": "a@harbour.press"})

    assert sender.replies == {"harbour.press": "relay.from, bounces", "desk.press": "unsubscribing by mail"}


@pytest.mark.parametrize("url", ["folder:var/outbox", "smtp://localhost:25", "smtps://127.0.0.1", "smtp://[::1]:25"])
def test_a_folder_and_a_relay_here_have_no_host_to_look_up(url: str) -> None:
    assert a_sender(url=url).relay_host == ""


@pytest.mark.parametrize(
    ("address", "verdict"),
    [("letters@review.example", "PASS"), ("review@gmail.com", "FAIL"), ("review@yahoo.co.uk", "FAIL")],
)
def test_from_must_be_at_an_own_domain(tmp_path: Path, address: str, verdict: str) -> None:
    root = written(tmp_path, CONFIG.replace("letters@review.example", address))
    with open_runtime(root, environ={}) as runtime:
        assert look_at_from(runtime).verdict.value == verdict


def test_what_the_mail_needs_to_say_is_asked_for(tmp_path: Path) -> None:
    root = written(tmp_path, CONFIG.replace('licence = "https://creativecommons.org/licenses/by/4.0/"\n', ""))
    with open_runtime(root, environ={}) as runtime:
        finding = look_at_identity(runtime)
        assert largest_mail(runtime) == 200_000

    assert finding.verdict is Verdict.WARN
    assert "site.licence" in finding.what and "site.editor.email" in finding.what


def told(**verdicts: str) -> dict[str, str]:
    """What the providers say where all that they ask for passes but these."""
    given = dict.fromkeys(NEEDED, "PASS") | {name.replace("_", "-"): verdict for name, verdict in verdicts.items()}
    findings = [Finding(name, Verdict(verdict), "") for name, verdict in given.items() if verdict != "gone"]
    return {one.id: one.verdict.value for one in look_at_providers(findings)}


def test_each_provider_asks_for_its_own() -> None:
    assert set(told().values()) == {"PASS"}
    assert told(dkim="FAIL") == dict.fromkeys(("gmail", "yahoo", "microsoft"), "FAIL")
    assert told(relay_tls="FAIL") == {"gmail": "FAIL", "yahoo": "PASS", "microsoft": "PASS"}
    assert told(reverse="WARN") == {"gmail": "WARN", "yahoo": "WARN", "microsoft": "PASS"}
    assert told(unsubscribe="gone") == dict.fromkeys(("gmail", "yahoo", "microsoft"), "WARN")
    assert told(spf="gone") == {}


def test_the_worst_remark_gives_the_verdict_and_a_hint_is_said_once() -> None:
    remarks = [(Verdict.WARN, "a", "Do it."), (Verdict.FAIL, "b", "Now."), (Verdict.WARN, "c", "Do it.")]
    finding = summed("x", remarks, good="fine")

    assert (finding.verdict, finding.what, finding.hint) == (Verdict.FAIL, "b; a; c", "Now. Do it.")


def test_words_of_the_outside_stay_in_their_line() -> None:
    finding = found("x", Verdict.WARN, "a\x1b[2J\nb" + "c" * 1000, where="d\re")

    assert finding.what.startswith("a [2J bccc") and len(finding.what) == 601
    assert finding.where == "d e"
