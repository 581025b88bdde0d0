"""`publisher deliver`: the deliver pass alone."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.app import publish as passes
from publisher.app.issue_life import deliver as deliver_now
from publisher.app.issue_life import is_unfinished
from publisher.app.notices import tell_editor
from publisher.cli import show
from publisher.cli.publish import show_issue
from publisher.cli.shapes import issue_object
from publisher.cli.site import exit_with, open_runtime, stop_on_signals


def deliver(
    issue: Annotated[str, typer.Argument(help="Id; without one, every issue that is sending.")] = "",
    *,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until nothing is queued or deferred.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent; send none.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Send an issue to everyone who has not had it yet.

    Example: publisher deliver weekly-2026-w48 --dry-run
    """
    only = (issue,) if issue else ()
    with open_runtime() as runtime:
        stop_on_signals(runtime)
        with show.bars() as runtime.watch:
            moved = passes.waiting_issues(runtime, only=only) if dry_run else deliver_now(runtime, only=only, wait=wait)
        for one in moved:
            show_issue(one, dry_run=False)
            if dry_run:
                show.talk(f"  would be sent now: {one.counts.queued + one.counts.deferred}")
        if json:
            show.json([issue_object(one) for one in moved])
        if dry_run:
            return
        for problem in tell_editor(runtime, moved):
            show.err(problem)
    exit_with([75 for one in moved if is_unfinished(one)])
