"""The look at an issue's state while it is sent: how often, by whom, and what a failing look does."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from publisher.deliver.watch import BEAT_EVERY_S, LOOK_EVERY_S, Watch
from publisher.errors import StorageError
from publisher.model.issue import IssueState


class Clock:
    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


class Looks:
    """A database that says what it is told to, and counts."""

    def __init__(self) -> None:
        self.state = IssueState.SENDING
        self.error: StorageError | None = None
        self.look_count = self.beat_count = 0

    def look(self) -> IssueState:
        self.look_count += 1
        if self.error is not None:
            raise self.error
        return self.state

    def beat(self) -> None:
        self.beat_count += 1


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def looks() -> Looks:
    return Looks()


@pytest.fixture
def watch(clock: Clock, looks: Looks) -> Watch:
    return Watch(looks.look, looks.beat, monotonic=clock)


def test_a_pause_is_seen_when_the_last_look_is_old(watch: Watch, clock: Clock, looks: Looks) -> None:
    looks.state = IssueState.PAUSED

    assert not watch.is_over()
    clock.now_s += LOOK_EVERY_S
    assert watch.is_over()
    assert watch.state is IssueState.PAUSED


def test_many_mails_in_a_moment_cost_one_look(watch: Watch, clock: Clock, looks: Looks) -> None:
    for _ in range(1000):
        clock.now_s += LOOK_EVERY_S / 100
        watch.is_over()

    assert looks.look_count in (9, 10)


def test_what_was_stopped_stays_stopped_for_this_send(watch: Watch, clock: Clock, looks: Looks) -> None:
    looks.state = IssueState.CANCELLED
    clock.now_s += 1
    assert watch.is_over()
    looks.state = IssueState.SENDING
    clock.now_s += 1

    assert watch.is_over()


def test_a_claim_that_saw_a_pause_stops_the_mails_too(watch: Watch) -> None:
    assert watch.note(IssueState.SENDING)
    assert not watch.note(IssueState.PAUSED)
    assert watch.is_over()


def test_the_heartbeat_is_beaten_now_and_then(watch: Watch, clock: Clock, looks: Looks) -> None:
    for _ in range(100):
        clock.now_s += BEAT_EVERY_S / 20
        watch.is_over()

    assert looks.beat_count == 5


def test_a_state_that_cannot_be_read_stops_the_send_and_is_raised_to_its_caller(
    watch: Watch, clock: Clock, looks: Looks
) -> None:
    looks.error = StorageError("The database failed", "publisher.db")
    clock.now_s += 1

    assert watch.is_over()
    with pytest.raises(StorageError, match="The database failed"):
        watch.check()


def test_nobody_goes_on_while_another_looks(clock: Clock) -> None:
    looking, let_go = threading.Event(), threading.Event()

    def look() -> IssueState:
        looking.set()
        assert let_go.wait(5)
        return IssueState.PAUSED

    watch = Watch(look, lambda: None, monotonic=clock)
    clock.now_s += 1
    answers: list[bool] = []
    ask: Callable[[], None] = lambda: answers.append(watch.is_over())  # noqa: E731 - two threads of one line
    threads = [threading.Thread(target=ask) for _ in range(2)]
    threads[0].start()
    assert looking.wait(5)
    threads[1].start()
    assert answers == []
    let_go.set()
    for thread in threads:
        thread.join(5)

    assert answers == [True, True]


def test_a_claim_does_not_wait_for_the_look_of_another_thread() -> None:
    clock, is_looking, may_end = Clock(), threading.Event(), threading.Event()

    def look() -> IssueState:
        is_looking.set()
        assert may_end.wait(20)
        return IssueState.SENDING

    watch = Watch(look, lambda: None, monotonic=clock)
    clock.now_s += LOOK_EVERY_S
    thread = threading.Thread(target=watch.is_over)
    thread.start()
    assert is_looking.wait(20)
    claim = threading.Thread(target=watch.note, args=(IssueState.SENDING,))
    claim.start()
    claim.join(10)
    is_waiting = claim.is_alive()
    may_end.set()
    thread.join(20)

    assert not is_waiting
