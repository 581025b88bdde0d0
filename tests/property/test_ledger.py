"""The ledger as a state machine: whatever happens in whatever order, it adds up and nobody is mailed twice."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.pool import StaticPool

from publisher.errors import StorageError
from publisher.model.delivery import DeliveryState, Outcome
from publisher.storage import Database
from publisher.storage.deliveries import ARROWS
from publisher.storage.ledger import counts, recount, unknowns
from publisher.storage.tables import metadata
from tests.builders import NOW
from tests.doubles.a_ledger import a_frozen_issue, deliver, leave, states, suppress
from tests.doubles.memory_relay import MemoryRelay

PEOPLE = [f"r{n}@example.org" for n in range(1, 13)]
STEP = st.one_of(
    st.tuples(st.just("script"), st.integers(0, 11), st.lists(st.sampled_from(list(Outcome)), max_size=3)),
    st.tuples(st.just("deliver"), st.integers(0, 3), st.just([])),
    st.tuples(st.just("die"), st.integers(0, 12), st.just([])),
    st.tuples(st.just("leave"), st.integers(0, 11), st.just([])),
    st.tuples(st.just("suppress"), st.integers(0, 11), st.just([])),
)


class Scene:
    """A ledger of twelve on which steps are played, with what was seen before."""

    def __init__(self, folder: Path) -> None:
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        metadata.create_all(engine)
        self.database = Database(engine, where="memory")
        self.folder = folder
        self.relay = MemoryRelay(self.database)
        self.now = NOW
        self.death_count = 0
        self.gone: set[str] = set()
        a_frozen_issue(self.database, to=PEOPLE, range_size=5)

    def play(self, kind: str, number: int, script: list[Outcome]) -> None:
        if kind == "script":
            self.relay.answer(PEOPLE[number], *script)
        elif kind == "leave":
            leave(self.database, number + 1)
        elif kind == "suppress" and PEOPLE[number] not in self.gone:
            self.gone.add(PEOPLE[number])
            suppress(self.database, PEOPLE[number])
        elif kind == "deliver":
            self.now += timedelta(minutes=number * 2)
            deliver(self.database, self.relay, folder=self.folder, now=self.now, group_size=4)
        elif kind == "die":
            self.die(after=number)

    def die(self, *, after: int) -> None:
        """The ledger fails after so many transactions: what is in the journal and not in the ledger is found later."""
        left = [after]

        def begin():  # type: ignore[no-untyped-def]
            left[0] -= 1
            if left[0] < 0:
                raise StorageError("The disk is full", "ledger", "Make room.")
            return self.database.begin()

        try:
            deliver(self.database, self.relay, folder=self.folder, now=self.now, begin=begin, group_size=4)
        except StorageError:
            self.death_count += 1


@settings(max_examples=40, deadline=None)
@given(st.lists(STEP, max_size=14))
def test_it_adds_up_and_nobody_is_mailed_twice_under_hold(steps: list[tuple[str, int, list[Outcome]]]) -> None:
    with TemporaryDirectory() as folder:
        scene = Scene(Path(folder))
        for step in steps:
            before = states(scene.database)
            scene.play(*step)
            check(scene, before)
        scene.database.close()


def check(scene: Scene, before: dict[int, str]) -> None:
    with scene.database.read() as tx:
        assert counts(tx, 1) == recount(tx, 1)
        assert counts(tx, 1).adds_up
        unknown = {one.address for one in unknowns(tx, 1)}
    copies = Counter(scene.relay.accepted)
    assert max(copies.values(), default=0) <= 1
    for number, state in states(scene.database).items():
        assert is_reachable(DeliveryState(before[number]), DeliveryState(state))
        if state == "accepted":
            assert copies[PEOPLE[number - 1]] == 1
        elif state in ("queued", "deferred", "failed", "suppressed"):
            assert copies[PEOPLE[number - 1]] == 0
    assert unknown <= set(PEOPLE)


def is_reachable(before: DeliveryState, after: DeliveryState) -> bool:
    """Over any number of drawn arrows, without a person: what is final stays, what is unknown waits."""
    seen, todo = {before}, [before]
    while todo:
        here = todo.pop()
        for there in () if here is DeliveryState.UNKNOWN else ARROWS[here]:
            if there not in seen:
                seen.add(there)
                todo.append(there)
    return after in seen
