"""One mail to one person: complete, of no list, and an error where the relay does not take it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from publisher.app.one_mail import mail_name, send_one, transactional
from publisher.app.rehearse import rehearsal
from publisher.app.runtime import Runtime, open_runtime
from publisher.errors import RecipientRefused, RelayUnavailable
from publisher.model.delivery import Outcome
from tests.acceptance.a_site import CONFIG
from tests.doubles.memory_relay import MemoryRelay

DATE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TO = "ada@example.org"
TEXT = "Bitte bestätigen:\n\nhttps://review.example/mail/c/" + "x" * 90 + "\n.dot\nFrom here\n"


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(CONFIG)
    with open_runtime(tmp_path, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        opened.relay = MemoryRelay(opened.database)
        yield opened


def a_mail(runtime: Runtime, **changes: str) -> bytes:
    values = {"to": TO, "subject": "Größe =?x?", "text": TEXT, "name": "confirm.1"} | changes
    return transactional(runtime.settings, date=DATE, **values)  # type: ignore[arg-type]


def test_a_mail_is_whole_and_of_no_list(runtime: Runtime) -> None:
    data = a_mail(runtime)
    mail = message_from_bytes(data, policy=default)
    lists = [name for name in mail if name.lower().startswith("list-") or name.lower() in ("precedence", "feedback-id")]

    assert (mail["To"], mail["Subject"], mail["Auto-Submitted"]) == (TO, "Größe =?x?", "auto-generated")
    assert mail["Message-ID"] == "<confirm.1@review.example>"
    assert mail.get_content().replace("\r\n", "\n") == TEXT
    assert lists == []
    assert data.count(b"\n") == data.count(b"\r\n")
    assert max(len(line) for line in data.split(b"\r\n")) <= 78
    assert not any(line.startswith((b".", b"From ")) for line in data.split(b"\r\n"))


def test_html_stands_beside_the_text(runtime: Runtime) -> None:
    mail = message_from_bytes(a_mail(runtime, html="<p>Größe</p>"), policy=default)

    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]  # type: ignore[attr-defined]
    assert mail.get_body(("html",)).get_content().strip() == "<p>Größe</p>"  # type: ignore[attr-defined,union-attr]
    assert mail.defects == []


@pytest.mark.parametrize("bad", [{"to": "a@b.example\r\nBcc: c@d.example"}, {"name": "a b"}])
def test_what_would_add_a_header_is_refused(runtime: Runtime, bad: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="not one ASCII token"):
        a_mail(runtime, **bad)


def test_a_subject_adds_no_header(runtime: Runtime) -> None:
    mail = message_from_bytes(a_mail(runtime, subject="a\r\nBcc: c@d.example"), policy=default)

    assert (mail["Bcc"], mail["Subject"]) == (None, "a Bcc: c@d.example")


def test_the_relay_gets_it_once(runtime: Runtime) -> None:
    answer = send_one(runtime, to=TO, data=a_mail(runtime), name="confirm.1")

    assert answer.outcome is Outcome.ACCEPTED
    assert [(one.rcpt_to, one.mail_from) for one in runtime.relay.mails] == [(TO, "letters@review.example")]  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("outcome", "error"),
    [
        (Outcome.REFUSED, RecipientRefused),
        (Outcome.DEFERRED, RelayUnavailable),
        (Outcome.UNSENT, RelayUnavailable),
    ],
)
def test_what_the_relay_does_not_take_is_an_error(runtime: Runtime, outcome: Outcome, error: type[Exception]) -> None:
    runtime.relay.answer(TO, outcome)  # type: ignore[union-attr]

    with pytest.raises(error, match="relay"):
        send_one(runtime, to=TO, data=a_mail(runtime), name="confirm.1")


def test_a_dry_run_sends_nothing(runtime: Runtime) -> None:
    with rehearsal(runtime) as dry:
        answer = send_one(dry, to=TO, data=a_mail(runtime), name="confirm.1")

    assert (answer.outcome, runtime.relay.mails) == (Outcome.UNSENT, [])  # type: ignore[union-attr]


def test_a_name_says_nothing_of_its_seed() -> None:
    assert mail_name("confirm", b"seed") == mail_name("confirm", b"seed") != mail_name("notice", b"seed")
