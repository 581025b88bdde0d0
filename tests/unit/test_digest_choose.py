"""Which articles an issue holds, and why the others are not in it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.digest import choose
from publisher.model.article import Article, ArticleState
from publisher.model.ids import ArticleId
from publisher.model.settings import DigestSettings
from tests.builders import NOW, an_article

HOUR = timedelta(hours=1)
FLOOR = NOW - timedelta(days=7)


def rules(**changes: object) -> DigestSettings:
    return DigestSettings.model_validate({"name": "weekly", "title": "Week", "schedule": "weekly mon 07:00"} | changes)


def aged(number: int, hours: int, **changes: object) -> Article:
    return an_article(number, published=NOW - hours * HOUR, **changes)


def test_the_newest_comes_first_whatever_order_they_come_in() -> None:
    articles = [aged(1, 3), aged(2, 1), aged(3, 2)]

    forward = choose(articles, rules=rules(), now=NOW, floor=FLOOR, already=frozenset())
    backward = choose(articles[::-1], rules=rules(), now=NOW, floor=FLOOR, already=frozenset())

    assert [article.number for article in forward.items] == [2, 3, 1]
    assert forward.items == backward.items


def test_what_was_cut_off_is_chosen_first_and_shown_in_its_place() -> None:
    articles = [aged(1, 1), aged(2, 2), aged(3, 3), aged(4, 4)]

    made = choose(
        articles,
        rules=rules(max_items=2),
        now=NOW,
        floor=FLOOR,
        already=frozenset(),
        carried=(articles[3].id, ArticleId("tag:gone")),
    )

    assert [article.number for article in made.items] == [1, 4]
    assert made.carried == (articles[1].id, articles[2].id)


@pytest.mark.parametrize(
    ("article", "reason"),
    [
        (aged(1, 1, state=ArticleState.WITHDRAWN), "it is withdrawn"),
        (aged(1, -1), "its date is in the future"),
        (aged(1, 24 * 7), "it was published before the digest's floor"),
        (aged(1, 1, section="sport"), "its section is sport"),
        (aged(1, 1, first_seen=NOW + timedelta(days=40)), "it was older than max_age when it was first seen"),
    ],
)
def test_an_article_that_does_not_fit_is_left_out_with_the_reason(article: Article, reason: str) -> None:
    made = choose([article], rules=rules(sections=["culture"]), now=NOW, floor=FLOOR, already=frozenset())

    assert made.items == ()
    assert made.left_out == ((article.id, reason),)


def test_what_an_issue_has_held_is_never_new_again() -> None:
    article = aged(1, 1)

    made = choose([article], rules=rules(), now=NOW, floor=FLOOR, already={article.id})

    assert made.left_out == ((article.id, "an issue of this digest has held it"),)
