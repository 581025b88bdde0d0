"""Looking at digests: which there are, when they are due, what the next issue would be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from publisher.app.runtime import Runtime
from publisher.errors import NotFound
from publisher.model.issue import Slot
from publisher.model.settings import DigestSettings, Settings
from publisher.schedule import parse_schedule, slots_after
from publisher.storage import issues, subscribers


@dataclass(frozen=True, slots=True)
class DigestView:
    """A digest as people see it: its settings, its next slot (None for `instant`), how many would get it."""

    settings: DigestSettings
    next_slot: Slot | None
    subscriber_count: int
    floor: datetime | None


def digest_settings(settings: Settings, name: str) -> DigestSettings:
    """The digest of this name; NotFound otherwise, naming those there are."""
    found = next((one for one in settings.digests if one.name == name), None)
    if found is None:
        names = ", ".join(one.name for one in settings.digests) or "none is configured"
        raise NotFound("There is no such digest", name, f"There are: {names}.")
    return found


def list_digests(runtime: Runtime) -> list[DigestView]:
    """Every digest of the configuration, in its order."""
    views = []
    for settings in runtime.settings.digests:
        with runtime.read() as tx:
            floor = issues.get_floor(tx, settings.name)
            count = subscribers.count_active(tx, settings.name)
        views.append(DigestView(settings, next(iter(schedule(runtime, settings.name, count=1)), None), count, floor))
    return views


def schedule(runtime: Runtime, name: str, *, count: int, start: datetime | None = None) -> list[Slot]:
    """The next slots of a digest, with what daylight saving does to them."""
    digest = digest_settings(runtime.settings, name)
    zone = runtime.digest_zone(digest)
    return list(islice(slots_after(parse_schedule(digest.schedule), zone, start or runtime.now()), count))
