"""`publisher publish`: the main job."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from publisher.app import publish as use_case
from publisher.app.digest import digest_settings
from publisher.app.forecast import in_words
from publisher.app.issue_life import is_unfinished
from publisher.app.preview import limit_to
from publisher.app.rehearse import rehearsal
from publisher.app.runtime import Runtime
from publisher.cli import show
from publisher.cli.collect import collect_codes, show_collect
from publisher.cli.shapes import publish_object
from publisher.cli.site import exit_with, open_runtime, stop_on_signals
from publisher.errors import UsageError
from publisher.model.issue import Issue, IssueState
from publisher.model.reports import FeedsReport, HubReport, PublishReport


def publish(
    *,
    digest: Annotated[list[str] | None, typer.Option(help="Make this digest's issue for its current slot.")] = None,
    extra: Annotated[bool, typer.Option("--extra", help="Make one more issue, from what is new since.")] = False,
    no_mail: Annotated[bool, typer.Option("--no-mail", help="Collect and write feeds only.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Store, write and send nothing; say what would be.")
    ] = False,
    limit_to_: Annotated[
        str, typer.Option("--limit-to", help="With --dry-run: write this address's mails to var/preview.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Collect, write the feeds, compose what is due, and send it.

    Example: publisher publish --digest weekly --dry-run
    """
    if extra and not digest:
        raise UsageError("--extra needs --digest NAME", "publish", "Say of which digest to make one more issue.")
    if limit_to_ and not dry_run:
        raise UsageError("--limit-to needs --dry-run", "publish", "Add --dry-run.")
    with open_runtime() as runtime:
        stop_on_signals(runtime)
        named = tuple(digest_settings(runtime.settings, name) for name in digest or [])
        wanted = use_case.Wanted(digests=named, extra=extra, mail=not no_mail)
        with rehearsal(runtime) if dry_run else same(runtime) as site:
            with show.bars() as site.watch:
                report = use_case.publish(site, wanted)
            written = limit_to(site, report.issues, limit_to_) if limit_to_ else []
        show_report(report, runtime, dry_run=dry_run)
    for path in written:
        show.talk(f"preview: {path}")
    if json:
        show.json(publish_object(report))
    exit_with(publish_codes(report, dry_run=dry_run))


@contextmanager
def same(runtime: Runtime) -> Iterator[Runtime]:
    yield runtime


def publish_codes(report: PublishReport, *, dry_run: bool = False) -> list[int]:
    """What is not all done is 75: open, unknown, held or paused deliveries of an issue it touched."""
    codes = collect_codes(report.collect)
    if report.busy:
        codes.append(75)
    codes += [65 for _ in report.errors]
    if not dry_run:
        codes += [75 for one in report.issues if is_unfinished(one)]
    return codes


def show_report(report: PublishReport, runtime: Runtime, *, dry_run: bool) -> None:
    """What a person wants to know: what came in, what was written, what was sent and to how many."""
    if dry_run:
        show.talk("Dry run: nothing is stored, written or sent.")
    show_collect(report.collect)
    show_feeds(report.feeds)
    show_hub(report.hub)
    for issue in report.issues:
        show_issue(issue, dry_run=dry_run)
    for problem in report.errors:
        show.err(f"Error: {problem.where}: {problem.what.rstrip('.')}. {problem.hint}")
    for one in report.skipped:
        show.talk(f"digest {one.digest}: {one.slot} not sent: {one.reason}")
    for note in report.notes:
        show.err(note)
    if report.busy:
        show.err(f"Not all done: {report.busy}")
    if any(issue.counts.accepted for issue in report.issues) and runtime.settings.relay.url.startswith("folder:"):
        show.talk(f"mails: {runtime.settings.relay.url.removeprefix('folder:')}")


def show_feeds(report: FeedsReport) -> None:
    show.talk(f"feeds: {len(report.written)} written, {report.unchanged} unchanged, {len(report.removed)} removed")
    for path in report.written:
        show.detail(f"  {path}")


def show_hub(report: HubReport) -> None:
    """Nothing where there was nothing to tell."""
    if report.pinged:
        show.talk(f"hub: told of {len(report.pinged)} feeds")
    if report.error:
        show.err(f"Hub: {report.error}. {report.waiting} feeds wait; it is asked again.")


def show_issue(issue: Issue, *, dry_run: bool) -> None:
    """One line for what happened, one for each kind of delivery that a person must look at."""
    counts = issue.counts
    if dry_run:
        show.talk(f"issue {issue.id}: «{issue.subject}», {issue.item_count} items, would go to {counts.frozen}")
        if issue.forecast:
            show.talk(f"  {in_words(issue.forecast)}")
        return
    state = f"{issue.state}" + (f" ({issue.reason})" if issue.reason else "")
    show.talk(f"issue {issue.id}: {state}: «{issue.subject}», {issue.item_count} items")
    if issue.state in (IssueState.DRAFT, IssueState.HELD):
        show.talk(f"  it waits: `publisher issues send {issue.id}` lets it out")
        return
    told = ("accepted", "queued", "deferred", "failed", "suppressed", "unknown")
    numbers = ", ".join(f"{getattr(counts, name)} {name}" for name in told if getattr(counts, name))
    show.talk(f"  of {counts.frozen}: {numbers or 'nobody yet'}")
    if counts.unknown:
        show.err(f"  {counts.unknown} unknown: the reply was lost. See `publisher issues audit {issue.id}`.")
