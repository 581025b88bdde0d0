"""`publisher doctor`."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from publisher.app import doctor as use_case
from publisher.app.doctor import Verdict
from publisher.cli import show
from publisher.cli.site import exit_with, open_runtime


def doctor(*, json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Look at the world: database, disk, clock, sources, secret, relay.

    Example: publisher doctor
    """
    with open_runtime() as runtime:
        findings = list(use_case.doctor(runtime))
    if json:
        show.json([asdict(one) for one in findings])
    else:
        for one in findings:
            show.out(f"{one.verdict:4} {one.id:9} {one.what}" + (f". {one.hint}" if one.hint else ""))
    failed = [one.id for one in findings if one.verdict is Verdict.FAIL]
    exit_with([69 if one == "relay" else 1 for one in failed])
