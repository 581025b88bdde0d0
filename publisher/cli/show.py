"""What a command says: results to stdout, talk and progress to stderr (design.md 5)."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from publisher.errors import without_secrets

if TYPE_CHECKING:
    from rich.progress import Progress

Advance = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Voice:
    """How much a command says: `--quiet`, `--verbose`, `--log-format json`."""

    quiet: bool = False
    verbose: bool = False
    log_format: str = "text"


LOUD = Voice()
VOICE: ContextVar[Voice] = ContextVar("voice", default=LOUD)


def out(text: str) -> None:
    """A result, on stdout."""
    print(text)


def json(value: object) -> None:
    """A result as one JSON value on stdout."""
    print(json_module.dumps(value, ensure_ascii=False, indent=2, default=plain))


def plain(value: Any) -> Any:
    """What JSON has no form for: times as RFC 3339 UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    raise TypeError(f"no JSON form for {type(value).__name__}")


def err(text: str) -> None:
    """An error or a warning, on stderr, also when quiet."""
    _say(text, level="error")


def talk(text: str) -> None:
    """What is going on, on stderr."""
    if not VOICE.get().quiet:
        _say(text, level="info")


def detail(text: str) -> None:
    """What only `--verbose` shows."""
    if VOICE.get().verbose:
        _say(text, level="debug")


def _say(text: str, *, level: str) -> None:
    text = without_secrets(text)
    if VOICE.get().log_format == "json":
        text = json_module.dumps({"level": level, "message": text}, ensure_ascii=False)
    print(text, file=sys.stderr, flush=True)


def table(headers: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """A result as columns: aligned, without frames, so that it can be cut and grepped."""
    cells = [[str(cell).replace("\n", " ") for cell in row] for row in rows]
    widths = [max(len(line[n]) for line in [list(headers), *cells]) for n in range(len(headers))]
    for line in [list(headers), *cells]:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


@contextmanager
def progress(label: str, total: int = 0) -> Iterator[Advance]:
    """The progress of one piece of work; `advance(n)` counts on."""
    with bars() as start:
        yield start(label, total)


@contextmanager
def bars() -> Iterator[Callable[[str, int], Advance]]:
    """Bars on a terminal, plain lines at the end elsewhere: `start(label, total)` gives `advance(n)`; 0: not known."""
    if VOICE.get().quiet or VOICE.get().log_format == "json":
        yield lambda _label, _total: lambda _: None
        return
    if not sys.stderr.isatty():
        counted = Counted()
        yield counted.start
        counted.tell()
        return
    with progress_bars() as shown:
        yield lambda label, total: partial(shown.advance, shown.add_task(label, total=total or None))


def progress_bars() -> Progress:
    """Imported here: without a terminal no command needs it to start."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


class Counted:
    """Progress where there is no terminal: how far each piece of work came, told once."""

    def __init__(self) -> None:
        self._done: dict[str, int] = {}

    def start(self, label: str, _total: int) -> Advance:
        self._done.setdefault(label, 0)

        def advance(count: int) -> None:
            self._done[label] += count

        return advance

    def tell(self) -> None:
        for label, count in self._done.items():
            if count:
                detail(f"{label}: {count}")
