"""Only the commands that a command line names are imported."""

import pytest
import typer

from publisher.cli.commands import GROUPS, SINGLE, named, register


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("extract draft.txt", {"extract"}),
        ("--site review extract --help", {"extract"}),
        ("--site digest extract", {"digest", "extract"}),
        ("--help extract", set()),
        ("--version", set()),
        ("exctract", set()),
        ("", set()),
    ],
)
def test_the_commands_of_a_line(line, found):
    assert named(line.split()) == found


def test_those_named_are_registered_and_no_others():
    app = typer.Typer()

    register(app, names={"extract", "feeds"})

    assert [one.name for one in app.registered_commands] == ["extract"]
    assert [one.name for one in app.registered_groups] == ["feeds"]


def test_no_name_is_a_command_and_a_group():
    assert SINGLE.keys().isdisjoint(GROUPS)
