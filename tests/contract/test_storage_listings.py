"""Which article is in which feed, on both databases: the same order, the same changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from publisher.model.article import ArticleState
from publisher.model.ids import ArticleId
from publisher.storage import Database, articles, listings
from publisher.storage.articles import Traits
from publisher.storage.listings import BuildState, Listing
from tests.builders import NOW, an_article

IDS = [ArticleId(f"tag:h.example,2026:{name}") for name in ("a", "B", "ä", "_", "a-b", "aB")]


def put(database: Database, number: int, **changes: object) -> ArticleId:
    article = an_article(number, **changes)
    with database.begin() as tx:
        articles.add(tx, article, Traits(f"t{number}"))
    return article.id


def test_the_state_of_the_last_build_is_kept_whole(database: Database) -> None:
    state = BuildState("mark", 7, "2026-11-24T08:00:00Z", 20, is_open=True)
    with database.begin() as tx:
        empty = listings.get_build_state(tx)
        listings.set_build_state(tx, BuildState())
        listings.set_build_state(tx, state)

    with database.read() as tx:
        assert listings.get_build_state(tx) == state
    assert empty == BuildState()


def test_what_was_written_after_a_revision_or_became_due_since_is_found(database: Database) -> None:
    first = put(database, 1)
    with database.read() as tx:
        revision = listings.last_revision(tx)
    second = put(database, 2, published=NOW - timedelta(hours=1))
    later = put(database, 3, published=NOW + timedelta(hours=1))

    with database.read() as tx:
        written = listings.changed_cards(tx, after=revision, since=NOW, now=NOW)
        due = listings.changed_cards(tx, after=revision + 2, since=NOW, now=NOW + timedelta(hours=2))
        nothing = listings.changed_cards(tx, after=revision + 2, since=NOW, now=NOW)

    assert [card.id for card in written] == [second, later]
    assert [card.id for card in due] == [later]
    assert nothing == []
    assert first not in [card.id for card in (*written, *due)]


def test_numbers_follow_the_order_given_and_are_in_the_cards(database: Database) -> None:
    ids = [put(database, number) for number in (1, 2, 3)]
    with database.begin() as tx:
        listings.number_articles(tx, ids[:1])
        listings.number_articles(tx, [ids[2], ids[1]])

    with database.read() as tx:
        cards = listings.cards_of(tx, ids)
        assert [cards[one].number for one in ids] == [1, 3, 2]
        assert listings.last_number(tx) == 3


def test_only_what_is_out_of_a_page_is_given_newest_first(database: Database) -> None:
    ids = [put(database, n, published=NOW - timedelta(hours=n)) for n in (3, 1, 2)]
    held = put(database, 4, state=ArticleState.HELD)
    future = put(database, 5, published=NOW + timedelta(hours=1))
    with database.begin() as tx:
        listings.number_articles(tx, [*ids, held, future])

    with database.read() as tx:
        assert listings.numbered_ids(tx, first=1, last=5, now=NOW) == [ids[1], ids[2], ids[0]]
        assert listings.numbered_ids(tx, first=2, last=2, now=NOW) == [ids[1]]


def test_equal_dates_are_in_the_order_of_the_characters_numbers_on_either_database(database: Database) -> None:
    for number, article_id in enumerate(IDS, start=1):
        put(database, number, id=article_id)
    rows = [Listing("section", "x", NOW, article_id) for article_id in IDS]
    with database.begin() as tx:
        listings.replace_all_listings(tx, rows)

    with database.read() as tx:
        found = listings.newest_listings(tx, "section", "x", limit=4)
        cards = listings.find_cards(tx)

    assert [row.article_id for row in found] == sorted(IDS)[:4]
    assert [card.id for card in cards] == sorted(IDS)


def test_listings_of_some_articles_are_replaced_and_those_of_others_stay(database: Database) -> None:
    one, two = put(database, 1), put(database, 2)
    with database.begin() as tx:
        listings.replace_all_listings(tx, [Listing("all", "", NOW, one), Listing("all", "", NOW, two)])
        listings.replace_listings(tx, [one], [Listing("section", "x", NOW, one)])

    with database.read() as tx:
        assert listings.listings_of(tx, [one]) == [Listing("section", "x", NOW, one)]
        assert listings.listings_of(tx, [two]) == [Listing("all", "", NOW, two)]
        assert listings.listings_of(tx, []) == []


def test_an_article_without_its_body_is_else_the_same(database: Database) -> None:
    article = an_article(1)
    put(database, 1)

    with database.read() as tx:
        [whole] = listings.get_articles(tx, [article.id], with_body=True)
        [bare] = listings.get_articles(tx, [article.id], with_body=False)

    assert whole == article
    assert bare == replace(article, body=replace(article.body, html="", text="", blocks=()))
