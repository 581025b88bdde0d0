"""A test mail: exactly the issue's, to named addresses only, of no reader and in no ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from publisher.app import subscriptions
from publisher.app.issue_mail import MailWriter
from publisher.app.preview import Shown, preview_as_found
from publisher.app.rehearse import rehearsal
from publisher.app.runtime import Runtime, open_runtime
from publisher.app.trial import Trials, read_addresses, send_trials
from publisher.errors import DataError
from publisher.model.delivery import Outcome
from publisher.model.subscriber import Subscriber, SubscriberState
from publisher.storage.tables import deliveries, events, issues
from publisher.tokens import Purpose, verify_link
from tests.acceptance.a_site import ARTICLE, CONFIG
from tests.doubles.memory_relay import MemoryRelay

EDITOR, ADA, AINO = "editor@review.example", "ada@example.org", "aino@example.org"
TOKENS = re.compile(rb"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{44}(?![A-Za-z0-9_-])")


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    for path, text in (
        ("config/publisher.toml", CONFIG),
        (
            "articles/ferry.md",
            ARTICLE.format(title="The last ferry", author="Ada", date="2026-11-24T06:00:00Z", section="culture"),
        ),
    ):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    with open_runtime(tmp_path, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        subscriptions.add(opened, ADA)
        subscriptions.add(opened, AINO, language="fi")
        opened.relay = MemoryRelay(opened.database)
        yield opened


@pytest.fixture
def relay(runtime: Runtime) -> MemoryRelay:
    assert isinstance(runtime.relay, MemoryRelay)
    return runtime.relay


@pytest.fixture
def shown(runtime: Runtime) -> Shown:
    found = preview_as_found(runtime, "daily", output=None).shown
    assert found is not None
    return found


def send(runtime: Runtime, shown: Shown, *addresses: str) -> Trials:
    return send_trials(runtime, shown, read_addresses(addresses))


def find(runtime: Runtime, address: str) -> Subscriber:
    return subscriptions.show(runtime, address)


def without_the_personal(data: bytes) -> bytes:
    data = re.sub(rb"(?m)^To: .*\r\n", b"", data)
    data = re.sub(rb"(?<=daily-2026-11-24\.)[A-Za-z0-9_-]{24}", b"", data)
    return TOKENS.sub(b"", data)


def test_the_mail_is_the_issues_but_for_whom_it_is_to(runtime: Runtime, relay: MemoryRelay, shown: Shown) -> None:
    send(runtime, shown, ADA)
    [mail] = relay.mails
    writer = MailWriter(runtime.settings, runtime.secrets[0], shown.issue, shown.variants)
    real = writer.write(find(runtime, ADA).id, ADA).data

    assert mail.data != real
    assert len(mail.data) == len(real)
    assert without_the_personal(mail.data) == without_the_personal(real)
    assert message_from_bytes(mail.data, policy=default)["Subject"] == shown.issue.subject
    assert (mail.rcpt_to, mail.mail_from) == (ADA, "letters@review.example")


def test_each_address_gets_one_mail_and_nobody_else(runtime: Runtime, relay: MemoryRelay, shown: Shown) -> None:
    trials = send(runtime, shown, EDITOR, AINO, EDITOR.upper())

    assert relay.accepted == [EDITOR, AINO]
    assert [one.address for one in trials.sent] == [EDITOR, AINO]


def test_a_subscriber_gets_the_variant_that_is_theirs(runtime: Runtime, relay: MemoryRelay, shown: Shown) -> None:
    trials = send(runtime, shown, EDITOR, ADA, AINO)
    languages = {one.number: one.language for one in shown.variants}

    assert [languages[one.variant] for one in trials.sent] == ["en", "en", "fi"]
    assert b'lang=3D"fi"' in relay.mails[2].data


def test_every_test_has_a_message_id_of_its_own(runtime: Runtime, relay: MemoryRelay, shown: Shown) -> None:
    for _ in range(2):
        send(runtime, shown, EDITOR, ADA)
    writer = MailWriter(runtime.settings, runtime.secrets[0], shown.issue, shown.variants)
    real = [
        writer.write(find(runtime, ADA).id, ADA).data,
        shown.mail(runtime.settings, runtime.secrets[0], shown.variants[0]),
    ]
    ids = [message_from_bytes(data)["Message-ID"] for data in [*(mail.data for mail in relay.mails), *real]]

    assert len(set(ids)) == 6
    assert all(re.fullmatch(r"<daily-2026-11-24\.[A-Za-z0-9_-]{24}@review\.example>", one) for one in ids)
    assert [f"<{mail.name}@review.example>" for mail in relay.mails] == ids[:4]


def test_a_forwarded_test_unsubscribes_nobody(runtime: Runtime, relay: MemoryRelay, shown: Shown) -> None:
    send(runtime, shown, ADA)
    header = str(message_from_bytes(relay.mails[0].data, policy=default)["List-Unsubscribe"])
    token = re.search(r"/mail/u/([A-Za-z0-9_-]+)>", header)[1]  # type: ignore[index]

    claim = verify_link(runtime.secrets, Purpose.UNSUBSCRIBE, token)

    assert claim.subscriber_id == 0
    assert find(runtime, ADA).state is SubscriberState.ACTIVE


def test_nothing_is_kept_but_that_a_test_was_made(runtime: Runtime, shown: Shown) -> None:
    send(runtime, shown, EDITOR, ADA)

    with runtime.read() as tx:
        assert tx.execute(issues.select()).all() == []
        assert tx.execute(deliveries.select()).all() == []
        [row] = tx.execute(events.select().where(events.c.what == "tested")).all()
    assert (row.subject, row.detail) == ("daily-2026-11-24", {"count": 2})
    assert "@" not in str(tuple(row))


def test_a_dry_run_sends_and_keeps_nothing(runtime: Runtime, relay: MemoryRelay, shown: Shown) -> None:
    with rehearsal(runtime) as site:
        trials = send(site, shown, EDITOR)

    assert [one.address for one in trials.sent] == [EDITOR]
    assert relay.mails == []
    with runtime.read() as tx:
        assert tx.execute(events.select().where(events.c.what == "tested")).all() == []


def test_a_refused_address_is_named_and_stops_no_other(runtime: Runtime, relay: MemoryRelay, shown: Shown) -> None:
    relay.answer(EDITOR, Outcome.REFUSED)

    trials = send(runtime, shown, EDITOR, ADA)

    assert [one.address for one in trials.refused] == [EDITOR]
    assert "refused" in trials.refused[0].error
    assert relay.accepted == [ADA]


def test_a_relay_that_is_not_there_ends_it(runtime: Runtime, relay: MemoryRelay, shown: Shown) -> None:
    relay.unavailable = "no answer"

    trials = send(runtime, shown, EDITOR, ADA)

    assert (trials.sent, relay.mails) == ((), [])
    assert "no answer" in str(trials.stopped)


def test_what_is_no_address_is_refused_before_anything_is_sent() -> None:
    with pytest.raises(DataError, match="is no mail address"):
        read_addresses([EDITOR, "a@b.example\r\nBcc: c@d.example"])
