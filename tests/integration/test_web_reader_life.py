"""A reader's whole life over the web, on a database of each kind."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from publisher.app import subscriptions
from publisher.app.runtime import Runtime
from publisher.config.load import load_settings
from publisher.model.subscriber import SubscriberState
from publisher.storage import Database
from publisher.web.application import make_application
from tests.acceptance.a_site import CONFIG
from tests.doubles.memory_relay import MemoryRelay

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
CADENCES = CONFIG.replace('name = "daily"', 'name = "daily"\ngroup = "letter"\nsections = ["culture", "sea"]') + (
    '\n[[digests]]\nname = "weekly"\ntitle = "The Weekly Test"\nschedule = "weekly mon 07:00"\ngroup = "letter"\n'
    'sections = ["culture", "sea"]\n'
)
ADDRESS = "ada@example.org"


@pytest.fixture
def runtime(database: Database, tmp_path: Path) -> Runtime:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(CADENCES)
    settings = load_settings(tmp_path, environ={})
    made = Runtime(root=tmp_path, settings=settings, database=database, clock=lambda: NOW, environ={})
    made.relay = MemoryRelay(database)
    return made


def path_in(text: str, place: str) -> str:
    found = re.search(rf"/mail/{place}/[A-Za-z0-9_-]+", text)
    assert found is not None
    return found[0]


def state(runtime: Runtime) -> tuple[SubscriberState, tuple[str, ...], tuple[str, ...]]:
    reader = subscriptions.show(runtime, ADDRESS)
    return reader.state, reader.digests, reader.sections


def test_a_reader_comes_chooses_leaves_returns_and_leaves_for_good(runtime: Runtime) -> None:
    application = make_application(runtime)
    client = TestClient(application, follow_redirects=False, client=("127.0.0.1", 1))

    client.post("/mail/s/", data={"address": ADDRESS, "digest": "weekly"})
    assert application.state.sign_up.desk.finish(30)
    assert state(runtime) == (SubscriberState.PENDING, ("weekly",), ())
    mail = message_from_bytes(runtime.relay.mails[0].data, policy=default)  # type: ignore[union-attr]
    done = client.post(path_in(mail.get_content(), "c"), data={"confirm": "yes"}).text
    assert state(runtime) == (SubscriberState.ACTIVE, ("weekly",), ())

    mine = path_in(done, "p")
    wanted = {"digest": "daily", "which": "some", "section": ["sea"], "language": "de"}
    assert "Gespeichert." in client.post(mine, data=wanted).text
    assert state(runtime) == (SubscriberState.ACTIVE, ("daily",), ("sea",))

    leave = path_in(client.get(mine).text, "u")
    left = client.post(leave, data={"List-Unsubscribe": "One-Click"}).text
    assert state(runtime) == (SubscriberState.UNSUBSCRIBED, (), ())
    client.post(path_in(left, "r"), data={"undo": "yes"})
    assert state(runtime) == (SubscriberState.ACTIVE, ("daily",), ("sea",))

    client.post(leave, data={"List-Unsubscribe": "One-Click", "everything": "yes"})
    assert state(runtime)[0] is SubscriberState.SUPPRESSED
    runtime.clock = lambda: NOW + timedelta(days=31)
    assert "rückgängig" in client.post(path_in(left, "r"), data={"undo": "yes"}).text
    assert state(runtime)[0] is SubscriberState.SUPPRESSED
    assert client.get("/metrics").status_code == 200
    assert client.get("/mail/").status_code == 200
