"""`publisher doctor` as it is run: what it prints, how it exits, whom it asks."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.acceptance.a_site import CONFIG, Done, Site
from tests.doubles.a_received_mail import MAIL, NAMES, RESULTS
from tests.doubles.dkim_keys import SigningKey, rsa_record
from tests.doubles.dns_server import DnsServer
from tests.doubles.smtp_sink import SmtpSink, refusing_port
from tests.doubles.web_server import Reply, WebServer

GOOD = {
    ("harbour.press", "TXT"): ["v=spf1 mx -all"],
    ("harbour.press", "MX"): ["10 mx.harbour.press."],
    ("mx.harbour.press", "A"): ["93.184.215.25"],
    ("s1._domainkey.harbour.press", "TXT"): [rsa_record(2048)],
    ("_dmarc.harbour.press", "TXT"): ["v=DMARC1; p=none; rua=mailto:dmarc@harbour.press"],
}
LOCAL = {"database", "disk", "clock", "sources", "secret", "identity", "from", "relay", "relay-tls"}
OF_THE_DNS = {"spf", "dkim", "dmarc", "alignment", "mx"}


def a_press_site(root: Path, *, relay: str = "folder:var/outbox", pages: str = "https://review.example/mail/") -> Site:
    config = CONFIG.replace("letters@review.example", "letters@harbour.press")
    config = config.replace("[relay]\n", f'[relay]\nurl = "{relay}"\n').replace("https://review.example/mail/", pages)
    config = config.replace('language = "en"\n', 'language = "en"\neditor = { email = "editors@harbour.press" }\n')
    site = Site(root)
    site.environ = {}
    site.write("config/publisher.toml", config)
    site.article("the-last-ferry")
    return site


def verdicts(done: Done) -> dict[str, str]:
    found: list[dict[str, Any]] = done.json
    assert all(set(one) == {"id", "verdict", "what", "hint", "where"} for one in found)
    return {one["id"]: one["verdict"] for one in found}


def test_a_good_zone_passes_and_the_exit_is_zero(tmp_path: Path) -> None:
    site = a_press_site(tmp_path)
    with DnsServer(GOOD) as server:
        site.environ["PUBLISHER_DNS"] = server.where
        done = site.run("doctor", "--json", "--selector", "s1")

    found = verdicts(done)
    assert done.code == 0, done.err
    assert set(found) == LOCAL | OF_THE_DNS | {"unsubscribe", "gmail", "yahoo", "microsoft"}
    assert {name for name, verdict in found.items() if verdict != "PASS"} == {
        *("relay-tls", "unsubscribe", "gmail", "yahoo", "microsoft")
    }


def test_a_bad_zone_fails_for_the_providers_too(tmp_path: Path) -> None:
    site = a_press_site(tmp_path)
    with DnsServer({**GOOD, ("harbour.press", "TXT"): ["v=spf1 +all"]}) as server:
        site.environ["PUBLISHER_DNS"] = server.where
        done = site.run("doctor", "--json", "--selector", "s1")

    found = verdicts(done)
    assert (done.code, found["spf"]) == (1, "FAIL")
    assert [found[one] for one in ("gmail", "yahoo", "microsoft")] == ["FAIL"] * 3


def test_offline_nobody_is_asked(tmp_path: Path) -> None:
    site = a_press_site(tmp_path)
    with DnsServer(GOOD) as server:
        site.environ["PUBLISHER_DNS"] = server.where
        done = site.run("doctor", "--json", "--offline")

        assert (done.code, server.questions) == (0, [])
    assert set(verdicts(done)) == LOCAL | {"dns"}


def test_lines_say_verdict_id_and_what_to_do(tmp_path: Path) -> None:
    site = a_press_site(tmp_path)
    with DnsServer({**GOOD, ("_dmarc.harbour.press", "TXT"): ["v=DMARC1; p=\x1b[2Jbad"]}) as server:
        site.environ["PUBLISHER_DNS"] = server.where
        done = site.run("doctor")

    assert done.code == 1
    assert "PASS spf " in done.out
    (line,) = [line for line in done.out.splitlines() if line.startswith("FAIL dmarc")]
    assert "_dmarc.harbour.press" in line and "Write p=none" in line
    assert "\x1b" not in done.out


def test_all_of_it_passes_with_a_relay_a_page_and_a_mail_that_came_back(tmp_path: Path) -> None:
    authority, context = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    key = SigningKey()
    zone = {**GOOD, ("s1._domainkey.harbour.press", "TXT"): [key.record]}
    with DnsServer(zone) as server, SmtpSink(context=context) as sink, WebServer(tls=context) as pages:
        pages.routes["*"] = Reply(404, b"unknown")
        site = a_press_site(tmp_path, relay=f"smtp://127.0.0.1:{sink.port}", pages=f"{pages.url}/mail/")
        site.environ["PUBLISHER_DNS"] = server.where
        site.more["SSL_CERT_FILE"] = str(tmp_path / "ca.pem")
        sent = MAIL.replace(b"https://harbour.press/mail/", f"{pages.url}/mail/".encode())
        site.write("came.eml", RESULTS + key.sign(sent, NAMES, domain="harbour.press"))
        done = site.run("doctor", "--json", "--selector", "s1", "--received", str(tmp_path / "came.eml"))

    found = verdicts(done)
    assert (done.code, {name for name, verdict in found.items() if verdict == "FAIL"}) == (0, set())
    assert {name for name, verdict in found.items() if verdict == "WARN"} == {"gmail", "yahoo"}
    assert {"received-headers", "received-dkim", "received-signature", "received-results"} < set(found)
    assert sink.received == []


def test_a_relay_that_is_not_there_is_exit_69(tmp_path: Path) -> None:
    site = a_press_site(tmp_path, relay=f"smtp://127.0.0.1:{refusing_port()}")
    done = site.run("doctor", "--offline", "--json")

    assert (done.code, verdicts(done)["relay"]) == (69, "FAIL")


@pytest.mark.parametrize(
    ("arguments", "environ", "code", "words"),
    [
        (("--received", "gone.eml"), {}, 66, "No such file"),
        ((), {"PUBLISHER_DNS": "ns.press"}, 78, "PUBLISHER_DNS"),
    ],
)
def test_what_cannot_be_done_is_an_error(
    tmp_path: Path, arguments: tuple[str, ...], environ: dict[str, str], code: int, words: str
) -> None:
    site = a_press_site(tmp_path)
    site.environ |= environ
    done = site.run("doctor", *arguments)

    assert (done.code, words in done.err) == (code, True), done.err
