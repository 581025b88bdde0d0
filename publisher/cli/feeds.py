"""`publisher feeds`: the syndicate pass alone, and the lines for the magazine's pages."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from publisher.app import publish as passes
from publisher.app.serving import lines_for_server
from publisher.app.syndicate import autodiscovery_lines
from publisher.cli import show
from publisher.cli.publish import show_feeds, show_hub
from publisher.cli.shapes import feeds_object
from publisher.cli.site import open_runtime
from publisher.feeds.servers import ServerKind

app = typer.Typer(no_args_is_help=True, help="The feeds.")


@app.command()
def build(*, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Write the feeds whose content changed, or that are not on the disk as written; tell the hub of them.

    Example: publisher feeds build
    """
    with open_runtime() as runtime:
        report = passes.feeds_pass(runtime, reads=True)
        hub = passes.hub_pass(runtime)
    show_feeds(report)
    show_hub(hub)
    if json:
        show.json(feeds_object(report) | {"hub": asdict(hub)})


@app.command()
def links(
    *,
    server: Annotated[
        ServerKind | None, typer.Option(help="Print this web server's configuration for the feeds instead.")
    ] = None,
) -> None:
    """Print the lines that let a feed reader find the feeds from the magazine's pages.

    Example: publisher feeds links --server nginx
    """
    with open_runtime() as runtime:
        lines = lines_for_server(runtime.settings, server) if server else autodiscovery_lines(runtime.settings)
    for line in lines:
        show.out(line)
