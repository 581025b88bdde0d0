"""An issue's life by the installed command: pause, resume, cancel, send, retry, and what the editor is told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from time import monotonic

import pytest

from tests.acceptance.a_site import CONFIG, Site, a_site
from tests.acceptance.waiting import wait_until
from tests.doubles.slow_sink import SlowSink, a_slow_sink
from tests.doubles.smtp_sink import Faults, SmtpSink, refusing_port

ISSUE = "daily-2026-11-24"
PEOPLE = tuple(f"r{n}@example.org" for n in range(1, 81))
EDITOR = "editor@review.example"
TOLD = CONFIG.replace("[site]", f'[site]\neditor = {{ name = "Eva", email = "{EDITOR}" }}')


def over_smtp(port: int, config: str = CONFIG) -> str:
    return config.replace("[relay]", f'[relay]\nurl = "smtp://127.0.0.1:{port}"\ntls = "none"')


def with_people(root: Path, config: str, people: tuple[str, ...] = PEOPLE) -> Site:
    site = a_site(root, config=config, subscribers=())
    site.write("people.csv", "address\n" + "".join(f"{one}\n" for one in people))
    assert site.run("subscribers", "import", str(root / "people.csv")).code == 0
    return site


@pytest.fixture
def sink() -> Iterator[SlowSink]:
    with a_slow_sink(1.5) as slow:
        yield slow


@pytest.mark.parametrize("command", ["pause", "cancel"])
def test_another_process_stops_a_running_send_within_a_second(sink: SlowSink, tmp_path: Path, command: str) -> None:
    site = with_people(tmp_path, over_smtp(sink.port))
    process = site.start("publish")
    wait_until(lambda: len(sink.received) >= 4, process=process)

    done = site.run("issues", command, ISSUE, "--json")
    returned_at = monotonic()
    code = process.wait(timeout=20)

    assert done.code == 0, done.err
    assert done.json["state"] == ("paused" if command == "pause" else "cancelled")
    assert max(sink.begun) <= returned_at + 1
    assert code == 75
    audit = site.run("issues", "audit", ISSUE, "--json").json
    counts = audit["counts"]
    assert audit["adds_up"] is True
    assert (counts["accepted"], counts["queued"]) == (len(sink.received), 80 - len(sink.received))
    assert counts["claimed"] == counts["unknown"] == 0

    before = len(sink.received)
    sink.seconds = 0
    assert site.publish().json["issues"] == []
    assert len(sink.received) == before
    sent = site.run("issues", "send", ISSUE, "--json")
    if command == "pause":
        assert (sent.code, sent.json["state"]) == (0, "sent")
        assert sink.copies() == dict.fromkeys(PEOPLE, 1)
    else:
        assert sent.code == 2
        assert "it is not sent any more" in sent.err
        assert len(sink.received) == before


def test_a_killed_send_that_was_paused_goes_on_once_for_each(sink: SlowSink, tmp_path: Path) -> None:
    site = with_people(tmp_path, over_smtp(sink.port), PEOPLE[:30])
    process = site.start("publish")
    wait_until(lambda: len(sink.received) >= 4, process=process)
    process.kill()
    process.wait(timeout=10)

    assert site.run("issues", "pause", ISSUE).code == 0
    sink.seconds = 0
    assert site.run("issues", "resume", ISSUE).code == 0
    done = site.run("deliver", "--json")

    counts = done.json[0]["counts"]
    assert counts["accepted"] + counts["unknown"] == 30
    assert counts["unknown"] <= 4
    assert max(sink.copies().values()) == 1


def test_a_held_draft_is_sent_by_one_command_and_its_page_is_written(tmp_path: Path) -> None:
    config = CONFIG.replace('schedule = "daily 07:00"', 'schedule = "daily 07:00"\napproval = true')
    site = with_people(tmp_path, config, PEOPLE[:3])
    assert site.publish().json["issues"][0]["state"] == "draft"

    foreseen = site.run("issues", "send", ISSUE, "--dry-run", "--json")
    assert (foreseen.code, foreseen.json["state"], foreseen.json["forecast"]["recipients"]) == (0, "draft", 3)
    done = site.run("issues", "send", ISSUE, "--json")

    assert (done.code, done.json["state"], done.json["counts"]["accepted"]) == (0, "sent", 3)
    assert (tmp_path / f"feeds/issues/{ISSUE}.html").is_file()
    again = site.run("issues", "send", ISSUE, "--json")
    assert (again.code, again.json["state"]) == (0, "sent")
    assert len(site.mails) == 3


def test_a_cancelled_draft_never_goes(tmp_path: Path) -> None:
    config = CONFIG.replace('schedule = "daily 07:00"', 'schedule = "daily 07:00"\napproval = true')
    site = with_people(tmp_path, config, PEOPLE[:3])
    site.publish()

    assert site.run("issues", "cancel", ISSUE).out == f"{ISSUE}: cancelled, 0 of 0 have it\n"
    assert site.publish().json["issues"] == []
    assert site.run("issues", "approve", ISSUE).code == 2
    assert site.mails == {}


def test_wrong_states_and_names_have_their_exit_codes(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.publish()

    for command in ("pause", "resume", "cancel"):
        done = site.run("issues", command, ISSUE)
        assert (done.code, "The issue is sent" in done.err) == (2, True), command
    for command in ("pause", "resume", "cancel", "send", "retry"):
        assert site.run("issues", command, "daily-2020-01-01").code == 66, command


def test_a_put_off_reader_is_tried_again_when_the_editor_asks(tmp_path: Path) -> None:
    with SmtpSink(Faults(rcpt={PEOPLE[0]: ["450 4.2.0 later"] * 2})) as sink:
        site = with_people(tmp_path, over_smtp(sink.port), PEOPLE[:3])
        assert site.publish().code == 75

        queued = site.run("issues", "retry", ISSUE, "--no-send", "--json")
        assert (queued.code, queued.json["counts"]["queued"]) == (75, 1)
        assert site.run("issues", "send", ISSUE).code == 75
        done = site.run("issues", "retry", ISSUE, "--json")

    assert (done.code, done.json["state"]) == (0, "sent")
    assert "1 put back into the queue" in done.err
    assert set(sink.copies().values()) == {1}


def test_a_relay_that_refuses_everybody_pauses_the_issue_and_the_editor_hears_of_it_once(tmp_path: Path) -> None:
    faults = Faults(rcpt={one: ["550 5.7.1 relaying denied"] * 9 for one in PEOPLE})
    with SmtpSink(faults) as sink:
        site = with_people(tmp_path, over_smtp(sink.port, TOLD))
        done = site.publish()
        assert done.code == 75
        shown = site.run("issues", "show", ISSUE, "--json").json
        assert (shown["state"], shown["counts"]["failed"], shown["counts"]["suppressed"]) == ("paused", 0, 0)
        assert shown["reason"].startswith("The relay refused 50 readers in a row: 550 5.7.1 relaying denied")
        [error] = shown["errors"]
        assert (error["state"], error["code"], error["example"]) == ("deferred", 550, "5.7.1 relaying denied")

        site.run("deliver")
        site.run("deliver")
        notices = [mail for mail in sink.received if mail.rcpt_to == EDITOR]
        assert len(notices) == 1
        notice = message_from_bytes(notices[0].data, policy=policy.default)
        assert isinstance(notice, EmailMessage)
        assert notice["Subject"] == f"Paused: The last ferry ({ISSUE})"
        assert (notice["Auto-Submitted"], notice["List-Id"]) == ("auto-generated", None)
        text = notice.get_content()
        assert f"publisher issues send {ISSUE}" in text
        assert "550: 5.7.1 relaying denied" in text

        faults.rcpt.clear()
        site.run("issues", "resume", ISSUE)
        site.run("issues", "retry", ISSUE)
        sent = site.run("issues", "send", ISSUE, "--json")
        copies = {one: count for one, count in sink.copies().items() if one != EDITOR}

    assert (sent.code, sent.json["state"]) == (0, "sent")
    assert copies == dict.fromkeys(PEOPLE, 1)


def test_a_relay_that_is_away_pauses_nothing_and_the_notice_waits_for_it(tmp_path: Path) -> None:
    site = with_people(tmp_path, over_smtp(refusing_port(), TOLD), PEOPLE[:2])
    assert site.publish().code == 75
    assert site.run("issues", "show", ISSUE, "--json").json["state"] == "sending"
    paused = site.run("issues", "pause", ISSUE)
    assert (paused.code, "The editor was not told" in paused.err) == (0, True)

    with SmtpSink() as sink:
        site.write("config/publisher.toml", over_smtp(sink.port, TOLD))
        site.run("deliver")
        site.run("deliver")

    assert [mail.rcpt_to for mail in sink.received] == [EDITOR]


def test_an_end_with_failed_and_unknown_ones_is_told_with_who_and_why(tmp_path: Path) -> None:
    faults = Faults(rcpt={PEOPLE[0]: ["550 5.1.1 no such user"]}, drops={PEOPLE[1]: ["after-record"]})
    with SmtpSink(faults) as sink:
        site = with_people(tmp_path, over_smtp(sink.port, TOLD), PEOPLE[:4])
        site.publish()
        site.run("issues", "send", ISSUE)
        [notice] = [mail for mail in sink.received if mail.rcpt_to == EDITOR]
    read = message_from_bytes(notice.data, policy=policy.default)
    assert isinstance(read, EmailMessage)
    text = read.get_content()

    assert read["Subject"].startswith("Sent, but not to all: ")
    assert "Of 4: 2 have it,\n1 failed, 1 unknown" in text.replace("\r\n", "\n")
    assert f"{PEOPLE[0]}: failed: 5.1.1 no such user" in text
    assert re.search(rf"{PEOPLE[1]}: unknown: \S", text)
    assert "more" not in text


def test_a_held_issue_is_told_and_the_folder_has_the_notice(tmp_path: Path) -> None:
    site = with_people(tmp_path, TOLD, PEOPLE[:2])
    site.environ["PUBLISHER_NOW"] = "2026-11-23T08:00:00Z"
    site.publish()
    site.article("the-next-ferry", date="2026-11-23T12:00:00Z")
    site.environ["PUBLISHER_NOW"] = "2026-11-24T18:00:00Z"
    [issue] = site.publish().json["issues"]
    assert issue["state"] == "held"

    site.run("deliver")
    site.run("deliver")

    notices = list((tmp_path / "var/outbox").glob("notice.*.eml"))
    assert [path.name for path in notices] == [f"notice.{ISSUE}.held-1.eml"]
    assert f"publisher issues send {ISSUE}" in notices[0].read_text()


def test_the_forecast_is_shown_with_its_error_when_it_is_over(tmp_path: Path) -> None:
    site = with_people(tmp_path, CONFIG, PEOPLE[:5])
    site.publish()

    shown = site.run("issues", "show", ISSUE, "--json").json

    assert shown["forecast"]["recipients"] == 5
    assert shown["forecast_error"]["recipients_off"] == 0
    assert "took" in site.run("issues", "show", ISSUE).out


def test_a_correction_is_planned_sent_once_and_explained(tmp_path: Path) -> None:
    site = with_people(tmp_path, CONFIG, PEOPLE[:2])
    site.publish()
    path = site.article("the-last-ferry")
    path.write_text(path.read_text().replace("the harbour", "the new harbour"))
    site.environ["PUBLISHER_NOW"] = "2026-11-24T15:00:00Z"
    site.publish("--no-mail")

    planned = site.run("issues", "correct", ISSUE, "--dry-run", "--json").json
    assert (planned["id"], planned["corrects"], planned["forecast"]["recipients"]) == (f"{ISSUE}-2", ISSUE, 2)
    done = site.run("issues", "correct", ISSUE, "--note", "The harbour is new.", "--json")
    assert (done.code, done.json["state"], done.json["counts"]["accepted"]) == (0, "sent", 2)
    again = site.run("issues", "correct", ISSUE)
    assert (again.code, f"corrected already, by {ISSUE}-2" in again.err) == (2, True)
    explained = site.run("issues", "explain", ISSUE, "the-last-ferry", "--json").json
    assert explained["answer"] == f"«The last ferry» is in {ISSUE}, at place 1."
    assert any("It was changed at 2026-11-24 15:00 UTC" in reason for reason in explained["because"])
