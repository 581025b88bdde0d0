"""Leaving while an issue goes out: after the answer nobody new is claimed for whoever left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from publisher.app.runtime import Runtime, open_runtime
from publisher.model.delivery import Answer, Mail
from publisher.model.ids import SubscriberId
from publisher.relay.port import Journal
from publisher.tokens import Purpose, sign_link
from publisher.web.application import make_application
from tests.acceptance.a_site import CONFIG
from tests.doubles.a_ledger import a_frozen_issue, deliver, states
from tests.doubles.memory_relay import MemoryRelay

PEOPLE = [f"r{number}@example.org" for number in range(1, 101)]
GROUP = 20


@pytest.fixture
def runtime(tmp_path: Path) -> Iterator[Runtime]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(CONFIG.replace('name = "daily"', 'name = "weekly"'))
    with open_runtime(tmp_path, environ={"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}) as opened:
        yield opened


class InterruptedRelay(MemoryRelay):
    """Does something right after its 30th mail."""

    def __init__(self, then: Callable[[], None]) -> None:
        super().__init__()
        self.then = then

    def _take(self, mail: Mail, journal: Journal) -> Answer:
        answer = super()._take(mail, journal)
        if len(self.mails) == 30:
            self.then()
        return answer


@pytest.mark.parametrize("body", [{}, {"everything": "yes"}])
def test_who_leaves_during_a_send_gets_no_mail_after_the_answer(runtime: Runtime, body: dict[str, str]) -> None:
    a_frozen_issue(runtime.database, to=PEOPLE, range_size=50)
    client, seen = TestClient(make_application(runtime)), []

    def leave() -> None:
        for reader in (80, 81, 90):
            token = sign_link(
                runtime.secrets[0], Purpose.UNSUBSCRIBE, subscriber_id=SubscriberId(reader), digest="weekly"
            )
            seen.append(client.post(f"/mail/u/{token}", data={"List-Unsubscribe": "One-Click", **body}).status_code)

    relay = InterruptedRelay(leave)
    report = deliver(runtime.database, relay, folder=runtime.root / "journals", group_size=GROUP)

    assert seen == [200, 200, 200]
    assert report.accepted_count == 97
    assert not {PEOPLE[79], PEOPLE[80], PEOPLE[89]} & set(relay.accepted)
    assert {states(runtime.database)[reader] for reader in (80, 81, 90)} == {"suppressed"}
