"""`publisher collect`: one pass alone."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.app.publish import collect_pass
from publisher.cli import show
from publisher.cli.shapes import collect_object
from publisher.cli.site import exit_with, open_runtime, stop_on_signals
from publisher.model.reports import CollectReport


def collect_codes(report: CollectReport) -> list[int]:
    """65 where something was newly quarantined, 69 where a source could not be read."""
    codes = [65 for one in report.sources if one.quarantined]
    return codes + [69 for one in report.sources if one.error]


def show_collect(report: CollectReport) -> None:
    """A line for each source, then what is wrong, then what an editor should look at."""
    for one in report.sources:
        counts = f"{one.new} new, {one.changed} changed, {one.unchanged} unchanged"
        more = "".join(
            f", {number} {word}" for number, word in ((one.held, "held"), (one.quarantined, "quarantined")) if number
        )
        show.talk(f"collect {one.name}: {counts}{more}")
        if one.error:
            show.err(f"Error: {one.error}")
        for problem in one.problems:
            show.err(f"Quarantined: {problem.where}: {problem.what.rstrip('.')}. {problem.hint}")
        for warning in one.warnings:
            show.talk(f"Warning: {warning}")
        if one.held:
            show.err(
                f"Held: {one.held} new articles at once from {one.name}. See `publisher articles list --state held`."
            )


def collect(*, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Read every source now and store what is new or changed.

    Example: publisher collect --json
    """
    with open_runtime() as runtime:
        stop_on_signals(runtime)
        with show.bars() as runtime.watch:
            report = collect_pass(runtime)
    show_collect(report)
    if json:
        show.json(collect_object(report))
    exit_with(collect_codes(report))
