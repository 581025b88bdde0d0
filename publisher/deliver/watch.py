"""Whether an issue may be sent on: a pause or a cancel by another process is seen within a quarter of a second."""

from __future__ import annotations

import threading
from collections.abc import Callable

from publisher.errors import PublisherError
from publisher.model.issue import IssueState

LOOK_EVERY_S = 0.25
"""Design.md asks for a second between the command and the last mail begun; a look takes a millisecond."""
BEAT_EVERY_S = 10.0


class Watch:
    """The issue's state in the database, looked at when somebody asks and the last look is old. For any thread.

    Whoever asks while another looks waits for that look: nobody goes on with a state older than LOOK_EVERY_S.
    The heartbeat is beaten in the same look, more rarely, for it writes.
    """

    def __init__(
        self, look: Callable[[], IssueState], beat: Callable[[], None], *, monotonic: Callable[[], float]
    ) -> None:
        self._look, self._beat, self._monotonic = look, beat, monotonic
        self._lock = threading.Lock()
        self._looked_at_s = self._beaten_at_s = monotonic()
        self._error: PublisherError | None = None
        self.state = IssueState.SENDING

    def is_over(self) -> bool:
        """Whether no further mail may be begun: the issue is not `sending` any more, or that cannot be known."""
        with self._lock:
            now_s = self._monotonic()
            if not self._is_halted and now_s - self._looked_at_s >= LOOK_EVERY_S:
                self._refresh(now_s)
            return self._is_halted

    def note(self, state: IssueState) -> bool:
        """What a claim's own transaction saw; whether sending may go on.

        Without the lock: who holds it may be waiting for the very transaction in which this is called.
        """
        if state is not IssueState.SENDING:
            self.state = state
        return not self._is_halted

    def check(self) -> None:
        """Raise what a look failed with: it was in a thread that could not."""
        if self._error is not None:
            raise self._error

    @property
    def _is_halted(self) -> bool:
        return self._error is not None or self.state is not IssueState.SENDING

    def _refresh(self, now_s: float) -> None:
        try:
            self.state = self._look()
            if now_s - self._beaten_at_s >= BEAT_EVERY_S:
                self._beat()
                self._beaten_at_s = now_s
        except PublisherError as error:
            self._error = error
        self._looked_at_s = now_s
