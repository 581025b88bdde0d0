"""`publisher db`: the database's version."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.app import database as use_case
from publisher.app import instance
from publisher.cli import show
from publisher.cli.site import exit_with, open_runtime, site_root

app = typer.Typer(no_args_is_help=True, help="The database: its version, its soundness, and who may send from it.")


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


@app.command()
def adopt() -> None:
    """Say that the site now sends from here: it was moved, or its original is gone for good and must not come back.

    A copy of a database does not send otherwise, so that nobody is mailed by both.

    Example: publisher db adopt
    """
    with open_runtime() as runtime:
        own = instance.adopt(runtime)
    show.out(f"the site sends from {own.shown}")
