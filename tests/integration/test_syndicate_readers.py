"""Readers poll while the feeds are built again and builders are killed: never a part of a file, nothing left over.

PUBLISHER_TEST_REGENERATIONS, PUBLISHER_TEST_READERS and PUBLISHER_TEST_KILLS make it as long as wanted
(the published figure is 500, 8 and 50).
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

from lxml import etree

from tests.builders import NOW
from tests.doubles.feeds_site import FeedsSite

REGENERATIONS = int(os.environ.get("PUBLISHER_TEST_REGENERATIONS", "40"))
READERS = int(os.environ.get("PUBLISHER_TEST_READERS", "4"))
KILLS = int(os.environ.get("PUBLISHER_TEST_KILLS", "5"))
BASE = "https://harbour.example/feeds/"
PATHS = ("rss.xml", "atom.xml", "feed.json", "section/culture/rss.xml", "author/author-1/atom.xml", "feeds.opml")


class Readers:
    """Threads that read the feeds of a site until it is over, and keep what they could not read."""

    def __init__(self, output: Path, count: int) -> None:
        self.output = output
        self.is_over = threading.Event()
        self.broken: list[str] = []
        self.count = 0
        self.threads = [threading.Thread(target=self.run, args=(number,)) for number in range(count)]

    def run(self, seed: int) -> None:
        chosen = random.Random(seed)
        while not self.is_over.wait(0.001):
            path = self.output / chosen.choice(PATHS)
            try:
                parse(path.name, path.read_bytes())
                self.count += 1
            except FileNotFoundError:
                continue
            except (OSError, ValueError, etree.XMLSyntaxError) as error:
                self.broken.append(f"{path}: {error}")

    def __enter__(self) -> Readers:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.is_over.set()
        for thread in self.threads:
            thread.join()


def parse(name: str, data: bytes) -> None:
    if name.endswith(".json"):
        json.loads(data)
    else:
        etree.fromstring(data)


def run_child(root: Path, first: int, count: int, *, killed_after_s: float | None) -> None:
    """Build `count` times; then, or that long into the next build, the process is over."""
    more = 0 if killed_after_s is None else 100
    command = [sys.executable, "-m", "tests.doubles.syndicating_child", str(root), str(first), str(count + more)]
    with subprocess.Popen(command, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(count)]
        assert b"" not in lines
        try:
            assert child.wait(timeout=killed_after_s) == 0
        except subprocess.TimeoutExpired:
            child.send_signal(signal.SIGKILL)


def lost_links(output: Path) -> list[str]:
    """Links of the feeds to files of ours that are not there."""
    found = []
    for path in output.rglob("*.xml"):
        for node in etree.fromstring(path.read_bytes()).iter("{http://www.w3.org/2005/Atom}link"):
            href = str(node.get("href"))
            if href.startswith(BASE) and not (output / href.removeprefix(BASE)).is_file():
                found.append(f"{path.name}: {href}")
    return found


def test_no_reader_sees_a_part_of_a_feed_while_builders_are_killed(tmp_path: Path) -> None:
    output, chosen = tmp_path / "feeds", random.Random(7)
    with Readers(output, READERS) as readers:
        step = max(1, REGENERATIONS // (KILLS + 1))
        for number in range(KILLS + 1):
            killed_after_s = chosen.uniform(0, 0.2) if number < KILLS else None
            run_child(tmp_path, 1 + number * step, step, killed_after_s=killed_after_s)

    site = FeedsSite(tmp_path, entries=5)
    after = NOW + timedelta(days=30)
    site.build(now=after)
    unchanged = site.build(now=after)
    files = site.files()
    site.close()

    assert readers.broken == []
    assert readers.count > REGENERATIONS
    assert [path for path in files if ".part" in path] == []
    assert lost_links(output) == []
    assert unchanged.written == ()
