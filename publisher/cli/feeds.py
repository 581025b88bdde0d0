"""`publisher feeds`: the syndicate pass alone, and the lines for the magazine's pages."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.app import publish as passes
from publisher.app.syndicate import autodiscovery_lines
from publisher.cli import show
from publisher.cli.publish import show_feeds
from publisher.cli.shapes import feeds_object
from publisher.cli.site import open_runtime

app = typer.Typer(no_args_is_help=True, help="The feeds.")


@app.command()
def build(*, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Write the feeds whose content changed.

    Example: publisher feeds build
    """
    with open_runtime() as runtime:
        report = passes.feeds_pass(runtime)
    show_feeds(report)
    if json:
        show.json(feeds_object(report))


@app.command()
def links() -> None:
    """Print the lines that let a feed reader find the feeds from the magazine's pages.

    Example: publisher feeds links
    """
    with open_runtime() as runtime:
        lines = autodiscovery_lines(runtime.settings)
    for line in lines:
        show.out(line)
