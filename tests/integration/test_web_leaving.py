"""Leaving a letter by any of its mails, undoing it, and leaving everything."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from publisher.app import subscriptions
from publisher.app.runtime import Runtime, open_runtime
from publisher.model.choice import ReaderChoice
from publisher.model.subscriber import SubscriberState, SuppressionReason
from publisher.storage import letters, suppressions
from publisher.subscriptions.choices import choose
from publisher.tokens import Purpose, sign_link
from publisher.web.application import make_application
from tests.acceptance.a_site import CONFIG

ONE_CLICK = {"List-Unsubscribe": "One-Click"}
ADDRESS = "ada@example.org"
LETTER = ("daily", "weekly")
CADENCES = CONFIG.replace('name = "daily"', 'name = "daily"\ngroup = "letter"') + (
    '\n[[digests]]\nname = "weekly"\ntitle = "The Weekly Test"\nschedule = "weekly mon 07:00"\ngroup = "letter"\n'
    '\n[[digests]]\nname = "books"\ntitle = "Books"\nschedule = "monthly 1 07:00"\n'
)


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(CADENCES)
    with open_runtime(tmp_path, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        subscriptions.add(opened, ADDRESS, digests=["weekly", "books"])
        yield opened


@pytest.fixture
def client(runtime: Runtime) -> TestClient:
    return TestClient(make_application(runtime), follow_redirects=False)


def link(runtime: Runtime, purpose: Purpose = Purpose.UNSUBSCRIBE, digest: str = "weekly") -> str:
    place = {Purpose.UNSUBSCRIBE: "u", Purpose.RESUBSCRIBE: "r"}[purpose]
    ada = subscriptions.show(runtime, ADDRESS).id
    return f"/mail/{place}/{sign_link(runtime.secrets[0], purpose, subscriber_id=ada, digest=digest)}"


def digests(runtime: Runtime) -> tuple[str, ...]:
    return subscriptions.show(runtime, ADDRESS).digests


def switch_to_daily(runtime: Runtime) -> None:
    ada = subscriptions.show(runtime, ADDRESS).id
    choice = ReaderChoice("", ("culture",))
    with runtime.begin() as tx:
        choose(tx, ada, letter=LETTER, digest="daily", choice=choice, now=runtime.now())


def rows(runtime: Runtime) -> str:
    with runtime.read() as tx:
        dump = [line for line in tx.connection.dbapi_connection.iterdump() if '"events"' not in line]  # type: ignore[union-attr]
    return hashlib.sha256("\n".join(dump).encode()).hexdigest()


def form_action(page: str, words: str) -> str:
    """The address of the form whose button says this."""
    found = re.search(rf'<form method="post" action="([^"]+)">(?:(?!</form>).)*{words}', page, re.DOTALL)
    assert found is not None
    return found[1]


def test_an_old_mails_link_ends_the_cadence_that_is_held_now(client: TestClient, runtime: Runtime) -> None:
    switch_to_daily(runtime)

    answer = client.post(link(runtime, digest="weekly"), data=ONE_CLICK)

    assert "You have left “The Daily Test”" in answer.text
    assert digests(runtime) == ("books",)


def test_undo_brings_back_exactly_what_was_held(client: TestClient, runtime: Runtime) -> None:
    switch_to_daily(runtime)
    before = rows(runtime)

    left = client.post(link(runtime), data=ONE_CLICK)
    back = client.post(form_action(left.text, "Undo"))

    assert back.status_code == 400
    back = client.post(form_action(left.text, "Undo"), data={"": ""})
    assert back.status_code == 200
    assert "You get “The Daily Test”" in back.text
    assert rows(runtime) == before


def test_undo_ten_times_is_as_good_as_once(client: TestClient, runtime: Runtime) -> None:
    client.post(link(runtime), data=ONE_CLICK)
    back = link(runtime, Purpose.RESUBSCRIBE)

    answers = [client.post(back, data={"undo": "yes"}).status_code for _ in range(10)]
    with runtime.read() as tx:
        events = tx.exec_driver_sql("SELECT count(*) FROM events WHERE what = 'resubscribed'").scalar()

    assert (answers, events) == ([200] * 10, 1)
    assert digests(runtime) == ("books", "weekly")


def test_looking_at_undo_changes_nothing(client: TestClient, runtime: Runtime) -> None:
    client.post(link(runtime), data=ONE_CLICK)
    before = rows(runtime)
    back = link(runtime, Purpose.RESUBSCRIBE)

    assert [client.get(back).status_code, client.head(back).status_code, client.options(back).status_code] == [
        200,
        200,
        405,
    ]
    assert rows(runtime) == before


def test_undo_is_over_after_a_month(client: TestClient, runtime: Runtime) -> None:
    client.post(link(runtime), data=ONE_CLICK)
    clock = runtime.clock
    runtime.clock = lambda: clock() + timedelta(days=31)

    page = client.get(link(runtime))
    answer = client.post(link(runtime, Purpose.RESUBSCRIBE), data={"undo": "yes"})

    assert "Undo" not in page.text
    assert "Sign up again" in page.text
    assert "This cannot be undone here" in answer.text
    assert digests(runtime) == ("books",)


@pytest.mark.parametrize(
    "reason", [SuppressionReason.COMPLAINT, SuppressionReason.HARD_BOUNCE, SuppressionReason.MANUAL]
)
def test_undo_does_not_revive_a_suppressed_address(
    client: TestClient, runtime: Runtime, reason: SuppressionReason
) -> None:
    client.post(link(runtime), data=ONE_CLICK)
    with runtime.begin() as tx:
        suppressions.add(tx, key=ADDRESS, address=ADDRESS, reason=reason, now=runtime.now())

    answer = client.post(link(runtime, Purpose.RESUBSCRIBE), data={"undo": "yes"})

    assert "This cannot be undone here" in answer.text
    assert subscriptions.show(runtime, ADDRESS).state is SubscriberState.SUPPRESSED
    assert digests(runtime) == ("books",)


def test_undo_brings_back_nothing_that_was_never_held(client: TestClient, runtime: Runtime) -> None:
    answer = client.post(link(runtime, Purpose.RESUBSCRIBE, "daily"), data={"undo": "yes"})

    assert answer.status_code == 404
    assert digests(runtime) == ("books", "weekly")


def test_the_page_before_leaving_has_one_button_and_the_one_after_a_second(
    client: TestClient, runtime: Runtime
) -> None:
    before = client.get(link(runtime)).text
    after = client.post(link(runtime), data=ONE_CLICK).text

    assert before.count("<button") == 1
    assert re.findall(r"<button class=\"(\w+)\"", after) == ["second", "plain"]
    assert "/mail/p/" in before


def test_leaving_everything_ends_every_letter_and_can_be_undone(client: TestClient, runtime: Runtime) -> None:
    before = rows(runtime)
    left = client.post(link(runtime), data=ONE_CLICK | {"everything": "yes"})

    assert "You get no mail from us" in left.text
    assert subscriptions.show(runtime, ADDRESS).state is SubscriberState.SUPPRESSED
    client.post(form_action(left.text, "Undo"), data={"undo": "yes"})
    assert rows(runtime) == before


def test_a_token_of_one_purpose_opens_no_other_page(client: TestClient, runtime: Runtime) -> None:
    before = rows(runtime)
    token = link(runtime).rpartition("/")[2]

    answers = [client.post(f"/mail/{place}/{token}", data=ONE_CLICK).status_code for place in "rpc"]

    assert answers == [404, 404, 404]
    assert rows(runtime) == before


def test_a_broken_template_of_the_site_takes_nobodys_leave_away(runtime: Runtime) -> None:
    runtime.templates["pages/layout.html"] = "{{ broken"
    answer = TestClient(make_application(runtime)).post(link(runtime), data=ONE_CLICK)

    assert (answer.status_code, answer.text) == (200, "Done.\n")
    assert digests(runtime) == ("books",)


def test_a_rotated_key_still_leaves_and_the_page_signs_with_the_new_one(runtime: Runtime) -> None:
    old = link(runtime)
    runtime.__dict__["secrets"] = (b"a new key of enough bytes, surely", *runtime.secrets)
    client = TestClient(make_application(runtime))

    left = client.post(old, data=ONE_CLICK)

    assert left.status_code == 200
    assert form_action(left.text, "Undo") == link(runtime, Purpose.RESUBSCRIBE)
    assert digests(runtime) == ("books",)


def test_the_language_is_the_readers(client: TestClient, runtime: Runtime) -> None:
    ada = subscriptions.show(runtime, ADDRESS).id
    with runtime.begin() as tx:
        letters.set_language(tx, ada, "de-AT")
    page = client.get(link(runtime), headers={"Accept-Language": "fi"}).text

    assert '<html lang="de"' in page
    assert "Abbestellen" in page
