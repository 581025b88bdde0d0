"""A file whole or not at all: temporary, fsync, rename (feeds.md S10, reliability.md O1)."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import Path

from publisher.errors import StorageError

LEFTOVER = ".publisher-{}.part"
SECOND_NS = 1_000_000_000


def write_atomic(path: Path, data: bytes, *, now: datetime) -> bool:
    """Put `data` at `path`; False, and nothing is touched, where it is there already.

    A reader sees the old file or the new one, never a part. The new one's modification time is `now`, or one second
    after the old one's where that is later: a server's Last-Modified that stands still hides the change (S1).
    A symbolic link at `path` or at the temporary's name is replaced and never followed. StorageError names the path.
    """
    try:
        if is_same(path, data):
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        replace(path, data, modified_ns=next_modified_ns(path, now))
    except OSError as error:
        what = f"Cannot write the file: {error.strerror or error}"
        raise StorageError(what, str(path), "Check the folder's owner and the free space.") from error
    return True


def remove_leftovers(directory: Path) -> int:
    """Remove what a killed run left half written directly in `directory`; how many there were."""
    try:
        found = [path for path in directory.glob(LEFTOVER.format("*")) if path.is_symlink() or not path.is_dir()]
        for path in found:
            path.unlink(missing_ok=True)
    except OSError as error:
        what = f"Cannot remove what a stopped run left: {error.strerror or error}"
        raise StorageError(what, str(directory), "Check the folder's owner.") from error
    return len(found)


def is_same(path: Path, data: bytes) -> bool:
    """The file, itself and no link to another, holds exactly this."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size != len(data):
        return False
    return path.read_bytes() == data


def next_modified_ns(path: Path, now: datetime) -> int:
    """Whole seconds, as a server shows them."""
    wanted = int(now.timestamp()) * SECOND_NS
    if path.is_symlink() or not path.exists():
        return wanted
    return max(wanted, (path.stat().st_mtime_ns // SECOND_NS + 1) * SECOND_NS)


def replace(path: Path, data: bytes, *, modified_ns: int) -> None:
    temporary = temporary_for(path)
    temporary.unlink(missing_ok=True)
    try:
        write_whole(temporary, data, modified_ns=modified_ns)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    sync_directory(path.parent)


def temporary_for(path: Path) -> Path:
    """In the same folder, or the rename could not be atomic; dotted, so that no server shows it (S6)."""
    name = hashlib.sha256(path.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
    return path.with_name(LEFTOVER.format(name))


def write_whole(path: Path, data: bytes, *, modified_ns: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.utime(descriptor, ns=(modified_ns, modified_ns))
        os.fsync(descriptor)


def sync_directory(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
