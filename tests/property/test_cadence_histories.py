"""Switching between the cadences of a letter never repeats an article and never skips one (peers.md F10)."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from publisher.storage import subscribers
from tests.doubles.a_letter import CADENCES, Letter, deliveries_of, play
from tests.doubles.proving import IS_FULL, SEED

HISTORIES = 1000 if IS_FULL else 12
GROUPS = 4


@pytest.mark.parametrize("group", range(GROUPS))
def test_each_matching_article_comes_exactly_once_whatever_the_history(group: int, tmp_path: Path) -> None:
    wrong = []
    sent = 0
    for number in range(group, HISTORIES, GROUPS):
        letter, until = play(tmp_path, random.Random(SEED + number))
        sent += deliveries_of(letter)
        wrong += [(number, "twice", one) for one in letter.repeated()]
        wrong += [(number, "never", one) for one in letter.missed(until=until)]

    assert wrong == []
    assert sent > HISTORIES // GROUPS


@pytest.mark.parametrize("number", range(4))
def test_what_max_items_cuts_off_for_a_reader_comes_later(number: int, tmp_path: Path) -> None:
    letter, until = play(tmp_path, random.Random(SEED - number), max_items=3)

    assert letter.repeated() == []
    assert letter.missed(until=until - timedelta(days=14)) == []


def a_letter(tmp_path: Path) -> Letter:
    return Letter(tmp_path)


def at(letter: Letter, day: int, hour: int) -> None:
    letter.now = datetime(2026, 11, day, hour, tzinfo=letter.now.tzinfo)
    letter.tick()


def test_who_goes_from_weekly_to_daily_gets_what_the_weekly_would_have_brought(tmp_path: Path) -> None:
    letter = a_letter(tmp_path)
    reader, other = letter.join("weekly", ()), letter.join("daily", ())
    at(letter, 3, 4)
    monday = letter.publish("arts")
    at(letter, 4, 8)
    letter.switch(reader, "daily", ())
    tuesday = letter.publish("books")

    at(letter, 5, 8)

    assert reader.got == {monday: 1, tuesday: 1}
    assert other.got == {monday: 1, tuesday: 1}


def test_who_goes_from_daily_to_weekly_gets_only_what_came_after(tmp_path: Path) -> None:
    letter = a_letter(tmp_path)
    reader, other = letter.join("daily", ()), letter.join("weekly", ())
    at(letter, 3, 4)
    early = letter.publish("arts")
    at(letter, 4, 8)
    letter.switch(reader, "weekly", ())
    late = letter.publish("books")

    at(letter, 9, 8)

    assert (reader.got[early], reader.got[late]) == (1, 1)
    assert (other.got[early], other.got[late]) == (1, 1)


def test_a_section_added_brings_no_old_pieces(tmp_path: Path) -> None:
    letter = a_letter(tmp_path)
    reader = letter.join("weekly", ("arts",))
    letter.join("daily", ())
    at(letter, 3, 4)
    old = letter.publish("books")
    at(letter, 5, 8)
    letter.now += timedelta(minutes=1)
    letter.switch(reader, "daily", ("arts", "books"))
    new = letter.publish("books")

    at(letter, 6, 8)

    assert (reader.got[old], reader.got[new]) == (0, 1)


@pytest.mark.parametrize("cadence", CADENCES)
def test_nobody_holds_two_cadences_of_a_letter(cadence: str, tmp_path: Path) -> None:
    letter = a_letter(tmp_path)
    reader = letter.join("weekly", ())

    letter.switch(reader, cadence, ())

    with letter.runtime.read() as tx:
        held = [name for name, is_held in subscribers.digests_of(tx, reader.id).items() if is_held]
    assert held == [cadence]
