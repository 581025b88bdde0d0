"""What a dashboard shows of a site: sums and times, no address, no token."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher import __version__
from publisher.app.runtime import Runtime
from publisher.storage import measures
from publisher.storage.measures import ShownIssue, SourceMeasure
from publisher.storage.migrate import current_revision
from publisher.syndicate.issues import issue_url

WINDOW = timedelta(days=30)
SHOWN_ISSUES = 20


@dataclass(frozen=True, slots=True)
class Measures:
    """A site at one instant. Deliveries are those of the issues of the last 30 days."""

    version: str
    issues: Mapping[str, int]
    deliveries: Mapping[str, int]
    queue_depth: int
    oldest_age_s: float
    sources: tuple[SourceMeasure, ...]
    last_slots: Mapping[str, datetime]


@dataclass(frozen=True, slots=True)
class ArchivePlace:
    """An issue and its page."""

    subject: str
    url: str
    date: datetime


def measure(runtime: Runtime) -> Measures:
    """Look at tables that stay small, whatever the number of subscribers."""
    now = runtime.now()
    with runtime.read() as tx:
        oldest = measures.oldest_open(tx)
        return Measures(
            version=__version__,
            issues=measures.issues_by_state(tx),
            deliveries=measures.deliveries_by_state(tx, since=now - WINDOW),
            queue_depth=measures.queue_depth(tx),
            oldest_age_s=(now - oldest).total_seconds() if oldest else 0.0,
            sources=tuple(measures.source_measures(tx)),
            last_slots=measures.last_slots(tx),
        )


def measure_subscribers(runtime: Runtime) -> dict[str, int]:
    """Active subscribers of each configured digest: reads every subscription, so ask rarely."""
    with runtime.read() as tx:
        found = measures.active_by_digest(tx)
    return {digest.name: found.get(digest.name, 0) for digest in runtime.settings.digests}


def newest_issues(runtime: Runtime) -> list[ArchivePlace]:
    """The newest issues in the archive."""
    with runtime.read() as tx:
        found: list[ShownIssue] = measures.newest_issues(tx, limit=SHOWN_ISSUES)
    return [ArchivePlace(one.subject, issue_url(runtime.settings, one.id), one.date) for one in found]


def is_answering(runtime: Runtime) -> str:
    """The revision of the database that answers; StorageError where none does."""
    return str(current_revision(runtime.database))
