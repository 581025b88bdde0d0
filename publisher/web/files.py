"""Files of one folder in memory, as long as they are the same on the disk."""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from threading import Lock
from typing import Generic, TypeVar

from publisher.feeds.serving import media_type

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")
Identity = tuple[int, int, int, int, int]

MAX_KNOWN = 20_000
MAX_BODY_BYTES = 64 * 1024 * 1024
INDEX = "index.html"


@dataclass(frozen=True, slots=True)
class ServedFile:
    """What is known of a file's bytes: enough for a 304, without the bytes."""

    identity: Identity
    digest: str
    kind: str
    """Its media type, without the charset."""

    @property
    def modified_s(self) -> int:
        """Whole seconds, as Last-Modified shows them. `output.py` moves them forward with every change (S1)."""
        return self.identity[3] // 1_000_000_000

    def etag(self, encoding: str) -> str:
        """Strong, from the bytes, another one for each encoding (RFC 9110 8.8.3.3)."""
        return f'"{self.digest}{encoding and "-"}{encoding}"'


class Lru(Generic[Key, Value]):
    """The values used last, up to a bound on their sizes together. Any thread may use it."""

    def __init__(self, bound: int, size_of: Callable[[Value], int]) -> None:
        self.bound, self.size_of, self.held = bound, size_of, 0
        self.values: OrderedDict[Key, Value] = OrderedDict()
        self.lock = Lock()

    def get(self, key: Key) -> Value | None:
        with self.lock:
            if key in self.values:
                self.values.move_to_end(key)
            return self.values.get(key)

    def put(self, key: Key, value: Value) -> None:
        """Keep a value. One larger than an eighth of the bound is not worth what it would push out."""
        size = self.size_of(value)
        if size * 8 > self.bound:
            return
        with self.lock:
            old = self.values.pop(key, None)
            self.held += size - (0 if old is None else self.size_of(old))
            self.values[key] = value
            while self.held > self.bound:
                _, dropped = self.values.popitem(last=False)
                self.held -= self.size_of(dropped)


class Folder:
    """A folder from which only plain files of known types can be read: nothing hidden, no link, nothing outside."""

    def __init__(self, root: str) -> None:
        self.root = root

    def parts(self, path: str) -> list[str] | None:
        """The names on the way to a file; None for a path that is never served."""
        names = path.split("/")
        if names[-1] == "":
            names[-1] = INDEX
        # An empty name would give one file many addresses.
        if any(not name or name[0] in "._" or "\\" in name or "\0" in name for name in names):
            return None
        return names if media_type(names[-1]) else None

    def identity(self, path: str) -> Identity | None:
        """Of the file that is there now, in one call."""
        names = self.parts(path)
        if names is None:
            return None
        try:
            return identity_of(os.lstat("/".join((self.root, *names))))
        except (OSError, ValueError):
            return None

    def read(self, path: str) -> tuple[Identity, str, bytes] | None:
        """Identity, type and bytes of one version of a file: what replaces it meanwhile is another file."""
        names = self.parts(path)
        if names is None:
            return None
        try:
            descriptor = open_below(self.root, names)
        except (OSError, ValueError):
            return None
        with os.fdopen(descriptor, "rb") as file:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                return None
            return identity_of(found), media_type(names[-1]) or "", file.read()


class FileCache:
    """The versions of files and their bytes, plain and compressed, each kept while the disk shows the same file."""

    def __init__(self, folder: Folder, *, max_body_bytes: int = MAX_BODY_BYTES) -> None:
        self.folder = folder
        self.files: Lru[str, ServedFile] = Lru(MAX_KNOWN, lambda _: 1)
        self.bodies: Lru[str, bytes] = Lru(max_body_bytes, len)
        self.loading = Lock()

    def known(self, path: str) -> ServedFile | None:
        """What is at the path, if it is what was read before."""
        file = self.files.get(path)
        return file if file is not None and file.identity == self.folder.identity(path) else None

    def body(self, file: ServedFile, encoding: str) -> bytes | None:
        return self.bodies.get(file.etag(encoding))

    def load(self, path: str) -> tuple[ServedFile, bytes] | None:
        """Read a file, unless it is in memory. One at a time: of many who ask for a new file the first reads it."""
        with self.loading:
            file = self.known(path)
            data = None if file is None else self.body(file, "")
            if file is not None and data is not None:
                return file, data
            read = self.folder.read(path)
            if read is None:
                return None
            identity, kind, data = read
            file = ServedFile(identity, hashlib.sha256(data).hexdigest()[:32], kind)
            self.files.put(path, file)
            self.bodies.put(file.etag(""), data)
            self.encoded(file, data, "gzip")
            return file, data

    def encoded(self, file: ServedFile, data: bytes, encoding: str) -> bytes:
        """The bytes as they are sent. Compressed, they are the same each time: no clock is in them (S5)."""
        if not encoding:
            return data
        body = self.body(file, encoding)
        if body is None:
            body = gzip.compress(data, 6, mtime=0)
            self.bodies.put(file.etag(encoding), body)
        return body


def identity_of(found: os.stat_result) -> Identity:
    """Tells two files apart that were at one path; ctime also where somebody set the old modification time."""
    return (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def open_below(root: str, names: list[str]) -> int:
    """Open a file below `root` without following a link on the way. OSError where there is none."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    folder = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in names[:-1]:
            below = os.open(name, flags | os.O_DIRECTORY, dir_fd=folder)
            os.close(folder)
            folder = below
        return os.open(names[-1], flags, dir_fd=folder)
    finally:
        os.close(folder)
