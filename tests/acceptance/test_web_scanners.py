"""Scanners open every link of 500 mails twice, and a browser renders them with scripts on: nothing changes (W1, W3)."""

from __future__ import annotations

import hashlib
import http.client
import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from publisher.app import subscriptions
from publisher.app.leaving import leave_by_token
from publisher.app.runtime import Runtime, open_runtime
from publisher.model.ids import SubscriberId
from publisher.model.subscriber import SubscriberState
from publisher.tokens import Purpose, sign_confirmation, sign_link
from publisher.web.application import make_application
from publisher.web.server import serving
from tests.acceptance.a_site import CONFIG
from tests.acceptance.browser import a_browser

READERS = 500
RENDERED_EVERY = 25
"""Set to 1, the browser opens every link too: five minutes."""
SCANNERS = (
    {},
    {"Purpose": "prefetch", "Sec-Purpose": "prefetch;prerender", "X-Moz": "prefetch"},
    {"User-Agent": "Mozilla/5.0 (Windows NT 10.0) BingPreview/1.0b", "Referer": "https://mail.example/"},
)


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:
    """A site with 500 readers, of whom the last one has left."""
    root = tmp_path_factory.mktemp("scanned")
    (root / "config").mkdir()
    (root / "config/publisher.toml").write_text(CONFIG.replace("[web]", '[web]\nlisten = "127.0.0.1:0"'))
    people = root / "people.csv"
    people.write_text("address,digests\n" + "".join(f"r{one}@example.org,daily\n" for one in range(1, READERS + 1)))
    with open_runtime(root, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        with people.open() as file:
            subscriptions.import_csv(opened, file, name="people.csv")
        leave_by_token(opened, token(opened, Purpose.UNSUBSCRIBE, READERS))
        yield opened


def token(runtime: Runtime, purpose: Purpose, reader: int) -> str:
    return sign_link(runtime.secrets[0], purpose, subscriber_id=SubscriberId(reader), digest="daily")


def links(runtime: Runtime) -> list[str]:
    """Every personal link of 500 mails, and some of the links of other pages and mails."""
    found = []
    for reader in range(1, READERS + 1):
        found.append(f"/mail/u/{token(runtime, Purpose.UNSUBSCRIBE, reader)}")
        found.append(f"/mail/p/{token(runtime, Purpose.PREFERENCES, reader)}")
        if reader % 50 == 0:
            until = runtime.now() + timedelta(days=3)
            confirm = sign_confirmation(
                runtime.secrets[0], subscriber_id=SubscriberId(reader), digest="daily", expires_at=until
            )
            found += [f"/mail/r/{token(runtime, Purpose.RESUBSCRIBE, reader)}", f"/mail/c/{confirm}"]
    return [*found, "/mail/", "/mail/s/"]


def database_hash(runtime: Runtime) -> str:
    """Over every row of every table."""
    with runtime.read() as tx:
        dump = "\n".join(tx.connection.dbapi_connection.iterdump())  # type: ignore[union-attr]
    return hashlib.sha256(dump.encode()).hexdigest()


def crawl(address: str, every: list[str]) -> set[int]:
    """The statuses of GET, HEAD and OPTIONS of every link, as scanners of three kinds ask."""
    statuses: set[int] = set()
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=60)
    for number, link in enumerate(every):
        for method in ("GET", "HEAD", "OPTIONS"):
            connection.request(method, link, headers=SCANNERS[number % len(SCANNERS)])
            answer = connection.getresponse()
            answer.read()
            statuses.add(answer.status)
    connection.close()
    return statuses


def test_500_mails_crawled_twice_and_rendered_change_nothing_and_one_post_leaves(runtime: Runtime) -> None:
    before, every, posted = database_hash(runtime), links(runtime), []

    with serving(runtime) as address, a_browser() as browser:
        statuses = crawl(address, every) | crawl(address, every)
        assert database_hash(runtime) == before
        page = browser.new_page(java_script_enabled=True)
        page.on("request", lambda request: posted.append(request.url) if request.method != "GET" else None)
        for link in every[::RENDERED_EVERY]:
            page.goto(f"{address}{link}", wait_until="load")

    assert (statuses, posted) == ({200, 405}, [])
    assert database_hash(runtime) == before
    client = TestClient(make_application(runtime), follow_redirects=False)
    assert client.post(every[0], data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert subscriptions.show(runtime, "r1@example.org").state is SubscriberState.UNSUBSCRIBED
    assert database_hash(runtime) != before


def test_forged_tokens_all_get_one_answer(runtime: Runtime) -> None:
    before, chance = database_hash(runtime), random.Random(7)
    client = TestClient(make_application(runtime), follow_redirects=False)
    form = {"List-Unsubscribe": "One-Click", "which": "all", "language": ""}
    answers = set()
    for place, purpose in (("u", Purpose.UNSUBSCRIBE), ("p", Purpose.PREFERENCES), ("r", Purpose.RESUBSCRIBE)):
        genuine = token(runtime, purpose, 7)
        for _ in range(100):
            at = chance.randrange(len(genuine))
            letter = "B" if genuine[at] == "A" else "A"
            forged = chance.choice([genuine[:at] + letter + genuine[at + 1 :], genuine[:at], f"{genuine}=", "A" * 44])
            if not forged:
                continue
            for answer in (client.post(f"/mail/{place}/{forged}", data=form), client.get(f"/mail/{place}/{forged}")):
                answers.add((answer.status_code, len(answer.content), answer.text))

    assert [status for status, _, _ in answers] == [404]
    assert database_hash(runtime) == before


def test_a_person_with_a_browser_leaves_undoes_and_chooses(runtime: Runtime) -> None:
    reader = subscriptions.show(runtime, "r9@example.org").id
    with serving(runtime) as address, a_browser() as browser:
        page = browser.new_page(java_script_enabled=False, viewport={"width": 320, "height": 700})
        page.goto(f"{address}/mail/u/{token(runtime, Purpose.UNSUBSCRIBE, reader)}")
        page.click("button:has-text('Unsubscribe')")
        left = subscriptions.show(runtime, "r9@example.org").state
        page.click("button:has-text('Undo')")
        undone = subscriptions.show(runtime, "r9@example.org").state
        page.click("text=Change what you get")
        page.select_option("#language", "fi")
        page.click("button")
        words = page.inner_text("main")

    assert (left, undone) == (SubscriberState.UNSUBSCRIBED, SubscriberState.ACTIVE)
    assert "Tallennettu." in words
    assert subscriptions.show(runtime, "r9@example.org").language == "fi"
