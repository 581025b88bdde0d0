"""`publisher suppressions`: addresses that get nothing, and why."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from publisher.app import subscriptions as use_case
from publisher.cli import show
from publisher.cli.site import open_runtime

app = typer.Typer(no_args_is_help=True, help="Addresses that get nothing, and why.")

Address = Annotated[str, typer.Argument(help="The mail address.")]


@app.command("list")
def list_(*, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """List the suppressed addresses with the reason.

    Example: publisher suppressions list --json
    """
    with open_runtime() as runtime:
        found = use_case.list_suppressions(runtime)
    if json:
        show.json([asdict(one) for one in found])
        return
    show.table(("ADDRESS", "REASON", "SINCE"), [(one.address, one.reason, f"{one.since:%Y-%m-%d}") for one in found])


@app.command()
def add(address: Address) -> None:
    """Suppress an address by hand: it gets nothing, whatever it subscribes to.

    Example: publisher suppressions add ada@example.org
    """
    with open_runtime() as runtime:
        is_new = use_case.suppress(runtime, address)
    show.out(f"{address}: suppressed" if is_new else f"{address}: was suppressed already")


@app.command()
def remove(address: Address) -> None:
    """Lift a suppression, because the person asks for it.

    Example: publisher suppressions remove ada@example.org
    """
    with open_runtime() as runtime:
        use_case.lift(runtime, address)
    show.out(f"{address}: suppressed no more")
