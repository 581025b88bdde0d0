"""Several connections at work: mails in, answers out, through queues that hold a few mails per connection."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import Empty, SimpleQueue
from time import monotonic

from publisher.errors import PublisherError
from publisher.model.delivery import Answer, Mail, Outcome
from publisher.relay.envelope import mail_problem, refused, unsent
from publisher.relay.port import Journal
from publisher.relay.session import RelayTrouble, Session, SmtpOptions

MAILS_PER_CONNECTION = 8
LOOK_EVERY_S = 0.1
STOP = "stop"


class Halt:
    """Why no further mail is begun: set once, seen by all connections. Troubles in a row lead to it."""

    def __init__(self, *, stop: Callable[[], bool], trouble_limit: int) -> None:
        self._stop = stop
        self._limit = trouble_limit
        self._lock = threading.Lock()
        self._event = threading.Event()
        self._troubles = 0
        self.reason, self.phase = "", ""
        self.error: PublisherError | None = None
        self.since_s = 0.0

    def is_set(self) -> bool:
        if not self._event.is_set() and self._stop():
            self.set("Stopped on request", phase=STOP)
        return self._event.is_set()

    def set(self, reason: str, *, phase: str, error: PublisherError | None = None) -> None:
        with self._lock:
            if self._event.is_set():
                return
            self.reason, self.phase, self.error, self.since_s = reason, phase, error, monotonic()
            self._event.set()

    def note_trouble(self, trouble: RelayTrouble) -> None:
        with self._lock:
            self._troubles += 1
            is_over = self._troubles >= self._limit
        if is_over:
            self.set(trouble.words, phase=trouble.phase)

    def note_answer(self) -> None:
        """The relay works: what failed before was passing."""
        with self._lock:
            self._troubles = 0

    def wait(self, seconds: float) -> None:
        self._event.wait(seconds)


class Crew:
    """One send over `options.connections` connections. All iterating happens in the caller's thread."""

    def __init__(self, options: SmtpOptions, *, journal: Journal, stop: Callable[[], bool]) -> None:
        self._options = options
        self._journal = journal
        self._halt = Halt(stop=stop, trouble_limit=len(options.waits_s) * options.connections + 1)
        self._sessions = [Session(options) for _ in range(options.connections)]
        self._todo: SimpleQueue[Mail | None] = SimpleQueue()
        self._done: SimpleQueue[Answer] = SimpleQueue()
        self._backlog: deque[Mail] = deque()
        self._pending_count = 0
        self._limit = options.connections * MAILS_PER_CONNECTION

    def run(self, batches: Iterable[Sequence[Mail]]) -> Iterator[Answer]:
        """One answer for each mail of each batch begun; then the error that stopped it, if one did."""
        pool = ThreadPoolExecutor(len(self._sessions), thread_name_prefix="relay")
        workers = [pool.submit(self._work, number) for number in range(len(self._sessions))]
        try:
            source = iter(batches)
            while self._fill(source):
                yield self._next_answer(workers)
        finally:
            self._finish(pool, workers)
        if self._halt.error is not None:
            raise self._halt.error

    def _fill(self, source: Iterator[Sequence[Mail]]) -> bool:
        """Give the connections work; False when every mail has its answer. A halt begins no new batch."""
        while self._pending_count < self._limit and not self._halt.is_set():
            if not self._backlog:
                batch = next(source, None)
                if batch is None:
                    break
                self._backlog.extend(batch)
                continue
            self._todo.put(self._backlog.popleft())
            self._pending_count += 1
        if self._halt.is_set():
            self._return_the_rest()
        return self._pending_count > 0

    def _return_the_rest(self) -> None:
        while self._backlog:
            self._done.put(self._unsent(self._backlog.popleft()))
            self._pending_count += 1
        try:
            while (mail := self._todo.get_nowait()) is not None:
                self._done.put(self._unsent(mail))
        except Empty:
            return

    def _next_answer(self, workers: list[Future[None]]) -> Answer:
        while True:
            try:
                answer = self._done.get(timeout=LOOK_EVERY_S)
            except Empty:
                self._look_after(workers)
                continue
            self._pending_count -= 1
            return answer

    def _look_after(self, workers: list[Future[None]]) -> None:
        """A bug in a connection's thread must not become a wait for ever; a stop must not wait for a slow relay."""
        for worker in workers:
            if worker.done():
                worker.result()
        if not self._halt.is_set():
            return
        self._return_the_rest()
        if monotonic() - self._halt.since_s > self._options.grace_s:
            self._abort()

    def _finish(self, pool: ThreadPoolExecutor, workers: list[Future[None]]) -> None:
        """End the threads. What the caller no longer reads is still in the journal."""
        if self._pending_count:
            self._halt.set("Given up", phase=STOP)
            self._return_the_rest()
        for _ in workers:
            self._todo.put(None)
        waiting = wait(workers, timeout=self._options.grace_s).not_done
        while waiting:
            self._abort()
            waiting = wait(waiting, timeout=LOOK_EVERY_S).not_done
        pool.shutdown(wait=True)

    def _abort(self) -> None:
        for session in self._sessions:
            session.abort()

    def _work(self, number: int) -> None:
        """One connection's thread: until the None at the end of the queue."""
        session = self._sessions[number]
        troubles = 0
        try:
            while (mail := self._todo.get()) is not None:
                troubles = 0 if self._handle_one(mail, number) else troubles + 1
                if troubles:
                    waits = self._options.waits_s
                    self._halt.wait(waits[min(troubles, len(waits)) - 1])
        finally:
            session.quit()

    def _handle_one(self, mail: Mail, number: int) -> bool:
        """Answer one mail, or give it back to the queue for any connection; False when the relay was in trouble."""
        if self._halt.is_set():
            self._done.put(self._unsent(mail))
            return True
        try:
            answer = self._try(mail, number)
        except RelayTrouble as trouble:
            self._halt.note_trouble(trouble)
            self._todo.put(mail)
            return False
        except PublisherError as error:
            # The journal cannot be written: the dot was not sent, and no other may be.
            self._halt.set(error.what, phase="journal", error=error)
            answer = self._unsent(mail)
        self._done.put(answer)
        return True

    def _try(self, mail: Mail, number: int) -> Answer:
        data = mail.data
        if problem := mail_problem(mail, data):
            return refused(mail, self._options.where[:40], problem)
        session = self._sessions[number]
        session.open()
        if self._halt.is_set():  # connecting may have taken long
            return self._unsent(mail)
        answer = session.hand_over(mail, data, journal=self._journal, connection=number)
        if answer.outcome is not Outcome.UNKNOWN:
            self._halt.note_answer()
        self._write_down(answer, number)
        return answer

    def _write_down(self, answer: Answer, number: int) -> None:
        """The answer is true whether or not the journal takes it."""
        try:
            self._journal.answered(answer, connection=number)
        except PublisherError as error:
            self._halt.set(error.what, phase="journal", error=error)

    def _unsent(self, mail: Mail) -> Answer:
        return unsent(mail, self._options.where[:40], reason=self._halt.reason, phase=self._halt.phase)
