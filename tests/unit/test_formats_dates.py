"""Dates as editors write them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from publisher.errors import ParseError
from publisher.formats.dates import is_date_line, parse_date, parse_date_line

TWO_EAST = timezone(timedelta(hours=2))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-24", date(2026, 11, 24)),
        (" 2026-11-24 ", date(2026, 11, 24)),
        ("Apr 17th 2022", date(2022, 4, 17)),
        ("Jun 1st 2022", date(2022, 6, 1)),
        ("2026-11-24T08:00:00Z", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24t08:00:00z", datetime(2026, 11, 24, 8, tzinfo=UTC)),
        ("2026-11-24T08:00:00.123456+02:00", datetime(2026, 11, 24, 8, tzinfo=TWO_EAST)),
        ("2026-11-24 08:00 +0200", datetime(2026, 11, 24, 8, tzinfo=TWO_EAST)),
        ("2026-11-24T08:00-03:30", datetime(2026, 11, 24, 11, 30, tzinfo=UTC)),
        ("2026-11-24 08:00", datetime(2026, 11, 24, 8)),  # noqa: DTZ001 - naive is what is meant
        ("2016-12-31T23:59:60Z", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
    ],
)
def test_a_date_is_read(text: str, expected: datetime | date) -> None:
    found = parse_date(text, where="a.md:3")
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize(
    "text",
    (
        *("", "soon", "2026-02-30", "2026-13-01", "24.11.2026", "2026-11-24T25:00:00Z", "0000-01-01", "Apr 31st 2022"),
        *("Apr 17 2022", "April 17th 2022", "2026-11-24T08:00:00+99:00", "2026-11-24T08:00:00+02:75", "٢٠٢٦-11-24"),
    ),
)
def test_anything_else_is_an_error_that_says_what_is_allowed(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_date(text, where="a.md:3")
    assert caught.value.where == "a.md:3"
    assert "2026-11-24T08:00:00+02:00" in caught.value.hint


def test_a_date_line_is_known_by_its_form() -> None:
    assert is_date_line("Apr 17th 2022 ")
    assert not is_date_line("Apr 17th 2022: a day")
    with pytest.raises(ParseError):
        parse_date_line("2022-04-17", where="p.txt:1")
