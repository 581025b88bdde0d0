"""How `check` shows what the linter and the links say."""

from __future__ import annotations

from publisher.cli.check import as_object, line_of
from publisher.mail_lint import addresses_in
from publisher.model.article import Problem
from tests.doubles.a_mail import HTML, UNSUBSCRIBE


def test_a_problem_of_a_rule_has_the_rules_id_apart_in_json() -> None:
    problem = Problem("link-absolute: The link '/x' is no address", "weekly, HTML, line 3", "Write https://.")

    assert as_object(problem) == {
        "rule": "link-absolute",
        "what": "The link '/x' is no address",
        "where": "weekly, HTML, line 3",
        "hint": "Write https://.",
    }


def test_another_problem_has_no_rule() -> None:
    assert as_object(Problem("No title: it is empty", "a.md"))["rule"] == ""
    assert as_object(Problem("The article has no text", "a.md"))["what"] == "The article has no text"


def test_a_line_shows_place_rule_and_hint() -> None:
    problem = Problem("link-dead: https://a.example/?token=hush: gone", "weekly", "Remove it.")

    assert line_of(problem) == "weekly: link-dead: https://a.example/?token=…: gone. Remove it."


def test_the_addresses_of_a_page_are_its_links_and_images_with_their_places() -> None:
    found = addresses_in(HTML)

    assert found["https://harbour.example/i/quay.jpg"] == "HTML, line 28"
    assert found["https://harbour.example/piece/cranes"] == "HTML, line 30"
    assert UNSUBSCRIBE in found
    assert len(found) == 4
