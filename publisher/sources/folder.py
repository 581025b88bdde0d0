"""A folder of article files as a source (design.md 4; reliability.md U12).

Only what is a regular file inside the folder is opened: a FIFO cannot block, a symbolic link cannot lead outside.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publisher.errors import FetchError, ParseError
from publisher.formats import has_format, parse_file
from publisher.formats.source_text import MAX_SIZE_BYTES
from publisher.html import clean_line
from publisher.model.article import ParsedFile, Problem
from publisher.sources.bounded import Bounded, parse_file_bounded
from publisher.sources.port import Memory, Outcome, Reading, Seen

SKIPPED_PREFIXES = (".", "_")
SKIPPED_STEM = "readme"
RIGHT_HINT = "Give the right to read it."
SETTLED_NS = 1_000_000_000
"""A file changed less than a second ago may change again without another time: it is looked at once more."""
FORMAT_HINT = "Put a regular file there, or take it out of the folder."


class Skip(Exception):  # noqa: N818 - not an error of the product: it becomes a Problem at once
    """Why a file is not opened or read."""


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Reads the files of a folder and its subfolders, in the order of their paths.

    Left out without a word: files of other kinds, names that begin with `.` or `_`, README files, the folders
    `left_out`. A file with the size and the times that it had is not opened.
    """

    name: str
    path: Path
    site_root: Path = field(kw_only=True)
    left_out: tuple[Path, ...] = field(default=(), kw_only=True)
    bounded: Bounded | None = field(default=None, kw_only=True)
    """Where long files are read; without it all are read in place."""
    clock_ns: Callable[[], int] = field(default=time.time_ns, kw_only=True)

    @property
    def outcome(self) -> Outcome:
        return Outcome()

    def read(self, memory: Memory) -> Iterator[Reading]:
        """Yield each file; what is as it was seen is not parsed again.

        FetchError where the folder is missing or cannot be listed.
        """
        try:
            entries = entries_in(self.path)
        except OSError as error:
            hint = "Make the folder, or set sources.path to where the articles are."
            raise FetchError(f"The folder cannot be read: {error.strerror}", self.shown(self.path), hint) from error
        return self.read_entries(entries, "", memory.seen)

    def read_entries(self, entries: list[os.DirEntry[str]], below: str, seen: Mapping[str, Seen]) -> Iterator[Reading]:
        """What a folder holds; `below` is its own path inside the source, with a slash at its end."""
        for entry in entries:
            if entry.name.startswith(SKIPPED_PREFIXES):
                continue
            if entry.is_dir(follow_symlinks=False):
                yield from self.read_subfolder(Path(entry.path), f"{below}{entry.name}/", seen)
            elif has_format(entry.name) and entry.name.rpartition(".")[0].lower() != SKIPPED_STEM:
                yield from self.read_entry(entry, below, seen)

    def read_subfolder(self, path: Path, below: str, seen: Mapping[str, Seen]) -> Iterator[Reading]:
        if path in self.left_out:
            return
        try:
            entries = entries_in(path)
        except OSError as error:
            yield self.refused(path, f"The folder cannot be read: {error.strerror}", seen, hint=RIGHT_HINT)
            return
        yield from self.read_entries(entries, below, seen)

    def read_entry(self, entry: os.DirEntry[str], below: str, seen: Mapping[str, Seen]) -> Iterator[Reading]:
        """One file, opened only if its size or its times are others than when it was seen."""
        # No Path is made for a file that is not opened: of ten thousand they would take longer than the looking.
        key = readable(f"{below}{entry.name}")
        known = seen.get(key)
        stamp = self.stamp(entry)
        if known is not None and stamp and known.stamp == stamp:
            yield Reading(key, known.fingerprint, stamp)
            return
        yield from self.read_file(Path(entry.path), stamp, seen)

    def stamp(self, entry: os.DirEntry[str]) -> str:
        """Size, times and inode of a regular file; empty for any other, and for one that may still be written."""
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            return ""
        if not stat.S_ISREG(found.st_mode) or found.st_ctime_ns > self.clock_ns() - SETTLED_NS:
            return ""
        return f"{found.st_size}-{found.st_mtime_ns}-{found.st_ctime_ns}-{found.st_ino}"

    def read_file(self, path: Path, stamp: str, seen: Mapping[str, Seen]) -> Iterator[Reading]:
        """One file; nothing for one that has gone since the folder was listed."""
        try:
            data, size_bytes = read_regular(path, inside=self.path)
        except FileNotFoundError:
            if path.is_symlink():
                yield self.refused(path, "The symbolic link leads nowhere", seen)
            return
        except Skip as reason:
            yield self.refused(path, str(reason), seen)
            return
        except OSError as error:
            yield self.refused(path, f"The file cannot be read: {error.strerror}", seen, hint=RIGHT_HINT)
            return
        key = self.key(path)
        fingerprint = hashlib.sha256(data if len(data) == size_bytes else data + str(size_bytes).encode()).hexdigest()
        if key in seen and seen[key].fingerprint == fingerprint:
            yield Reading(key, fingerprint, stamp)
            return
        try:
            parsed = self.parse(path, data)
        except ParseError as error:
            problem = Problem(error.what, error.where, error.hint)
            yield Reading(key, fingerprint, stamp, problem=problem)
        else:
            yield Reading(key, fingerprint, stamp, parsed=parsed, warnings=parsed.warnings)

    def parse(self, path: Path, data: bytes) -> ParsedFile:
        if self.bounded is None:
            return parse_file(path.name, data, where=self.shown(path))
        return parse_file_bounded(self.bounded, path.name, data, where=self.shown(path))

    def refused(self, path: Path, what: str, seen: Mapping[str, Seen], *, hint: str = FORMAT_HINT) -> Reading:
        """What is not opened; its fingerprint is that of the reason, so that it is reported once."""
        key, fingerprint = self.key(path), hashlib.sha256(what.encode()).hexdigest()
        is_known = key in seen and seen[key].fingerprint == fingerprint
        return Reading(key, fingerprint, problem=None if is_known else Problem(what, self.shown(path), hint))

    def key(self, path: Path) -> str:
        """The path inside the folder, with `/`; bytes that are no UTF-8 as `\\xNN`."""
        return readable(path.relative_to(self.path).as_posix())

    def shown(self, path: Path) -> str:
        """The path as people see it: relative to the site, on one line."""
        inside = path.relative_to(self.site_root) if path.is_relative_to(self.site_root) else path
        return clean_line(readable(inside.as_posix()))


def entries_in(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: entry.name)


def readable(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def read_regular(path: Path, *, inside: Path) -> tuple[bytes, int]:
    """The bytes of a regular file, at most one more than the largest that is parsed, and its size.

    Skip for anything else. It is opened before it is looked at, without blocking, so nobody can swap it in between.
    """
    real = Path(os.path.realpath(path, strict=True))
    if not real.is_relative_to(inside.resolve()):
        raise Skip("The symbolic link leads out of the folder")
    if stat.S_ISSOCK(real.stat().st_mode):
        raise Skip("This is a socket, not a regular file")
    descriptor = os.open(real, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            raise Skip("This is a pipe, a device or a folder, not a regular file")
        return file.read(MAX_SIZE_BYTES + 1), status.st_size
