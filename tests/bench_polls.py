"""Conditional polls a second of one `publisher web` process: `python -m tests.bench_polls [SECONDS] [CONNECTIONS]`.

The server is the installed command in a process of its own; the load comes from this one, over raw sockets, each poll
with the ETag that the reader has. Kept connections are a proxy's, new ones are readers'. Three runs, the middle one.
"""

from __future__ import annotations

import asyncio
import os
import re
import signal
import statistics
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.acceptance.a_site import CONFIG, Site

RUNS = 3
FILE = "rss.xml"


class Reader(asyncio.Protocol):
    """One connection that polls again as soon as it is answered, until told to stop."""

    def __init__(self, request: bytes, counts: dict[bytes, int], *, is_kept: bool) -> None:
        self.request, self.counts, self.is_kept = request, counts, is_kept
        self.answer = b""
        self.ended: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.is_stopping = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        transport.write(self.request)  # type: ignore[attr-defined]

    def data_received(self, data: bytes) -> None:
        self.answer += data
        if not self.answer.endswith(b"\r\n\r\n"):
            return
        status = self.answer[9:12]
        self.counts[status] = self.counts.get(status, 0) + 1
        self.answer = b""
        if self.is_kept and not self.is_stopping:
            self.transport.write(self.request)  # type: ignore[attr-defined]
        else:
            self.transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.ended.done():
            self.ended.set_result(None)


async def poll(port: int, request: bytes, *, seconds: float, connections: int, is_kept: bool) -> dict[bytes, int]:
    """Answers by status."""
    loop = asyncio.get_running_loop()
    counts: dict[bytes, int] = {}
    until = loop.time() + seconds

    async def one() -> None:
        while loop.time() < until:
            _, reader = await loop.create_connection(
                lambda: Reader(request, counts, is_kept=is_kept), "127.0.0.1", port
            )
            loop.call_at(until, setattr, reader, "is_stopping", True)
            await reader.ended

    await asyncio.gather(*(one() for _ in range(connections)))
    return counts


@contextmanager
def a_server(root: Path) -> Iterator[tuple[str, int]]:
    """`publisher web` over a site with feeds; its address and process."""
    site = Site(root)
    site.write("config/publisher.toml", CONFIG + 'listen = "127.0.0.1:0"\n')
    for number in range(40):
        site.article(f"piece-{number:02}")
    built = site.run("publish", "--no-mail")
    assert built.code in (0, 75), built.err
    child = site.start("web")
    try:
        while not (found := re.search(r"listening on http://([^\s]+)", (root / "run.log").read_text())):
            assert child.poll() is None, (root / "run.log").read_text()
            os.sched_yield()
        yield found[1], child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(timeout=20)


def request_for(address: str, name: str) -> bytes:
    with urllib.request.urlopen(f"http://{address}/feeds/{name}") as answer:
        etag = answer.headers["ETag"]
    lines = [f"GET /feeds/{name} HTTP/1.1", f"Host: {address}", f"If-None-Match: {etag}", "Accept-Encoding: gzip"]
    lines += ["User-Agent: newsboat/2.21", "Accept: */*"]
    return "\r\n".join([*lines, "", ""]).encode()


def cpu_s(pid: int) -> float:
    """What the process has used of a processor (Linux)."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure(address: str, pid: int, *, seconds: float, connections: int, is_kept: bool) -> None:
    """Polls a second as they came, and as one free processor would give them: the machine has other work."""
    port = int(address.rpartition(":")[2])
    request = request_for(address, FILE)
    if not is_kept:
        request = request.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    rates, possible, others = [], [], 0
    for _ in range(RUNS):
        begun, used = time.perf_counter(), cpu_s(pid)
        counts = asyncio.run(poll(port, request, seconds=seconds, connections=connections, is_kept=is_kept))
        polls = counts.get(b"304", 0)
        rates.append(polls / (time.perf_counter() - begun))
        possible.append(polls / (cpu_s(pid) - used))
        others += sum(counts.values()) - polls
    name = "kept connections" if is_kept else "a new connection for each poll"
    figures = f"{statistics.median(rates):6.0f} polls/s ({min(rates):.0f} to {max(rates):.0f})"
    sys.stdout.write(f"{name:31} {figures}; a processor-second {statistics.median(possible):6.0f}; not 304: {others}\n")


def main() -> int:
    seconds, connections = float((sys.argv[1:] or ["5"])[0]), int((sys.argv[2:] or ["64"])[0])
    with tempfile.TemporaryDirectory() as folder, a_server(Path(folder)) as (address, pid):
        for is_kept in (True, False):
            measure(address, pid, seconds=seconds, connections=connections, is_kept=is_kept)
    return 0


if __name__ == "__main__":
    sys.exit(main())
