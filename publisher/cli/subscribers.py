"""`publisher subscribers`: people."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from publisher.app import subscriptions as use_case
from publisher.app.rehearse import rehearsal
from publisher.cli import show
from publisher.cli.site import exit_with, open_runtime
from publisher.errors import DataError
from publisher.model.subscriber import Subscriber

app = typer.Typer(no_args_is_help=True, help="The people who get the digests.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Address = Annotated[str, typer.Argument(help="The mail address.")]
Digests = Annotated[list[str] | None, typer.Option("--digest", help="A digest's name; may be given again.")]


def subscriber_object(one: Subscriber) -> dict[str, Any]:
    return {
        "address": one.address,
        "state": one.state.value,
        "digests": list(one.digests),
        "sections": list(one.sections),
        "language": one.language,
        "since": one.since,
    }


@app.command()
def add(
    address: Address,
    *,
    digest: Digests = None,
    language: Annotated[str, typer.Option(help="Language tag, such as fi.")] = "",
) -> None:
    """Add a subscriber, active at once.

    Example: publisher subscribers add ada@example.org --digest weekly
    """
    with open_runtime() as runtime:
        one = use_case.add(runtime, address, digests=digest or (), language=language or None)
    show.out(f"{one.address}: {one.state}, {', '.join(one.digests)}")


@app.command("list")
def list_(*, json: Json = False) -> None:
    """List everyone, in the order they came.

    Example: publisher subscribers list --json
    """
    with open_runtime() as runtime:
        found = list(use_case.list_subscribers(runtime))
    if json:
        show.json([subscriber_object(one) for one in found])
        return
    rows = [
        (one.address, one.state, ";".join(one.digests), one.language or "", f"{one.since:%Y-%m-%d}") for one in found
    ]
    show.table(("ADDRESS", "STATE", "DIGESTS", "LANGUAGE", "SINCE"), rows)


@app.command("show")
def show_(address: Address, *, json: Json = False) -> None:
    """Show one subscriber.

    Example: publisher subscribers show ada@example.org
    """
    with open_runtime() as runtime:
        one = use_case.show(runtime, address)
    if json:
        show.json(subscriber_object(one) | {"consent": one.consent})
        return
    for key, value in (subscriber_object(one) | {"consent": one.consent}).items():
        show.out(f"{key:9} {', '.join(value) if isinstance(value, list) else value or ''}")


@app.command("import")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A CSV file; - reads from the standard input.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing; say what would be.")] = False,
    json: Json = False,
) -> None:
    """Import people from CSV; a bad line is named and the rest goes on.

    Example: publisher subscribers import people.csv
    """
    with open_runtime() as runtime, show.progress("lines read") as advance, reading(file) as lines:
        if dry_run:
            with rehearsal(runtime) as site:
                report = use_case.import_csv(site, lines, name=file, advance=advance)
        else:
            report = use_case.import_csv(runtime, lines, name=file, advance=advance)
    for problem in report.bad:
        show.err(f"Bad line: {problem}")
    if json:
        show.json({"added": report.added, "known": report.known, "bad": list(report.bad)})
    else:
        show.out(f"{report.added} added, {report.known} known, {len(report.bad)} bad lines")
    exit_with([65] if report.bad else [])


def reading(file: str) -> Any:
    """The lines of a file, read as they are asked for; what is not UTF-8 is kept visible and refused by its line."""
    if file == "-":
        return open(sys.stdin.fileno(), encoding="utf-8", errors="replace", newline="", closefd=False)
    try:
        return Path(file).open(encoding="utf-8", errors="replace", newline="")
    except OSError as error:
        raise DataError(f"It cannot be read: {error.strerror}", file, "Name a CSV file.") from error


@app.command()
def export(
    file: Annotated[str, typer.Argument(metavar="[FILE]", help="Without one: the standard output.")] = "",
) -> None:
    """Export everyone as CSV, in the form that `import` reads.

    Example: publisher subscribers export people.csv
    """
    with open_runtime() as runtime:
        if not file:
            use_case.export_csv(runtime, sys.stdout)
            return
        with Path(file).open("w", encoding="utf-8", newline="") as target:
            count = use_case.export_csv(runtime, target)
    show.talk(f"{count} written to {file}")


@app.command()
def unsubscribe(address: Address, *, digest: Digests = None) -> None:
    """End someone's subscription to a digest, or (without --digest) to everything.

    Example: publisher subscribers unsubscribe ada@example.org --digest weekly
    """
    with open_runtime() as runtime:
        one = use_case.unsubscribe(runtime, address, digests=digest or ())
    show.out(f"{one.address}: {one.state}")
