"""What every relay promises (publisher/relay/port.py), over the folder, SMTP and the double."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from publisher.errors import StorageError
from publisher.model.delivery import Answer, Mail, Outcome
from publisher.model.ids import SubscriberId
from publisher.relay import OutboxRelay, Relay, SmtpOptions, SmtpRelay
from tests.doubles.memory_relay import MemoryRelay
from tests.doubles.smtp_sink import SmtpSink


class ListJournal:
    """A journal in memory, which can refuse."""

    def __init__(self, *, is_broken: bool = False) -> None:
        self.lines: list[tuple[str, int]] = []
        self.is_broken = is_broken

    def sending(self, mail: Mail, *, connection: int) -> None:
        if self.is_broken:
            raise StorageError("The disk is full", "journal", "Make room.")
        self.lines.append(("D", mail.subscriber_id))

    def answered(self, answer: Answer, *, connection: int) -> None:
        self.lines.append(("A", answer.subscriber_id))


def a_mail(number: int, *, rcpt_to: str = "", data: bytes = b"Subject: x\r\n\r\nHello\r\n") -> Mail:
    return Mail(
        SubscriberId(number),
        1,
        f"weekly.{number}",
        "news@harbour.example",
        rcpt_to or f"r{number}@example.org",
        (data,),
    )


@pytest.fixture(params=["folder", "smtp", "memory"])
def relay(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Relay, Callable[[], list[str]]]]:
    """A relay, and who has got mail through it."""
    if request.param == "folder":
        folder = OutboxRelay(tmp_path / "outbox")
        yield folder, lambda: sorted(path.stem for path in (tmp_path / "outbox").glob("*.eml"))
    elif request.param == "memory":
        memory = MemoryRelay()
        yield memory, lambda: sorted(mail.name for mail in memory.mails)
    else:
        with SmtpSink() as sink:
            options = SmtpOptions("127.0.0.1", sink.port, "test.example", tls="none", connections=3)
            names = lambda: sorted("weekly." + mail.rcpt_to[1:].split("@")[0] for mail in sink.received)  # noqa: E731
            yield SmtpRelay(options), names


def never() -> bool:
    return False


def test_each_mail_of_each_batch_has_one_answer_and_arrives_once(relay: tuple[Relay, Callable[[], list[str]]]) -> None:
    handed, arrived = relay
    handed.open()
    batches = [[a_mail(n) for n in range(start, start + 10)] for start in (0, 10, 20, 30)]

    answers = list(handed.send(batches, journal=ListJournal(), stop=never))

    assert sorted(answer.subscriber_id for answer in answers) == list(range(40))
    assert {answer.outcome for answer in answers} == {Outcome.ACCEPTED}
    assert arrived() == sorted(f"weekly.{n}" for n in range(40))
    assert {answer.relay for answer in answers} == {handed.name}


def test_the_journal_knows_each_dot_before_its_answer(relay: tuple[Relay, Callable[[], list[str]]]) -> None:
    handed, _ = relay
    handed.open()
    journal = ListJournal()

    list(handed.send([[a_mail(n) for n in range(8)]], journal=journal, stop=never))

    for number in range(8):
        assert [kind for kind, who in journal.lines if who == number] == ["D", "A"]


def test_nothing_is_handed_over_that_the_journal_did_not_take(relay: tuple[Relay, Callable[[], list[str]]]) -> None:
    handed, arrived = relay
    handed.open()

    with pytest.raises(StorageError):
        list(handed.send([[a_mail(1), a_mail(2)]], journal=ListJournal(is_broken=True), stop=never))

    assert arrived() == []


def test_a_stop_leaves_the_rest_unsent_and_begins_no_other_batch(relay: tuple[Relay, Callable[[], list[str]]]) -> None:
    handed, arrived = relay
    handed.open()
    begun: list[int] = []

    def batches() -> Iterator[list[Mail]]:
        for number in range(5):
            begun.append(number)
            yield [a_mail(number * 10 + n) for n in range(10)]

    answers = list(handed.send(batches(), journal=ListJournal(), stop=lambda: True))

    assert {answer.outcome for answer in answers} <= {Outcome.UNSENT}
    assert len(answers) == 10 * len(begun) and len(begun) <= 1
    assert arrived() == []


@pytest.mark.parametrize(
    "address",
    ["no-at-sign", "two@@example.org", "a b@example.org", "a@b>\r\nRCPT TO:<v@example.org", "é@example.org", "a@é.org"],
)
def test_an_address_that_cannot_stand_in_rcpt_is_refused_and_the_rest_goes_on(
    relay: tuple[Relay, Callable[[], list[str]]], address: str
) -> None:
    handed, arrived = relay
    handed.open()

    answers = list(handed.send([[a_mail(1, rcpt_to=address), a_mail(2)]], journal=ListJournal(), stop=never))

    assert {answer.subscriber_id: answer.outcome for answer in answers} == {1: Outcome.REFUSED, 2: Outcome.ACCEPTED}
    assert arrived() == ["weekly.2"]


@pytest.mark.parametrize("data", [b"a: b\r\n\r\nx\n.\n\r\n", b"a: b\r\n\r\nx\r.\r\r\n", b"a: b\r\n\r\nno end"])
def test_a_message_with_a_bare_line_end_is_refused(relay: tuple[Relay, Callable[[], list[str]]], data: bytes) -> None:
    handed, arrived = relay
    handed.open()

    (answer,) = handed.send([[a_mail(1, data=data)]], journal=ListJournal(), stop=never)

    assert (answer.outcome, answer.phase) == (Outcome.REFUSED, "check")
    assert arrived() == []


def test_a_caller_that_reads_no_further_ends_the_send(relay: tuple[Relay, Callable[[], list[str]]]) -> None:
    handed, arrived = relay
    handed.open()
    answers = handed.send([[a_mail(n) for n in range(50)]], journal=ListJournal(), stop=never)

    next(answers)
    answers.close()  # type: ignore[attr-defined]

    assert 1 <= len(arrived()) <= 50
