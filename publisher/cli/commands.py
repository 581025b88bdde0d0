"""Every command in its place. A command's module is imported when it is needed: all of them take a second."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from importlib import import_module
from itertools import takewhile
from operator import attrgetter
from typing import Any

import typer

GROUPS = {
    "articles": "articles.app",
    "extracts": "extracts.app",
    "feeds": "feeds.app",
    "digest": "digest.app",
    "issues": "issues.app",
    "subscribers": "subscribers.app",
    "suppressions": "suppressions.app",
    "db": "db.app",
}
"""Name to module and attribute, in the order of `--help`."""

SINGLE = {
    "init": "init.init",
    "publish": "publish.publish",
    "run": "run.run_",
    "web": "web.web",
    "collect": "collect.collect",
    "import": "imports.import_",
    "deliver": "deliver.deliver",
    "extract": "extract.extract",
    "check": "check.check",
    "doctor": "doctor.doctor",
}


def register(app: typer.Typer, *, names: Collection[str] = ()) -> None:
    """Give the command `publisher` its commands: those of `names`, or all."""
    for name, place in SINGLE.items():
        if not names or name in names:
            app.command(name)(load(place))
    for name, place in GROUPS.items():
        if not names or name in names:
            app.add_typer(load(place), name=name)


def load(place: str) -> Any:
    module, _, attribute = place.partition(".")
    return attrgetter(attribute)(import_module(f"publisher.cli.{module}"))


def named(arguments: Iterable[str]) -> set[str]:
    """The commands among the words of a command line; none where it asks for help first, or names none."""
    words = takewhile(lambda word: word != "--help", arguments)
    return {word for word in words if word in SINGLE or word in GROUPS}
