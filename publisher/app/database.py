"""The database's version and soundness; works where the site cannot be opened because of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from publisher.app.runtime import clock_from
from publisher.config.load import load_settings
from publisher.storage import Database, issues, ledger, open_database
from publisher.storage.engine import integrity_problems
from publisher.storage.migrate import back_up, current_revision, head_revision, is_older, upgrade


@dataclass(frozen=True, slots=True)
class Upgraded:
    before: str | None
    after: str
    backup: Path | None


@dataclass(frozen=True, slots=True)
class Checked:
    revision: str | None
    head: str
    problems: tuple[str, ...]


@contextmanager
def opened(root: Path) -> Iterator[Database]:
    """The database alone, as it is."""
    database = open_database(load_settings(root, environ=os.environ).database.url, root=root)
    try:
        yield database
    finally:
        database.close()


def upgrade_database(root: Path) -> Upgraded:
    """Run the missing migrations, after a copy of a SQLite database; SchemaError for a newer one."""
    with opened(root) as database:
        before = current_revision(database)
        backup = None
        if is_older(before):
            if before is not None and database.is_sqlite:
                backup = back_up(Path(database.where), now=clock_from(os.environ)())
            upgrade(database)
        return Upgraded(before, head_revision(), backup)


def check_database(root: Path) -> Checked:
    """Its revision, SQLite's own integrity check, and each issue's ledger counted anew."""
    with opened(root) as database:
        revision = current_revision(database)
        if is_older(revision):
            return Checked(
                revision, head_revision(), ("The schema is older than the program: `publisher db upgrade`.",)
            )
        with database.read() as tx:
            problems = integrity_problems(tx)
            for issue in issues.iter_issues(tx):
                if ledger.recount(tx, issue.number) != issue.counts:
                    problems.append(f"{issue.id}: the ledger does not add up: `publisher issues audit {issue.id}`.")
        return Checked(revision, head_revision(), tuple(problems))
