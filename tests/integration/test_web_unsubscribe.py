"""The unsubscribe link: looking changes nothing, one POST leaves."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from publisher.app import subscriptions
from publisher.app.runtime import Runtime, open_runtime
from publisher.errors import StorageError
from publisher.model.subscriber import SubscriberState
from publisher.tokens import Purpose, sign_link
from publisher.web.application import make_application
from tests.acceptance.a_site import CONFIG

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(CONFIG)
    with open_runtime(tmp_path, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        subscriptions.add(opened, "ada@example.org")
        yield opened


@pytest.fixture
def client(runtime: Runtime) -> TestClient:
    return TestClient(make_application(runtime), follow_redirects=False)


@pytest.fixture
def link(runtime: Runtime) -> str:
    ada = subscriptions.show(runtime, "ada@example.org")
    return f"/mail/u/{sign_link(runtime.secrets[0], Purpose.UNSUBSCRIBE, subscriber_id=ada.id, digest='daily')}"


def state(runtime: Runtime) -> SubscriberState:
    return subscriptions.show(runtime, "ada@example.org").state


def database_hash(runtime: Runtime) -> str:
    with runtime.read() as tx:
        dump = "\n".join(tx.connection.dbapi_connection.iterdump())  # type: ignore[union-attr]
    return hashlib.sha256(dump.encode()).hexdigest()


def test_get_head_and_options_change_nothing(client: TestClient, runtime: Runtime, link: str) -> None:
    before = database_hash(runtime)

    page = client.get(link)
    others = [client.head(link), client.options(link), client.get(link, headers={"Purpose": "prefetch"})]

    assert page.status_code == 200
    assert page.text.count("<button") == 1
    assert "<script" not in page.text
    assert [one.status_code for one in others] == [200, 405, 200]
    assert database_hash(runtime) == before


@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_one_post_leaves_at_once(client: TestClient, runtime: Runtime, link: str, form: str) -> None:
    body = {"data": ONE_CLICK} if form == "urlencoded" else {"files": {"List-Unsubscribe": (None, "One-Click")}}

    answer = client.post(link, **body)  # type: ignore[arg-type]

    assert answer.status_code == 200
    assert "location" not in answer.headers
    assert "set-cookie" not in answer.headers
    assert state(runtime) is SubscriberState.UNSUBSCRIBED


def test_the_tenth_post_is_as_good_as_the_first(client: TestClient, runtime: Runtime, link: str) -> None:
    client.post(link, data=ONE_CLICK)
    before = database_hash(runtime)

    answers = {client.post(link, data=ONE_CLICK).status_code for _ in range(9)}

    assert answers == {200}
    assert database_hash(runtime) == before


def test_300_forged_tokens_do_nothing(client: TestClient, runtime: Runtime, link: str) -> None:
    before, chance = database_hash(runtime), random.Random(7)
    token = link.rpartition("/")[2]
    letters = "ABCDEFabcdef0123456789-_"
    forged = set()
    while len(forged) < 300:
        place = chance.randrange(len(token))
        forged.add(token[:place] + chance.choice(letters) + token[place + 1 :])
    forged.discard(token)

    answers = {client.post(f"/mail/u/{one}", data=ONE_CLICK).status_code for one in forged}

    assert answers == {404}
    assert database_hash(runtime) == before


@pytest.mark.parametrize("body", [{}, {"List-Unsubscribe": "Two-Click"}, {"other": "One-Click"}])
def test_another_body_does_nothing(client: TestClient, runtime: Runtime, link: str, body: dict[str, str]) -> None:
    assert client.post(link, data=body).status_code == 400
    assert state(runtime) is SubscriberState.ACTIVE


def test_a_huge_body_is_not_read(client: TestClient, runtime: Runtime, link: str) -> None:
    assert client.post(link, data={"List-Unsubscribe": "x" * 200_000}).status_code == 400
    assert state(runtime) is SubscriberState.ACTIVE


def test_the_page_keeps_its_address_to_itself(client: TestClient, link: str) -> None:
    headers = client.get(link, headers={"Host": "evil.example"}).headers

    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "evil" not in client.get(link, headers={"Host": "evil.example"}).text


def test_health_says_whether_the_database_answers(client: TestClient) -> None:
    answer = client.get("/health")

    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_no_answer_sends_anybody_where_the_host_header_says(client: TestClient, link: str) -> None:
    hosts = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "http"}
    paths = (link, f"{link}/", "/health/", "/feeds", "/mail/u/", "/", "/mail/", "/mail/s/")
    answers = [client.get(path, headers=hosts) for path in paths]

    assert [one.status_code for one in answers] == [200, 404, 404, 404, 404, 404, 200, 200]
    assert not any("location" in one.headers or "evil" in one.text for one in answers)


def test_a_database_that_does_not_answer_asks_to_come_again(
    client: TestClient, runtime: Runtime, link: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise StorageError("The database failed: canary-7c1", "var/publisher.db")

    monkeypatch.setattr(runtime, "begin", fail)
    answer = client.post(link, data=ONE_CLICK)

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "60")
    assert "canary" not in answer.text
