"""Many readers at once: nothing half, nothing old, nothing read twice, nobody refused (feeds.md S4, S8, S10)."""

from __future__ import annotations

import gzip
import hashlib
import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from publisher.app.runtime import open_runtime
from publisher.output import write_atomic
from publisher.web.files import FileCache, Folder, Identity, Lru
from publisher.web.server import serving
from tests.acceptance.a_site import CONFIG
from tests.builders import NOW

REGENERATIONS = 500
READERS = 8


@contextmanager
def a_server(root: Path) -> Iterator[int]:
    (root / "config").mkdir()
    (root / "config/publisher.toml").write_text(CONFIG)
    with open_runtime(root, environ={}) as runtime:
        web = runtime.settings.web.model_copy(update={"listen": "127.0.0.1:0"})
        runtime.settings = runtime.settings.model_copy(update={"web": web})
        with serving(runtime) as address:
            yield int(address.rpartition(":")[2])


def text_of(number: int) -> bytes:
    """Another size each time, so that half a file, or two in one, has another hash than it says itself."""
    body = f"{number:06}".encode() * (50 + number * 37 % 4000)
    return hashlib.sha256(body).hexdigest().encode() + b" " + body


def number_of(data: bytes) -> int:
    """The number of a whole file; -1 of one that is not."""
    digest, _, body = data.partition(b" ")
    return int(body[:6]) if hashlib.sha256(body).hexdigest().encode() == digest else -1


class Polling:
    """A polite reader that polls until the last regeneration is seen, and what was wrong with its answers."""

    def __init__(self, port: int, written: list[int], *, encoding: str) -> None:
        self.connection = HTTPConnection("127.0.0.1", port, timeout=10)
        self.written, self.encoding = written, encoding
        self.has, self.etag, self.modified, self.polls = -1, "", 0.0, 0
        self.faults: list[str] = []

    def run(self) -> list[str]:
        while self.has < REGENERATIONS and not self.faults:
            self.poll()
        self.connection.close()
        return self.faults

    def poll(self) -> None:
        self.polls += 1
        at_least = self.written[0]
        headers = {"Accept-Encoding": self.encoding} | ({"If-None-Match": self.etag} if self.etag else {})
        self.connection.request("GET", "/feeds/rss.xml", headers=headers)
        answer = self.connection.getresponse()
        data, etag = answer.read(), answer.headers["ETag"]
        if answer.status == 200:
            plain = gzip.decompress(data) if answer.headers["Content-Encoding"] else data
            self.note(etag, plain, modified=parsedate_to_datetime(answer.headers["Last-Modified"]).timestamp())
        elif answer.status != 304 or etag != self.etag or data:
            self.faults.append(f"{answer.status} {etag} {len(data)}")
        if self.has < at_least:
            self.faults.append(f"{answer.status}: has {self.has} after {at_least} was written")

    def note(self, etag: str, plain: bytes, *, modified: float) -> None:
        number = number_of(plain)
        if number <= self.has or modified <= self.modified or hashlib.sha256(plain).hexdigest()[:32] not in etag:
            self.faults.append(f"{number} at {modified} with {etag} after {self.has} at {self.modified}")
        self.has, self.etag, self.modified = number, etag, modified


def test_readers_see_each_file_whole_and_none_that_was_replaced_before_they_asked(tmp_path: Path) -> None:
    path = tmp_path / "feeds/rss.xml"
    write_atomic(path, text_of(0), now=NOW)
    written = [0]
    with a_server(tmp_path) as port, ThreadPoolExecutor(READERS) as pool:
        readers = [Polling(port, written, encoding="gzip" if number % 2 else "identity") for number in range(READERS)]
        results = [pool.submit(reader.run) for reader in readers]
        for number in range(1, REGENERATIONS + 1):
            write_atomic(path, text_of(number), now=NOW + timedelta(milliseconds=number))
            written[0] = number

        assert [result.result(timeout=60) for result in results] == [[]] * READERS
        assert sum(reader.polls for reader in readers) > REGENERATIONS


def test_readers_that_keep_their_connections_keep_nobody_out(tmp_path: Path) -> None:
    write_atomic(tmp_path / "feeds/rss.xml", text_of(1), now=NOW)
    request = b"GET /feeds/rss.xml HTTP/1.1\r\nHost: localhost\r\nIf-None-Match: *\r\n\r\n"
    with a_server(tmp_path) as port, ExitStack() as stack:
        connections = [stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(1200)]
        for connection in connections:
            connection.sendall(request)
        answers = {connection.recv(4096)[:12] for connection in connections}

    assert answers == {b"HTTP/1.1 304"}


class Counting(Folder):
    """A folder that counts how often a file is read."""

    reads = 0

    def read(self, path: str) -> tuple[Identity, str, bytes] | None:
        self.reads += 1
        return super().read(path)


@pytest.fixture
def folder(tmp_path: Path) -> Counting:
    for number in range(20):
        write_atomic(tmp_path / f"author/{number}/rss.xml", text_of(number), now=NOW)
    return Counting(str(tmp_path))


def test_a_file_is_read_once_however_many_ask_at_once(folder: Counting) -> None:
    cache = FileCache(folder)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: cache.load("author/3/rss.xml"), range(100)))

    assert {file.digest for file, _ in filter(None, found)} == {hashlib.sha256(text_of(3)).hexdigest()[:32]}
    assert folder.reads == 1
    assert all(cache.known("author/3/rss.xml") for _ in range(100))
    assert folder.reads == 1


def test_what_no_longer_fits_is_forgotten_but_for_its_validators(folder: Counting) -> None:
    cache = FileCache(folder, max_body_bytes=40_000)
    files = [cache.load(f"author/{number}/rss.xml") for number in range(20)]
    kept = [number for number, found in enumerate(files) if found and cache.body(found[0], "") is not None]

    assert cache.bodies.held == sum(map(len, cache.bodies.values.values())) <= 40_000
    assert 0 < len(kept) < 20
    assert all(cache.known(f"author/{number}/rss.xml") for number in range(20))
    assert [cache.load(f"author/{number}/rss.xml") for number in range(20)] == files


def test_a_value_too_large_to_keep_pushes_nothing_out() -> None:
    kept: Lru[str, bytes] = Lru(80, len)
    kept.put("a", b"12345")
    kept.put("b", b"x" * 11)
    kept.put("a", b"123")

    assert (kept.get("a"), kept.get("b"), kept.held) == (b"123", None, 3)


def test_a_file_of_the_same_size_and_time_is_seen_to_be_another(folder: Counting, tmp_path: Path) -> None:
    path = tmp_path / "author/3/rss.xml"
    cache = FileCache(folder)
    old = cache.load("author/3/rss.xml")
    before = path.stat()
    changed = text_of(3).swapcase()
    temporary = tmp_path / "author/3/new"
    temporary.write_bytes(changed)
    os.utime(temporary, ns=(before.st_atime_ns, before.st_mtime_ns))
    temporary.replace(path)
    new = cache.load("author/3/rss.xml")

    assert old is not None
    assert new is not None
    assert old[0].identity[2:4] == new[0].identity[2:4]
    assert new[1] == changed
    assert old[0].etag("") != new[0].etag("")


def test_last_modified_is_whole_seconds_of_the_file(folder: Counting, tmp_path: Path) -> None:
    loaded = FileCache(folder).load("author/3/rss.xml")

    assert loaded is not None
    assert loaded[0].modified_s == int(NOW.astimezone(UTC).timestamp())
