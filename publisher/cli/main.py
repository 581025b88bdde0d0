"""The command `publisher`: errors become one message and an exit code (design.md 5)."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import click
import typer

from publisher import __version__
from publisher.app.runtime import Runtime
from publisher.app.runtime import open_runtime as open_site
from publisher.cli import show
from publisher.errors import PublisherError

EXIT_ORDER = (78, 74, 70, 75, 69, 65)
"""Of several exit codes at once, the first of these."""

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Publisher turns the articles of an online magazine into feeds and a newsletter.",
)


@app.callback()
def options(
    context: typer.Context,
    *,
    site: Annotated[
        str, typer.Option(help="The site's folder. Default: PUBLISHER_SITE, then the current folder.")
    ] = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only results and errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say more.")] = False,
    log_format: Annotated[str, typer.Option(help="text or json: how stderr is written.")] = "text",
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    """Publisher turns the articles of an online magazine into feeds and a newsletter.

    Example: publisher --site my-magazine publish
    """
    if version:
        show.out(f"publisher {__version__}")
        raise typer.Exit
    if log_format not in ("text", "json"):
        raise click.UsageError(f"--log-format is {log_format!r}; allowed: text, json")
    show.VOICE.set(show.Voice(quiet=quiet, verbose=verbose, log_format=log_format))
    context.obj = site


def site_root() -> Path:
    """`--site`, else PUBLISHER_SITE, else the current folder."""
    context = click.get_current_context(silent=True)
    given = context.find_root().obj if context else ""
    return Path(given or os.environ.get("PUBLISHER_SITE") or ".").absolute()


@contextmanager
def open_runtime() -> Iterator[Runtime]:
    """The site of this command, opened; with a note on stderr where the clock is set."""
    if os.environ.get("PUBLISHER_NOW"):
        show.err(f"The clock is set: PUBLISHER_NOW={os.environ['PUBLISHER_NOW']}")
    with open_site(site_root(), environ=os.environ) as runtime:
        for note in runtime.notes:
            show.talk(note)
        yield runtime


def stop_on_signals(runtime: Runtime) -> None:
    """SIGTERM and SIGINT ask the pass to end: no new claim, what is in flight is settled."""
    asked: list[int] = []
    runtime.stop = lambda: bool(asked)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda received, _: asked.append(received))


def exit_with(codes: Sequence[int]) -> None:
    """End the command with the most urgent of these codes; return where all are 0."""
    code = next((one for one in EXIT_ORDER if one in codes), next((one for one in codes if one), 0))
    if code:
        raise typer.Exit(code)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        result: Any = app(args=arguments, standalone_mode=False)
    except PublisherError as error:
        show.err(f"Error: {error}")
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        show.err("Stopped.")
        return 130
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - what is left to print goes nowhere
        return 0
    except OSError as error:
        show.err(f"Error: {error.filename or 'the system'}: {error.strerror}. Check the disk and the folder's owner.")
        return 74
    except Exception as error:  # noqa: BLE001 - the last line of defence: a bug of ours, told as one
        return report_bug(error)
    return result if isinstance(result, int) else 0


def report_bug(error: Exception) -> int:
    """A bug: one line for the editor; the trace only when asked for."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    show.err(f"Error: {type(error).__name__} at {Path(place.filename).name}:{place.lineno}: a bug of Publisher's.")
    show.err("Please report it with the command you ran; --verbose shows the whole trace.")
    show.detail("".join(traceback.format_exception(error)))
    return 70


def run() -> None:
    """The entry point of the installed command."""
    from publisher.cli import commands

    commands.register(app)
    sys.exit(main())
