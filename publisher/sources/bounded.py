"""Reading hostile text in a child process that is stopped when it takes too long or too much (reliability.md U10).

Regular expressions, Markdown and page extractors cannot be stopped inside a process. The child is a new Python, not a
fork: it has no file, no secret and no connection of the parent, and it ends when the parent does.
"""

from __future__ import annotations

import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import ParamSpec, Self, TypeVar

from publisher.errors import ParseError
from publisher.formats import parse_file
from publisher.model.article import ParsedFile
from publisher.sources.bounded_child import LENGTH_BYTES, STARTED, Answer, Call

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 1.8
"""With making the child anew, under the 2 s of U10."""
BUSY_FACTOR = 4
"""By the clock a call may take this much longer: on a busy machine nothing honest is refused."""
MEMORY_BYTES = 256_000_000
START_S = 30.0
"""For a new Python and its imports, on a busy machine."""
MAX_ANSWER_BYTES = 128_000_000
END_S = 5.0
IN_PLACE_BYTES = 20_000
HINT = "It was left out. Shorten it, or mend what is repeated in it."


class Late(Exception):  # noqa: N818 - becomes a ParseError at once
    """The child did not answer in time."""


class Gone(Exception):  # noqa: N818 - becomes a ParseError at once
    """The child has ended."""


class Bounded:
    """One child for many calls, one at a time; made at the first call, and made anew after it was stopped.

    Functions must be those of modules (they travel by name), arguments and results must pickle. Close it, or use it
    in `with`.
    """

    def __init__(self, *, seconds: float = SECONDS, memory_bytes: int = MEMORY_BYTES) -> None:
        """`seconds`: of processor time, of each call. `memory_bytes`: by how much the child may grow in a call."""
        self.seconds = seconds
        self.memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """What `function` gives in the child. Errors of ours come back as they are.

        ParseError for a call that took too long, needed too much memory or broke the child; it names the `where` that
        the function was given.
        """
        return self.run_for(self.seconds, function, *args, **kwargs)

    def run_for(self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `run`, with a time of its own."""
        call = Call(function, args, kwargs, seconds, self.memory_bytes)
        where = str(kwargs.get("where", ""))
        with self._lock:
            answer = self._ask(call, where)
        if answer.error is not None:
            kind, values = answer.error
            raise kind(**values)  # type: ignore[arg-type]
        if answer.is_too_large:
            raise self._too_large(where)
        return answer.value  # type: ignore[return-value]

    def close(self) -> None:
        """End the child. A later call makes a new one."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _ask(self, call: Call, where: str) -> Answer:
        try:
            return self._exchange(call)
        except Late as error:
            self._stop()
            raise too_long(call, where) from error
        except Gone as error:
            status = self._stop()
            if status == -signal.SIGPROF:
                raise too_long(call, where) from error
            raise ParseError(f"It broke its reader (exit status {status})", where=where, hint=HINT) from error
        except BaseException:
            self._stop()  # interrupted half-way: what the child says next would answer another call
            raise

    def _exchange(self, call: Call) -> Answer:
        packed = pickle.dumps(call)
        process = self._child()
        pipe = Pipe(process, time.monotonic() + START_S)
        pipe.write(len(packed).to_bytes(LENGTH_BYTES, "big") + packed)
        if pipe.read(len(STARTED)) != STARTED:
            raise Gone
        pipe.deadline = time.monotonic() + call.seconds * BUSY_FACTOR
        size = int.from_bytes(pipe.read(LENGTH_BYTES), "big")
        if size > MAX_ANSWER_BYTES:
            self._stop()
            return Answer(is_too_large=True)
        pipe.deadline += size / 10_000_000  # taking it over is not the call
        answer, grown_bytes = pickle.loads(pipe.read(size))  # noqa: S301 - written by our own child
        if grown_bytes > self.memory_bytes:
            self._stop()
        return answer  # type: ignore[no-any-return]

    def _child(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            self._process = start_child()
        return self._process

    def _stop(self) -> int | None:
        """Its exit status, negative for a signal; it is ended first if it runs."""
        process, self._process = self._process, None
        if process is None:
            return None
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                pipe.close()
        try:
            return process.wait(timeout=0 if process.poll() is None else END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            return process.wait(timeout=END_S)

    def _too_large(self, where: str) -> ParseError:
        what = f"It needed more than {self.memory_bytes // 1_000_000} MB of memory to read"
        return ParseError(what, where=where, hint=HINT)


def too_long(call: Call, where: str) -> ParseError:
    return ParseError(f"It took longer than {call.seconds:.1f} s to read", where=where, hint=HINT)


class Pipe:
    """Reads and writes whole frames until a deadline (monotonic seconds)."""

    def __init__(self, process: subprocess.Popen[bytes], deadline: float) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.input, self.output = process.stdin.fileno(), process.stdout.fileno()
        self.deadline = deadline

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(self.input, select.POLLOUT)
            try:
                rest = rest[os.write(self.input, rest) :]
            except BlockingIOError:
                continue
            except BrokenPipeError as error:
                raise Gone from error

    def read(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size:
            self._wait(self.output, select.POLLIN)
            part = os.read(self.output, min(size, 1 << 20))
            if not part:
                raise Gone
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def _wait(self, descriptor: int, event: int) -> None:
        poll = select.poll()
        poll.register(descriptor, event)
        left = self.deadline - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            raise Late


def start_child() -> subprocess.Popen[bytes]:
    """A new Python with our module path and nothing else of the environment: no secret is in its reach."""
    path = os.pathsep.join(str(Path(folder).absolute()) for folder in sys.path if folder)
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "publisher.sources.bounded_child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={"PYTHONPATH": path, "LC_ALL": "C.UTF-8"},
        cwd="/",
        bufsize=0,
        start_new_session=True,
    )
    assert process.stdin is not None
    os.set_blocking(process.stdin.fileno(), False)
    return process


def seconds_for(size_bytes: int) -> float:
    """How long reading a file of this size may take: an honest book of over a megabyte 4 s more for each (measured)."""
    return SECONDS + max(0, size_bytes - 1_000_000) / 250_000


def parse_file_bounded(bounded: Bounded, name: str, data: bytes, *, where: str) -> ParsedFile:
    """As `parse_file`, in the child where the file is long enough to be able to take long."""
    if len(data) <= IN_PLACE_BYTES:
        return parse_file(name, data, where=where)
    return bounded.run_for(seconds_for(len(data)), parse_file, name, data, where=where)
