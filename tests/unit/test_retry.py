"""When the next try is."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.retry import next_try
from tests.builders import NOW

WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(hours=24))


@pytest.mark.parametrize(("attempt", "wait"), [(1, WAITS[0]), (2, WAITS[1]), (3, WAITS[2])])
def test_each_try_waits_longer(attempt: int, wait: timedelta) -> None:
    assert next_try(attempt, WAITS, NOW) == NOW + wait


def test_after_the_last_wait_nobody_tries_again() -> None:
    assert next_try(4, WAITS, NOW) is None


def test_without_waits_there_is_one_try() -> None:
    assert next_try(1, (), NOW) is None
