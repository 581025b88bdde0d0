"""Every command has a help with an example, and its place in the reference."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from publisher.cli import commands
from publisher.cli.main import app
from tests.acceptance.a_site import a_site

ROOT = Path(__file__).parents[2]


def every_command(group: Any, path: str = "publisher") -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from every_command(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


commands.register(app)
root: Any = typer.main.get_command(app)
COMMANDS = dict(every_command(root))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_help_with_an_example(name: str) -> None:
    text = COMMANDS[name].help or ""

    assert f"Example: {' '.join(name.split()[:2])}" in text


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_in_the_reference(name: str) -> None:
    reference = (ROOT / "docs/reference/commands.md").read_text()

    assert f"`{name}" in reference


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_is_for(name: str) -> None:
    silent = [one.name for one in COMMANDS[name].params if not getattr(one, "help", None)]

    assert silent == []


def test_a_build_by_hand_mends_what_another_hand_changed(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.publish("--no-mail")
    feed = site.root / "feeds/rss.xml"
    written = feed.read_text()
    feed.write_text(written.replace("Test Review", "Best Review"))
    checked = site.run("check")

    built = site.run("feeds", "build", "--json").json

    assert "not what would be written now" in checked.out + checked.err
    assert built["written"] == ["feeds/rss.xml"]
    assert feed.read_text() == written
