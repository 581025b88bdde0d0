"""The command `publisher`: errors become one message and an exit code (design.md 5)."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from publisher import __version__
from publisher.cli import commands, show
from publisher.cli.site import SITE
from publisher.errors import PublisherError, UsageError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="Publisher turns the articles of an online magazine into feeds and a newsletter.",
)


def show_version(wanted: bool) -> None:  # noqa: FBT001 - as typer calls it
    """Before anything else is looked at: a command is not needed for it."""
    if wanted:
        show.out(f"publisher {__version__}")
        raise typer.Exit


@app.callback()
def options(
    *,
    site: Annotated[
        str, typer.Option(help="The site's folder. Default: PUBLISHER_SITE, then the current folder.")
    ] = "",
    quiet: Annotated[bool, typer.Option("--quiet", help="Say only results and errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Say more.")] = False,
    log_format: Annotated[str, typer.Option(help="text or json: how stderr is written.")] = "text",
    version: Annotated[  # noqa: ARG001 - its callback acts on it
        bool, typer.Option("--version", is_eager=True, callback=show_version, help="Print the version.")
    ] = False,
) -> None:
    """Publisher turns the articles of an online magazine into feeds and a newsletter.

    Example: publisher --site my-magazine publish
    """
    if log_format not in ("text", "json"):
        raise UsageError(f"{log_format!r} was given", "--log-format", "Allowed: text, json.")
    show.VOICE.set(show.Voice(quiet=quiet, verbose=verbose, log_format=log_format))
    SITE.set(site)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    try:
        result: Any = app(args=arguments, standalone_mode=False)
    except PublisherError as error:
        show.err(f"Error: {error}")
        return error.exit_code
    except typer.TyperException as error:
        show.err(f"Wrong usage: {error.format_message()} See `publisher --help`.")
        return 2
    except (typer.Abort, KeyboardInterrupt):
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
    commands.register(app, names=commands.named(sys.argv[1:]))
    sys.exit(main())
