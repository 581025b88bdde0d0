"""The child of `sources.bounded`: runs one function after the other, each with its own limits, until its input ends.

Frames of eight bytes of length and a pickle go in and out. Before a result comes one byte that says that the function
and its arguments have arrived: the time for importing is not the call's.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import BinaryIO

from publisher.errors import ParseError, PublisherError

STARTED = b"S"
LENGTH_BYTES = 8
PAGE_BYTES = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Call:
    """What to run: a function of a module, and how much it may take: processor seconds, and bytes of growth."""

    function: Callable[..., object]
    args: Sequence[object]
    kwargs: Mapping[str, object]
    seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a call: its value, or the fields of its error."""

    value: object = None
    error: tuple[type[PublisherError], Mapping[str, object]] | None = None
    is_too_large: bool = False


def main() -> None:
    """Answer calls until the input ends."""
    output = private_output()
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_FSIZE, 0)
    size_at_start = size_bytes()
    while header := sys.stdin.buffer.read(LENGTH_BYTES):
        packed = sys.stdin.buffer.read(int.from_bytes(header, "big"))
        answer = answer_to(packed, output)
        send(output, answer, grown_bytes=size_bytes() - size_at_start)


def private_output() -> BinaryIO:
    """What the functions print goes nowhere: the pipe is kept apart from descriptor 1."""
    kept = os.dup(1)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)
    return os.fdopen(kept, "wb")


def answer_to(packed: bytes, output: BinaryIO) -> Answer:
    try:
        call = pickle.loads(packed)  # noqa: S301 - from the parent, which wrote it
    except Exception as error:  # noqa: BLE001 - whatever an import raises
        call = Call(refuse, [f"The function cannot be loaded: {error}"], {}, 1.0, 64_000_000)
    output.write(STARTED)
    output.flush()
    return run(call)


def run(call: Call) -> Answer:
    """Run with the limits of the call. Any error comes back as one of ours."""
    limit(resource.RLIMIT_AS, size_bytes() + call.memory_bytes)
    signal.setitimer(signal.ITIMER_PROF, call.seconds)  # then SIGPROF ends this process, whatever library is at work
    try:
        return Answer(value=call.function(*call.args, **call.kwargs))
    except PublisherError as error:
        return failed(error)
    except MemoryError:
        return Answer(is_too_large=True)
    except Exception as error:  # noqa: BLE001 - a library's error about hostile input stays in the child
        return failed(ParseError(f"It cannot be read: {type(error).__name__}"))
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        limit(resource.RLIMIT_AS, resource.RLIM_INFINITY)


def refuse(reason: str) -> object:
    raise ParseError(reason)


def failed(error: PublisherError) -> Answer:
    return Answer(error=(type(error), {field.name: getattr(error, field.name) for field in fields(error)}))


def send(output: BinaryIO, answer: Answer, *, grown_bytes: int) -> None:
    try:
        packed = pickle.dumps((answer, grown_bytes))
    except Exception as error:  # noqa: BLE001 - the value of some function cannot be packed
        packed = pickle.dumps((failed(ParseError(f"The result cannot be sent: {error}")), grown_bytes))
    output.write(len(packed).to_bytes(LENGTH_BYTES, "big"))
    output.write(packed)
    output.flush()


def limit(kind: int, value: int) -> None:
    """Set the soft limit; never above the hard one, which stays."""
    hard = resource.getrlimit(kind)[1]
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard) if value >= 0 else hard
    resource.setrlimit(kind, (soft, hard))


def size_bytes() -> int:
    """Address space in use; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as file:
            return int(file.read().split()[0]) * PAGE_BYTES
    except OSError:
        return 0


if __name__ == "__main__":
    # As the module that the parent knows: its classes must be the same on both sides.
    from publisher.sources import bounded_child

    bounded_child.main()
