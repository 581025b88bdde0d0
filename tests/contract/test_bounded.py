"""The child in which hostile text is read: what it gives back, and how it is stopped (reliability.md U10)."""

from __future__ import annotations

import os
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.errors import FetchError, ParseError, PublisherError
from publisher.formats import parse_file
from publisher.formats.article_page import parse_article_page
from publisher.sources.bounded import IN_PLACE_BYTES, Bounded, parse_file_bounded, seconds_for

PATTERNS = ["![", "*a_", " - a\n", "`a``", "<b><p>", "<a b='", "<div>"]


@pytest.fixture(scope="module")
def bounded() -> Iterator[Bounded]:
    with Bounded(seconds=0.3, memory_bytes=100_000_000) as made:
        made.run(parse_file, "a.md", b"Words.", where="a.md")
        yield made


def never_ends(*, where: str) -> object:
    return where, re.match(r"(a+)+$", "a" * 60 + "b")


def waits(*, where: str) -> object:
    threading.Event().wait(60)
    return where


def takes_all(*, where: str) -> object:
    return [where, *(bytes(1_000_000) for _ in range(10**9))]


def goes_away() -> None:
    os._exit(3)


def descriptors() -> list[str]:
    """What the process has open."""
    found = [Path(f"/proc/self/fd/{number}") for number in range(100)]
    return [str(path.readlink()) for path in found if path.is_symlink()]


def raises(error: PublisherError) -> None:
    raise error


def fails() -> None:
    raise RecursionError("deep")


def test_what_a_function_gives_comes_back(bounded: Bounded) -> None:
    assert bounded.run(parse_file, "a.md", b"# T\n\nWords.", where="a.md") == parse_file(
        "a.md", b"# T\n\nWords.", where="a.md"
    )


def test_the_child_is_kept(bounded: Bounded) -> None:
    assert bounded.run(os.getpid) == bounded.run(os.getpid) != os.getpid()


def test_errors_of_ours_come_back_as_they_are(bounded: Bounded) -> None:
    with pytest.raises(FetchError) as caught:
        bounded.run(raises, FetchError("gone", where="x", hint="Look.", status=410))
    error = caught.value
    assert (error.what, error.where, error.hint, error.status) == ("gone", "x", "Look.", 410)


def test_errors_of_others_become_ours(bounded: Bounded) -> None:
    with pytest.raises(ParseError, match="RecursionError"):
        bounded.run(fails)


@pytest.mark.parametrize(
    ("function", "says"),
    [(never_ends, "longer than 0.3 s"), (waits, "longer than 0.3 s"), (takes_all, "more than 100 MB")],
)
def test_what_takes_too_much_is_stopped_soon_and_named(bounded: Bounded, function: object, says: str) -> None:
    start = time.monotonic()
    with pytest.raises(ParseError, match=says) as caught:
        bounded.run(function, where="a.md")  # type: ignore[arg-type]
    assert caught.value.where == "a.md"
    assert time.monotonic() - start < 4
    assert bounded.run(len, "abc") == 3


def test_a_child_that_dies_is_an_error_and_is_made_anew(bounded: Bounded) -> None:
    with pytest.raises(ParseError, match="exit status 3"):
        bounded.run(goes_away)
    assert bounded.run(len, "abc") == 3


def test_the_child_has_nothing_of_the_parent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PUBLISHER_SECRET", "canary")
    reading, writing = os.pipe()
    os.set_inheritable(writing, True)
    with Bounded() as made:
        assert "PUBLISHER_SECRET" not in made.run(dict, made.run(environment))
        assert str(Path(f"/proc/self/fd/{writing}").readlink()) not in made.run(descriptors)
    os.close(reading)
    os.close(writing)


def environment() -> list[tuple[str, str]]:
    return list(os.environ.items())


def test_what_is_printed_does_not_disturb(bounded: Bounded) -> None:
    assert bounded.run(os.write, 1, b"x" * 100) == 100
    assert bounded.run(len, "abc") == 3


def test_threads_take_turns(bounded: Bounded) -> None:
    found: dict[int, int] = {}
    threads = [threading.Thread(target=lambda n=n: found.update({n: bounded.run(len, "x" * n)})) for n in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == {n: n for n in range(20)}


def test_closing_ends_the_child() -> None:
    with Bounded() as made:
        child = made.run(os.getpid)
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


def test_a_short_file_is_read_in_place_and_a_long_one_in_the_child() -> None:
    never_started = Bounded()
    assert parse_file_bounded(never_started, "a.md", b"Words.", where="a.md").article is not None
    assert never_started._process is None
    with Bounded() as made:
        long = ("Honest words of a chapter. " * 30 + "\n\n").encode() * 100
        assert len(long) > IN_PLACE_BYTES
        assert parse_file_bounded(made, "a.md", long, where="a.md").article is not None
        assert made._process is not None


def test_a_long_book_may_take_longer() -> None:
    assert seconds_for(10_000) == seconds_for(1_000_000) < 2
    assert seconds_for(2_000_000) > 5


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_that_hangs_parsers_is_stopped(bounded: Bounded, pattern: str) -> None:
    data = (pattern * (100_000 // len(pattern))).encode()
    start = time.monotonic()
    for parse in (lambda: bounded.run(parse_file, "a.md", data, where="a"), lambda: page(bounded, data)):
        try:
            parse()
        except ParseError as error:
            assert error.where.startswith("a")
    assert time.monotonic() - start < 8


def page(bounded: Bounded, data: bytes) -> object:
    return bounded.run(parse_article_page, b"<html><body>" + data, where="a", url="https://a.example/")
