"""What is the same for all readings of one collect of one source."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from publisher.extracts.weights import Weights
from publisher.model.settings import Settings, SourceSettings
from publisher.storage import Transaction, articles

IMPORT = "import"
"""The source of what `publisher import` keeps: its folder may hold one article on several pages."""


@dataclass(frozen=True, slots=True)
class Intake:
    """One collect of one source."""

    source: SourceSettings
    settings: Settings
    now: datetime
    present: Collection[str]
    """Every source key that the source holds now: a stored key that is gone may have moved."""
    held: Collection[str] = ()
    """Source keys of a burst: new ones among these wait for a look."""
    weights: Weights | None = None
    """What the magazine's own extracts taught the picker."""
    taken: dict[datetime, datetime] = field(default_factory=dict)
    """For a time that was wanted before, the last one that was given: the search for a free one goes on there."""

    @property
    def sources(self) -> frozenset[str]:
        """The sources that the site has: an article of any other is without one."""
        return frozenset({IMPORT, self.source.name, *(one.name for one in self.settings.sources)})

    def distinct_time(self, tx: Transaction, wanted: datetime, *, by_other_than: str) -> datetime:
        """The first free second at or after `wanted`: no two entries share `updated` (feeds.md G9)."""
        found = self.taken[wanted] + timedelta(seconds=1) if wanted in self.taken else wanted
        found = free_time(tx, found, by_other_than=by_other_than)
        self.taken[wanted] = found
        return found


def free_time(tx: Transaction, wanted: datetime, *, by_other_than: str) -> datetime:
    while articles.is_updated_taken(tx, wanted, by_other_than=by_other_than):
        wanted += timedelta(seconds=1)
    return wanted
