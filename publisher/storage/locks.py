"""Who may run: one lock per pass, lost with its process (design.md 7).

On SQLite a locked file in `var/locks`; on PostgreSQL an advisory lock of the session.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import text

from publisher.errors import ConflictError, StorageError
from publisher.storage.engine import Database, make_private_folder

WAIT_S = 30.0
STEP_S = 0.2


@contextmanager
def hold(
    database: Database, name: str, *, folder: Path, wait: Callable[[float], None], wait_s: float = WAIT_S
) -> Iterator[None]:
    """Hold the lock `name`; wait up to `wait_s` seconds for another process, then ConflictError naming it."""
    taker = _file_lock(folder, name) if database.is_sqlite else _session_lock(database, name)
    with taker as attempt:
        waited = 0.0
        while (holder := attempt()) is not None:
            if waited >= wait_s:
                raise ConflictError(
                    f"Another process holds the pass «{name}»: {holder}", str(folder), "Let it finish, or stop it."
                )
            wait(STEP_S)
            waited += STEP_S
        yield


@contextmanager
def _file_lock(folder: Path, name: str) -> Iterator[Callable[[], str | None]]:
    make_private_folder(folder)
    path = folder / f"{name}.lock"
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except OSError as error:
        raise StorageError(f"Cannot open the lock: {error.strerror}", str(path), "Check its owner.") from error

    def attempt() -> str | None:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return os.pread(descriptor, 200, 0).decode("utf-8", "replace").strip() or "a process that is starting"
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"process {os.getpid()} on {socket.gethostname()}\n".encode(), 0)
        return None

    try:
        yield attempt
    finally:
        os.close(descriptor)


@contextmanager
def _session_lock(database: Database, name: str) -> Iterator[Callable[[], str | None]]:
    key = int.from_bytes(hashlib.sha256(f"publisher:{name}".encode()).digest()[:8], "big", signed=True)
    label = f"publisher {socket.gethostname()} {os.getpid()}"[:63]
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("select set_config('application_name', :label, false)"), {"label": label})

        def attempt() -> str | None:
            if connection.execute(text("select pg_try_advisory_lock(:key)"), {"key": key}).scalar_one():
                return None
            found = connection.execute(text(HOLDER), {"high": (key >> 32) & 0xFFFFFFFF, "low": key & 0xFFFFFFFF})
            return str(found.scalar() or "another session")

        try:
            yield attempt
        finally:
            connection.execute(text("select pg_advisory_unlock_all()"))


HOLDER = """
select activity.application_name from pg_locks as held join pg_stat_activity as activity using (pid)
where held.locktype = 'advisory' and held.granted and held.classid::bigint = :high and held.objid::bigint = :low
"""
