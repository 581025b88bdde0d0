"""People in both databases: import, export, leaving, suppression."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.app import leaving, subscriptions
from publisher.app.runtime import Runtime
from publisher.config.load import load_settings
from publisher.errors import NotFound, UsageError
from publisher.model.subscriber import SubscriberState, SuppressionReason
from publisher.storage import Database, subscribers
from publisher.tokens import Purpose, sign_link
from tests.acceptance.a_site import CONFIG

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
TWO = CONFIG.replace(
    "[relay]", '[[digests]]\nname = "weekly"\ntitle = "The Weekly Test"\nschedule = "weekly mon 07:00"\n\n[relay]', 1
)
Open = Callable[..., Runtime]


@pytest.fixture
def runtime(database: Database, tmp_path: Path) -> Runtime:
    (tmp_path / "config").mkdir()
    (tmp_path / "config/publisher.toml").write_text(TWO)
    settings = load_settings(tmp_path, environ={})
    return Runtime(root=tmp_path, settings=settings, database=database, clock=lambda: NOW, environ={})


def take(runtime: Runtime, *lines: str, header: str = "address,state,digests") -> subscriptions.ImportReport:
    file = io.StringIO("\n".join([header, *lines, ""]), newline="")
    return subscriptions.import_csv(runtime, file, name="people.csv")


def state_of(runtime: Runtime, address: str) -> tuple[SubscriberState, tuple[str, ...]]:
    found = subscriptions.show(runtime, address)
    return found.state, found.digests


def test_the_same_file_twice_adds_nobody_twice(runtime: Runtime) -> None:
    lines = ["ada@example.org,,daily;weekly", "bo@example.org,pending,daily", "ADA@example.org,,weekly"]

    first, second = take(runtime, *lines), take(runtime, *lines)

    assert (first.added, second.added, first.bad, second.bad) == (2, 0, (), ())
    assert state_of(runtime, "Ada@Example.ORG") == (SubscriberState.ACTIVE, ("daily", "weekly"))
    assert state_of(runtime, "bo@example.org") == (SubscriberState.PENDING, ("daily",))


def test_a_bad_line_is_named_by_file_and_line_and_the_rest_is_stored(runtime: Runtime) -> None:
    report = take(
        runtime, "ada@example.org,,daily", "nobody,,daily", "bo@example.org,,monthly", "cy@example.org,,daily"
    )

    assert [line.partition(": ")[0] for line in report.bad] == ["people.csv:3", "people.csv:4"]
    assert [one.address for one in subscriptions.list_subscribers(runtime)] == ["ada@example.org", "cy@example.org"]


def test_an_import_revives_nobody(runtime: Runtime) -> None:
    lines = ["ada@example.org,active,daily", "bo@example.org,active,daily"]
    take(runtime, *lines)
    subscriptions.unsubscribe(runtime, "ada@example.org", digests=["daily"])
    subscriptions.unsubscribe(runtime, "bo@example.org")

    take(runtime, *lines)

    assert state_of(runtime, "ada@example.org") == (SubscriberState.UNSUBSCRIBED, ())
    assert state_of(runtime, "bo@example.org")[0] is SubscriberState.SUPPRESSED
    with runtime.read() as tx:
        assert subscribers.count_active(tx, "daily") == 0


def test_a_line_that_says_somebody_left_ends_what_was_held(runtime: Runtime) -> None:
    take(runtime, "ada@example.org,,daily;weekly", "bo@example.org,,daily;weekly")

    take(runtime, "ada@example.org,unsubscribed,", "bo@example.org,unsubscribed,weekly", "bo@example.org,,weekly")

    assert state_of(runtime, "ada@example.org") == (SubscriberState.UNSUBSCRIBED, ())
    assert state_of(runtime, "bo@example.org") == (SubscriberState.ACTIVE, ("daily",))


def test_who_had_left_elsewhere_is_not_brought_back_by_an_older_list(runtime: Runtime) -> None:
    take(runtime, "ada@example.org,unsubscribed,", "bo@example.org,suppressed,daily", "cy@example.org,suppressed,")

    take(runtime, "ada@example.org,active,daily", "bo@example.org,active,daily", "cy@example.org,active,daily")

    assert state_of(runtime, "ada@example.org") == (SubscriberState.UNSUBSCRIBED, ())
    assert state_of(runtime, "bo@example.org")[0] is SubscriberState.SUPPRESSED
    assert state_of(runtime, "cy@example.org")[0] is SubscriberState.SUPPRESSED
    assert {one.reason for one in subscriptions.list_suppressions(runtime)} == {SuppressionReason.MANUAL}


def test_what_is_exported_reads_back_the_same(runtime: Runtime) -> None:
    header = "address,name,state,digests,sections,language,since,consent"
    take(
        runtime,
        'ada@example.org,"Ada, the first",active,daily;weekly,culture;sea,fi,2026-03-01T10:00:00Z,"=HYPERLINK(""x"")"',
        "bo@example.org,=Bo,pending,daily,,,2026-04-01,paper",
        "cy@example.org,,unsubscribed,,,,2026-04-02,",
        "di@example.org,,suppressed,weekly,,pt-BR,2026-04-03,-",
        header=header,
    )
    first = exported(runtime)

    take(runtime, *first.splitlines()[1:], header=first.splitlines()[0])

    assert exported(runtime) == first
    assert "'=HYPERLINK" in first
    assert 'ada@example.org,"Ada, the first",active' in first
    assert "bo@example.org,'=Bo,pending" in first
    assert first.splitlines()[0] == "address,name,state,digests,sections,language,since,consent"
    assert "di@example.org,,suppressed,weekly,,pt-BR,2026-04-03T00:00:00Z,'-" in first


def exported(runtime: Runtime) -> str:
    file = io.StringIO(newline="")
    subscriptions.export_csv(runtime, file)
    return file.getvalue()


def test_adding_a_suppressed_address_says_how_to_lift_it(runtime: Runtime) -> None:
    subscriptions.suppress(runtime, "Ada@example.org")

    with pytest.raises(UsageError, match=r"publisher suppressions remove ada@example\.org"):
        subscriptions.add(runtime, "ada@example.org", digests=["daily"])
    subscriptions.lift(runtime, "ADA@example.org")

    assert subscriptions.add(runtime, "ada@example.org", digests=["daily"]).state is SubscriberState.ACTIVE
    with pytest.raises(NotFound, match="not suppressed"):
        subscriptions.lift(runtime, "ada@example.org")


def test_a_link_ends_one_subscription_and_no_other(runtime: Runtime) -> None:
    ada = subscriptions.add(runtime, "ada@example.org", digests=["daily", "weekly"])
    token = sign_link(runtime.secrets[0], Purpose.UNSUBSCRIBE, subscriber_id=ada.id, digest="weekly")

    seen = leaving.look_at_link(runtime, Purpose.UNSUBSCRIBE, token)
    left = [leaving.leave_by_token(runtime, token) for _ in range(3)]

    assert (seen.title, seen.is_held) == ("The Weekly Test", True)
    assert [one.is_held for one in left] == [False, False, False]
    assert state_of(runtime, "ada@example.org") == (SubscriberState.ACTIVE, ("daily",))


def test_everyone_is_listed_over_more_than_one_page(runtime: Runtime) -> None:
    take(runtime, *(f"reader{n}@example.org,,daily" for n in range(2300)))

    addresses = [one.address for one in subscriptions.list_subscribers(runtime)]

    assert addresses == [f"reader{n}@example.org" for n in range(2300)]


def test_a_language_that_is_none_is_refused(runtime: Runtime) -> None:
    with pytest.raises(UsageError, match="BCP 47"):
        subscriptions.add(runtime, "ada@example.org", digests=["daily"], language="fi\r\nBcc: x")

    assert list(subscriptions.list_subscribers(runtime)) == []
