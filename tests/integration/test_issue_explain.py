"""Why somebody has an issue or not, why an article is in it or not; and a correction to those who got it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from publisher.app import correct as corrections
from publisher.app.explain import explain
from publisher.app.publish import Wanted, publish
from publisher.app.runtime import Runtime, open_runtime
from publisher.app.subscriptions import import_csv, suppress, unsubscribe
from publisher.errors import NotFound, UsageError
from publisher.model.delivery import Outcome
from publisher.model.issue import IssueState
from publisher.storage import issues
from tests.acceptance.a_site import CONFIG, Site
from tests.doubles.memory_relay import MemoryRelay

ISSUE = "daily-2026-11-24"
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
GROUPED = CONFIG.replace(
    'schedule = "daily 07:00"', 'schedule = "daily 07:00"\ngroup = "letter"\nsections = ["culture", "politics"]'
) + (
    '\n[[digests]]\nname = "weekly"\ntitle = "The Week"\nschedule = "weekly sun 07:00"\nmax_age = "3650d"\n'
    'group = "letter"\n'
)
PEOPLE = """address,digests,sections
ada@example.org,daily,
bo@example.org,daily,politics
eve@example.org,daily,sport
week@example.org,weekly,
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.write("config/publisher.toml", GROUPED)
    made.article("the-last-ferry")
    made.article("a-vote", section="politics")
    made.article("a-match", section="sport")
    made.article("an-old-piece", date="2026-11-01T06:00:00Z")
    made.article("a-coming-piece", date="2026-11-26T06:00:00Z")
    return made


@pytest.fixture
def runtime(site: Site) -> Iterator[Runtime]:
    with open_runtime(site.root, environ={}) as opened:
        opened.clock = lambda: START
        import_csv(opened, io.StringIO(PEOPLE), name="people.csv")
        yield opened


@pytest.fixture
def sent(runtime: Runtime) -> Runtime:
    """The daily issue went out at START."""
    [issue] = publish(runtime, Wanted()).issues
    assert (issue.id, issue.state, issue.counts.accepted) == (ISSUE, IssueState.SENT, 2)
    runtime.clock = lambda: START + timedelta(hours=5)
    return runtime


def why(runtime: Runtime, name: str) -> str:
    found = explain(runtime, ISSUE, name)
    return " ".join((found.answer, *found.because))


def test_who_has_it_is_told_with_the_relays_word(sent: Runtime) -> None:
    found = explain(sent, ISSUE, "ADA@example.org")

    assert found.answer == "ADA@example.org was sent daily-2026-11-24: the relay took it."
    assert found.because[0] == "The ledger says accepted after 1 attempt, at 2026-11-24 08:00 UTC."


def test_sections_that_leave_nothing_are_named(sent: Runtime) -> None:
    assert why(sent, "eve@example.org") == (
        "eve@example.org is not in the audience of daily-2026-11-24. "
        "The subscriber chose sport; the issue has culture, politics only."
    )


def test_another_cadence_of_the_letter_is_named(sent: Runtime) -> None:
    found = why(sent, "week@example.org")

    assert "does not hold the digest daily" in found
    assert "holds weekly, another cadence of the same letter, since 2026-11-24 08:00 UTC" in found


def test_who_came_later_left_or_is_unknown_is_told_so(sent: Runtime) -> None:
    import_csv(sent, io.StringIO("address,digests\nlate@example.org,daily\n"), name="more.csv")
    unsubscribe(sent, "eve@example.org", digests=["daily"])
    suppress(sent, "week@example.org")

    assert "began at 2026-11-24 13:00 UTC, after the audience was frozen at 2026-11-24 08:00 UTC" in why(
        sent, "late@example.org"
    )
    assert "The subscription of daily has ended." in why(sent, "eve@example.org")
    assert "The address is suppressed (manual) since 2026-11-24 13:00 UTC." in why(sent, "week@example.org")
    assert "There is no such subscriber." in why(sent, "nobody@example.org")


@pytest.mark.parametrize(
    ("slug", "reason"),
    [
        ("the-last-ferry", "is in daily-2026-11-24, at place"),
        ("an-old-piece", "It was published before the digest's floor, 2026-11-23 05:00 UTC."),
        ("a-match", "Its section is sport; daily takes culture, politics."),
        ("a-coming-piece", "Its date is 2026-11-26 06:00 UTC: the issue was made before, at 2026-11-24 08:00 UTC."),
    ],
)
def test_an_article_is_in_it_or_has_a_reason(sent: Runtime, slug: str, reason: str) -> None:
    assert reason in why(sent, slug)


def test_what_was_cut_off_is_carried_and_what_came_later_is_in_another(site: Site, runtime: Runtime) -> None:
    site.write("config/publisher.toml", GROUPED.replace('name = "daily"', 'name = "daily"\nmax_items = 1'))
    with open_runtime(site.root, environ={}) as small:
        small.clock = lambda: START
        publish(small, Wanted())
        [shown] = [one for one in ("the-last-ferry", "a-vote") if "is in daily" in why(small, one)]
        left = "a-vote" if shown == "the-last-ferry" else "the-last-ferry"
        assert "max_items cut it off; it is chosen first next time." in why(small, left)

        small.clock = lambda: START + timedelta(days=1)
        publish(small, Wanted())
        assert "It is in daily-2026-11-25, and an article is new in one issue of a digest only." in why(small, left)


def test_a_quarantined_one_says_why(site: Site, runtime: Runtime) -> None:
    site.article("a-bad-one", date="yesterday")
    publish(runtime, Wanted())

    with pytest.raises(NotFound):
        why(runtime, "no-such-thing")
    assert "The article is quarantined" in why(runtime, "a-bad-one")


def test_a_correction_goes_once_to_those_who_got_what_was_wrong(site: Site, sent: Runtime) -> None:
    with pytest.raises(UsageError, match="No article of it was changed since"):
        corrections.plan(sent, ISSUE, corrections.Wanted())
    path = site.article("a-vote", section="politics")
    path.write_text(path.read_text().replace("the harbour", "the new harbour"))
    sent.clock = lambda: START + timedelta(hours=5)
    publish(sent, Wanted(mail=False))
    unsubscribe(sent, "ada@example.org", digests=["daily"])

    planned = corrections.plan(sent, ISSUE, corrections.Wanted())
    assert [one.slug for one in planned.articles] == ["a-vote"]
    done = corrections.correct(sent, ISSUE, corrections.Wanted(note="The harbour is new."))

    issue = done.issue
    assert (issue.id, issue.state, done.problems) == (f"{ISSUE}-2", IssueState.SENT, ())
    assert (issue.counts.frozen, issue.counts.accepted, issue.counts.suppressed) == (2, 1, 1)
    [mail] = (site.root / "var/outbox").glob(f"{ISSUE}-2.*.eml")
    read = message_from_bytes(mail.read_bytes(), policy=policy.default)
    body = read.get_body(("plain",))
    assert body is not None
    assert read["To"] == "bo@example.org"
    assert "The harbour is new." in body.get_content()
    assert "It is a correction" in " ".join(explain(sent, issue.id, "week@example.org").because)

    with pytest.raises(UsageError, match="corrected already, by daily-2026-11-24-2"):
        corrections.correct(sent, ISSUE, corrections.Wanted())
    with pytest.raises(UsageError, match="a correction itself"):
        corrections.correct(sent, issue.id, corrections.Wanted())
    with sent.read() as tx:
        assert issues.find_holding(tx, "daily", planned.articles[0].id) == ISSUE


def test_only_a_named_article_of_the_issue_and_an_issue_at_its_end_can_be_corrected(sent: Runtime) -> None:
    named = corrections.plan(sent, ISSUE, corrections.Wanted(articles=("the-last-ferry",)))
    assert (named.audience.plan.count, named.note) == (1, "The last ferry")
    with pytest.raises(UsageError, match="'a-match' is not in the issue"):
        corrections.plan(sent, ISSUE, corrections.Wanted(articles=("a-match",)))
    with pytest.raises(NotFound):
        corrections.plan(sent, "daily-2020-01-01", corrections.Wanted())


def test_an_issue_without_an_end_cannot_be_corrected(runtime: Runtime) -> None:
    relay = MemoryRelay(runtime.database)
    relay.answer("bo@example.org", Outcome.DEFERRED)
    runtime.relay = relay
    [issue] = publish(runtime, Wanted()).issues

    assert (issue.state, issue.counts.deferred) == (IssueState.SENDING, 1)
    with pytest.raises(UsageError, match="The issue is sending: it has no end yet"):
        corrections.correct(runtime, ISSUE, corrections.Wanted(articles=("a-vote",)))
    assert "The next try is at 2026-11-24 08:01 UTC." in why(runtime, "bo@example.org")
