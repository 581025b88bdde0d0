"""The forms of a schedule (design.md 4) and what each clock change does to its slots (design.md 7)."""

from datetime import UTC, date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

import pytest

from publisher.errors import ConfigError
from publisher.schedule import latest_slot, parse_schedule, slot_before, slot_on, slots_after

HELSINKI = ZoneInfo("Europe/Helsinki")
START = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday


def names(text, count, start=START, zone=HELSINKI):
    return [slot.name for slot in islice(slots_after(parse_schedule(text), zone, start), count)]


def on(text, zone, year, month, day):
    slot = slot_on(parse_schedule(text), date(year, month, day), ZoneInfo(zone))
    return (slot.local, slot.note) if slot else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("daily 07:00", ["2026-11-24", "2026-11-25"]),
        ("  Daily   07:00 ", ["2026-11-24", "2026-11-25"]),
        ("weekdays 07:00", ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30"]),
        ("weekly mon 07:00", ["2026-w49", "2026-w50"]),
        ("weekly fri 07:00", ["2026-w48", "2026-w49", "2026-w50", "2026-w51", "2026-w52", "2026-w53", "2027-w01"]),
        ("monthly 1 07:00", ["2026-12", "2027-01"]),
        ('cron "0 7 * * 1-5"', ["2026-11-24", "2026-11-25", "2026-11-26", "2026-11-27", "2026-11-30"]),
        ("cron 30 6 1,15 * *", ["2026-12-01", "2026-12-15"]),
        ("cron '0 7 * jan-mar/2 sun'", ["2027-01-03", "2027-01-10"]),
        ("cron 0 7 * * 7", ["2026-11-29"]),
        ("cron 0 7 * * fri-sun", ["2026-11-27", "2026-11-28", "2026-11-29", "2026-12-04"]),
        ("cron 0 7 13 * fri", ["2026-11-27", "2026-12-04", "2026-12-11", "2026-12-13"]),
        ("cron 0 7 29 2 *", ["2028-02-29", "2032-02-29"]),
        ("cron 0 7 */10 12 *", ["2026-12-01", "2026-12-11", "2026-12-21", "2026-12-31"]),
    ],
)
def test_each_form_names_its_slots(text, expected):
    assert names(text, len(expected)) == expected


@pytest.mark.parametrize("day", [29, 30, 31])
def test_a_monthly_day_past_the_end_falls_on_the_last_day_of_the_month(day):
    slot = slot_on(parse_schedule(f"monthly {day} 07:00"), date(2026, 2, 28), HELSINKI)

    assert slot is not None
    assert (slot.name, slot.local) == ("2026-02", "2026-02-28T07:00+02:00")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "daily",
        "daily 7",
        "daily 24:00",
        "daily 07:60",
        "hourly 07:00",
        "weekly 07:00",
        "weekly monday 07:00",
        "monthly 0 07:00",
        "monthly 32 07:00",
        "monthly 1",
        "cron",
        "cron 0 7 * *",
        "cron 60 7 * * *",
        "cron 0 7 * * 8",
        "cron 0 7 5-1 * *",
        "cron 0 7 */0 * *",
        "cron 0 7 1, * *",
        "cron a 7 * * *",
        "cron 0 7 * foo *",
    ],
)
def test_what_is_no_schedule_is_refused_with_what_is_allowed(text):
    with pytest.raises(ConfigError) as caught:
        parse_schedule(text, where="digests.weekly.schedule")

    assert "weekly mon 07:00" in str(caught.value)
    assert str(caught.value).startswith("digests.weekly.schedule: ")


@pytest.mark.parametrize("text", ["cron 0,30 7 * * *", "cron 0 7-8 * * *", "cron * 7 * * *", 'cron "0 */12 * * 1"'])
def test_a_cron_that_fires_twice_on_a_date_is_refused(text):
    with pytest.raises(ConfigError, match="more than once on a date") as caught:
        parse_schedule(text, where="publisher.toml")

    assert caught.value.where == "publisher.toml"


def test_a_date_that_never_comes_is_refused():
    with pytest.raises(ConfigError, match="no date that exists"):
        parse_schedule("cron 0 7 30 2 *")


@pytest.mark.parametrize(
    ("text", "zone", "day", "expected"),
    [
        ("daily 02:30", "Europe/Berlin", (2026, 3, 29), ("2026-03-29T03:00+02:00", "gap")),
        ("daily 02:30", "Europe/Berlin", (2026, 10, 25), ("2026-10-25T02:30+02:00", "overlap")),
        ("daily 03:00", "Europe/Berlin", (2026, 3, 29), ("2026-03-29T03:00+02:00", None)),
        ("daily 00:15", "Europe/Berlin", (2026, 3, 29), ("2026-03-29T00:15+01:00", None)),
        ("daily 00:00", "America/Sao_Paulo", (2018, 11, 4), ("2018-11-04T01:00-02:00", "gap")),
        ("daily 23:30", "America/Sao_Paulo", (2018, 2, 17), ("2018-02-17T23:30-02:00", "overlap")),
        ("daily 02:15", "Australia/Lord_Howe", (2026, 10, 4), ("2026-10-04T02:30+11:00", "gap")),
        ("daily 01:45", "Australia/Lord_Howe", (2026, 4, 5), ("2026-04-05T01:45+11:00", "overlap")),
        ("daily 07:00", "Pacific/Apia", (2011, 12, 30), None),
        ("daily 07:00", "Pacific/Apia", (2011, 12, 31), ("2011-12-31T07:00+14:00", None)),
        ("daily 02:30", "Africa/Casablanca", (2025, 4, 6), ("2025-04-06T03:00+01:00", "gap")),
        ("daily 07:00", "Asia/Kathmandu", (2026, 1, 1), ("2026-01-01T07:00+05:45", None)),
    ],
)
def test_a_clock_change_moves_a_slot_and_never_doubles_or_loses_it(text, zone, day, expected):
    assert on(text, zone, *day) == expected


def test_a_date_without_a_slot_gives_none():
    assert on("weekly mon 07:00", "Europe/Helsinki", 2026, 11, 24) is None


def test_the_latest_slot_is_the_one_at_or_before_now():
    schedule = parse_schedule("weekly mon 07:00")
    due = datetime(2026, 11, 23, 5, tzinfo=UTC)

    assert latest_slot(schedule, HELSINKI, due).at == due
    assert latest_slot(schedule, HELSINKI, due.replace(hour=4, minute=59)).name == "2026-w47"
    assert slot_before(schedule, HELSINKI, latest_slot(schedule, HELSINKI, due)).name == "2026-w47"


def test_slots_after_leaves_out_the_slot_at_the_start():
    schedule = parse_schedule("daily 07:00")
    due = datetime(2026, 11, 24, 5, tzinfo=UTC)

    assert next(slots_after(schedule, HELSINKI, due)).name == "2026-11-25"


def test_the_first_second_of_a_slot_in_another_zone_is_utc():
    slot = slot_on(parse_schedule("daily 07:00"), date(2026, 7, 1), ZoneInfo("America/New_York"))

    assert slot is not None
    assert (slot.at, slot.local) == (datetime(2026, 7, 1, 11, tzinfo=UTC), "2026-07-01T07:00-04:00")
