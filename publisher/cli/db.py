"""`publisher db`: the database's version."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.app import database as use_case
from publisher.cli import show
from publisher.cli.site import exit_with, site_root

app = typer.Typer(no_args_is_help=True, help="The database: its version and its soundness.")


@app.command()
def upgrade() -> None:
    """Bring the database to this program's version; a SQLite one is copied beside itself first.

    Example: publisher db upgrade
    """
    result = use_case.upgrade_database(site_root())
    if result.backup is not None:
        show.talk(f"copy of the old database: {result.backup}")
    show.out(f"revision {result.before or 'none'} -> {result.after}")


@app.command()
def check(*, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check the database's version, its structure, and that every ledger adds up.

    Example: publisher db check
    """
    result = use_case.check_database(site_root())
    if json:
        show.json({"revision": result.revision, "head": result.head, "problems": list(result.problems)})
    else:
        show.out(f"revision {result.revision or 'none'}, this program's is {result.head}")
        for problem in result.problems:
            show.out(f"- {problem}")
        show.out("sound" if not result.problems else f"{len(result.problems)} problems")
    exit_with([1] if result.problems else [])
