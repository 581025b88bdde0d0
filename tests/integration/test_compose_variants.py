"""An issue in the variants that its readers need, through the real compose and the folder relay."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest

from publisher.app import compose, sending, subscriptions
from publisher.app.deliver import deliver_all
from publisher.app.runtime import Runtime
from publisher.config.load import load_settings
from publisher.errors import ConflictError, UsageError
from publisher.model.choice import ReaderChoice
from publisher.model.issue import Issue, IssueState
from publisher.model.reports import ComposeReport
from publisher.storage import Database, articles, issues, subscribers
from publisher.storage.articles import Traits
from publisher.subscriptions import choices
from publisher.subscriptions.addresses import parse_address
from tests.acceptance.a_site import CONFIG
from tests.builders import an_article

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
Open = Callable[..., Runtime]


@pytest.fixture
def open_site(database: Database, tmp_path: Path) -> Open:
    def made(*, digest: str = "", config: str = CONFIG) -> Runtime:
        (tmp_path / "config").mkdir(exist_ok=True)
        text = config.replace('schedule = "daily 07:00"', f'schedule = "daily 07:00"\n{digest}')
        (tmp_path / "config/publisher.toml").write_text(text)
        settings = load_settings(tmp_path, environ={})
        return Runtime(root=tmp_path, settings=settings, database=database, clock=lambda: NOW, environ={})

    return made


def publish(runtime: Runtime, *sections: str, at: datetime = NOW - timedelta(hours=6)) -> None:
    for number, section in enumerate(sections, start=1):
        when = at + timedelta(minutes=number)
        article = an_article(number, section=section, published=when, updated=when, first_seen=when)
        with runtime.begin() as tx:
            articles.add(tx, article, Traits(f"t{number}"))


def join(runtime: Runtime, address: str, *sections: str, language: str = "") -> None:
    subscriptions.add(runtime, address)
    prefer(runtime, address, *sections, language=language)


def prefer(runtime: Runtime, address: str, *sections: str, language: str = "", digest: str = "daily") -> None:
    letter = choices.letter_of(runtime.settings, digest)
    with runtime.begin() as tx:
        person = subscribers.find(tx, parse_address(address).key)
        assert person is not None
        choice = ReaderChoice(language, sections)
        choices.choose(tx, person.id, letter=letter, digest=digest, choice=choice, now=runtime.now())


def the_issue(report: ComposeReport) -> Issue:
    assert report.errors == ()
    [issue] = report.issues
    return issue


def mails(runtime: Runtime) -> dict[str, EmailMessage]:
    """Each reader's mail, by address, once everything was delivered."""
    deliver_all(runtime)
    found = {}
    for path in sorted((runtime.root / "var/outbox").glob("*.eml")):
        mail = message_from_bytes(path.read_bytes(), policy=policy.default)
        assert str(mail["To"]) not in found
        found[str(mail["To"])] = mail
    return found


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_each_reader_gets_their_sections_in_their_language(open_site: Open) -> None:
    runtime = open_site()
    publish(runtime, "culture", "science", "culture")
    join(runtime, "all@example.org")
    join(runtime, "culture@example.org", "culture")
    join(runtime, "saksa@example.org", language="de-AT")
    join(runtime, "welsh@example.org", language="cy")

    issue = the_issue(compose.compose_due(runtime))
    got = {to: text_of(mail) for to, mail in mails(runtime).items()}

    assert (issue.state, issue.counts.frozen, issue.item_count) == (IssueState.SENDING, 4, 3)
    titles = {to: [n for n in (1, 2, 3) if f"Article {n}\n" in text] for to, text in got.items()}
    assert titles == {
        "all@example.org": [1, 2, 3],
        "culture@example.org": [1, 3],
        "saksa@example.org": [1, 2, 3],
        "welsh@example.org": [1, 2, 3],
    }
    assert "Unsubscribe" in got["welsh@example.org"]
    assert "Abbestellen" in got["saksa@example.org"] or "Abmelden" in got["saksa@example.org"]


def test_whose_sections_leave_nothing_is_not_in_the_audience(open_site: Open) -> None:
    runtime = open_site()
    publish(runtime, "culture")
    join(runtime, "all@example.org")
    join(runtime, "science@example.org", "science")

    issue = the_issue(compose.compose_due(runtime))

    assert issue.counts.frozen == 1
    assert list(mails(runtime)) == ["all@example.org"]


def test_an_issue_for_nobody_is_skipped_and_its_articles_stay(open_site: Open) -> None:
    runtime = open_site()
    publish(runtime, "culture")
    join(runtime, "science@example.org", "science")

    report = compose.compose_due(runtime)

    assert [one.reason for one in report.skipped] == ["no subscriber"]
    with runtime.read() as tx:
        left = articles.iter_new(tx, "daily", after=NOW - timedelta(days=1))
        assert [article.slug for article in left] == ["article-1"]


def test_equal_choices_are_rendered_once(open_site: Open) -> None:
    runtime = open_site()
    publish(runtime, "culture", "culture")
    for number, sections in enumerate(((), ("culture",), ("culture", "science"))):
        join(runtime, f"r{number}@example.org", *sections)

    issue = the_issue(compose.compose_due(runtime))

    with runtime.read() as tx:
        assert len(issues.get_variants(tx, issue.number)) == 1
    assert issue.counts.frozen == 3


def test_a_choice_made_while_a_draft_waits_gets_a_variant_of_the_drafts_words(open_site: Open) -> None:
    runtime = open_site(digest="approval = true")
    publish(runtime, "culture", "science")
    join(runtime, "ada@example.org")
    draft = the_issue(compose.compose_due(runtime))
    prefer(runtime, "ada@example.org", "science", language="fi")
    with runtime.begin() as tx:
        changed = replace(articles.get(tx, "article-2"), title="Another title")
        articles.replace(tx, changed, Traits("t2"))

    approved = sending.approve(runtime, draft.id)
    got = mails(runtime)["ada@example.org"]

    assert (draft.state, approved.state, approved.counts.frozen) == (IssueState.DRAFT, IssueState.SENDING, 1)
    assert "Article 2" in text_of(got)
    assert "Another title" not in text_of(got)
    assert "Article 1" not in text_of(got)
    assert "marraskuuta" in text_of(got)


def test_a_draft_is_composed_again_with_what_came_meanwhile(open_site: Open) -> None:
    runtime = open_site()
    join(runtime, "ada@example.org")
    publish(runtime, "culture")
    first = the_issue(compose.compose_draft(runtime, runtime.settings.digests[0]))
    when = NOW - timedelta(hours=1)
    with runtime.begin() as tx:
        articles.add(tx, an_article(9, published=when, updated=when, first_seen=when), Traits("t9"))

    second = the_issue(compose.compose_draft(runtime, runtime.settings.digests[0]))

    assert (first.id, first.state, first.item_count) == (second.id, IssueState.DRAFT, 1)
    assert (second.state, second.item_count) == (IssueState.DRAFT, 2)


def test_what_was_approved_and_not_begun_is_begun_by_the_next_pass(open_site: Open) -> None:
    runtime = open_site(digest="approval = true")
    publish(runtime, "culture")
    join(runtime, "ada@example.org")
    draft = the_issue(compose.compose_due(runtime))
    with runtime.begin() as tx:
        issues.set_state(tx, draft, IssueState.APPROVED, now=NOW)

    begun = the_issue(compose.compose_due(runtime))

    assert (begun.id, begun.state, begun.counts.frozen) == (draft.id, IssueState.SENDING, 1)


def test_an_approved_issue_that_cannot_begin_is_told_and_the_rest_goes_on(open_site: Open) -> None:
    runtime = open_site(digest="approval = true")
    publish(runtime, "culture")
    join(runtime, "ada@example.org")
    draft = the_issue(compose.compose_due(runtime))
    with runtime.begin() as tx:
        issues.set_state(tx, draft, IssueState.APPROVED, now=NOW)
    renamed = open_site(config=CONFIG.replace('name = "daily"', 'name = "other"'))

    report = compose.compose_due(renamed)

    assert [error.where for error in report.errors] == ["daily-2026-11-24, daily"]
    assert [one.digest for one in report.skipped] == ["other"]


def test_the_order_of_sections_is_the_order_of_reading(open_site: Open) -> None:
    order = CONFIG.replace("[web]", '[mail]\norder = ["science", "culture"]\n\n[web]')
    runtime = open_site(config=order)
    publish(runtime, "culture", "science", "other", "science")
    join(runtime, "ada@example.org")

    issue = the_issue(compose.compose_due(runtime))

    with runtime.read() as tx:
        titles = [item.title for item in issues.get_items(tx, issue.number)]
    assert titles == ["Article 4", "Article 2", "Article 1", "Article 3"]


def test_an_override_that_leaves_out_the_way_out_stops_the_issue(open_site: Open) -> None:
    runtime = open_site()
    override = runtime.root / "templates/mail/footer.html"
    override.parent.mkdir(parents=True)
    override.write_text("<p>No way out</p>")
    publish(runtime, "culture")
    join(runtime, "ada@example.org")

    report = compose.compose_due(runtime)

    assert report.issues == ()
    assert len(report.errors) == 1
    with runtime.read() as tx:
        assert list(issues.iter_issues(tx)) == []


def test_instant_makes_an_issue_for_a_pass_that_found_something(open_site: Open) -> None:
    runtime = open_site(config=CONFIG.replace('"daily 07:00"', '"instant"'))
    join(runtime, "ada@example.org")

    nothing = compose.compose_due(runtime)
    publish(runtime, "culture", at=NOW - timedelta(hours=1))
    issue = the_issue(compose.compose_due(runtime))
    again = compose.compose_due(runtime)

    assert [one.reason for one in nothing.skipped] == ["nothing new"]
    assert (issue.id, issue.slot) == ("daily-2026-11-24t1000", "2026-11-24t1000")
    assert again.issues == ()
    with runtime.read() as tx:
        assert len(list(issues.iter_issues(tx))) == 1


def test_instant_sends_nothing_of_before_the_day_it_began(open_site: Open) -> None:
    runtime = open_site(config=CONFIG.replace('"daily 07:00"', '"instant"'))
    join(runtime, "ada@example.org")
    publish(runtime, "culture", at=NOW - timedelta(days=2))

    report = compose.compose_due(runtime)

    assert [one.reason for one in report.skipped] == ["nothing new"]


def test_readers_who_never_stop_choosing_do_not_freeze_half(open_site: Open) -> None:
    runtime = open_site()
    publish(runtime, "culture")
    join(runtime, "ada@example.org")
    count = 0

    def begin():  # type: ignore[no-untyped-def]
        nonlocal count
        count += 1
        prefer_by(open_site(), f"section-{count}")
        return runtime.database.begin()

    restless = replace(runtime)
    restless.begin = begin  # type: ignore[method-assign]

    with pytest.raises(ConflictError, match="faster"):
        sending.begin_sending(restless, stored(runtime))

    with runtime.read() as tx:
        assert issues.get_issue(tx, "daily-2026-11-24").counts.frozen == 0


def prefer_by(runtime: Runtime, section: str) -> None:
    prefer(runtime, "ada@example.org", "culture", section)


def stored(runtime: Runtime) -> Issue:
    draft = the_issue(compose.compose_draft(runtime, runtime.settings.digests[0]))
    with runtime.begin() as tx:
        return issues.set_state(tx, draft, IssueState.APPROVED, now=NOW)


def grouped() -> str:
    weekly = '[[digests]]\nname = "weekly"\ntitle = "The Weekly"\nschedule = "weekly mon 07:00"\ngroup = "letter"\n\n'
    return CONFIG.replace('schedule = "daily 07:00"', 'schedule = "daily 07:00"\ngroup = "letter"').replace(
        "[relay]", f"{weekly}[relay]", 1
    )


def test_adding_another_cadence_of_a_letter_is_a_switch_and_two_at_once_are_refused(open_site: Open) -> None:
    runtime = open_site(config=grouped())

    first = subscriptions.add(runtime, "ada@example.org", digests=["weekly"])
    second = subscriptions.add(runtime, "ada@example.org", digests=["daily"])

    assert (first.digests, second.digests) == (("weekly",), ("daily",))
    with pytest.raises(UsageError, match="cadences of one letter"):
        subscriptions.add(runtime, "bo@example.org", digests=["daily", "weekly"])


def test_an_import_gives_nobody_a_second_cadence(open_site: Open) -> None:
    runtime = open_site(config=grouped())
    lines = ["address,digests", "ada@example.org,weekly", "bo@example.org,daily;weekly", "ada@example.org,daily", ""]

    report = subscriptions.import_csv(runtime, io.StringIO("\n".join(lines), newline=""), name="people.csv")

    assert subscriptions.show(runtime, "ada@example.org").digests == ("weekly",)
    assert len(report.bad) == 1
    assert "people.csv:3: digests: daily and weekly are cadences of one letter" in report.bad[0]
