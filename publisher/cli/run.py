"""`publisher run`: the scheduler."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Annotated

import typer

from publisher.cli import show
from publisher.cli.collect import show_collect
from publisher.cli.publish import show_feeds, show_issue
from publisher.cli.site import open_runtime, stop_on_signals
from publisher.daemon.run import run_until_stopped
from publisher.model.reports import PublishReport
from publisher.web.server import serving


def run_(
    *,
    web: Annotated[bool, typer.Option("--web", help="Serve the pages and feeds too.")] = False,
    tick: Annotated[float, typer.Option(help="Seconds between two looks at what is due.", min=1, max=3600)] = 60.0,
) -> None:
    """Run the passes on their times, until SIGTERM.

    Example: publisher run --web
    """
    with open_runtime() as runtime:
        stop_on_signals(runtime)
        show.talk(f"run: looking every {tick:g} s at what is due; SIGTERM stops it")
        with serving(runtime) if web else nullcontext() as address:
            if address:
                show.talk(f"run: serving pages and feeds on {address}")
            run_until_stopped(runtime, every_s=tick, tell=tell, tell_error=show.err)
        show.talk("run: stopped")


def tell(report: PublishReport) -> None:
    """Say what a tick did, when it did something."""
    if any(one.new or one.changed or one.held or one.quarantined or one.error for one in report.collect.sources):
        show_collect(report.collect)
    if report.feeds.written or report.feeds.removed:
        show_feeds(report.feeds)
    for issue in report.issues:
        show_issue(issue, dry_run=False)
    for one in report.skipped:
        show.detail(f"digest {one.digest}: {one.slot} not sent: {one.reason}")
    if report.busy:
        show.err(f"Not all done: {report.busy}")
