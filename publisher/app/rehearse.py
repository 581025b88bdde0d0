"""A dry run: the real passes in a transaction that is rolled back, without writing feeds or sending mail."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from publisher.app.runtime import Runtime
from publisher.storage.engine import rehearse


@contextmanager
def rehearsal(runtime: Runtime) -> Iterator[Runtime]:
    """The same site, of which nothing is kept."""
    with rehearse(runtime.database) as database:
        yield replace(runtime, database=database, is_rehearsal=True)
