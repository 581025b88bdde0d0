"""`publisher doctor`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from publisher.app import doctor as use_case
from publisher.app.doctor import Finding, Verdict
from publisher.cli import show
from publisher.cli.site import exit_with, open_runtime


def doctor(
    *,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask neither the DNS nor the unsubscribe page; the relay is asked.")
    ] = False,
    received: Annotated[
        Path | None, typer.Option(help="A digest that arrived, saved with all its headers (.eml).")
    ] = None,
    selector: Annotated[
        list[str] | None, typer.Option(help="The name of a DKIM key, as your relay gives it; may be repeated.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Look at the world: database, disk, clock, sources, secret, relay, DNS, unsubscribe page; exit 1 on a FAIL.

    Example: publisher doctor
    """
    wish = use_case.Wish(is_offline=offline, received=received, selectors=tuple(selector or ()))
    with open_runtime() as runtime:
        findings = []
        for one in use_case.doctor(runtime, wish):
            findings.append(one)
            if not json:
                show.out(line_of(one))
    if json:
        show.json([asdict(one) for one in findings])
    failed = [one.id for one in findings if one.verdict is Verdict.FAIL]
    exit_with([69 if one == "relay" else 1 for one in failed])


def line_of(one: Finding) -> str:
    """One finding in a line: verdict, id, where and what, what to do."""
    where = f"{one.where}: " if one.where and one.where not in one.what else ""
    return f"{one.verdict:4} {one.id:16} {where}{one.what}" + (f". {one.hint}" if one.hint else "")
