"""Which slot of a digest is due on which local date: pure, from a schedule, a zone and an instant (design.md 7).

APScheduler's cron fires twice, or never, around a clock change (reliability.md 0.5), so slots are reckoned here:
at most one a local date; a local time that does not exist fires at the first minute after the gap; one that exists
twice fires the first time.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from publisher.errors import ConfigError
from publisher.model.issue import Slot

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
ALLOWED = (
    "Allowed: daily 07:00 | weekdays 07:00 | weekly mon 07:00 | monthly 1 07:00 | "
    'cron "0 7 * * 1-5" (minute hour day month weekday) | instant.'
)
HORIZON = 366 * 8 + 3
"""Days to look for a date that a schedule names: the longest wait is for 29 February over a skipped leap year."""


class Cadence(StrEnum):
    DAILY = "daily"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    INSTANT = "instant"
    """A slot for each pass that found something, named by its minute."""


@dataclass(frozen=True, slots=True)
class Schedule:
    """The local dates that have a slot, and its local time.

    `weekdays` are 0 (Monday) to 6; `days` of the month; `is_either`: cron's rule that with both day fields given a
    date needs to match one of them only. `last_day`: the day to clip to in a shorter month, for `monthly 31`.
    """

    text: str
    cadence: Cadence
    at: time
    weekdays: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    is_either: bool = False
    clipped_day: int | None = None

    def is_on(self, day: date) -> bool:
        """Whether a local date has a slot."""
        if day.month not in self.months:
            return False
        if self.clipped_day is not None:
            return day.day == min(self.clipped_day, calendar.monthrange(day.year, day.month)[1])
        by_weekday, by_day = day.weekday() in self.weekdays, day.day in self.days
        return by_weekday or by_day if self.is_either else by_weekday and by_day


EVERY_WEEKDAY = frozenset(range(7))
EVERY_DAY = frozenset(range(1, 32))
EVERY_MONTH = frozenset(range(1, 13))


def parse_schedule(text: str, *, where: str = "") -> Schedule:
    """Read a schedule in one of the forms of design.md 4; ConfigError says what is allowed."""
    words = text.strip().casefold().split(None, 1)
    if words == ["instant"]:
        return Schedule(text, Cadence.INSTANT, time(), EVERY_WEEKDAY, EVERY_DAY, EVERY_MONTH)
    if len(words) == 2:
        kind, rest = words
        reader = {"daily": _daily, "weekdays": _weekdays, "weekly": _weekly, "monthly": _monthly, "cron": _cron}.get(
            kind
        )
        schedule = reader(text, rest.strip()) if reader else None
        if schedule is not None:
            return has_dates(schedule, where=where)
        if kind == "cron" and _fires_often(rest):
            raise ConfigError(f"{text!r} fires more than once on a date", where, "Name one minute and one hour.")
    raise ConfigError(f"{text!r} is no schedule", where, ALLOWED)


def has_dates(schedule: Schedule, *, where: str) -> Schedule:
    """The schedule, if it ever comes: `cron "0 7 30 2 *"` waits for 30 February."""
    first = date(2000, 1, 1)
    if not any(schedule.is_on(first + timedelta(days=n)) for n in range(HORIZON)):
        raise ConfigError(f"{schedule.text!r} names no date that exists", where, ALLOWED)
    return schedule


def _time(text: str) -> time | None:
    match = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)", text)
    return time(int(match[1]), int(match[2])) if match else None


def _daily(text: str, rest: str) -> Schedule | None:
    at = _time(rest)
    return Schedule(text, Cadence.DAILY, at, EVERY_WEEKDAY, EVERY_DAY, EVERY_MONTH) if at else None


def _weekdays(text: str, rest: str) -> Schedule | None:
    at = _time(rest)
    return Schedule(text, Cadence.DAILY, at, frozenset(range(5)), EVERY_DAY, EVERY_MONTH) if at else None


def _weekly(text: str, rest: str) -> Schedule | None:
    name, _, clock = rest.partition(" ")
    at = _time(clock.strip())
    if at is None or name not in WEEKDAYS:
        return None
    return Schedule(text, Cadence.WEEKLY, at, frozenset({WEEKDAYS.index(name)}), EVERY_DAY, EVERY_MONTH)


def _monthly(text: str, rest: str) -> Schedule | None:
    day, _, clock = rest.partition(" ")
    at = _time(clock.strip())
    if at is None or not re.fullmatch(r"[1-9]|[12]\d|3[01]", day):
        return None
    clipped = int(day)
    return Schedule(text, Cadence.MONTHLY, at, EVERY_WEEKDAY, EVERY_DAY, EVERY_MONTH, clipped_day=clipped)


def _cron(text: str, rest: str) -> Schedule | None:
    fields = rest.strip("\"'").split()
    if len(fields) != 5:
        return None
    minutes = _field(fields[0], 0, 59)
    hours = _field(fields[1], 0, 23)
    days = _field(fields[2], 1, 31)
    months = _field(fields[3], 1, 12, names=MONTHS)
    weekdays = _field(fields[4], 0, 7, names=("sun", *WEEKDAYS[:-1]))
    if not (minutes and hours and days and months and weekdays) or len(minutes) * len(hours) != 1:
        return None
    is_either = fields[2] != "*" and fields[4] != "*"
    [minute], [hour] = minutes, hours
    named = frozenset((number - 1) % 7 for number in weekdays)
    return Schedule(text, Cadence.DAILY, time(hour, minute), named, days, months, is_either)


def _fires_often(rest: str) -> bool:
    """Whether a cron line's minute and hour are well formed and name several times: a date has one slot at most."""
    fields = rest.strip().strip("\"'").split()
    if len(fields) != 5:
        return False
    minutes, hours = _field(fields[0], 0, 59), _field(fields[1], 0, 23)
    return minutes is not None and hours is not None and len(minutes) * len(hours) > 1


def _field(text: str, low: int, high: int, *, names: tuple[str, ...] = ()) -> frozenset[int] | None:
    """One field of a cron line as the numbers it names: `*`, `5`, `mon`, `1-5`, `*/2`, `1-10/3`, lists; None if bad."""
    found: set[int] = set()
    for part in text.split(","):
        match = re.fullmatch(r"(\*|\w+)(?:-(\w+))?(?:/(\d{1,2}))?", part)
        if match is None or (match[1] == "*" and match[2]):
            return None
        first = low if match[1] == "*" else _number(match[1], low, names)
        last = _number(match[2], low, names) if match[2] else (high if match[1] == "*" or match[3] else first)
        if last == 0 and high == 7 and match[2]:
            last = 7  # `fri-sun`: Sunday is both 0 and 7
        step = int(match[3] or 1)
        if first is None or last is None or not low <= first <= last <= high or step < 1:
            return None
        found.update(range(first, last + 1, step))
    return frozenset(found)


def _number(text: str, low: int, names: tuple[str, ...]) -> int | None:
    if text in names:
        return names.index(text) + low
    return int(text) if re.fullmatch(r"\d{1,2}", text) else None


def slot_on(schedule: Schedule, day: date, zone: ZoneInfo) -> Slot | None:
    """The slot of a local date; None where the schedule, or the zone (a skipped date), has none."""
    if not schedule.is_on(day) or not _exists(day, zone):
        return None
    wall = datetime.combine(day, schedule.at)
    at, note = _instant(wall, zone)
    local = at.astimezone(zone)
    return Slot(name=_name(schedule, day), at=at, local=local.isoformat(timespec="minutes"), note=note)


def _exists(day: date, zone: ZoneInfo) -> bool:
    """Whether any minute of a local date exists: Pacific/Apia has no 30 December 2011."""
    noon = datetime.combine(day, time(12), tzinfo=zone)
    return noon.astimezone(UTC).astimezone(zone).date() == day


def _instant(wall: datetime, zone: ZoneInfo) -> tuple[datetime, str | None]:
    """The instant of a wall clock time, and whether it fell into a gap or an overlap."""
    first = wall.replace(tzinfo=zone, fold=0)
    if first.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
        return _after_gap(wall, zone), "gap"
    second = wall.replace(tzinfo=zone, fold=1)
    note = "overlap" if first.utcoffset() != second.utcoffset() else None
    return first.astimezone(UTC), note


def _after_gap(wall: datetime, zone: ZoneInfo) -> datetime:
    """The first minute after the gap that `wall` lies in (PEP 495: fold 1 and 0 lie on its two sides)."""
    before = wall.replace(tzinfo=zone, fold=1).astimezone(UTC)
    after = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    offset = before.astimezone(zone).utcoffset()
    low, high = int(before.timestamp()) // 60, int(after.timestamp()) // 60
    while low < high:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle * 60, UTC).astimezone(zone).utcoffset() == offset:
            low = middle + 1
        else:
            high = middle
    return datetime.fromtimestamp(low * 60, UTC)


def _name(schedule: Schedule, day: date) -> str:
    if schedule.cadence is Cadence.WEEKLY:
        year, week, _ = day.isocalendar()
        return f"{year}-w{week:02}"
    return f"{day:%Y-%m}" if schedule.cadence is Cadence.MONTHLY else day.isoformat()


def latest_slot(schedule: Schedule, zone: ZoneInfo, now: datetime) -> Slot:
    """The latest slot at or before `now`; of `instant` that of this minute."""
    if schedule.cadence is Cadence.INSTANT:
        return minute_slot(zone, now)
    return next(slot for slot in _backwards(schedule, zone, now) if slot.at <= now)


def slot_before(schedule: Schedule, zone: ZoneInfo, slot: Slot) -> Slot:
    """The slot before a slot; of `instant` the beginning of the local day, so that a date alone is not before it."""
    if schedule.cadence is Cadence.INSTANT:
        return minute_slot(zone, _day_begins(slot.at.astimezone(zone).date(), zone) - timedelta(minutes=1))
    return next(one for one in _backwards(schedule, zone, slot.at) if one.at < slot.at)


def slots_after(schedule: Schedule, zone: ZoneInfo, start: datetime) -> Iterator[Slot]:
    """The slots after `start`, for ever; of `instant` none can be foretold."""
    if schedule.cadence is Cadence.INSTANT:
        return
    day = start.astimezone(zone).date() - timedelta(days=1)
    while True:
        slot = slot_on(schedule, day, zone)
        if slot is not None and slot.at > start:
            yield slot
        day += timedelta(days=1)


def _backwards(schedule: Schedule, zone: ZoneInfo, start: datetime) -> Iterator[Slot]:
    day = start.astimezone(zone).date() + timedelta(days=1)
    for _ in range(HORIZON):
        slot = slot_on(schedule, day, zone)
        if slot is not None:
            yield slot
        day -= timedelta(days=1)
    raise ConfigError(f"{schedule.text!r} has no date within eight years", "digests.schedule", ALLOWED)


def minute_slot(zone: ZoneInfo, now: datetime) -> Slot:
    """The slot of `instant` at a moment: its local minute."""
    at = now.astimezone(UTC).replace(second=0, microsecond=0)
    local = at.astimezone(zone)
    return Slot(name=f"{local:%Y-%m-%dt%H%M}", at=at, local=local.isoformat(timespec="minutes"))


def _day_begins(day: date, zone: ZoneInfo) -> datetime:
    """The first instant of a local date (in some zones midnight may not exist)."""
    return _instant(datetime.combine(day, time()), zone)[0]
