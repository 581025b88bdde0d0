"""Issues and articles, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from publisher.model.article import ArticleState, Attachment, ListedExtract, Original, OriginFeed, Problem
from publisher.model.ids import ArticleId, IssueId
from publisher.model.issue import IssueItem, IssueState
from publisher.storage import Database, articles, issues, tables
from publisher.storage.articles import Traits
from publisher.storage.engine import rehearse
from publisher.storage.issues import NewIssue
from publisher.storage.readings import StoredReading, iter_readings, upsert_readings
from tests.builders import NOW, an_article

SLOT = "2026-w48"


def a_new_issue(**changes: object) -> NewIssue:
    values: dict[str, object] = {
        "id": IssueId(f"weekly-{SLOT}"),
        "digest": "weekly",
        "slot": SLOT,
        "extra": 1,
        "state": IssueState.APPROVED,
        "scheduled_for": NOW,
        "date": NOW,
        "by_hand": False,
    }
    return NewIssue(**(values | changes))  # type: ignore[arg-type]


def add_article(database: Database, number: int = 1, **changes: object) -> None:
    with database.begin() as tx:
        articles.add(tx, an_article(number, **changes), Traits(f"t{number}"))


def test_a_slot_has_one_issue_whoever_makes_it_first(database: Database) -> None:
    with database.begin() as tx:
        first = issues.add_issue(tx, a_new_issue(), now=NOW)
        second = issues.add_issue(tx, a_new_issue(subject="another"), now=NOW)

    assert first is not None
    assert second is None


def test_an_article_that_an_issue_held_is_used(database: Database) -> None:
    add_article(database)
    article = an_article(1)
    with database.begin() as tx:
        number = issues.add_issue(tx, a_new_issue(carried=(ArticleId("b"),)), now=NOW)
        assert number is not None
        item = IssueItem(1, article.id, article.title, article.extract.passages)
        issues.add_items(tx, number, [item], [article.extract])

        before = NOW - timedelta(days=1)
        assert [one.id for one in articles.iter_new(tx, "weekly", after=before)] == []
        assert [one.id for one in articles.iter_new(tx, "daily", after=before)] == [article.id]
        assert issues.cut_off(tx, "weekly") == ["b"]
        assert issues.find_holding(tx, "weekly", article.id) == f"weekly-{SLOT}"
        assert issues.get_items(tx, number) == [item]


def test_a_state_moves_along_its_arrows_only(database: Database) -> None:
    with database.begin() as tx:
        issues.add_issue(tx, a_new_issue(), now=NOW)
        issue = issues.get_issue(tx, f"weekly-{SLOT}")
        sending = issues.set_state(tx, issue, IssueState.SENDING, now=NOW, frozen=0)

        assert issues.get_issue(tx, issue.id).state is IssueState.SENDING
        with pytest.raises(ValueError, match="sending -> draft"):
            issues.set_state(tx, sending, IssueState.DRAFT, now=NOW)


def test_the_floor_is_set_once(database: Database) -> None:
    with database.begin() as tx:
        issues.set_floor(tx, "weekly", NOW)
        issues.set_floor(tx, "weekly", NOW + timedelta(days=1))

        assert issues.get_floor(tx, "weekly") == NOW


def test_an_article_comes_back_as_it_was_stored(database: Database) -> None:
    article = an_article(3, problem=Problem("what", "where", "hint"), licence="CC", tags=("a", "b"))
    with database.begin() as tx:
        articles.add(tx, article, Traits("t", given=("given",)))

        assert articles.get(tx, article.slug) == article
        assert articles.given_of(tx, article.id) == ("given",)
        assert articles.text_hash_of(tx, article.id) == "t"


def test_the_facts_of_an_article_come_back(database: Database) -> None:
    feed = OriginFeed("tag:other.example,2020:feed", "The Other", "2026-11-01T00:00:00Z", "https://other.example/rss")
    article = an_article(
        4,
        image_size=(640, 480),
        attachments=(Attachment("https://harbour.example/a.mp3", "audio/mpeg", 1200),),
        original=Original("The Other", "https://other.example/a", feed),
    )
    with database.begin() as tx:
        articles.add(tx, article, Traits("t", "harbour.example/a"))

        assert articles.get(tx, article.slug) == article
        assert articles.find_by_url(tx, "harbour.example/a") == [article]
        assert articles.find_by_text(tx, "t") == [article]


def test_what_was_read_is_remembered_by_source(database: Database) -> None:
    with database.begin() as tx:
        upsert_readings(tx, "articles", [StoredReading("a.md", "1", "s"), StoredReading("b.md", "2")])
        upsert_readings(tx, "articles", [StoredReading("a.md", "3", "t")])
        upsert_readings(tx, "pages", [StoredReading("a.md", "9")])

        assert iter_readings(tx, "articles") == [StoredReading("a.md", "3", "t"), StoredReading("b.md", "2")]


def test_every_write_counts_the_revision_up(database: Database) -> None:
    add_article(database, 1)
    add_article(database, 2, updated=NOW + timedelta(seconds=1))
    with database.begin() as tx:
        articles.set_state(tx, an_article(1).id, ArticleState.HELD)
        by_revision = select(tables.articles.c.number).order_by(tables.articles.c.revision)

        assert list(tx.execute(by_revision).scalars()) == [2, 1]


def test_articles_are_newest_first(database: Database) -> None:
    add_article(database, 1)
    add_article(database, 2, published=NOW + timedelta(hours=1), updated=NOW + timedelta(hours=1))
    add_article(database, 3, state=ArticleState.HELD, updated=NOW + timedelta(seconds=1))

    with database.read() as tx:
        found = [one.number for one in articles.iter_articles(tx, states=(ArticleState.PUBLISHED,))]

    assert found == [2, 1]


def test_a_listed_extract_waits_once_and_is_attached(database: Database) -> None:
    add_article(database)
    listed = [ListedExtract(1, NOW.date(), ("Nobody was on it.",))]
    with database.begin() as tx:
        added = articles.add_listed(tx, "page", listed)
        again = articles.add_listed(tx, "page", listed)
        articles.attach_listed(tx, "page", 1, an_article(1).id)

        assert (added, again) == ([("page", 1)], [])
        assert articles.iter_waiting(tx) == []
        assert articles.listed_for(tx, an_article(1).id) == ("Nobody was on it.",)


def test_a_rehearsal_stores_nothing(database: Database) -> None:
    with rehearse(database) as rehearsal:
        with rehearsal.begin() as tx:
            issues.add_issue(tx, a_new_issue(), now=NOW)
        with rehearsal.read() as tx:
            assert issues.get_issue(tx, f"weekly-{SLOT}").state is IssueState.APPROVED

    with database.read() as tx:
        assert list(issues.iter_issues(tx)) == []


def test_a_naive_time_is_refused(database: Database) -> None:
    article = replace(an_article(1), published=NOW.replace(tzinfo=None))

    with pytest.raises(Exception, match="naive datetime"), database.begin() as tx:
        articles.add(tx, article, Traits("t"))
