"""Feeds of a large archive, beside Hugo and Pelican in one run: the second part of `make bench`.

Each program gets the same articles in its own form and is started as from cron. BENCH_ARTICLES (10,000) and
BENCH_ROUNDS (3) change the size. The rounds are interleaved, A B C A B C, and only the ratios mean anything: below 1
ours is faster. What is compared, and what is not: docs/explanation/scale.md.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench_corpus import add_pieces, make_hugo, make_pelican, make_publisher

ROOT = Path(__file__).parents[1]
BENCH = ROOT / ".bench"
LOCK = ROOT / "requirements-bench.lock"
PUBLISHER = Path(sys.executable).with_name("publisher")
STEPS = ("from nothing", "nothing changed", "one added")
OURS = "publisher publish --no-mail"
ADDED_RUNS = 5
NOISY = 1.5
"""Largest to smallest: nothing is concluded from figures that are further apart."""
Files = dict[str, tuple[int, int]]


class BrokenError(Exception):
    """A program that was measured ended with an error."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One run: seconds by the clock and of a processor, the largest resident size, and the output files it wrote."""

    seconds: float
    cpu: float
    peak_mb: float
    written: int


@dataclass(frozen=True, slots=True)
class Program:
    """Something that writes feeds: its command lines, one after the other; its output; what it forgets from nothing."""

    name: str
    root: Path
    commands: tuple[tuple[str, ...], ...]
    output: str
    forgets: tuple[str, ...] = ()
    figures: dict[str, list[list[Figure]]] = field(default_factory=dict)

    def forget(self) -> None:
        for name in (self.output, *self.forgets):
            shutil.rmtree(self.root / name, ignore_errors=True)

    def run(self, step: str) -> None:
        """Run the commands and keep a figure of each."""
        figures = [measure(command, root=self.root, output=self.root / self.output) for command in self.commands]
        self.figures.setdefault(step, []).append(figures)
        took = " + ".join(f"{figure.seconds:.2f} s ({figure.cpu:.2f})" for figure in figures)
        say(f"  {step:16} {self.name:32} {took}")

    def totals(self, step: str) -> list[Figure]:
        """Each round's commands together."""
        return [
            Figure(
                seconds=sum(one.seconds for one in row),
                cpu=sum(one.cpu for one in row),
                peak_mb=max(one.peak_mb for one in row),
                written=sum(one.written for one in row),
            )
            for row in self.figures.get(step, [])
        ]


def say(line: str = "") -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def measure(command: Sequence[str], *, root: Path, output: Path) -> Figure:
    """Run a command in `root`. BrokenError with its last words if it fails."""
    before = files_in(output)
    with tempfile.TemporaryFile() as log:
        begun = time.perf_counter()
        child = subprocess.Popen(command, cwd=root, stdout=log, stderr=log, env=environment(root))
        _, status, usage = os.wait4(child.pid, 0)
        took = time.perf_counter() - begun
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            log.seek(0)
            raise BrokenError(f"{' '.join(command)}: exit code {child.returncode}\n{log.read().decode()[-2000:]}")
    after = files_in(output)
    written = sum(before.get(name) != mark for name, mark in after.items())
    return Figure(took, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, written)


def environment(root: Path) -> dict[str, str]:
    """A plain one: bytecode is kept (as for a user), and Hugo's cache is its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PUBLISHER_", "HUGO"))}
    return {**kept, "HUGO_CACHEDIR": str(root / "cache")}


def files_in(folder: Path) -> Files:
    """Inode and time of each file: one that was written has another of them."""
    found: Files = {}
    for where, _, names in os.walk(folder):
        for name in names:
            path = Path(where, name)
            status = path.stat()
            found[str(path.relative_to(folder))] = (status.st_ino, status.st_mtime_ns)
    return found


def install_peers() -> Path | None:
    """The folder of the peers' environment, made at first use; None, with the reason said, where it cannot be."""
    mark = BENCH / hashlib.sha256(LOCK.read_bytes()).hexdigest()[:16]
    if mark.exists():
        return BENCH
    try:
        venv.create(BENCH, clear=True, with_pip=True)
        pip = [str(BENCH / "bin/python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        options = ["--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]
        subprocess.run([*pip, *options], check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        reason = (getattr(error, "stderr", None) or str(error)).strip().splitlines()[-1]
        say(f"Hugo and Pelican are left out, they could not be installed: {reason}")
        return None
    mark.touch()
    return BENCH


def hugo_in(peers: Path) -> Path | None:
    """The program itself: the package's own start script would add a Python to it."""
    return next(peers.glob("lib/python*/site-packages/hugo/binaries/hugo"), None)


def a_publisher(name: str, root: Path, commands: Iterable[str]) -> Program:
    lines = tuple((str(PUBLISHER), "--site", str(root), *command.split()) for command in commands)
    return Program(name, root, lines, "feeds", ("var",))


def the_programs(folder: Path, peers: Path | None, *, largest: int) -> tuple[list[Program], dict[str, Path]]:
    """Programs in the order of a round, and where each form of the articles goes."""
    forms = {"publisher": folder / "articles"}
    programs = [
        a_publisher(OURS, folder / "whole", ["publish --no-mail"]),
        a_publisher("publisher collect + feeds build", folder / "parts", ["collect", "feeds build"]),
    ]
    for program in programs:
        make_publisher(program.root, articles=forms["publisher"], burst_limit=largest)
    if peers is None:
        return programs, forms
    if hugo := hugo_in(peers):
        root = folder / "hugo"
        make_hugo(root)
        forms["hugo"] = root / "content"
        programs.append(Program("Hugo", root, ((str(hugo), "--logLevel", "error"),), "public", ("cache", "resources")))
    forms["pelican"] = folder / "content"
    for name, has_cache in (("Pelican", False), ("Pelican with its cache", True)):
        root = folder / name.replace(" ", "-").lower()
        make_pelican(root, content=forms["pelican"], has_cache=has_cache)
        command = (str(peers / "bin/pelican"), "--quiet", "--settings", "pelicanconf.py")
        programs.append(Program(name, root, (command,), "output", ("cache",)))
    return programs, forms


def run_rounds(programs: Sequence[Program], forms: dict[str, Path], *, count: int, rounds: int) -> None:
    for number in range(1, rounds + 1):
        say(f"round {number} of {rounds}")
        for step in STEPS:
            if step == "one added":
                add_pieces(forms, [count + number], archive=count)
            for program in programs:
                if step == "from nothing":
                    program.forget()
                program.run(step)


def spread(values: Sequence[float]) -> str:
    shown = " / ".join(f"{value:.2f}" for value in (min(values), statistics.median(values), max(values)))
    return f"{shown} noisy" if max(values) > NOISY * min(values) else shown


def print_table(programs: Sequence[Program]) -> None:
    """A table in Markdown: min / median / max over the rounds; each ratio is of one round."""
    say("| step | program | s by the clock | ours : theirs | s of a processor | ours : theirs | files written | MB |")
    say("|---|---|---|---|---|---|---|---|")
    for step in STEPS:
        ours = programs[0].totals(step)
        for program in programs:
            its = program.totals(step)
            peak = max(figure.peak_mb for figure in its)
            clock = pair([one.seconds for one in ours], [one.seconds for one in its])
            cpu = pair([one.cpu for one in ours], [one.cpu for one in its])
            say(f"| {step} | {program.name} | {clock} | {cpu} | {count_shown(its)} | {peak:.0f} |")


def pair(ours: Sequence[float], its: Sequence[float]) -> str:
    """Two cells: its figures, and ours in proportion to them."""
    ratios = [mine / other for mine, other in zip(ours, its, strict=True)]
    return f"{spread(its)} | {'–' if ratios == [1.0] * len(ratios) else spread(ratios)}"


def count_shown(figures: Sequence[Figure]) -> str:
    written = sorted(figure.written for figure in figures)
    return str(written[0]) if written[0] == written[-1] else f"{written[0]} to {written[-1]}"


def print_parts(program: Program) -> None:
    say("Seconds of a processor, by command:")
    for step in STEPS:
        parts = zip(("collect", "feeds build"), zip(*program.figures[step], strict=True), strict=True)
        shown = "; ".join(f"{name} {spread([one.cpu for one in row])}" for name, row in parts)
        say(f"{step}: {shown}")


def start_up(root: Path, *, rounds: int) -> list[float]:
    """Processor seconds until `publisher publish` can begin: Python and everything that it imports."""
    command = (sys.executable, "-c", "import publisher.cli.main, publisher.cli.publish")
    return [measure(command, root=root, output=root / "feeds").cpu for _ in range(rounds)]


def print_growth(folder: Path, sizes: Sequence[int]) -> None:
    """One added article, at several sizes of one archive that grows."""
    site = a_publisher("growing", folder / "growing", ["publish --no-mail"])
    forms, largest = {"publisher": folder / "growing-articles"}, sizes[-1] + ADDED_RUNS
    make_publisher(site.root, articles=forms["publisher"], burst_limit=largest)
    stored, rows = 0, list[str]()
    for size in sizes:
        add_pieces(forms, range(stored + 1, size + 1), archive=largest)
        site.run(f"up to {size}")
        stored = size
        for _ in range(ADDED_RUNS):
            stored += 1
            add_pieces(forms, [stored], archive=largest)
            site.run(f"{size} and one")
        figures = site.totals(f"{size} and one")
        clock, cpu = ([getattr(figure, name) for figure in figures] for name in ("seconds", "cpu"))
        rows.append(f"| {size} | {spread(clock)} | {spread(cpu)} | {count_shown(figures)} |")
    say("| articles in store | one added, s by the clock | s of a processor | files written |")
    say("|---|---|---|---|")
    for row in rows:
        say(row)


def timed(what: str, work: Callable[[], object]) -> None:
    begun = time.perf_counter()
    work()
    say(f"{what}: {time.perf_counter() - begun:.1f} s")


def main() -> int:
    count, rounds = int(os.environ.get("BENCH_ARTICLES", "10000")), int(os.environ.get("BENCH_ROUNDS", "3"))
    peers = install_peers()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        programs, forms = the_programs(folder, peers, largest=count)
        say(f"{count} articles, {rounds} rounds, Python {platform.python_version()}, {os.cpu_count()} cores")
        timed("articles made", lambda: add_pieces(forms, range(1, count + 1), archive=count))
        measure((str(PUBLISHER), "--help"), root=folder, output=folder / "none")  # compiles what is not yet
        run_rounds(programs, forms, count=count, rounds=rounds)
        say()
        print_table(programs)
        say()
        print_parts(programs[1])
        say(f"in each of them, starting Python and importing: {spread(start_up(programs[0].root, rounds=5))}")
        say()
        print_growth(folder, [max(1, count // 100), max(2, count // 10), max(3, count * 3 // 10), count])
    return 0


if __name__ == "__main__":
    sys.exit(main())
