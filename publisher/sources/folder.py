"""A folder of article files as a source (design.md 4; reliability.md U12).

Only what is a regular file inside the folder is opened: a FIFO cannot block, a symbolic link cannot lead outside.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from publisher.errors import FetchError, ParseError
from publisher.formats import has_format, parse_file
from publisher.formats.source_text import MAX_SIZE_BYTES
from publisher.html import clean_line
from publisher.model.article import Problem
from publisher.sources.port import Reading

SKIPPED_PREFIXES = (".", "_")
SKIPPED_STEM = "readme"
RIGHT_HINT = "Give the right to read it."
FORMAT_HINT = "Put a regular file there, or take it out of the folder."


class Skip(Exception):  # noqa: N818 - not an error of the product: it becomes a Problem at once
    """Why a file is not opened or read."""


@dataclass(frozen=True, slots=True)
class FolderSource:
    """Reads the files of a folder and its subfolders, in the order of their paths.

    Left out without a word: files of other kinds, names that begin with `.` or `_`, and README files.
    """

    name: str
    path: Path
    site_root: Path = field(kw_only=True)

    def read(self, known: Mapping[str, str]) -> Iterator[Reading]:
        """Yield each file; what has the fingerprint that `known` gives for it is not parsed again.

        FetchError where the folder is missing or cannot be listed.
        """
        try:
            entries = names_in(self.path)
        except OSError as error:
            hint = "Make the folder, or set sources.path to where the articles are."
            raise FetchError(f"The folder cannot be read: {error.strerror}", self.shown(self.path), hint) from error
        return self.read_entries(self.path, entries, known)

    def read_entries(self, folder: Path, entries: list[str], known: Mapping[str, str]) -> Iterator[Reading]:
        for name in entries:
            path = folder / name
            if name.startswith(SKIPPED_PREFIXES):
                continue
            if path.is_dir() and not path.is_symlink():
                yield from self.read_subfolder(path, known)
            elif has_format(name) and Path(name).stem.lower() != SKIPPED_STEM:
                yield from self.read_file(path, known)

    def read_subfolder(self, path: Path, known: Mapping[str, str]) -> Iterator[Reading]:
        try:
            entries = names_in(path)
        except OSError as error:
            yield self.refused(path, f"The folder cannot be read: {error.strerror}", known, hint=RIGHT_HINT)
            return
        yield from self.read_entries(path, entries, known)

    def read_file(self, path: Path, known: Mapping[str, str]) -> Iterator[Reading]:
        """One file; nothing for one that has gone since the folder was listed."""
        try:
            data, size_bytes = read_regular(path, inside=self.path)
        except FileNotFoundError:
            if path.is_symlink():
                yield self.refused(path, "The symbolic link leads nowhere", known)
            return
        except Skip as reason:
            yield self.refused(path, str(reason), known)
            return
        except OSError as error:
            yield self.refused(path, f"The file cannot be read: {error.strerror}", known, hint=RIGHT_HINT)
            return
        key = self.key(path)
        fingerprint = hashlib.sha256(data if len(data) == size_bytes else data + str(size_bytes).encode()).hexdigest()
        if known.get(key) == fingerprint:
            yield Reading(key, fingerprint)
            return
        try:
            parsed = parse_file(path.name, data, where=self.shown(path))
        except ParseError as error:
            yield Reading(key, fingerprint, problem=Problem(error.what, error.where, error.hint))
        else:
            yield Reading(key, fingerprint, parsed=parsed, warnings=parsed.warnings)

    def refused(self, path: Path, what: str, known: Mapping[str, str], *, hint: str = FORMAT_HINT) -> Reading:
        """What is not opened; its fingerprint is that of the reason, so that it is reported once."""
        key, fingerprint = self.key(path), hashlib.sha256(what.encode()).hexdigest()
        is_known = known.get(key) == fingerprint
        return Reading(key, fingerprint, problem=None if is_known else Problem(what, self.shown(path), hint))

    def key(self, path: Path) -> str:
        """The path inside the folder, with `/`; bytes that are no UTF-8 as `\\xNN`."""
        return readable(path.relative_to(self.path).as_posix())

    def shown(self, path: Path) -> str:
        """The path as people see it: relative to the site, on one line."""
        inside = path.relative_to(self.site_root) if path.is_relative_to(self.site_root) else path
        return clean_line(readable(inside.as_posix()))


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


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
