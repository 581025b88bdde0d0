"""`publisher deliver`: the deliver pass alone."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.app import publish as passes
from publisher.app.runtime import Runtime
from publisher.cli import show
from publisher.cli.publish import publish_codes, show_issue
from publisher.cli.shapes import issue_object
from publisher.cli.site import exit_with, open_runtime, stop_on_signals
from publisher.model.issue import Issue
from publisher.model.reports import PublishReport

POLL_S = 1.0


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
            moved = passes.waiting_issues(runtime, only=only) if dry_run else send(runtime, only=only, wait=wait)
    for one in moved:
        show_issue(one, dry_run=False)
        if dry_run:
            show.talk(f"  would be sent now: {one.counts.queued + one.counts.deferred}")
    if json:
        show.json([issue_object(one) for one in moved])
    if not dry_run:
        exit_with(publish_codes(PublishReport(issues=tuple(moved))))


def send(runtime: Runtime, *, only: tuple[str, ...], wait: bool) -> list[Issue]:
    """One pass, or (`wait`) passes until nothing is queued or deferred any more."""
    moved = passes.deliver_pass(runtime, only=only)
    while wait and not runtime.stop() and any(one.counts.is_open for one in moved):
        runtime.wait(POLL_S)
        moved = passes.deliver_pass(runtime, only=only) or moved
    return moved
