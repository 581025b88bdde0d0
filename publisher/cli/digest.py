"""`publisher digest`: which there are, when they are due, what the next issue would be."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from publisher.app import digest as use_case
from publisher.app import preview as preview_case
from publisher.app.runtime import parse_now
from publisher.cli import show
from publisher.cli.shapes import slot_object
from publisher.cli.site import exit_with, open_runtime

app = typer.Typer(no_args_is_help=True, help="The digests: when they are due, what they would send.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Name = Annotated[str, typer.Argument(help="The digest's name.")]


@app.command("list")
def list_(*, json: Json = False) -> None:
    """List the digests with their next slot and how many would get it.

    Example: publisher digest list
    """
    with open_runtime() as runtime:
        views = use_case.list_digests(runtime)
    if json:
        show.json([digest_object(view) for view in views])
        return
    rows = [
        (one.settings.name, one.settings.schedule, one.next_slot.local, one.subscriber_count, one.settings.title)
        for one in views
    ]
    show.table(("DIGEST", "SCHEDULE", "NEXT SLOT", "SUBSCRIBERS", "TITLE"), rows)


def digest_object(view: use_case.DigestView) -> dict[str, object]:
    settings = view.settings
    return {
        "name": settings.name,
        "title": settings.title,
        "schedule": settings.schedule,
        "next": slot_object(view.next_slot),
        "subscribers": view.subscriber_count,
        "floor": view.floor,
    }


@app.command()
def schedule(
    name: Name,
    *,
    count: Annotated[int, typer.Option("-n", help="How many slots.", min=1, max=1000)] = 20,
    start: Annotated[str, typer.Option("--from", help="From this time (RFC 3339) instead of now.")] = "",
    json: Json = False,
) -> None:
    """Show the next slots, with what daylight saving does to them.

    Example: publisher digest schedule weekly -n 5 --from 2026-03-01T00:00:00Z
    """
    with open_runtime() as runtime:
        slots = use_case.schedule(runtime, name, count=count, start=parse_start(start))
    if json:
        show.json([slot_object(slot) for slot in slots])
        return
    rows = [(slot.name, slot.local, slot.at.strftime("%Y-%m-%dT%H:%M:%SZ"), slot.note or "") for slot in slots]
    show.table(("SLOT", "LOCAL", "UTC", "NOTE"), rows)


def parse_start(text: str) -> datetime | None:
    return parse_now(text, where="--from") if text else None


@app.command()
def preview(
    name: Name,
    *,
    output: Annotated[str, typer.Option(help="The folder to write to.")] = "var/preview",
    json: Json = False,
) -> None:
    """Write the next issue as HTML, text and .eml, as it would be sent now; nothing is stored or sent.

    Example: publisher digest preview weekly
    """
    with open_runtime() as runtime:
        made = preview_case.preview(runtime, name, output=output)
    if json:
        show.json({"files": list(made.files), "subject": made.subject, "items": made.item_count, "bytes": made.size})
    elif made.files:
        show.talk(f"«{made.subject}», {made.item_count} items, {made.size} bytes, would go to {made.recipients}")
        for path in made.files:
            show.out(path)
    if made.reason:
        show.err(f"There is nothing to preview: {made.reason}")
    for problem in made.problems:
        show.err(f"Problem: {problem.what} {problem.hint}")
    exit_with([1] if made.problems else [])
