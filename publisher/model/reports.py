"""What each pass did. The command line shows these; `publish --json` is made of them (design.md 5)."""

from __future__ import annotations

from dataclasses import dataclass, field

from publisher.model.article import Problem
from publisher.model.issue import Issue


@dataclass(frozen=True, slots=True)
class SourceReport:
    name: str
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0
    quarantined: int = 0
    error: str | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CollectReport:
    sources: tuple[SourceReport, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedsReport:
    """Paths are relative to the site."""

    written: tuple[str, ...] = ()
    unchanged: int = 0
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HubReport:
    """What the hub was told. `pinged` are the feeds' addresses, `waiting` those that it has not been told of yet."""

    pinged: tuple[str, ...] = ()
    waiting: int = 0
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    digest: str
    slot: str
    reason: str


@dataclass(frozen=True, slots=True)
class ComposeReport:
    issues: tuple[Issue, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    errors: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """Counts of what this run did to one issue or several."""

    accepted_count: int = 0
    deferred_count: int = 0
    refused_count: int = 0
    unknown_count: int = 0
    suppressed_count: int = 0
    unsent_count: int = 0
    stopped: str = ""
    """Why sending stopped before the end; empty when it did not."""


@dataclass(frozen=True, slots=True)
class PublishReport:
    collect: CollectReport = field(default_factory=CollectReport)
    feeds: FeedsReport = field(default_factory=FeedsReport)
    hub: HubReport = field(default_factory=HubReport)
    issues: tuple[Issue, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    errors: tuple[Problem, ...] = ()
    busy: str = ""
    """Who holds the site where another process does."""
    notes: tuple[str, ...] = ()
    """What could not be told to the editor."""
