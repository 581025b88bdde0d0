"""`publisher digest`: which there are, when they are due, what the next issue would be."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from publisher.app import digest as use_case
from publisher.app import preview as preview_case
from publisher.app import publish as publish_case
from publisher.app.digest import digest_settings
from publisher.app.forecast import in_words
from publisher.app.rehearse import rehearsal
from publisher.app.runtime import Runtime, parse_now
from publisher.app.trial import Trials, read_addresses, send_trials
from publisher.cli import show
from publisher.cli.shapes import issue_object, skipped_object, slot_object
from publisher.cli.site import exit_with, open_runtime, stop_on_signals
from publisher.errors import UsageError
from publisher.mail_lint import Finding
from publisher.model.issue import Variant
from publisher.subscriptions.addresses import Address

app = typer.Typer(no_args_is_help=True, help="The digests: when they are due, what they would send.")

LOOK_S = 0.3
"""Between two looks at the site's files, while a preview is served."""

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
        (
            one.settings.name,
            one.settings.schedule,
            one.next_slot.local if one.next_slot else "when something is new",
            one.subscriber_count,
            one.settings.title,
        )
        for one in views
    ]
    show.table(("DIGEST", "SCHEDULE", "NEXT SLOT", "SUBSCRIBERS", "TITLE"), rows)


def digest_object(view: use_case.DigestView) -> dict[str, object]:
    settings = view.settings
    return {
        "name": settings.name,
        "title": settings.title,
        "schedule": settings.schedule,
        "next": slot_object(view.next_slot) if view.next_slot else None,
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
    if not slots:
        show.talk(f"{name} is instant: it has a slot for each pass that finds something new")
    rows = [(slot.name, slot.local, slot.at.strftime("%Y-%m-%dT%H:%M:%SZ"), slot.note or "") for slot in slots]
    show.table(("SLOT", "LOCAL", "UTC", "NOTE"), rows)


def parse_start(text: str) -> datetime | None:
    return parse_now(text, where="--from") if text else None


@app.command()
def compose(name: Name, *, json: Json = False) -> None:
    """Make the issue of the current slot as a draft, or a waiting draft anew; `issues approve` or `send` lets it out.

    Example: publisher digest compose weekly
    """
    with open_runtime() as runtime:
        report = publish_case.draft_pass(runtime, use_case.digest_settings(runtime.settings, name))
    if json:
        show.json(
            {
                "issues": [issue_object(issue) for issue in report.issues],
                "skipped": [skipped_object(one) for one in report.skipped],
            }
        )
    else:
        for issue in report.issues:
            show.out(f"{issue.id}: {issue.state}: «{issue.subject}», {issue.item_count} items")
    for one in report.skipped:
        show.talk(f"digest {one.digest}: {one.slot}: {one.reason}")


@app.command()
def preview(
    name: Name,
    *,
    output: Annotated[str, typer.Option(help="The folder to write to.")] = "var/preview",
    issue: Annotated[str, typer.Option(help="Show this stored issue, such as a draft, instead of the next.")] = "",
    serve: Annotated[bool, typer.Option("--serve", help="Show it in a browser, made anew at every save.")] = False,
    port: Annotated[int, typer.Option(help="With --serve: the port on 127.0.0.1; 0: any.", min=0, max=65535)] = 0,
    test: Annotated[list[str] | None, typer.Option(help="Send exactly this mail to this address only.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --test: send nothing; say what would go.")] = False,
    json: Json = False,
) -> None:
    """Show the next issue as it would be sent now: as files, in a browser, or as a test mail. No issue is stored.

    Exit code 1 where it would not be sent: the linter found an error, or a template failed.

    Example: publisher digest preview weekly --serve

    Example: publisher digest preview weekly --test me@example.org --test you@example.org
    """
    check_usage(serve=serve, port=port, test=bool(test), dry_run=dry_run, json=json)
    addresses = read_addresses(test or [])
    with open_runtime() as runtime:
        if serve:
            serve_preview(runtime, name, issue=issue, port=port)
            return
        made = preview_case.preview_as_found(runtime, name, output=None if addresses else output, issue=issue)
        trials = try_out(runtime, made, addresses, dry_run=dry_run)
    if json:
        show.json(preview_object(made) | trials_object(trials))
    else:
        tell_preview(made)
    tell_findings(made)
    tell_trials(trials, dry_run=dry_run)
    exit_with([1 if made.problems else 0, *trial_codes(trials)])


def check_usage(*, serve: bool, port: int, test: bool, dry_run: bool, json: bool) -> None:
    """Options that say nothing together are refused before anything is looked at."""
    if serve and (test or json):
        raise UsageError("--serve goes with neither --test nor --json", "digest preview", "Leave one out.")
    if port and not serve:
        raise UsageError("--port needs --serve", "digest preview", "Add --serve.")
    if dry_run and not test:
        raise UsageError("--dry-run needs --test ADDRESS", "digest preview", "Without it nothing is sent anyway.")


def serve_preview(runtime: Runtime, name: str, *, issue: str, port: int) -> None:
    """Until SIGTERM or Ctrl-C: rendering stays in this thread, the server has its own."""
    # Here: only this command needs a web server.
    from publisher.app.preview_page import PreviewWatch
    from publisher.web.preview import Board, serving_preview

    stop_on_signals(runtime)
    digest_settings(runtime.settings, name)
    watch = PreviewWatch(runtime, name, issue=issue)
    board = Board(watch.make())
    with serving_preview(board, port=port, wait=runtime.wait) as address:
        show.talk("preview: on this machine only; Ctrl-C ends it")
        show.out(address)
        sys.stdout.flush()
        while not runtime.stop():
            runtime.wait(LOOK_S)
            if watch.has_changed():
                board.put(watch.make())
    show.talk("preview: ended")


def try_out(runtime: Runtime, made: preview_case.Preview, addresses: Sequence[Address], *, dry_run: bool) -> Trials:
    """Send the test mails; nothing where there is no mail."""
    if made.shown is None or not addresses:
        return Trials()
    if not dry_run:
        return send_trials(runtime, made.shown, addresses)
    with rehearsal(runtime) as site:
        return send_trials(site, made.shown, addresses)


def trial_codes(trials: Trials) -> list[int]:
    """65 for an address that the relay refused, 69 where it is not there, 75 where its answer was lost."""
    unknown = [75 for one in trials.sent if one.is_unknown]
    return [*unknown, *([69] if trials.stopped else []), *([65] if trials.refused else [])]


def preview_object(made: preview_case.Preview) -> dict[str, Any]:
    shown = made.shown
    return {
        "files": list(made.files),
        "subject": made.subject,
        "items": made.item_count,
        "bytes": made.size,
        "id": shown.issue.id if shown else None,
        "variants": [variant_object(shown, one) for one in shown.variants] if shown else [],
        "findings": [finding_object(one) for one in shown.findings] if shown else [],
        "forecast": dict(shown.reach.foreseen) if shown else {},
        "excluded": dict(shown.reach.excluded) if shown else {},
        "reason": made.reason,
        "problems": [asdict(one) for one in made.problems],
    }


def variant_object(shown: preview_case.Shown, variant: Variant) -> dict[str, Any]:
    """`recipients` is null where the issue is frozen, or corrects another."""
    return {
        "number": variant.number,
        "language": variant.language,
        "subject": variant.subject,
        "items": len(variant.items),
        "bytes": variant.size_bytes,
        "recipients": shown.reach.count(variant),
    }


def finding_object(finding: Finding) -> dict[str, str]:
    rule = finding.rule
    told = {"what": finding.what, "where": finding.where, "hint": finding.hint}
    return {"rule": rule.id, "severity": rule.severity.value} | told


def trials_object(trials: Trials) -> dict[str, Any]:
    """Nothing where nothing was to be sent."""
    every = [*trials.sent, *trials.refused]
    if not every:
        return {}
    return {"tests": [{"address": one.address, "variant": one.variant, "error": one.error} for one in every]}


def tell_preview(made: preview_case.Preview) -> None:
    shown = made.shown
    if shown is not None:
        show.talk(f"{shown.issue.id}: «{made.subject}», {made.item_count} items, {made.size} bytes")
        tell_reach(shown)
    for path in made.files:
        show.out(path)


def tell_reach(shown: preview_case.Shown) -> None:
    """How many would get it, in which variants, and how long that takes."""
    reach = shown.reach
    show.talk(f"  would go to {reach.foreseen.get('recipients', 0)}")
    if reach.foreseen.get("rate"):
        show.talk(f"  {in_words(dict(reach.foreseen))}")
    for one in shown.variants if len(shown.variants) > 1 else ():
        count = reach.count(one)
        told = "" if count is None else f": {count} of them"
        show.talk(f"  variant {one.number}: {one.language}, {len(one.items)} items{told}")
    for reason, count in reach.excluded.items():
        if count:
            show.talk(f"  {reason.replace('_', ' ')}: {count}")


def tell_findings(made: preview_case.Preview) -> None:
    """Problems first: they end the command with 1."""
    if made.reason and not made.problems:
        told = "There would be no issue now" if made.shown else "There is nothing to preview"
        show.err(f"{told}: {made.reason}")
    for kind, problems in (("Problem", made.problems), ("Warning", made.warnings)):
        for one in problems:
            place = f"{one.where}: " if one.where else ""
            show.err(f"{kind}: {place}{one.what.rstrip('.')}. {one.hint}")


def tell_trials(trials: Trials, *, dry_run: bool) -> None:
    for one in trials.sent:
        done = "would go" if dry_run else "sent, but the answer was lost" if one.is_unknown else "sent"
        show.talk(f"test mail, variant {one.variant}: {done} to {one.address}")
    for one in trials.refused:
        show.err(f"Refused: {one.address}: {one.error}")
    if trials.stopped is not None:
        show.err(f"Error: {trials.stopped}")
