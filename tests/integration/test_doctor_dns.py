"""The doctor asks a name server on the loopback: zones that are right, and each way to be wrong."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping, Sequence

import pytest

from publisher.app.doctor_dns import look_at_dns
from publisher.app.doctor_findings import Finding, Verdict
from publisher.app.doctor_sender import Sender
from publisher.dns import DnsResolver
from publisher.errors import ConfigError
from publisher.mail_auth import Status
from tests.doubles.dkim_keys import rsa_record
from tests.doubles.dns_server import DnsServer, reverse_of

HOME = "harbour.press"
RELAY = "smtp.harbour.press"
PUBLIC, PUBLIC_6 = "93.184.215.14", "2606:2800:21f::14"
Records = Mapping[tuple[str, str], Sequence[str]]

GOOD: Records = {
    (HOME, "TXT"): ["some-site-verification=1", "v=spf1 mx ip4:93.184.215.0/24 ip6:2606:2800::/32 -all"],
    (HOME, "MX"): ["10 mx.harbour.press."],
    ("mx.harbour.press", "A"): ["93.184.215.25"],
    ("s1._domainkey.harbour.press", "TXT"): [rsa_record(2048)],
    ("_dmarc.harbour.press", "TXT"): ["v=DMARC1; p=none; rua=mailto:dmarc@harbour.press"],
    (RELAY, "A"): [PUBLIC],
    (RELAY, "AAAA"): [PUBLIC_6],
    (reverse_of(PUBLIC), "PTR"): ["smtp.harbour.press."],
    (reverse_of(PUBLIC_6), "PTR"): ["smtp.harbour.press."],
}


def a_sender(**changes: object) -> Sender:
    values: dict[str, object] = {
        "from_domain": HOME,
        "envelope_domain": HOME,
        "relay_host": RELAY,
        "selectors": ("s1",),
        "replies": {HOME: "relay.from"},
    }
    return Sender(**(values | changes))  # type: ignore[arg-type]


def findings(zone: Records, sender: Sender | None = None) -> dict[str, Finding]:
    with DnsServer(zone) as server:
        return {one.id: one for one in look_at_dns(sender or a_sender(), DnsResolver(server.where))}


def spf(record: str | list[str], **more: list[str]) -> Finding:
    """The finding on an SPF record; more: TXT records of `NAME.press`."""
    records = [record] if isinstance(record, str) else record
    zone = {**GOOD, **{(f"{name}.press", "TXT"): texts for name, texts in more.items()}, (HOME, "TXT"): records}
    return findings(zone)["spf"]


def dkim(*records: str, selectors: tuple[str, ...] = ("s1",)) -> Finding:
    zone = dict(GOOD)
    del zone[("s1._domainkey.harbour.press", "TXT")]
    zone |= {(f"s{n}._domainkey.harbour.press", "TXT"): [text] for n, text in enumerate(records, 1)}
    return findings(zone, a_sender(selectors=selectors))["dkim"]


def dmarc(records: Records, domain: str = HOME) -> Finding:
    zone = {key: value for key, value in GOOD.items() if key != ("_dmarc.harbour.press", "TXT")}
    return findings({**zone, **records}, a_sender(from_domain=domain))["dmarc"]


def test_a_good_zone_passes_in_everything() -> None:
    found = findings(GOOD)

    assert {name: one.verdict.value for name, one in found.items()} == dict.fromkeys(
        ("spf", "dkim", "dmarc", "alignment", "mx", "spf-relay", "reverse"), "PASS"
    )
    assert all(one.where for one in found.values())
    assert "1 of 10 lookups" in found["spf"].what
    assert "s1: rsa 2048" in found["dkim"].what


def test_an_empty_zone_fails_with_what_to_publish() -> None:
    found = findings({("other.press", "A"): ["192.0.2.1"]})

    assert [found[one].verdict for one in ("spf", "dkim", "dmarc", "mx")] == [Verdict.FAIL] * 4
    assert "v=spf1" in found["spf"].hint
    assert f"_dmarc.{HOME}" in found["dmarc"].hint


@pytest.mark.parametrize(
    ("record", "verdict", "words"),
    [
        (["v=spf1 mx -all", "v=spf1 a -all"], "FAIL", "2 SPF records"),
        ("v=spf1 mx +all", "FAIL", "anybody may send"),
        ("v=spf1 mx all", "FAIL", "anybody may send"),
        ("v=spf1 mx ?all", "WARN", "?all"),
        ("v=spf1 mx", "WARN", "no `all`"),
        ("v=spf1 mx ip4:93.184 -all", "FAIL", "`ip4:93.184` is no term"),
        ("v=spf1 " + "a " * 11 + "-all", "FAIL", "11 lookups, at most 10"),
        ("v=spf1 " + "mx " * 10 + "-all", "PASS", "10 of 10"),
        ("v=spf1 a:no1.press a:no2.press a:no3.press -all", "FAIL", "3 lookups find nothing"),
        ("v=spf1 a:no1.press a:no2.press -all", "PASS", "2 of 10"),
        (f"v=spf1 include:{HOME} -all", "FAIL", "includes itself"),
        ("v=spf1 exists:%{i}._spf.harbour.press -all", "PASS", "1 of 10"),
    ],
)
def test_spf_records_are_judged_as_receivers_do(record: str | list[str], verdict: str, words: str) -> None:
    finding = spf(record)

    assert (finding.verdict.value, words in finding.what) == (verdict, True), finding


def test_a_redirect_is_followed_to_its_end() -> None:
    good = spf("v=spf1 redirect=other.press", other=["v=spf1 mx -all"])
    bad = spf("v=spf1 redirect=other.press", other=["v=spf1 +all"])

    assert (good.verdict, bad.verdict) == (Verdict.PASS, Verdict.FAIL)


def test_every_domain_that_loops_is_left_in_the_end() -> None:
    finding = spf("v=spf1 include:one.press -all", one=["v=spf1 include:two.press"], two=["v=spf1 include:one.press"])

    assert finding.verdict is Verdict.FAIL and "one.press includes itself, by" in finding.what


@pytest.mark.parametrize(
    ("record", "verdict", "words"),
    [
        (rsa_record(512), "FAIL", "512 bits"),
        (rsa_record(1024), "WARN", "1024 bits"),
        (rsa_record(4096), "PASS", "rsa 4096"),
        ("v=DKIM1; p=", "FAIL", "revoked"),
        ("v=DKIM1; k=rsa; p=MIIB", "FAIL", "no RSA key"),
        ("v=DKIM1; k=ed25519; p=" + base64.b64encode(b"k" * 32).decode(), "WARN", "only ed25519"),
        (rsa_record(2048) + "; t=y", "WARN", "t=y"),
        ("hello", "FAIL", "no key"),
    ],
)
def test_dkim_keys_are_judged_by_their_bytes(record: str, verdict: str, words: str) -> None:
    finding = dkim(record)

    assert (finding.verdict.value, words in finding.what) == (verdict, True), finding


def test_ed25519_beside_rsa_passes() -> None:
    finding = dkim(rsa_record(2048), "v=DKIM1; k=ed25519; p=" + "A" * 43 + "=", selectors=("s1", "s2"))

    assert finding.verdict is Verdict.PASS


def test_a_named_selector_must_be_there_and_a_guessed_one_need_not() -> None:
    assert dkim().verdict is Verdict.FAIL
    guessed = dkim(selectors=())
    assert guessed.verdict is Verdict.WARN and "--selector" in guessed.hint
    found = dkim(rsa_record(2048), selectors=())
    assert found.verdict is Verdict.PASS and "usual name" in found.what


def test_dmarc_is_looked_for_in_the_domain_and_above_it() -> None:
    record = ["v=DMARC1; p=quarantine; rua=mailto:d@harbour.press"]

    above = dmarc({("_dmarc.harbour.press", "TXT"): record}, "letters.harbour.press")

    assert above.verdict is Verdict.PASS and "holds for letters.harbour.press too" in above.what
    assert above.where == "_dmarc.harbour.press"


@pytest.mark.parametrize(
    ("records", "verdict", "words"),
    [
        ([], "FAIL", "no DMARC record"),
        (["v=DMARC1; p=bad; rua=mailto:d@harbour.press"], "FAIL", "p=bad"),
        (["v=DMARC1; p=none"], "WARN", "no reports"),
        (["v=DMARC1; p=none", "v=DMARC1; p=reject"], "FAIL", "2 records"),
        (["v=dmarc1; p=none"], "FAIL", "does not begin with v=DMARC1"),
    ],
)
def test_dmarc_records_are_judged(records: list[str], verdict: str, words: str) -> None:
    finding = dmarc({("_dmarc.harbour.press", "TXT"): records} if records else {})

    assert (finding.verdict.value, words in finding.what) == (verdict, True), finding


@pytest.mark.parametrize(
    ("envelope", "selectors", "verdict"),
    [
        ("bounces.harbour.press", ("s1",), "PASS"),
        ("relay.press", ("s1",), "WARN"),
        ("relay.press", ("nothing",), "FAIL"),
        ("relay.press", (), "WARN"),
    ],
)
def test_from_is_aligned_with_the_envelope_or_with_a_key(
    envelope: str, selectors: tuple[str, ...], verdict: str
) -> None:
    sender = a_sender(envelope_domain=envelope, selectors=selectors)

    assert findings({**GOOD, ("relay.press", "TXT"): ["v=spf1 -all"]}, sender)["alignment"].verdict.value == verdict


def test_without_any_key_or_alignment_the_advice_is_to_name_one() -> None:
    zone = {key: value for key, value in GOOD.items() if "_domainkey" not in key[0]}
    finding = findings(zone, a_sender(envelope_domain="relay.press", selectors=()))["alignment"]

    assert finding.verdict is Verdict.WARN and "--selector" in finding.hint


@pytest.mark.parametrize(
    ("records", "verdict", "words"),
    [
        ({("reply.press", "MX"): ["0 ."]}, "FAIL", "null MX"),
        ({("reply.press", "A"): [PUBLIC]}, "WARN", "no MX, only an address"),
        ({("reply.press", "TXT"): ["x"]}, "FAIL", "no MX and no address"),
        ({("reply.press", "MX"): ["10 gone.press."]}, "FAIL", "has no address"),
        ({("reply.press", "MX"): ["10 mx.harbour.press."]}, "PASS", "all of them"),
        ({}, "FAIL", "no MX and no address"),
    ],
)
def test_mail_must_come_back_to_every_domain(records: Records, verdict: str, words: str) -> None:
    sender = a_sender(replies={HOME: "relay.from", "reply.press": "relay.reply_to"})
    finding = findings({**GOOD, **records}, sender)["mx"]

    assert (finding.verdict.value, words in finding.what) == (verdict, True), finding


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({(reverse_of(PUBLIC), "PTR"): []}, "has no PTR"),
        ({(reverse_of(PUBLIC), "PTR"): ["pool-14.provider.press."]}, "does not lead back"),
        ({(RELAY, "A"): [], (RELAY, "AAAA"): []}, "has no address"),
        ({(RELAY, "A"): ["10.0.0.5"], (RELAY, "AAAA"): []}, "private network"),
    ],
)
def test_names_must_lead_there_and_back(changes: Records, words: str) -> None:
    finding = findings({**GOOD, **changes})["reverse"]

    assert finding.verdict is Verdict.WARN and words in finding.what, finding


def test_the_relay_is_covered_by_the_record_or_a_warning_says_so() -> None:
    outside = findings({**GOOD, (RELAY, "A"): ["8.8.4.4"]})["spf-relay"]
    macro = findings({**GOOD, (HOME, "TXT"): ["v=spf1 exists:%{i}.x.press -all"]})["spf-relay"]
    known = findings(GOOD, a_sender(relay_host="smtp.mailgun.org"))["spf-relay"]

    assert [one.verdict for one in (outside, macro, known)] == [Verdict.WARN] * 3
    assert "8.8.4.4" in outside.what and "cannot be told" in macro.what and "include:mailgun.org" in known.hint


def test_a_relay_with_a_reserved_name_is_not_looked_up() -> None:
    with DnsServer(GOOD) as server:
        sender = a_sender(relay_host="smtp.relay.example")
        found = {one.id: one.verdict.value for one in look_at_dns(sender, DnsResolver(server.where))}

        assert (found.get("reverse"), found.get("spf-relay")) == ("WARN", None)
        assert not [name for name, _ in server.questions if name.endswith(".example")]


def test_a_relay_on_this_machine_has_no_findings_of_its_host() -> None:
    assert not {"reverse", "spf-relay"} & set(findings(GOOD, a_sender(relay_host="")))


@pytest.mark.parametrize("changes", [{"from_domain": "harbour.example"}, {"envelope_domain": "b.harbour.test"}])
def test_a_reserved_domain_is_not_looked_up(changes: dict[str, str]) -> None:
    with DnsServer({}) as server:
        found = list(look_at_dns(a_sender(**changes), DnsResolver(server.where)))

        assert [(one.id, one.verdict.value) for one in found] == [("dns", "WARN")]
        assert "reserved" in found[0].what
        assert server.questions == []


def test_a_name_server_that_never_answers_is_one_warning_and_one_wait() -> None:
    with DnsServer(GOOD, is_silent=True) as server:
        started = time.monotonic()
        found = list(look_at_dns(a_sender(), DnsResolver(server.where, query_s=0.4)))

    assert [(one.id, one.verdict.value) for one in found] == [("dns", "WARN")]
    assert "spf, dkim, dmarc" in found[0].what
    assert time.monotonic() - started < 2


def test_a_name_server_that_fails_for_one_name_is_not_given_up() -> None:
    with DnsServer(GOOD, broken=["_dmarc.harbour.press"]) as server:
        found = {one.id: one for one in look_at_dns(a_sender(), DnsResolver(server.where))}

    assert (found["dmarc"].verdict, found["mx"].verdict) == (Verdict.WARN, Verdict.PASS)
    assert "no answer" in found["dmarc"].what


def test_all_lookups_together_have_an_end() -> None:
    ticks = iter(range(0, 1000, 4))
    with DnsServer(GOOD) as server:
        resolver = DnsResolver(server.where, total_s=20, monotonic=lambda: float(next(ticks)))
        found = list(look_at_dns(a_sender(), resolver))

    assert found[-1].id == "dns"
    assert len(server.questions) == 5


def test_each_question_is_asked_once_and_a_long_answer_comes_by_tcp() -> None:
    long = "v=spf1 " + " ".join(f"ip4:192.0.2.{number}" for number in range(120)) + " -all"
    with DnsServer({**GOOD, (HOME, "TXT"): [long]}) as server:
        list(look_at_dns(a_sender(), DnsResolver(server.where)))

        assert server.tcp_count == 1
        by_udp = server.questions[2:]
        assert len(by_udp) == len(set(by_udp))


def test_what_is_no_name_is_a_failed_answer() -> None:
    with DnsServer(GOOD) as server:
        resolver = DnsResolver(server.where)

        assert {resolver.look_up(name, "A").status for name in ("a..b", "x" * 64 + ".press")} == {Status.FAILED}
        assert resolver.look_up("nobody.press", "A").status is Status.NO_NAME
        assert resolver.look_up(HOME, "A").status is Status.EMPTY


@pytest.mark.parametrize("server", ["ns.harbour.press", "127.0.0.1:", "127.0.0.1:70000", "127.0.0.1:0", "[::1", "x"])
def test_a_name_server_is_named_by_its_address(server: str) -> None:
    with pytest.raises(ConfigError, match="PUBLISHER_DNS"):
        DnsResolver(server)
