"""`publisher check`."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from publisher.app import check as use_case
from publisher.cli import show
from publisher.cli.site import exit_with, open_runtime, stop_on_signals
from publisher.errors import without_secrets
from publisher.model.article import Problem

RULE = re.compile(r"([a-z]+(?:-[a-z0-9]+)+): (.+)", re.DOTALL)
"""A problem of a rule begins with the rule's id."""


def check(
    *,
    links: Annotated[bool, typer.Option("--links", help="Ask every link of the next issues, for two minutes.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Check configuration, templates, feeds and the next issue; exit 1 on an error.

    Example: publisher check
    """
    with open_runtime() as runtime:
        stop_on_signals(runtime)
        with show.bars() as runtime.watch:
            found = use_case.check_with_links(runtime) if links else use_case.check(runtime)
    if json:
        errors, warnings = ([as_object(one) for one in many] for many in (found.errors, found.warnings))
        show.json({"errors": errors, "warnings": warnings})
    else:
        for word, problems in (("ERROR", found.errors), ("WARN", found.warnings)):
            for problem in problems:
                show.out(f"{word:5} {line_of(problem)}")
        show.out(f"{len(found.errors)} errors, {len(found.warnings)} warnings")
    exit_with([1] if found.errors else [])


def as_object(problem: Problem) -> dict[str, str]:
    """With `rule`, the id of the rule that is broken; "" where there is none."""
    match = RULE.fullmatch(problem.what)
    rule, what = (match[1], match[2]) if match else ("", problem.what)
    return {"rule": rule, "what": what, "where": problem.where, "hint": problem.hint}


def line_of(problem: Problem) -> str:
    where = f"{problem.where}: " if problem.where else ""
    hint = f" {problem.hint}" if problem.hint else ""
    return without_secrets(f"{where}{problem.what.rstrip('.')}.{hint}")
