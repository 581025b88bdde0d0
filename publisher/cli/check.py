"""`publisher check`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from publisher.app import check as use_case
from publisher.cli import show
from publisher.cli.site import exit_with, open_runtime
from publisher.model.article import Problem


def check(*, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Check configuration, templates, feeds and the next issue; exit 1 on an error.

    Example: publisher check
    """
    with open_runtime() as runtime:
        found = use_case.check(runtime)
    if json:
        errors, warnings = ([asdict(one) for one in many] for many in (found.errors, found.warnings))
        show.json({"errors": errors, "warnings": warnings})
    else:
        for word, problems in (("ERROR", found.errors), ("WARN", found.warnings)):
            for problem in problems:
                show.out(f"{word:5} {line_of(problem)}")
        show.out(f"{len(found.errors)} errors, {len(found.warnings)} warnings")
    exit_with([1] if found.errors else [])


def line_of(problem: Problem) -> str:
    where = f"{problem.where}: " if problem.where else ""
    hint = f" {problem.hint}" if problem.hint else ""
    return f"{where}{problem.what.rstrip('.')}.{hint}"
