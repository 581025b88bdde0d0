"""An editor's templates are read before anything runs: each mistake has its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.rendering.overrides import override_problems
from publisher.resources import load_templates

SHIPPED = load_templates(Path("/nonexistent"))


def told(**own: str) -> list[tuple[str, str]]:
    texts = {name.replace("__", "."): text for name, text in own.items()}
    named = {f"mail/{name}": text for name, text in texts.items()}
    found = override_problems({**SHIPPED, **named}, named, shipped=SHIPPED)
    return [(problem.where, problem.what) for problem in found]


def test_every_shipped_template_passes_as_an_override() -> None:
    assert override_problems(SHIPPED, SHIPPED, shipped=SHIPPED) == ()


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("one\n{% if %}", 2, "cannot be read"),
        ("one\n{{ item.colour }}", 2, "item.colour does not exist"),
        ("\n\n{{ theme.blue }}", 3, "theme.blue does not exist"),
        ("{{ surprise }}", 1, "'surprise' is undefined"),
        ('\n{% include "/etc/passwd" %}', 2, "There is no template /etc/passwd"),
        ('{% include "mail/itme.html" %}', 1, "There is no template mail/itme.html"),
        ("{{ item.title | no_such_filter }}", 1, "no filter or test"),
    ],
)
def test_a_mistake_is_named_with_file_and_line(text: str, line: int, what: str) -> None:
    [(where, found)] = told(meta__html=text)

    assert where == f"templates/mail/meta.html:{line}"
    assert what in found


def test_a_footer_without_its_link_or_address_is_told() -> None:
    assert [what for _, what in told(footer__html="{{ issue.contact }}")] == [
        "{{ issue.unsubscribe_url }} is missing",
        "{{ issue.postal_address }} is missing",
    ]


def test_a_name_that_nothing_uses_is_told_and_one_that_is_included_is_not() -> None:
    assert told(foter__html="x") == [
        ("templates/mail/foter.html:1", "No template of the mail has this name, and none includes it")
    ]
    assert told(meta__html='{% include "mail/ours.html" %}', ours__html="x") == []


def test_names_that_a_template_makes_itself_are_known() -> None:
    text = "{% macro m(a) %}{{ a }}{% endmacro %}{% set b = 1 %}{% for c in (1, 2) %}{{ m(b + c) }}{% endfor %}"

    assert told(meta__html=text) == []
