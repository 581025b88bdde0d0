"""Telling the editor, over a database of each kind: once for an occasion, never lost to a relay that is away."""

from __future__ import annotations

from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from sqlalchemy import update

from publisher.app.forecast import SMTP_RATE, error_of, forecast
from publisher.app.notices import MAX_ADDRESSES, tell_editor
from publisher.app.runtime import Runtime
from publisher.deliver import life
from publisher.model.delivery import Outcome
from publisher.model.issue import Issue
from publisher.model.settings import FeedSettings, RelaySettings, Settings, SiteSettings
from publisher.storage import Database, events, issues
from publisher.storage.tables import issues as issues_table
from tests.builders import NOW
from tests.doubles.a_ledger import a_frozen_issue, add_issue, deliver
from tests.doubles.memory_relay import MemoryRelay

EDITOR = "editor@harbour.example"
PEOPLE = [f"r{n}@example.org" for n in range(1, 31)]
BY_HAND = life.Cause("editor", NOW, "by hand")


def settings_with(editor: str = EDITOR) -> Settings:
    site = SiteSettings.model_validate(
        {
            "title": "The Harbour Review",
            "url": "https://harbour.example/",
            "language": "en",
            "timezone": "Europe/Helsinki",
            "id_authority": "harbour.example,2026",
            "editor": {"name": "Eva", "email": editor},
        }
    )
    relay = RelaySettings.model_validate(
        {"from": "Harbour <letters@harbour.example>", "url": "smtp://relay.harbour.example:587", "connections": 4}
    )
    return Settings(site=site, feeds=FeedSettings(base_url="https://harbour.example/feeds/"), relay=relay)


@pytest.fixture
def relay(database: Database) -> MemoryRelay:
    return MemoryRelay(database)


@pytest.fixture
def runtime(database: Database, relay: MemoryRelay, tmp_path: Path) -> Runtime:
    return Runtime(tmp_path, settings_with(), database, clock=lambda: NOW, environ={}, relay=relay)


def text_of(relay: MemoryRelay) -> tuple[str, str]:
    """Subject and text of the last mail."""
    read = message_from_bytes(relay.mails[-1].data, policy=policy.default)
    return str(read["Subject"]), read.get_content().replace("\r\n", "\n")


def end(database: Database, *, at: datetime = NOW) -> Issue:
    with database.begin() as tx:
        return life.conclude(tx, "weekly-1", life.Cause("deliver", at))


def test_a_pause_is_told_once_and_the_next_pause_again(runtime: Runtime, relay: MemoryRelay) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE[:3])
    assert tell_editor(runtime) == []
    assert relay.mails == []
    for count in (1, 2):
        with runtime.begin() as tx:
            life.pause(tx, "weekly-1", BY_HAND)
        assert tell_editor(runtime) == []
        assert tell_editor(runtime) == []
        assert [mail.name for mail in relay.mails] == [f"notice.weekly-1.paused-{one}" for one in range(1, count + 1)]
        with runtime.begin() as tx:
            life.resume(tx, "weekly-1", BY_HAND)

    subject, text = text_of(relay)
    assert relay.mails[0].rcpt_to == EDITOR
    assert "(weekly-1)" in subject
    assert "Why: by hand" in text
    assert "publisher issues send weekly-1" in text


def test_a_relay_that_is_away_fails_nothing_and_the_next_pass_tells(runtime: Runtime, relay: MemoryRelay) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE[:3])
    with runtime.begin() as tx:
        life.pause(tx, "weekly-1", BY_HAND)
    relay.unavailable = "gone"

    [problem] = tell_editor(runtime)
    assert problem.startswith("The editor was not told that weekly-1 is paused: memory: gone")

    relay.unavailable = ""
    assert tell_editor(runtime) == []
    assert tell_editor(runtime) == []
    assert len(relay.mails) == 1


def test_a_relay_that_stays_away_is_asked_more_and_more_rarely(runtime: Runtime, relay: MemoryRelay) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE[:3])
    with runtime.begin() as tx:
        life.pause(tx, "weekly-1", BY_HAND)
    relay.unavailable = "gone"
    tried = []
    for minute in range(180):
        at = NOW + timedelta(minutes=minute)
        runtime.clock = lambda now=at: now  # type: ignore[misc]
        tried += [minute for _ in tell_editor(runtime)]

    assert tried == [0, 1, 2, 5, 12, 27, 58, 118, 178]


def test_an_address_that_the_relay_refuses_is_said_and_nothing_fails(runtime: Runtime, relay: MemoryRelay) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE[:3])
    with runtime.begin() as tx:
        life.pause(tx, "weekly-1", BY_HAND)
    relay.answer(EDITOR, Outcome.REFUSED)

    [problem] = tell_editor(runtime)

    assert "scripted refused" in problem


def test_an_end_names_twenty_at_most_the_unknown_ones_first(
    runtime: Runtime, relay: MemoryRelay, tmp_path: Path
) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE)
    for one in PEOPLE[:24]:
        relay.answer(one, Outcome.REFUSED)
    relay.answer(PEOPLE[24], Outcome.UNKNOWN)
    deliver(runtime.database, relay, folder=tmp_path / "journals")
    ended = end(runtime.database)
    relay.mails.clear()

    assert tell_editor(runtime, [ended]) == []

    subject, text = text_of(relay)
    listed = [line for line in text.splitlines() if "@example.org" in line]
    assert subject.startswith("Sent, but not to all")
    assert len(listed) == MAX_ADDRESSES
    assert listed[0] == f"  {PEOPLE[24]}: unknown: scripted unknown"
    assert "  and 5 more" in text
    assert "Of 30: 5 have it,\n24 failed, 1 unknown" in text
    assert "  24 failed, 550: scripted refused" in text


def test_an_issue_that_reached_everybody_is_not_news(runtime: Runtime, relay: MemoryRelay, tmp_path: Path) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE[:3])
    deliver(runtime.database, relay, folder=tmp_path / "journals")
    ended = end(runtime.database)
    relay.mails.clear()

    assert tell_editor(runtime, [ended]) == []
    assert relay.mails == []


def test_an_old_end_is_told_only_by_the_pass_that_made_it(runtime: Runtime, relay: MemoryRelay, tmp_path: Path) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE[:3])
    relay.answer(PEOPLE[0], Outcome.REFUSED)
    deliver(runtime.database, relay, folder=tmp_path / "journals")
    ended = end(runtime.database, at=NOW - timedelta(days=9))
    relay.mails.clear()

    tell_editor(runtime)
    assert relay.mails == []
    tell_editor(runtime, [ended])
    assert len(relay.mails) == 1


def test_without_an_editor_or_in_a_rehearsal_nobody_is_told(
    runtime: Runtime, relay: MemoryRelay, tmp_path: Path
) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE[:3])
    with runtime.begin() as tx:
        life.pause(tx, "weekly-1", BY_HAND)
    nobody = Runtime(tmp_path, settings_with(""), runtime.database, clock=lambda: NOW, environ={}, relay=relay)
    rehearsed = Runtime(
        tmp_path, settings_with(), runtime.database, clock=lambda: NOW, environ={}, relay=relay, is_rehearsal=True
    )

    assert tell_editor(nobody) == tell_editor(rehearsed) == []
    assert relay.mails == []


def test_a_template_that_fails_is_named_and_the_notice_waits(
    runtime: Runtime, relay: MemoryRelay, tmp_path: Path
) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE[:3])
    with runtime.begin() as tx:
        life.pause(tx, "weekly-1", BY_HAND)
    runtime.templates["notices/paused.txt"] = "Paused\n\n{{ issue.nothing }}\n"

    [problem] = tell_editor(runtime)

    assert "templates/notices/paused.txt:" in problem
    assert relay.mails == []


def test_a_first_forecast_is_a_default_and_later_ones_are_measured(runtime: Runtime) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE)
    with runtime.begin() as tx:
        first = forecast(tx, runtime.settings, recipients=7200, now=NOW)
        issues.set_forecast(tx, 1, first)
        events.add(tx, at=NOW, actor="deliver", subject="weekly-1", what="delivered", detail=passed(3000, 10))
        events.add(tx, at=NOW, actor="deliver", subject="weekly-1", what="delivered", detail=passed(1000, 10))
        sent = {"state": "sent", "finished_at": NOW + timedelta(seconds=110), "started_at": NOW, "frozen_count": 7201}
        tx.execute(update(issues_table).values(sent))
        later = forecast(tx, runtime.settings, recipients=7200, now=NOW)
        error = error_of(issues.get_issue(tx, "weekly-1"))

    assert first == {
        "recipients": 7200,
        "rate": 4 * SMTP_RATE,
        "duration_s": 100,
        "finishes_at": "2026-11-24T08:01:40Z",
    }
    assert (later["rate"], later["duration_s"]) == (200, 36)
    assert error is not None
    assert (error.recipients_off, error.duration_s, error.duration_off_s, error.percent) == (1, 110, 10, 9.1)


def passed(accepted: int, seconds: int) -> dict[str, int]:
    return {"accepted": accepted, "seconds": seconds}


def test_few_mails_are_no_measure(runtime: Runtime) -> None:
    add_issue(runtime.database)
    with runtime.begin() as tx:
        events.add(tx, at=NOW, actor="deliver", subject="weekly-1", what="delivered", detail=passed(1, 9))
        tx.execute(update(issues_table).values(state="sent", finished_at=NOW))
        foreseen = forecast(tx, runtime.settings, recipients=0, now=NOW)

    assert (foreseen["rate"], foreseen["duration_s"]) == (4 * SMTP_RATE, 0)
