"""Writing a plan: only what changed, each file whole or not at all; then removing what ended (feeds.md S10-S12)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from stat import S_ISREG

from publisher.errors import StorageError
from publisher.model.reports import FeedsReport
from publisher.output import is_same, remove_leftovers, write_atomic
from publisher.storage.feeds import StoredFeed
from publisher.syndicate.files import FeedPlan
from publisher.syndicate.places import ARCHIVE_PATH, FILE_NAMES, INDEX

OWN_NAMES = frozenset((*FILE_NAMES.values(), INDEX))


@dataclass(frozen=True, slots=True)
class Written:
    """What was done, and the rows of every file of the plan as they are now."""

    report: FeedsReport
    rows: tuple[StoredFeed, ...]


def write_plan(plan: FeedPlan, root: Path, *, now: Callable[[], datetime]) -> Written:
    """Write the files of a plan that are not on the disk like that; the paths are relative to the site."""
    output = root / plan.output
    written: list[str] = []
    rows: list[StoredFeed] = []
    clean: set[Path] = set()
    for file in plan.files:
        path = output / file.path
        if path.parent not in clean:
            remove_leftovers(path.parent)
            clean.add(path.parent)
        if plan.is_careful and path.exists():
            continue
        if write_atomic(path, file.data, now=now()):
            written.append(file.path)
        rows.append(file.row)
    removed = [path for path in removals(plan, output) if remove(output / path)]
    return Written(report_of(plan, written, rows, removed), (*rows, *plan.ended))


def preview_plan(plan: FeedPlan, root: Path) -> FeedsReport:
    """What `write_plan` would do."""
    output = root / plan.output
    files = [file for file in plan.files if not (plan.is_careful and (output / file.path).exists())]
    changed = [file.path for file in files if not is_same(output / file.path, file.data)]
    return report_of(plan, changed, [file.row for file in files], list(removals(plan, output)))


def report_of(plan: FeedPlan, written: list[str], rows: Iterable[StoredFeed], removed: list[str]) -> FeedsReport:
    present = plan.kept | {row.path for row in rows}
    return FeedsReport(
        written=tuple(f"{plan.output}/{path}" for path in written),
        unchanged=len(present) - len(written),
        removed=tuple(f"{plan.output}/{path}" for path in removed),
    )


def removals(plan: FeedPlan, output: Path) -> Iterator[str]:
    """Files of feeds that ended, as far as they are there. Nothing but files of ours, inside the output."""
    paths = {row.path for row in plan.ended} | {path for name in plan.gone for path in own_files(output, name)}
    inside = output.resolve()
    for path in sorted(paths):
        place = output / path
        if place.parent.resolve().is_relative_to(inside) and (place.is_file() or place.is_symlink()):
            yield path


def own_files(output: Path, name: str) -> Iterator[str]:
    """Files that only we write, at a path or below a folder; a database that was lost may not know them."""
    place = output / name
    found = place.rglob("*") if name.endswith("/") and place.is_dir() else [place]
    for path in found:
        relative = path.relative_to(output).as_posix()
        if path.name in OWN_NAMES or ARCHIVE_PATH.fullmatch(relative):
            yield relative


def remove(path: Path) -> bool:
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        what = f"Cannot remove the file: {error.strerror or error}"
        raise StorageError(what, str(path), "Check the folder's owner.") from error
    return True


def stale_paths(output: Path, rows: Iterable[StoredFeed], *, reads: bool = False) -> frozenset[str]:
    """Files that are missing, or are not of the size in which they were written; nothing is read (feeds.md K5).

    With `reads` they are read, and what was changed by another hand is found too.
    """
    return frozenset(row.path for row in rows if row.is_live and is_stale(output / row.path, row, reads=reads))


def is_stale(path: Path, row: StoredFeed, *, reads: bool) -> bool:
    if size_of(path) != row.size_bytes:
        return True
    return reads and hashlib.sha256(path.read_bytes()).hexdigest() != row.written_hash


def size_of(path: Path) -> int:
    """In bytes; -1 where there is no file."""
    try:
        found = path.lstat()
    except OSError:
        return -1
    return found.st_size if S_ISREG(found.st_mode) else -1
