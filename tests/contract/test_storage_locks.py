"""Locks of passes, on both databases: one holder, named, lost with its process."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from publisher.errors import ConflictError
from publisher.storage import Database
from publisher.storage.locks import hold


class Waiting:
    """Counts the waits instead of waiting."""

    def __init__(self) -> None:
        self.waited_s = 0.0

    def __call__(self, seconds: float) -> None:
        self.waited_s += seconds


def test_a_second_holder_waits_then_says_who_holds_it(database: Database, tmp_path: Path) -> None:
    wait = Waiting()

    def take() -> AbstractContextManager[None]:
        return hold(database, "deliver", folder=tmp_path / "locks", wait=wait, wait_s=30)

    with take(), pytest.raises(ConflictError, match=r"«deliver»: .*\d+") as caught, take():
        pass

    assert caught.value.exit_code == 75
    assert 29 < wait.waited_s < 31


def test_locks_of_other_passes_do_not_meet(database: Database, tmp_path: Path) -> None:
    wait = Waiting()

    with hold(database, "collect", folder=tmp_path, wait=wait), hold(database, "deliver", folder=tmp_path, wait=wait):
        assert wait.waited_s == 0


def test_a_lock_is_free_again_when_its_holder_has_ended(database: Database, tmp_path: Path) -> None:
    wait = Waiting()
    with hold(database, "run", folder=tmp_path, wait=wait):
        pass

    with hold(database, "run", folder=tmp_path, wait=wait, wait_s=0):
        assert wait.waited_s == 0
