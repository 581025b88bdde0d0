"""Writing a plan: only what changed, each file whole or not at all (feeds.md S10, S11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from publisher.model.reports import FeedsReport
from publisher.output import is_same, remove_leftovers, write_atomic
from publisher.syndicate.build import FeedPlan


def write_plan(plan: FeedPlan, root: Path, *, now: Callable[[], datetime]) -> FeedsReport:
    """Write the files of a plan that are not on the disk like that; the paths are relative to the site."""
    output = root / plan.output
    for folder in sorted({(output / file.path).parent for file in plan.files}):
        remove_leftovers(folder)
    written = tuple(
        f"{plan.output}/{file.path}" for file in plan.files if write_atomic(output / file.path, file.data, now=now())
    )
    return FeedsReport(written=written, unchanged=len(plan.files) - len(written))


def preview_plan(plan: FeedPlan, root: Path) -> FeedsReport:
    """What `write_plan` would do."""
    output = root / plan.output
    changed = tuple(f"{plan.output}/{file.path}" for file in plan.files if not is_same(output / file.path, file.data))
    return FeedsReport(written=changed, unchanged=len(plan.files) - len(changed))
