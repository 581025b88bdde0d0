"""Exactly one slot a local date, in order, in every zone, over every clock change (reliability.md T1, T2)."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.schedule import latest_slot, parse_schedule, slot_before, slot_on, slots_after

ZONES = (
    "Europe/Berlin",
    "Europe/London",
    "America/New_York",
    "America/Sao_Paulo",
    "America/Havana",
    "Asia/Beirut",
    "Africa/Cairo",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Pacific/Chatham",
    "America/St_Johns",
    "Asia/Tehran",
    "UTC",
)
TIMES = ["00:00", "00:15", "01:30", "02:00", "02:30", "03:00", "07:00", "23:30"]
FORMS = ["daily {}", "weekdays {}", "weekly sun {}", "monthly 31 {}"]
SCHEDULES = st.builds(str.format, st.sampled_from(FORMS), st.sampled_from(TIMES)).map(parse_schedule)
PLACES = st.sampled_from(ZONES).map(ZoneInfo)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=9500)).map(lambda since: datetime(2008, 1, 1, tzinfo=UTC) + since)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("clock", TIMES)
def test_each_local_date_of_two_years_has_exactly_one_slot(zone, clock):
    place, schedule = ZoneInfo(zone), parse_schedule(f"daily {clock}")
    start = datetime(2010, 12, 31, 12, tzinfo=UTC)
    days = [date(2011, 1, 2) + timedelta(days=n) for n in range(730)]
    if zone == "Pacific/Apia":
        days.remove(date(2011, 12, 30))  # the zone has no such date

    slots = [slot for slot in islice(slots_after(schedule, place, start), 735) if slot.name >= "2011-01-02"]

    assert [slot.name for slot in slots[: len(days)]] == [day.isoformat() for day in days]
    assert all(one.at < other.at for one, other in pairwise(slots))


@settings(max_examples=100, deadline=None)
@given(schedule=SCHEDULES, zone=PLACES, now=MOMENTS)
def test_no_slot_lies_between_the_latest_one_and_the_next(schedule, zone, now):
    latest, following = latest_slot(schedule, zone, now), next(slots_after(schedule, zone, now))

    assert latest.at <= now < following.at
    assert slot_before(schedule, zone, following) == latest
    assert next(slots_after(schedule, zone, latest.at)) == following


@settings(max_examples=100, deadline=None)
@given(schedule=SCHEDULES, zone=PLACES, now=MOMENTS, later=st.timedeltas(timedelta(0), timedelta(days=40)))
def test_time_that_goes_on_never_brings_back_an_earlier_slot(schedule, zone, now, later):
    assert latest_slot(schedule, zone, now).at <= latest_slot(schedule, zone, now + later).at


@settings(max_examples=100, deadline=None)
@given(schedule=SCHEDULES, zone=PLACES, now=MOMENTS)
def test_a_slot_fires_on_its_local_time_unless_that_does_not_exist(schedule, zone, now):
    slot = latest_slot(schedule, zone, now)
    local = slot.at.astimezone(zone)

    assert slot.local == local.isoformat(timespec="minutes")
    assert slot.at.utcoffset() == timedelta(0)
    if slot.note == "gap":
        wall = datetime.combine(local.date(), schedule.at)
        assert local.replace(tzinfo=None) > wall
        assert (slot.at - timedelta(minutes=1)).astimezone(zone).utcoffset() != local.utcoffset()
    else:
        assert local.time() == schedule.at
        assert slot_on(schedule, local.date(), zone) == slot
