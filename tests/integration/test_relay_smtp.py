"""The SMTP relay against a server that fails on order (reliability.md S3 to S14)."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import trustme

from publisher.errors import ConfigError, RelayUnavailable
from publisher.model.delivery import Answer, Outcome
from publisher.model.settings import RelaySettings
from publisher.relay import OutboxRelay, SmtpOptions, SmtpRelay, Timeouts, open_relay
from tests.contract.test_relays import ListJournal, a_mail, never
from tests.doubles.smtp_sink import Faults, SmtpSink, refusing_port

QUICK = Timeouts(connect_s=2, command_s=2, data_s=2, dot_s=0.3)


def options_for(sink: SmtpSink, **changes: object) -> SmtpOptions:
    waits_s = (0, 0.01, 0.01)
    plain = SmtpOptions("127.0.0.1", sink.port, "test.example", tls="none", timeouts=QUICK, waits_s=waits_s)
    return replace(plain, **({"connections": 2} | changes))


def send(relay: SmtpRelay, count: int = 5) -> dict[int, Answer]:
    answers = relay.send([[a_mail(n) for n in range(count)]], journal=ListJournal(), stop=never)
    return {answer.subscriber_id: answer for answer in answers}


def outcomes(answers: dict[int, Answer]) -> list[str]:
    return [answers[number].outcome.value for number in sorted(answers)]


def test_the_bytes_arrive_as_they_were_and_the_reply_is_kept() -> None:
    data = b"Subject: x\r\n\r\n.a dot\r\n..two\r\n" + b"long " * 10_000 + b"\r\n.\r\n"
    with SmtpSink() as sink:
        relay = SmtpRelay(options_for(sink))
        (answer,) = relay.send([[a_mail(1, data=data)]], journal=ListJournal(), stop=never)

        assert sink.received[0].data == data
        assert (answer.code, answer.reply, answer.phase) == (250, "queued as 0", "dot")
        assert f"MAIL FROM:<news@harbour.example> SIZE={len(data)}" in sink.lines
        assert sink.lines[-1] == "QUIT" or sink.wait_for_line("QUIT")


def test_who_asks_to_stop_while_a_connection_is_made_sees_no_mail_begun() -> None:
    with SmtpSink() as sink:
        relay = SmtpRelay(options_for(sink, connections=1))
        stop = lambda: sink.session_count > 0  # noqa: E731
        answers = list(relay.send([[a_mail(1), a_mail(2)]], journal=ListJournal(), stop=stop))

        assert [answer.outcome for answer in answers] == [Outcome.UNSENT] * 2
        assert not [line for line in sink.lines if line.startswith("MAIL")]


@pytest.mark.parametrize(
    ("faults", "outcome", "code", "phase"),
    [
        (Faults(rcpt={"r2@example.org": ["450 later"]}), "deferred", 450, "rcpt"),
        (Faults(rcpt={"r2@example.org": ["550-no\r\n550 such user"]}), "refused", 550, "rcpt"),
        (Faults(dot={"r2@example.org": ["451 later"]}), "deferred", 451, "dot"),
        (Faults(dot={"r2@example.org": ["552 too much"]}), "refused", 552, "dot"),
        (Faults(dot={"r2@example.org": ["421 closing"]}), "deferred", 421, "dot"),
        (Faults(dot={"r2@example.org": ["354 what"]}), "unknown", 354, "dot"),
        (Faults(drops={"r2@example.org": ["before-record"]}), "unknown", 0, "dot"),
        (Faults(drops={"r2@example.org": ["after-record"]}), "unknown", 0, "dot"),
        (Faults(drops={"r2@example.org": ["silence"]}), "unknown", 0, "dot"),
    ],
)
def test_trouble_with_one_reader_is_that_readers_only(faults: Faults, outcome: str, code: int, phase: str) -> None:
    with SmtpSink(faults) as sink:
        answers = send(SmtpRelay(options_for(sink)))

        assert outcomes(answers) == ["accepted", "accepted", outcome, "accepted", "accepted"]
        assert (answers[2].code, answers[2].phase) == (code, phase)
        assert max(sink.copies().values()) == 1


def test_a_relay_that_leaves_in_the_body_makes_no_second_copy() -> None:
    with SmtpSink(Faults(drops={f"r{n}@example.org": ["mid-data"] for n in range(5)})) as sink:
        answers = send(SmtpRelay(options_for(sink, waits_s=(0,) * 9)))

        assert set(outcomes(answers)) <= {"accepted", "unknown"}
        accepted = {f"r{n}@example.org" for n, one in answers.items() if one.outcome is Outcome.ACCEPTED}
        assert sink.copies() == dict.fromkeys(accepted, 1)


def test_a_421_at_rcpt_is_the_relays_trouble_and_the_mail_goes_on_another_session() -> None:
    with SmtpSink(Faults(rcpt={"r2@example.org": ["421 closing"]})) as sink:
        assert set(outcomes(send(SmtpRelay(options_for(sink))))) == {"accepted"}
        assert sink.copies() == {f"r{n}@example.org": 1 for n in range(5)}


def test_a_limit_per_session_means_new_sessions_and_no_loss() -> None:
    with SmtpSink(Faults(mails_per_session=5)) as sink:
        answers = send(SmtpRelay(options_for(sink, connections=1)), 50)

        assert set(outcomes(answers)) == {"accepted"}
        assert sink.copies() == {f"r{n}@example.org": 1 for n in range(50)}
        assert sink.session_count == 10


@pytest.mark.parametrize("place", ["CONNECT", "EHLO", "MAIL"])
@pytest.mark.parametrize("reply", ["421 no", "454 no", "554 no", "nonsense"])
def test_a_relay_in_trouble_leaves_every_mail_unsent(place: str, reply: str) -> None:
    with SmtpSink(Faults(at={place: reply})) as sink:
        answers = send(SmtpRelay(options_for(sink)))

        assert set(outcomes(answers)) == {"unsent"}
        assert answers[0].phase == place.lower()
        assert sink.received == []


def test_a_relay_that_is_not_there_is_unavailable_before_anything_is_claimed() -> None:
    relay = SmtpRelay(SmtpOptions("127.0.0.1", refusing_port(), "test.example", tls="none", waits_s=(0,)))

    with pytest.raises(RelayUnavailable, match=r"127\.0\.0\.1:\d+: .*\(connect\)"):
        relay.open()
    assert set(outcomes(send(relay))) == {"unsent"}


def test_a_stop_does_not_wait_for_a_relay_that_is_silent() -> None:
    patient = replace(QUICK, dot_s=600)
    with SmtpSink(Faults(drops={"r0@example.org": ["silence"]})) as sink:
        relay = SmtpRelay(options_for(sink, connections=1, timeouts=patient, grace_s=0.1))

        answers = relay.send(
            [[a_mail(n) for n in range(3)]], journal=ListJournal(), stop=lambda: len(sink.received) > 0
        )

        assert sorted(answer.outcome for answer in answers) == ["unknown", "unsent", "unsent"]


def test_no_command_but_the_expected_ones_is_ever_said() -> None:
    bad = ["a@b.org>\r\nDATA", "<a@b.org>", "a b@c.org", "a@b.org SIZE=1", "\0@b.org", "a@[127.0.0.1]", '"a b"@c.org']
    with SmtpSink() as sink:
        mails = [a_mail(n, rcpt_to=one) for n, one in enumerate([*bad, "good@example.org"])]
        answers = list(SmtpRelay(options_for(sink)).send([mails], journal=ListJournal(), stop=never))

        assert sum(answer.outcome is Outcome.REFUSED for answer in answers) == len(bad)
        shapes = r"EHLO test\.example|MAIL FROM:<news@harbour\.example> SIZE=\d+|RCPT TO:<good@example\.org>|DATA|QUIT"
        assert [line for line in sink.lines if not re.fullmatch(shapes, line)] == []


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(scope="module")
def cafile(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    return str(path)


def server_context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


@pytest.fixture
def tls_sink(authority: trustme.CA) -> Iterator[SmtpSink]:
    with SmtpSink(context=server_context(authority, "127.0.0.1", "localhost")) as sink:
        yield sink


def test_starttls_comes_before_the_login(tls_sink: SmtpSink, cafile: str) -> None:
    secure = options_for(tls_sink, tls="require", cafile=cafile, user="ada", password="sécret")

    assert set(outcomes(send(SmtpRelay(secure)))) == {"accepted"}
    assert set(tls_sink.logins) == {("ada", "sécret")}
    verbs = [line.split(" ")[0] for line in tls_sink.lines if line.split(" ")[0] in ("STARTTLS", "AUTH")]
    assert verbs[0] == "STARTTLS"


def test_tls_from_the_first_byte(authority: trustme.CA, cafile: str) -> None:
    with SmtpSink(context=server_context(authority, "127.0.0.1"), is_implicit_tls=True) as sink:
        relay = SmtpRelay(options_for(sink, tls="require", cafile=cafile, is_implicit_tls=True))

        relay.open()
        assert set(outcomes(send(relay))) == {"accepted"}


def test_a_relay_that_only_knows_login_by_steps(tls_sink: SmtpSink, cafile: str) -> None:
    tls_sink.faults = Faults(logins_offered="LOGIN")
    secure = options_for(tls_sink, tls="require", cafile=cafile, user="ada", password="secret")

    assert set(outcomes(send(SmtpRelay(secure)))) == {"accepted"}
    assert set(tls_sink.logins) == {("ada", "secret")}


def test_a_wrong_password_is_told_without_telling_it(tls_sink: SmtpSink, cafile: str) -> None:
    secure = options_for(tls_sink, tls="require", cafile=cafile, user="ada", password="secret")
    tls_sink.faults = Faults(at={"AUTH": "535 wrong"})

    with pytest.raises(RelayUnavailable, match="535 wrong") as caught:
        SmtpRelay(secure).open()
    assert "secret" not in str(caught.value) + repr(secure)


@pytest.mark.parametrize("kind", ["unknown authority", "wrong name", "not offered"])
def test_without_good_tls_neither_mail_nor_password_is_on_the_wire(
    authority: trustme.CA, cafile: str, kind: str
) -> None:
    contexts = {
        "unknown authority": server_context(trustme.CA(), "127.0.0.1"),
        "wrong name": server_context(authority, "elsewhere.example"),
        "not offered": None,
    }
    with SmtpSink(context=contexts[kind]) as sink:
        secure = options_for(sink, tls="require", cafile=cafile, user="ada", password="secret")
        with pytest.raises(RelayUnavailable, match="starttls"):
            SmtpRelay(secure).open()

        assert set(outcomes(send(SmtpRelay(secure)))) == {"unsent"}
        assert not any(line.startswith(("MAIL", "AUTH")) for line in sink.lines)


def test_a_password_is_never_sent_without_tls() -> None:
    with SmtpSink() as sink:
        relay = SmtpRelay(options_for(sink, tls="opportunistic", user="ada", password="secret"))
        with pytest.raises(RelayUnavailable, match="not sent without TLS"):
            relay.open()
        assert sink.logins == []


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "smtp://mail.example.org", "tls": "none"},
        {"url": "smtp://ada@mail.example.org"},
        {"url": "smtp://ada:secret@mail.example.org"},
        {"url": "smtp://mail.example.org:99999"},
        {"url": "smtp://"},
        {"url": "http://mail.example.org"},
        {"url": "folder:"},
        {"url": "outbox"},
    ],
)
def test_a_relay_that_would_be_unsafe_is_a_configuration_error(changes: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        open_relay(RelaySettings(**changes), root=tmp_path, password=None, hostname="test.example")
    assert "secret" not in str(caught.value)


def test_each_scheme_opens_its_relay(tmp_path: Path) -> None:
    folder = open_relay(RelaySettings(), root=tmp_path, password=None, hostname="h")
    smtp = open_relay(RelaySettings(url="smtp://ada@mail.example.org"), root=tmp_path, password="x", hostname="my_host")
    smtps = open_relay(RelaySettings(url="smtps://mail.example.org"), root=tmp_path, password=None, hostname="h")

    assert isinstance(folder, OutboxRelay)
    assert (smtp.name, smtps.name) == ("mail.example.org:587", "mail.example.org:465")
    assert (folder.is_idempotent, smtp.is_idempotent) == (True, False)
