"""The tutorial, followed to the letter: every command of it, in its order, in one shell."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TUTORIAL = (ROOT / "docs/tutorial/first-site.md").read_text()
NOT_COMMANDS = ("make install", "collect articles", "export PUBLISHER_RELAY_PASSWORD")


def commands() -> str:
    """The fenced blocks that a reader types, joined."""
    blocks = re.findall(r"^```\n(.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)
    return "\n".join(block for block in blocks if not block.startswith(NOT_COMMANDS))


def test_every_command_of_the_tutorial_does_what_it_says(tmp_path: Path) -> None:
    command = f'publisher() {{ {shlex.quote(sys.executable)} -m publisher "$@"; }}\nset -e\n{commands()}'
    environment = os.environ | {"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}

    done = subprocess.run(
        ["bash", "-c", command], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stderr
    [shown] = re.findall(r"^```\n(collect articles.*?)^```$", TUTORIAL, re.MULTILINE | re.DOTALL)
    said = done.stderr.splitlines()
    assert [line for line in shown.splitlines() if line not in said] == []
    assert "weekly-2026-w48: adds up" in done.stdout
    assert (tmp_path / "my-magazine/feeds/index.html").is_file()
