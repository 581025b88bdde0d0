"""Writes docs/reference/commands.md from the commands themselves: `make docs`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from publisher.cli import commands
from publisher.cli.main import app

TARGET = Path(__file__).parents[1] / "docs" / "reference" / "commands.md"

HEAD = """# Commands

Made from the commands' own help by `make docs`. Global options stand before the command: `publisher --site DIR …`
(default: `PUBLISHER_SITE`, then the current folder), `--quiet`, `--verbose`, `--log-format json`.

Results go to stdout, talk and progress to stderr. Exit codes: 0 done (also: nothing to do) · 1 a check found problems,
an audit does not add up · 2 wrong usage · 65 bad data: an article newly quarantined, a bad line; the rest was done ·
66 no such thing · 69 a source is not reachable (of the relay: only where nothing waits for it) · 70 a bug of ours ·
74 the database or the disk failed · 75 not all done yet, or another process holds the site · 78 bad configuration, or a
database of another version. Several at once: the first of 78 74 70 75 69 65.
"""


def every_command(group: Any, path: str) -> Iterator[tuple[str, Any]]:
    for name, command in group.commands.items():
        if hasattr(command, "commands"):
            yield from every_command(command, f"{path} {name}")
        else:
            yield f"{path} {name}", command


def describe(name: str, command: Any) -> str:
    """One command: its usage, what it does, its options."""
    context = command.make_context(name, [], resilient_parsing=True)
    pieces = command.collect_usage_pieces(context)
    lines = [f"## `{' '.join([name, *pieces])}`", "", (command.help or "").strip(), ""]
    for parameter in command.params:
        name_of = parameter.metavar or parameter.name.upper()
        shown = ", ".join(parameter.opts) if parameter.param_type_name == "option" else name_of
        lines.append(f"- `{shown}`: {getattr(parameter, 'help', '')}")
    return "\n".join(lines).rstrip() + "\n"


def main() -> int:
    commands.register(app)
    root = typer.main.get_command(app)
    TARGET.write_text("\n".join([HEAD, *(describe(*one) for one in every_command(root, "publisher"))]))
    return 0


if __name__ == "__main__":
    sys.exit(main())
