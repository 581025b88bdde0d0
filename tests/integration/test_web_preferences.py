"""The page of a reader's own choices: what is offered is taken, anything else is refused whole."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from publisher.app import subscriptions
from publisher.app.runtime import Runtime, open_runtime
from publisher.storage import letters
from publisher.tokens import Purpose, sign_link
from publisher.web.application import make_application
from tests.acceptance.a_site import CONFIG

ADDRESS = "ada@example.org"
SECTIONS = 'sections = ["culture", "current-affairs", "sea"]'
CADENCES = CONFIG.replace('name = "daily"', f'name = "daily"\ngroup = "letter"\n{SECTIONS}') + (
    '\n[[digests]]\nname = "weekly"\ntitle = "The Weekly Test"\nschedule = "weekly mon 07:00"\ngroup = "letter"\n'
    'sections = ["sea"]\n[[digests]]\nname = "books"\ntitle = "Books"\nschedule = "monthly 1 07:00"\n'
)
ALL = {"digest": "daily", "which": "all", "language": ""}


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(CADENCES)
    with open_runtime(tmp_path, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        subscriptions.add(opened, ADDRESS, digests=["daily"])
        yield opened


@pytest.fixture
def client(runtime: Runtime) -> TestClient:
    return TestClient(make_application(runtime), follow_redirects=False)


@pytest.fixture
def link(runtime: Runtime) -> str:
    ada = subscriptions.show(runtime, ADDRESS).id
    return f"/mail/p/{sign_link(runtime.secrets[0], Purpose.PREFERENCES, subscriber_id=ada, digest='daily')}"


def rows(runtime: Runtime) -> str:
    with runtime.read() as tx:
        dump = "\n".join(tx.connection.dbapi_connection.iterdump())  # type: ignore[union-attr]
    return hashlib.sha256(dump.encode()).hexdigest()


def held(runtime: Runtime) -> tuple[Any, ...]:
    ada = subscriptions.show(runtime, ADDRESS)
    with runtime.read() as tx:
        one = letters.holdings(tx, ada.id, ("daily", "weekly"))[0]
    return one.digest, one.sections, ada.language


def test_looking_changes_nothing(client: TestClient, runtime: Runtime, link: str) -> None:
    before = rows(runtime)

    answers = [
        client.get(link),
        client.head(link),
        client.options(link),
        client.get(link, headers={"Purpose": "prefetch"}),
    ]

    assert [one.status_code for one in answers] == [200, 200, 405, 200]
    assert rows(runtime) == before
    assert "<script" not in answers[0].text


def test_a_reader_switches_and_chooses(client: TestClient, runtime: Runtime, link: str) -> None:
    wanted = {"digest": "weekly", "which": "some", "section": ["sea", "culture"], "language": "fi"}

    answer = client.post(link, data=wanted)

    assert answer.status_code == 200
    assert "Tallennettu." in answer.text
    assert held(runtime) == ("weekly", ("culture", "sea"), "fi")
    with runtime.read() as tx:
        event = tx.exec_driver_sql("SELECT subject, what, detail FROM events ORDER BY number DESC LIMIT 1").one()
    assert (event.subject, event.what) == ("subscriber:1", "preferences")
    assert ADDRESS not in event.detail


def test_saving_what_is_so_already_writes_nothing(client: TestClient, runtime: Runtime, link: str) -> None:
    before = rows(runtime)

    assert "Saved." in client.post(link, data=ALL).text
    assert rows(runtime) == before


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"digest": "books"}, "how often"),
        ({"digest": ""}, "how often"),
        ({"digest": "hourly"}, "how often"),
        ({"language": "xx"}, "language"),
        ({"language": "de\r\nBcc: x"}, "language"),
        ({"which": "some"}, "section"),
        ({"which": "some", "section": ["culture", "weather"]}, "section"),
        ({"which": "some", "section": ["*"]}, "section"),
        ({"which": "some", "section": ["culture\0"]}, "section"),
        ({"digest": "weekly", "which": "some", "section": ["culture"]}, "section"),
        ({"which": "none"}, "whole"),
        ({"which": ["all", "some"]}, "whole"),
    ],
)
def test_what_is_not_offered_is_refused_whole(
    client: TestClient, runtime: Runtime, link: str, change: dict[str, Any], words: str
) -> None:
    before = rows(runtime)

    answer = client.post(link, data=ALL | {"language": "fi"} | change)

    assert answer.status_code == 400
    assert "Not saved" in answer.text
    assert words in answer.text
    assert rows(runtime) == before


def test_what_was_chosen_stays_in_the_form_that_was_refused(client: TestClient, link: str) -> None:
    page = client.post(link, data=ALL | {"digest": "weekly", "language": "de", "which": "some"}).text

    assert 'value="weekly" checked' in page
    assert 'value="de" selected' in page
    assert 'value="some" checked' in page


def test_a_chosen_section_stays_on_offer_when_it_left_the_configuration(
    client: TestClient, runtime: Runtime, link: str
) -> None:
    ada = subscriptions.show(runtime, ADDRESS).id
    with runtime.begin() as tx:
        tx.exec_driver_sql("UPDATE subscriptions SET sections = '[\"weather\"]' WHERE subscriber_id = ?", (ada,))

    assert 'value="weather" checked' in client.get(link).text
    assert client.post(link, data=ALL | {"which": "some", "section": ["weather", "sea"]}).status_code == 200


def test_who_has_left_finds_nothing_to_choose_and_changes_nothing(
    client: TestClient, runtime: Runtime, link: str
) -> None:
    subscriptions.unsubscribe(runtime, ADDRESS, digests=["daily"])
    before = rows(runtime)

    answer = client.post(link, data=ALL)

    assert "You do not get “The Daily Test” now" in answer.text
    assert "Saved." not in answer.text
    assert rows(runtime) == before


def test_another_readers_words_are_not_markup(tmp_path: Path, runtime: Runtime, link: str) -> None:
    with runtime.begin() as tx:
        tx.exec_driver_sql("UPDATE subscriptions SET sections = ?", ('["<script>alert(1)</script>"]',))
    page = TestClient(make_application(runtime)).get(link).text

    assert "<script" not in page
