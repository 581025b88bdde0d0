"""The site of a command: where it is, how it is opened, how a command that works on it ends."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from publisher.cli import show

if TYPE_CHECKING:
    from publisher.app.runtime import Runtime

EXIT_ORDER = (78, 74, 70, 75, 69, 65)
"""Of several exit codes at once, the first of these."""

SITE: ContextVar[str] = ContextVar("site", default="")
"""What `--site` gave."""


def site_root() -> Path:
    """`--site`, else PUBLISHER_SITE, else the current folder."""
    return Path(SITE.get() or os.environ.get("PUBLISHER_SITE") or ".").absolute()


@contextmanager
def open_runtime() -> Iterator[Runtime]:
    """The site of this command, opened; with a note on stderr where the clock is set."""
    from publisher.app.runtime import (
        open_runtime as open_site,  # here: a command without a site starts in half the time
    )

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
