"""The doctor visits a relay: what it greets with, before and after TLS, and what becomes of a bad certificate."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import pytest
import trustme

from publisher.app.doctor_findings import Verdict
from publisher.app.doctor_relay import look_at_extensions, look_at_login, look_at_size, look_at_tls
from publisher.model.settings import RelaySettings
from publisher.relay.greeting import Greeting, greet
from publisher.relay.session import Timeouts
from tests.doubles.smtp_sink import Faults, SmtpSink, refusing_port


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture(autouse=True)
def trusted(
    authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """The authority is one that this machine trusts."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    return


def context(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(made)
    return made


def visit(sink: SmtpSink, *, scheme: str = "smtp", tls: str = "require") -> Greeting:
    settings = RelaySettings(url=f"{scheme}://ada@127.0.0.1:{sink.port}", tls=tls)  # type: ignore[arg-type]
    found = greet(settings, hostname="test.example")
    assert found is not None
    return found


def test_a_relay_is_greeted_twice_and_nobody_logs_in(authority: trustme.CA) -> None:
    with SmtpSink(context=context(authority, "127.0.0.1")) as sink:
        greeting = visit(sink)

        assert (greeting.is_encrypted, greeting.phase) == (True, "")
        assert "STARTTLS" in greeting.before and "STARTTLS" not in greeting.after
        assert greeting.size_bytes == 50_000_000
        assert [line.split(" ")[0] for line in sink.lines] == ["EHLO", "STARTTLS", "EHLO", "QUIT"]
        assert look_at_tls(greeting, tls="require").verdict is Verdict.PASS


def test_tls_from_the_first_byte_is_tls(authority: trustme.CA) -> None:
    with SmtpSink(context=context(authority, "127.0.0.1"), is_implicit_tls=True) as sink:
        greeting = visit(sink, scheme="smtps")

    assert (greeting.is_encrypted, greeting.before) == (True, {})
    assert "first byte" in look_at_tls(greeting, tls="require").what
    assert look_at_login(greeting).verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("kind", "words"), [("name", "IP address mismatch"), ("authority", "self-signed|local issuer")]
)
def test_a_bad_certificate_is_told_in_words(authority: trustme.CA, kind: str, words: str) -> None:
    contexts = {"name": context(authority, "elsewhere.press"), "authority": context(trustme.CA(), "127.0.0.1")}
    with SmtpSink(context=contexts[kind]) as sink:
        greeting = visit(sink)
        finding = look_at_tls(greeting, tls="require")

    assert finding.verdict is Verdict.FAIL
    assert any(word in finding.what for word in words.split("|")), finding.what


def test_without_tls_it_fails_unless_the_relay_is_here_and_none_was_asked() -> None:
    with SmtpSink() as sink:
        greeting = visit(sink)

    assert look_at_tls(greeting, tls="require").verdict is Verdict.FAIL
    assert look_at_tls(greeting, tls="none").verdict is Verdict.PASS
    outside = Greeting("smtp.harbour.press", 25, False, before=greeting.before)
    assert look_at_tls(outside, tls="none").verdict is Verdict.FAIL


def test_a_login_before_tls_is_a_warning() -> None:
    early = Greeting(
        "smtp.harbour.press", 587, False, before={"AUTH": "PLAIN", "STARTTLS": ""}, after={"AUTH": "PLAIN"}
    )
    late = Greeting("smtp.harbour.press", 587, False, before={"STARTTLS": ""}, after={"AUTH": "PLAIN"})

    assert look_at_login(early).verdict is Verdict.WARN
    assert (look_at_login(late).verdict, look_at_login(late).what) == (Verdict.PASS, "logins after TLS: PLAIN")


@pytest.mark.parametrize(
    ("words", "verdict"), [("100000", "FAIL"), ("200000", "PASS"), ("0", "PASS"), ("", "PASS"), ("many", "PASS")]
)
def test_the_relay_must_take_a_mail_of_our_size(words: str, verdict: str) -> None:
    greeting = Greeting("smtp.harbour.press", 587, False, before={"SIZE": words})

    assert look_at_size(greeting, largest=200_000).verdict.value == verdict


def test_what_else_it_can_is_noted() -> None:
    greeting = Greeting("smtp.harbour.press", 587, False, before={"PIPELINING": "", "SMTPUTF8": ""})

    assert look_at_extensions(greeting).what.startswith("PIPELINING yes, SMTPUTF8 yes, 8BITMIME no")


def test_a_relay_that_is_not_there_says_in_which_phase() -> None:
    greeting = greet(RelaySettings(url=f"smtp://127.0.0.1:{refusing_port()}"), hostname="x")

    assert greeting is not None
    assert (greeting.phase, greeting.extensions) == ("connect", {})


def test_a_silent_relay_is_not_waited_for_long() -> None:
    with SmtpSink(Faults(at={"EHLO": "250-and so on"})) as sink:
        settings = RelaySettings(url=f"smtp://127.0.0.1:{sink.port}")
        greeting = greet(settings, hostname="x", timeouts=Timeouts(1, 0.3, 1, 1))

    assert greeting is not None and (greeting.phase, greeting.trouble) == ("ehlo", "no reply in time")


def test_a_folder_is_no_relay_to_visit() -> None:
    assert greet(RelaySettings(), hostname="x") is None
