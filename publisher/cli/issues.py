"""`publisher issues`: an issue's life and its ledger."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from publisher.app import correct as corrections
from publisher.app import issue_life, sending
from publisher.app import issues as use_case
from publisher.app.explain import explain as explain_one
from publisher.app.forecast import ForecastError, in_words
from publisher.app.notices import tell_editor
from publisher.app.runtime import Runtime
from publisher.cli import show
from publisher.cli.publish import show_issue
from publisher.cli.shapes import counts_object, delivery_object, issue_details, issue_object
from publisher.cli.site import exit_with, open_runtime, stop_on_signals
from publisher.model.issue import Issue

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
        (one.id, one.state, one.item_count, one.counts.frozen, one.counts.accepted, subject_of(one)) for one in found
    ]
    show.table(("ISSUE", "STATE", "ITEMS", "FROZEN", "ACCEPTED", "SUBJECT"), rows)


def subject_of(issue: Issue) -> str:
    """The subject, and why the issue waits or has ended."""
    return f"{issue.subject} ({issue.reason})" if issue.subject and issue.reason else issue.subject or issue.reason


@app.command("show")
def show_(issue: IssueName, *, json: Json = False) -> None:
    """Show one issue: its articles, its counts, its hash, what went wrong, and how long sending was to take.

    Example: publisher issues show weekly-2026-w48
    """
    with open_runtime() as runtime:
        found = use_case.show_issue(runtime, issue)
    if json:
        show.json(shown_object(found))
        return
    one = found.issue
    show.out(f"{one.id}: {one.state}{f' ({one.reason})' if one.reason else ''}")
    show.out(f"subject    {one.subject}")
    show.out(f"slot       {one.slot}, due {one.scheduled_for:%Y-%m-%d %H:%M} UTC")
    show.out(f"size       {one.size_bytes} bytes a mail, hash {one.content_hash[:16]}")
    show.out("counts     " + ", ".join(f"{number} {name}" for name, number in counts_object(one.counts).items()))
    if one.forecast:
        show.out(f"forecast   {in_words(one.forecast)}")
    if found.forecast_error:
        show.out(f"took       {error_in_words(found.forecast_error)}")
    for item in found.items:
        show.out(f"{item.position:3}. {item.title}{' (headline only)' if item.is_short else ''}")
    if found.errors:
        rows = [(group.state, group.code or "", group.count, group.example) for group in found.errors]
        show.table(("ERROR", "CODE", "COUNT", "EXAMPLE"), rows)


def shown_object(found: use_case.Shown) -> dict[str, Any]:
    """`issues show --json` (design.md 5), with the forecast, its error, and the errors by code."""
    more = {
        "started": found.issue.started,
        "finished": found.issue.finished,
        "forecast": dict(found.issue.forecast) if found.issue.forecast else None,
        "forecast_error": asdict(found.forecast_error) if found.forecast_error else None,
        "errors": [asdict(group) | {"state": group.state.value} for group in found.errors],
    }
    return issue_details(found.issue, found.items) | more


def error_in_words(error: ForecastError) -> str:
    off = f"{abs(error.duration_off_s)} s {'longer' if error.duration_off_s >= 0 else 'shorter'} than forecast"
    percent = "" if error.percent is None else f" ({error.percent:+g} %)"
    return f"{error.duration_s} s, {off}{percent}; to {error.recipients} ({error.recipients_off:+})"


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
def approve(issue: IssueName, *, json: Json = False) -> None:
    """Let a draft or a held issue out, as it was made; the next `publish`, `deliver` or tick sends it.

    Example: publisher issues approve weekly-2026-w48
    """
    with open_runtime() as runtime:
        with runtime.hold("compose"):
            found = sending.approve(runtime, issue)
        problems = issue_life.write_archive(runtime)
    if json:
        show.json(issue_object(found))
    else:
        show.out(f"{found.id}: {found.state}, to {found.counts.frozen}")
    for problem in problems:
        show.err(f"Not all done: {problem}")
    exit_with([75] if problems else [])


@app.command()
def pause(issue: IssueName, *, json: Json = False) -> None:
    """Stop an issue that is being sent: no mail of it begins later than a second after this returns.

    What is in flight is settled; the rest stays queued until `resume` or `send`.

    Example: publisher issues pause weekly-2026-w48
    """
    with open_runtime() as runtime:
        show_moved(runtime, issue_life.pause(runtime, issue), json=json)


@app.command()
def resume(issue: IssueName, *, json: Json = False) -> None:
    """Let a paused issue go on, by the next `publish`, `deliver` or tick; `send` does it now.

    Example: publisher issues resume weekly-2026-w48
    """
    with open_runtime() as runtime:
        show_moved(runtime, issue_life.resume(runtime, issue), json=json)


@app.command()
def cancel(issue: IssueName, *, json: Json = False) -> None:
    """End an issue for ever, being sent or not yet: no mail of it begins later than a second after this returns.

    Who has it has it; the ledger's rows stay as they are.

    Example: publisher issues cancel weekly-2026-w48
    """
    with open_runtime() as runtime:
        show_moved(runtime, issue_life.cancel(runtime, issue), json=json)


def show_moved(runtime: Runtime, moved: Issue, *, json: bool) -> None:
    """The issue as it is now; then the editor is told, for that may wait for the relay."""
    if json:
        show.json(issue_object(moved))
    else:
        counts = moved.counts
        show.out(f"{moved.id}: {moved.state}, {counts.accepted} of {counts.frozen} have it")
    tell(runtime, moved)


def tell(runtime: Runtime, moved: Issue) -> None:
    for problem in tell_editor(runtime, [moved]):
        show.err(problem)


@app.command()
def send(
    issue: IssueName,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say to how many and for how long; send none.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Stay until nothing is queued or deferred.")] = False,
    json: Json = False,
) -> None:
    """Send an issue now, whatever it waits for: a draft or a held one is approved, a paused one resumed.

    Who has it does not get it again.

    Example: publisher issues send weekly-2026-w48 --dry-run
    """
    with open_runtime() as runtime:
        if dry_run:
            show_forecast(runtime, issue, json=json)
            return
        stop_on_signals(runtime)
        with show.bars() as runtime.watch:
            done = issue_life.send(runtime, issue, wait=wait)
        show_done(runtime, done, json=json)


def show_forecast(runtime: Runtime, issue: str, *, json: bool) -> None:
    found, foreseen = issue_life.foresee(runtime, issue)
    if json:
        show.json(issue_object(found) | {"forecast": foreseen})
        return
    show.talk("Dry run: nothing is sent.")
    show.out(f"{found.id}: {found.state}, {in_words(foreseen)}")


@app.command()
def retry(
    issue: IssueName,
    *,
    no_send: Annotated[bool, typer.Option("--no-send", help="Put them into the queue only.")] = False,
    json: Json = False,
) -> None:
    """Try the deferred deliveries of an issue again now, before their time.

    Example: publisher issues retry weekly-2026-w48
    """
    with open_runtime() as runtime:
        stop_on_signals(runtime)
        with show.bars() as runtime.watch:
            done = issue_life.retry(runtime, issue, sends=not no_send)
        show.talk(f"{done.requeued_count} put back into the queue")
        show_done(runtime, done, json=json)


@app.command()
def correct(
    issue: IssueName,
    *,
    note: Annotated[str, typer.Option(help="What was wrong, for readers; default: the titles.")] = "",
    article: Annotated[
        list[str] | None, typer.Option(help="Slug or id; default: every article that was changed since.")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be sent to how many; send none.")] = False,
    json: Json = False,
) -> None:
    """Send a correction, once, to those who got the issue with an article that was changed since.

    Example: publisher issues correct weekly-2026-w48 --note "The ferry left at six, not at seven." --dry-run
    """
    wanted = corrections.Wanted(tuple(article or ()), note)
    with open_runtime() as runtime:
        if dry_run:
            show_planned(corrections.plan(runtime, issue, wanted), json=json)
            return
        stop_on_signals(runtime)
        with show.bars() as runtime.watch:
            done = corrections.correct(runtime, issue, wanted)
        show_done(runtime, done, json=json)


def show_planned(planned: corrections.Planned, *, json: bool) -> None:
    if json:
        articles = [{"id": one.id, "title": one.title} for one in planned.articles]
        more = {"articles": articles, "note": planned.note, "forecast": dict(planned.forecast)}
        show.json({"id": planned.id, "corrects": planned.original.id} | more)
        return
    show.talk("Dry run: nothing is stored or sent.")
    show.out(f"{planned.id} would correct {planned.original.id}: {in_words(planned.forecast)}")
    for one in planned.articles:
        show.out(f"  {one.title}")


def show_done(runtime: Runtime, done: issue_life.Done, *, json: bool) -> None:
    """What a sending command ends with: 75 where something of the issue remains."""
    show_issue(done.issue, dry_run=False)
    if json:
        show.json(issue_object(done.issue))
    for problem in done.problems:
        show.err(f"Not all done: {problem}")
    tell(runtime, done.issue)
    exit_with([75] if done.problems or issue_life.is_unfinished(done.issue) else [])


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
        found = explain_one(runtime, issue, name)
    if json:
        show.json(asdict(found))
        return
    show.out(found.answer)
    for reason in found.because:
        show.out(f"- {reason}")
