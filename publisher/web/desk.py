"""Work after the answer: one thread takes sign-ups from a bounded queue, so that no answer waits for a relay."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from queue import Empty, Full, Queue

from publisher.app.sign_up import Asked, SignUp

MAX_WAITING = 1000


class Desk:
    """Hands each wish to `ask`, one after the other; what does not fit the queue is dropped and counted."""

    def __init__(self, ask: Callable[[SignUp], Asked], *, max_waiting: int = MAX_WAITING) -> None:
        self.ask = ask
        self.waiting: Queue[SignUp] = Queue(max_waiting)
        self.counts: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.thread: threading.Thread | None = None

    def put(self, wish: SignUp) -> None:
        """Take a wish, and see to it that somebody works."""
        try:
            self.waiting.put_nowait(wish)
        except Full:
            self.counts["dropped"] += 1
            return
        with self.lock:
            if self.thread is None:
                self.thread = threading.Thread(target=self.work, name="desk", daemon=True)
                self.thread.start()

    def work(self) -> None:
        """Until nothing waits for half a minute: the next wish starts another thread."""
        while True:
            try:
                wish = self.waiting.get(timeout=30)
            except Empty:
                if self.is_over():
                    return
                continue
            self.serve(wish)

    def is_over(self) -> bool:
        """Whether the thread may end: under the lock, so that no wish is put while it goes."""
        with self.lock:
            if not self.waiting.empty():
                return False
            self.thread = None
            return True

    def serve(self, wish: SignUp) -> None:
        try:
            asked = self.ask(wish)
        except Exception:  # noqa: BLE001 - the next person's mail has to go all the same
            asked = Asked.FAILED
        self.counts[asked] += 1
        self.waiting.task_done()

    def finish(self, timeout_s: float) -> bool:
        """Wait until everything taken is done; False where it was not in this time."""
        with self.waiting.all_tasks_done:
            return self.waiting.all_tasks_done.wait_for(lambda: not self.waiting.unfinished_tasks, timeout_s)
