"""`publisher issues`: an issue's life and its ledger."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from publisher.app import compose
from publisher.app import issues as use_case
from publisher.cli import show
from publisher.cli.shapes import counts_object, delivery_object, issue_details, issue_object
from publisher.cli.site import exit_with, open_runtime

app = typer.Typer(no_args_is_help=True, help="The issues that were made, and their ledger.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
IssueName = Annotated[str, typer.Argument(help="Id, as `publisher issues list` shows it.")]


@app.command("list")
def list_(
    *,
    all_: Annotated[bool, typer.Option("--all", help="Skipped slots too.")] = False,
    json: Json = False,
) -> None:
    """List the issues, newest first.

    Example: publisher issues list --all
    """
    with open_runtime() as runtime:
        found = use_case.list_issues(runtime, with_skipped=all_)
    if json:
        show.json([issue_object(issue) for issue in found])
        return
    rows = [
        (one.id, one.state, one.item_count, one.counts.frozen, one.counts.accepted, one.subject or one.reason)
        for one in found
    ]
    show.table(("ISSUE", "STATE", "ITEMS", "FROZEN", "ACCEPTED", "SUBJECT"), rows)


@app.command("show")
def show_(issue: IssueName, *, json: Json = False) -> None:
    """Show one issue: its articles, its counts, its hash.

    Example: publisher issues show weekly-2026-w48
    """
    with open_runtime() as runtime:
        found, items = use_case.show_issue(runtime, issue)
    if json:
        show.json(issue_details(found, items))
        return
    show.out(f"{found.id}: {found.state}{f' ({found.reason})' if found.reason else ''}")
    show.out(f"subject    {found.subject}")
    show.out(f"slot       {found.slot}, due {found.scheduled_for:%Y-%m-%d %H:%M} UTC")
    show.out(f"size       {found.size_bytes} bytes a mail, hash {found.content_hash[:16]}")
    show.out("counts     " + ", ".join(f"{number} {name}" for name, number in counts_object(found.counts).items()))
    for item in items:
        show.out(f"{item.position:3}. {item.title}{' (headline only)' if item.is_short else ''}")


@app.command()
def audit(issue: IssueName, *, json: Json = False) -> None:
    """Check that the ledger adds up, and list everyone who does not have the issue, with the reason.

    Example: publisher issues audit weekly-2026-w48
    """
    with open_runtime() as runtime:
        found = use_case.audit(runtime, issue)
    if json:
        missing = [delivery_object(one) for one in found.not_accepted]
        show.json(
            {
                "id": found.issue.id,
                "adds_up": found.adds_up,
                "counts": counts_object(found.counts),
                "not_accepted": missing,
            }
        )
    else:
        show.out(f"{found.issue.id}: {'adds up' if found.adds_up else 'DOES NOT ADD UP'}")
        show.out(", ".join(f"{number} {name}" for name, number in counts_object(found.counts).items()))
        rows = [(one.address, one.state, one.attempt, one.reply or "") for one in found.not_accepted]
        if rows:
            show.table(("ADDRESS", "STATE", "ATTEMPTS", "REASON"), rows)
    exit_with([] if found.adds_up else [1])


@app.command()
def approve(issue: IssueName) -> None:
    """Let a draft or a held issue out, as it was made; the next `publish`, `deliver` or tick sends it.

    Example: publisher issues approve weekly-2026-w48
    """
    with open_runtime() as runtime, runtime.hold("compose"):
        found = compose.approve(runtime, issue)
    show.out(f"{found.id}: {found.state}, to {found.counts.frozen}")


@app.command()
def explain(
    issue: IssueName,
    name: Annotated[str, typer.Argument(help="An address, or an article's slug or id.")],
    *,
    json: Json = False,
) -> None:
    """Say why a person did or did not get an issue, or why an article is or is not in it.

    Example: publisher issues explain weekly-2026-w48 ada@example.org
    """
    with open_runtime() as runtime:
        found = use_case.explain(runtime, issue, name)
    if json:
        show.json(asdict(found))
        return
    show.out(found.answer)
    for reason in found.because:
        show.out(f"- {reason}")
