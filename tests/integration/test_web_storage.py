"""The queries of the web pages, on a database of each kind."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.model.ids import SubscriberId
from publisher.model.subscriber import SubscriptionState, SuppressionReason
from publisher.storage import Database, letters, measures, sign_ups, subscribers, suppressions
from publisher.storage.subscribers import Person, Wish
from tests.builders import NOW
from tests.doubles.a_ledger import a_frozen_issue

DAY = timedelta(days=1)


@pytest.fixture
def people(database: Database) -> Database:
    """One active, one who asked long ago, one who asked just now, one imported as pending."""
    with database.begin() as tx:
        for number, (consent, since) in enumerate(
            (("yes", NOW), ("asked", NOW - 5 * DAY), ("asked", NOW), ("", NOW - 9 * DAY)), start=1
        ):
            key = f"r{number}@example.org"
            subscribers.add_people(tx, [Person(key, key, None, since, consent)])
            state = SubscriptionState.ACTIVE if number == 1 else SubscriptionState.PENDING
            subscribers.add_wishes(tx, [Wish(key, "weekly", state, (), since)])
    return database


def test_a_mailbox_gets_one_confirmation_a_day_and_three_a_week(database: Database) -> None:
    claimed = []
    with database.begin() as tx:
        for hours in range(0, 24 * 9, 12):
            if sign_ups.claim_confirmation(tx, "k", now=NOW + timedelta(hours=hours)):
                claimed.append(hours)

    assert claimed == [0, 24, 48, 168, 192]


def test_a_count_can_be_taken_back_once(database: Database) -> None:
    with database.begin() as tx:
        assert sign_ups.claim_confirmation(tx, "k", now=NOW)
        sign_ups.release_confirmation(tx, "k", now=NOW)
        sign_ups.release_confirmation(tx, "k", now=NOW)
        again = [sign_ups.claim_confirmation(tx, "k", now=NOW + one * DAY) for one in range(4)]

    assert again == [True, True, True, False]


def test_the_hour_is_counted_and_old_limits_are_forgotten(database: Database) -> None:
    with database.begin() as tx:
        for number in range(5):
            sign_ups.claim_confirmation(tx, f"k{number}", now=NOW - number * 2 * DAY)
        assert sign_ups.count_confirmations(tx, since=NOW - DAY) == 1
        sign_ups.forget_limits(tx, now=NOW)

        assert sign_ups.count_confirmations(tx, since=NOW - 30 * DAY) == 4


def test_only_who_asked_long_ago_and_never_confirmed_is_forgotten(people: Database) -> None:
    with people.begin() as tx:
        assert sign_ups.forget_unconfirmed(tx, consent="asked", before=NOW - 4 * DAY) == 1
        known = [sign_ups.get_known(tx, SubscriberId(one)) is not None for one in range(1, 5)]

    assert known == [True, False, True, True]


def test_when_a_cadence_ended_and_what_was_agreed(people: Database) -> None:
    with people.begin() as tx:
        subscribers.end(tx, SubscriberId(1), digests=["weekly"], now=NOW)
        sign_ups.set_consent(tx, SubscriberId(1), "confirmed")
        ended = sign_ups.ended_at(tx, SubscriberId(1), ["weekly", "daily"])
        known = sign_ups.get_known(tx, SubscriberId(1))

    assert ended == {"weekly": NOW}
    assert known is not None and (known.consent, known.language) == ("confirmed", "")


def test_the_sums_of_a_site(database: Database) -> None:
    a_frozen_issue(database, to=[f"r{one}@example.org" for one in range(1, 8)], range_size=3)
    with database.begin() as tx:
        suppressions.add(tx, key="r7@example.org", address="x", reason=SuppressionReason.MANUAL, now=NOW)
    with database.read() as tx:
        assert measures.issues_by_state(tx) == {"sending": 1}
        assert measures.queue_depth(tx) == 7
        assert measures.oldest_open(tx) == NOW
        assert measures.active_by_digest(tx) == {"weekly": 6}
        assert measures.source_measures(tx) == []
        assert measures.last_slots(tx) == {}
        assert [one.id for one in measures.newest_issues(tx, limit=5)] == ["weekly-1"]
        assert set(measures.deliveries_by_state(tx, since=NOW).values()) == {0}
        assert sign_ups.newest_sections(tx) == []


def test_the_language_of_all_choices_follows(people: Database) -> None:
    with people.begin() as tx:
        letters.set_language(tx, SubscriberId(1), "fi")
        known = sign_ups.get_known(tx, SubscriberId(1))

    assert known is not None and known.language == "fi"
