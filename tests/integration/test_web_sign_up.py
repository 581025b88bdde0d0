"""Signing up: one page for every address, few mails for anybody, and nothing begins without a button."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from publisher.app import subscriptions
from publisher.app.runtime import Runtime, open_runtime
from publisher.app.sign_up import Asked, SignUp
from publisher.model.delivery import Outcome
from publisher.model.subscriber import SubscriberState, SuppressionReason
from publisher.storage import suppressions
from publisher.subscriptions.addresses import Address
from publisher.tokens import Purpose, sign_confirmation, sign_link
from publisher.web import networks
from publisher.web.application import make_application
from publisher.web.desk import Desk
from publisher.web.server import make_server
from tests.acceptance.a_site import CONFIG
from tests.doubles.memory_relay import MemoryRelay

CADENCES = CONFIG.replace('name = "daily"', 'name = "daily"\ngroup = "letter"').replace(
    "[web]", '[web]\ntrusted_proxies = ["10.0.0.0/8"]'
) + ('\n[[digests]]\nname = "weekly"\ntitle = "The Weekly Test"\nschedule = "weekly mon 07:00"\ngroup = "letter"\n')
DONE_S = 30


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(CADENCES)
    with open_runtime(tmp_path, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        opened.relay = MemoryRelay(opened.database)
        yield opened


class Visitor:
    """Somebody who fills in the form from an address of the net."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.application = make_application(runtime)
        self.client = TestClient(self.application, follow_redirects=False)

    def ask(self, address: str, digest: str = "daily", *, host: str = "192.0.2.1", **more: str):  # type: ignore[no-untyped-def]
        client = TestClient(self.application, follow_redirects=False, client=(host, 50000))
        return client.post("/mail/s/", data={"address": address, "digest": digest, **more})

    @property
    def mails(self) -> list[str]:
        """The recipients of what was mailed, once all work is done."""
        assert self.application.state.sign_up.desk.finish(DONE_S)
        return self.runtime.relay.accepted  # type: ignore[union-attr]

    @property
    def counts(self) -> dict[str, int]:
        assert self.application.state.sign_up.desk.finish(DONE_S)
        return dict(self.application.state.sign_up.desk.counts)

    def link(self) -> str:
        """The path of the link in the newest mail."""
        assert self.mails
        mail = message_from_bytes(self.runtime.relay.mails[-1].data, policy=default)  # type: ignore[union-attr]
        found = re.search(r"https://review\.example(/mail/c/\S+)", mail.get_content())
        assert found is not None
        return found[1]


@pytest.fixture
def visitor(runtime: Runtime) -> Visitor:
    return Visitor(runtime)


def later(runtime: Runtime, wait: timedelta) -> None:
    clock = runtime.clock
    runtime.clock = lambda: clock() + wait


def test_a_person_signs_up_in_two_steps(visitor: Visitor, runtime: Runtime) -> None:
    answer = visitor.ask("New.Reader@Example.org")

    assert (answer.status_code, visitor.mails) == (200, ["New.Reader@example.org"])
    assert subscriptions.show(runtime, "new.reader@example.org").state is SubscriberState.PENDING
    page = visitor.client.get(visitor.link())
    assert page.text.count("<button") == 1
    assert subscriptions.show(runtime, "new.reader@example.org").state is SubscriberState.PENDING
    done = visitor.client.post(visitor.link(), data={"confirm": "yes"})
    reader = subscriptions.show(runtime, "new.reader@example.org")
    assert "You get “The Daily Test”" in done.text
    assert (reader.state, reader.digests) == (SubscriberState.ACTIVE, ("daily",))
    assert re.fullmatch(
        r"asked on the web 2026-11-24T08:0\S+Z, confirmed by the link in a mail 2026\S+Z", reader.consent
    )


def test_the_mail_that_asks_back_is_of_no_list_and_holds_no_word_of_the_form(
    visitor: Visitor, runtime: Runtime
) -> None:
    visitor.ask("ada@example.org", name="Buy pills at https://spam.example/", subject="Pills")
    assert visitor.mails
    data = runtime.relay.mails[0].data  # type: ignore[union-attr]
    mail = message_from_bytes(data, policy=default)

    assert (mail["Auto-Submitted"], mail["List-Unsubscribe"], mail["Subject"]) == (
        "auto-generated",
        None,
        "Please confirm: The Daily Test",
    )
    assert b"pills" not in data.lower()
    assert "ada@example.org" not in mail.get_content()


@pytest.mark.parametrize("kind", ["unknown", "active", "left", "complaint", "manual", "pending", "no-such-domain"])
def test_the_answer_is_the_same_whoever_the_address_is(visitor: Visitor, runtime: Runtime, kind: str) -> None:
    address = "ada@no-such-domain.invalid" if kind == "no-such-domain" else "ada@example.org"
    if kind in ("active", "left", "complaint", "manual"):
        subscriptions.add(runtime, address, digests=["daily"])
    if kind == "left":
        subscriptions.unsubscribe(runtime, address)
    if kind in ("complaint", "manual"):
        with runtime.begin() as tx:
            suppressions.add(tx, key=address, address=address, reason=SuppressionReason(kind), now=runtime.now())
    if kind == "pending":
        visitor.ask(address)
    plain = visitor.ask("somebody.else@example.net")

    answer = visitor.ask(address)

    assert (answer.status_code, answer.text) == (200, plain.text)
    assert dict(answer.headers) == dict(plain.headers)
    assert (address in visitor.mails) is (kind not in ("complaint", "manual"))


@pytest.mark.parametrize("address", ["", "ada", "ada@x", "a b@example.org", "ada@example.org\r\nBcc: x@example.org"])
def test_what_is_no_address_is_said_and_can_be_corrected(visitor: Visitor, address: str) -> None:
    answer = visitor.ask(address)

    assert answer.status_code == 400
    assert "This is no mail address" in answer.text
    assert visitor.mails == []


@pytest.mark.parametrize("digest", ["", "hourly", "daily\0"])
def test_a_digest_that_there_is_not_is_refused(visitor: Visitor, digest: str) -> None:
    assert visitor.ask("ada@example.org", digest).status_code == 400
    assert visitor.mails == []


def test_one_mailbox_gets_one_mail_a_day_and_three_a_week(visitor: Visitor, runtime: Runtime) -> None:
    variants = ["ada.berg@gmail.com", "adaberg+a@gmail.com", "a.d.a.b.e.r.g@googlemail.com", "ADABERG+b@GMail.com"]
    counts = []
    for _ in range(8):
        for number, address in enumerate(variants):
            visitor.ask(address, host=f"198.51.{number}.7")
        counts.append(len(visitor.mails))
        later(runtime, timedelta(days=1, minutes=1))

    assert counts == [1, 2, 3, 3, 3, 3, 3, 4]


def test_a_flood_from_one_network_is_cut_and_a_person_elsewhere_gets_through(visitor: Visitor) -> None:
    answers = [visitor.ask(f"victim{one}@example.org", host=f"203.0.113.{one}").status_code for one in range(1, 40)]
    person = visitor.ask("person@example.net", host="2001:db8:1:2::9")

    assert answers == [200] * networks.PER_HOUR + [429] * (39 - networks.PER_HOUR)
    assert person.status_code == 200
    assert len(visitor.mails) == networks.PER_HOUR + 1
    assert "person@example.net" in visitor.mails


def test_an_hour_has_a_cap_that_is_said_to_everybody(
    visitor: Visitor, runtime: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.app.sign_up.HOURLY_CAP", 3)
    for one in range(4):
        visitor.ask(f"ada{one}@example.org", host=f"198.51.{one}.7")
    assert len(visitor.mails) == 3

    answer = visitor.ask("person@example.net", host="198.51.100.7")

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3600")
    later(runtime, timedelta(hours=2))
    assert visitor.ask("person@example.net", host="198.51.100.7").status_code == 200
    assert len(visitor.mails) == 4


def test_50_000_requests_are_counted_in_little_memory() -> None:
    turns = networks.Turns(max_networks=500)
    now = datetime(2026, 11, 24, 8, tzinfo=UTC)
    taken = sum(turns.take(f"2001:db8:{one % 5000:x}::{one:x}", now=now) for one in range(50_000))

    assert len(turns.counts) == 500
    assert taken <= 50_000
    assert sum(turns.take("192.0.2.7", now=now) for _ in range(50_000)) == networks.PER_HOUR


@pytest.mark.parametrize(
    ("host", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("testclient", "elsewhere"),
        ("", "elsewhere"),
    ],
)
def test_a_network_is_what_one_machine_room_has(host: str, network: str) -> None:
    assert networks.network_of(host) == network


def test_a_forwarded_address_counts_only_from_a_configured_proxy(runtime: Runtime) -> None:
    config = make_server(runtime).config
    config.load()
    form = {"address": "ada", "digest": "daily"}

    def statuses(peer: str) -> list[int]:
        client = TestClient(config.loaded_app, client=(peer, 1))  # type: ignore[arg-type]
        hosts = [f"203.0.{one}.7" for one in range(networks.PER_HOUR + 5)]
        return [client.post("/mail/s/", data=form, headers={"X-Forwarded-For": one}).status_code for one in hosts]

    assert statuses("198.51.100.9").count(429) == 5
    assert statuses("10.0.0.9").count(429) == 0


def test_who_fills_in_what_nobody_sees_gets_the_same_page_and_no_mail(visitor: Visitor) -> None:
    plain = visitor.ask("somebody@example.net")
    answer = visitor.ask("ada@example.org", website="https://spam.example/")

    assert (answer.status_code, answer.text) == (200, plain.text)
    assert visitor.mails == ["somebody@example.net"]


def test_a_relay_that_is_away_costs_no_turn(visitor: Visitor, runtime: Runtime) -> None:
    runtime.relay.answer("ada@example.org", Outcome.UNSENT)  # type: ignore[union-attr]
    visitor.ask("ada@example.org")
    assert visitor.counts == {"failed": 1}

    visitor.ask("ada@example.org")

    assert visitor.mails == ["ada@example.org"]


def test_confirming_ten_times_is_as_good_as_once(visitor: Visitor, runtime: Runtime) -> None:
    visitor.ask("ada@example.org")
    link = visitor.link()

    answers = {visitor.client.post(link, data={"confirm": "yes"}).status_code for _ in range(10)}
    with runtime.read() as tx:
        events = tx.exec_driver_sql("SELECT count(*) FROM events WHERE what = 'confirmed'").scalar()

    assert (answers, events) == ({200}, 1)


def test_a_link_ends_after_three_days(visitor: Visitor, runtime: Runtime) -> None:
    visitor.ask("ada@example.org")
    link = visitor.link()
    later(runtime, timedelta(days=3))

    answer = visitor.client.post(link, data={"confirm": "yes"})

    assert (answer.status_code, "This link is too old" in answer.text) == (410, True)
    assert subscriptions.show(runtime, "ada@example.org").state is SubscriberState.PENDING


def test_who_left_after_asking_is_not_brought_back_by_the_old_link(visitor: Visitor, runtime: Runtime) -> None:
    visitor.ask("ada@example.org")
    link = visitor.link()
    visitor.client.post(link, data={"confirm": "yes"})
    later(runtime, timedelta(minutes=5))
    subscriptions.unsubscribe(runtime, "ada@example.org", digests=["daily"])

    assert visitor.client.post(link, data={"confirm": "yes"}).status_code == 410
    assert subscriptions.show(runtime, "ada@example.org").digests == ()


def test_who_left_everything_comes_back_by_confirming(visitor: Visitor, runtime: Runtime) -> None:
    subscriptions.add(runtime, "ada@example.org", digests=["daily"])
    subscriptions.unsubscribe(runtime, "ada@example.org")
    later(runtime, timedelta(minutes=5))
    visitor.ask("ada@example.org", "weekly")
    assert subscriptions.show(runtime, "ada@example.org").state is SubscriberState.SUPPRESSED

    visitor.client.post(visitor.link(), data={"confirm": "yes"})

    reader = subscriptions.show(runtime, "ada@example.org")
    assert (reader.state, reader.digests) == (SubscriberState.ACTIVE, ("weekly",))


def test_a_complaint_after_asking_ends_the_link(visitor: Visitor, runtime: Runtime) -> None:
    visitor.ask("ada@example.org")
    link = visitor.link()
    subscriptions.suppress(runtime, "ada@example.org")

    assert visitor.client.post(link, data={"confirm": "yes"}).status_code == 410
    assert subscriptions.show(runtime, "ada@example.org").state is SubscriberState.SUPPRESSED


def test_a_reader_who_asks_for_another_cadence_switches_and_keeps_the_sections(
    visitor: Visitor, runtime: Runtime
) -> None:
    ada = subscriptions.add(runtime, "ada@example.org", digests=["daily"], language="de").id
    with runtime.begin() as tx:
        tx.exec_driver_sql("UPDATE subscriptions SET sections = '[\"sea\"]'")
    before = sign_link(runtime.secrets[0], Purpose.PREFERENCES, subscriber_id=ada, digest="daily")
    visitor.ask("ada@example.org", "weekly")
    assert subscriptions.show(runtime, "ada@example.org").digests == ("daily",)

    done = visitor.client.post(visitor.link(), data={"confirm": "yes"})

    reader = subscriptions.show(runtime, "ada@example.org")
    assert (reader.digests, reader.sections, reader.language) == (("weekly",), ("sea",), "de")
    assert "abonniert" in done.text
    assert visitor.client.get(f"/mail/p/{before}").status_code == 200


def test_who_never_confirms_is_forgotten_and_nobody_else_is(visitor: Visitor, runtime: Runtime) -> None:
    imported = runtime.root / "people.csv"
    imported.write_text("address,status,digests\npending@example.org,pending,daily\n")
    with imported.open() as file:
        subscriptions.import_csv(runtime, file, name="people.csv")
    subscriptions.add(runtime, "ada@example.org", digests=["daily"])
    visitor.ask("never@example.org")
    assert visitor.mails == ["never@example.org"]
    link = visitor.link()
    later(runtime, timedelta(days=5))

    visitor.ask("other@example.org")

    assert visitor.mails == ["never@example.org", "other@example.org"]
    known = {one.address for one in subscriptions.list_subscribers(runtime)}
    assert known == {"pending@example.org", "ada@example.org", "other@example.org"}
    assert visitor.client.get(link).status_code == 410


def test_who_asked_and_is_added_by_the_editor_is_active(visitor: Visitor, runtime: Runtime) -> None:
    visitor.ask("ada@example.org")
    assert visitor.mails == ["ada@example.org"]

    assert subscriptions.add(runtime, "ada@example.org", digests=["daily"]).state is SubscriberState.ACTIVE


def test_a_hundred_confirmations_at_once_are_one(visitor: Visitor, runtime: Runtime) -> None:
    visitor.ask("ada@example.org")
    link = visitor.link()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: visitor.client.post(link, data={"confirm": "yes"}).status_code, range(100)))
    with runtime.read() as tx:
        events = tx.exec_driver_sql("SELECT count(*) FROM events WHERE what = 'confirmed'").scalar()

    assert (set(answers), events) == ({200}, 1)


def test_a_link_to_a_digest_that_is_gone_is_too_old(visitor: Visitor, runtime: Runtime) -> None:
    ada = subscriptions.add(runtime, "ada@example.org", digests=["daily"]).id
    until = runtime.now() + timedelta(days=1)
    token = sign_confirmation(runtime.secrets[0], subscriber_id=ada, digest="gone", expires_at=until)

    assert visitor.client.post(f"/mail/c/{token}", data={"confirm": "yes"}).status_code == 410


def broken(_wish: SignUp) -> Asked:
    raise RuntimeError("a bug")


def test_a_bug_in_one_mail_does_not_end_the_work() -> None:
    desk = Desk(broken)
    for _ in range(5):
        desk.put(SignUp(Address("ada@example.org", "ada@example.org"), "daily"))

    assert desk.finish(DONE_S)
    assert desk.counts == {"failed": 5}


def test_a_queue_that_is_full_drops_what_comes() -> None:
    desk = Desk(broken, max_waiting=2)
    desk.thread = threading.current_thread()
    for _ in range(50_000):
        desk.put(SignUp(Address("ada@example.org", "ada@example.org"), "daily"))

    assert (desk.waiting.qsize(), desk.counts["dropped"]) == (2, 49_998)
    assert not desk.finish(0)
