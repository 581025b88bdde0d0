"""The folder relay: files, lines, and what a killed process leaves."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from publisher.errors import RelayUnavailable
from publisher.model.delivery import Answer, Mail, Outcome
from publisher.relay import OutboxRelay
from tests.contract.test_relays import ListJournal, a_mail, never


def send(folder: Path, *mails: Mail) -> list[Answer]:
    relay = OutboxRelay(folder)
    relay.open()
    return list(relay.send([mails], journal=ListJournal(), stop=never))


def test_a_mail_is_a_file_and_its_envelope_a_line(tmp_path: Path) -> None:
    data = b"Subject: x\r\n\r\n.dot\r\n"

    send(tmp_path, a_mail(1, data=data))

    assert (tmp_path / "weekly.1.eml").read_bytes() == data
    line = {"file": "weekly.1.eml", "mail_from": "news@harbour.example", "rcpt_to": "r1@example.org"}
    assert [json.loads(one) for one in (tmp_path / "envelopes.jsonl").read_text().splitlines()] == [line]


def test_the_same_mail_again_is_not_a_second_mail(tmp_path: Path) -> None:
    send(tmp_path, a_mail(1), a_mail(2))
    send(tmp_path, a_mail(2), a_mail(1))

    assert len((tmp_path / "envelopes.jsonl").read_text().splitlines()) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["envelopes.jsonl", "weekly.1.eml", "weekly.2.eml"]


def test_what_a_killed_process_left_is_tidied_and_completed(tmp_path: Path) -> None:
    send(tmp_path, a_mail(1))
    (tmp_path / ".weekly.2.eml.tmp").write_bytes(b"half")
    os.utime(tmp_path / ".weekly.2.eml.tmp", (0, 0))
    (tmp_path / ".weekly.4.eml.tmp").write_bytes(b"another process is at it")
    (tmp_path / "weekly.3.eml").write_bytes(a_mail(3).data)
    with (tmp_path / "envelopes.jsonl").open("ab") as file:
        file.write(b'{"file": "weekly.3')

    send(tmp_path, a_mail(3))

    lines = [json.loads(one)["file"] for one in (tmp_path / "envelopes.jsonl").read_text().splitlines()]
    assert lines == ["weekly.1.eml", "weekly.3.eml"]
    assert [path.name for path in tmp_path.glob(".*.tmp")] == [".weekly.4.eml.tmp"]


@pytest.mark.parametrize("name", ["../escape", "a/b", "", ".hidden", "a\0b", "x" * 201])
def test_a_name_never_leaves_the_folder(tmp_path: Path, name: str) -> None:
    mail = Mail(a_mail(1).subscriber_id, 1, name, "news@harbour.example", "r1@example.org", (b"a: b\r\n\r\nx\r\n",))

    (answer,) = send(tmp_path / "outbox", mail)

    assert answer.outcome is Outcome.REFUSED
    assert [path.name for path in tmp_path.rglob("*.eml")] == []


def test_a_folder_that_cannot_be_made_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(RelayUnavailable, match="cannot be written"):
        OutboxRelay(tmp_path / "file" / "outbox").open()


def test_a_folder_that_goes_away_leaves_the_rest_unsent(tmp_path: Path) -> None:
    relay = OutboxRelay(tmp_path / "outbox")
    relay.open()
    (tmp_path / "outbox").rmdir()

    answers = list(relay.send([[a_mail(1), a_mail(2)], [a_mail(3)]], journal=ListJournal(), stop=never))

    assert [(one.outcome, one.phase) for one in answers] == [(Outcome.UNSENT, "write")] * 2
