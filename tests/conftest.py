"""Fixtures that every folder uses: a clean environment, and a database of each kind."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from publisher.storage import Database, open_database
from publisher.storage.migrate import upgrade

POSTGRES_FOLDERS = ("/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/16/bin", "/usr/lib/postgresql/17/bin")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No PUBLISHER_ variable of the developer reaches a test."""
    for name in list(os.environ):
        if name.startswith("PUBLISHER_") and not name.startswith("PUBLISHER_TEST_"):
            monkeypatch.delenv(name)


def postgres_program(name: str) -> str | None:
    for folder in POSTGRES_FOLDERS:
        if (Path(folder) / name).is_file():
            return f"{folder}/{name}"
    return shutil.which(name)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def as_other_user() -> dict[str, int]:
    """PostgreSQL refuses root: run it as `postgres` or `nobody` there."""
    if os.getuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid}
    return {}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A PostgreSQL server: PUBLISHER_TEST_POSTGRES_URL, else a private one in a temporary folder, else a skip."""
    given = os.environ.get("PUBLISHER_TEST_POSTGRES_URL")
    if given:
        yield given
        return
    initdb, server = postgres_program("initdb"), postgres_program("postgres")
    if initdb is None or server is None:
        pytest.skip("PostgreSQL: no server program here and PUBLISHER_TEST_POSTGRES_URL is not set")
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    who = as_other_user()
    if who:
        os.chown(folder, who["user"], who["group"])
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    subprocess.run([initdb, "-D", f"{folder}/data", "-U", "publisher", "-A", "trust"], check=True, **who, **quiet)
    options = ["-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={folder}", "-c", "fsync=off"]
    process = subprocess.Popen([server, "-D", f"{folder}/data", "-p", str(port), *options], **who, **quiet)
    url = f"postgresql+psycopg://publisher@127.0.0.1:{port}/postgres"
    try:
        wait_for_postgres(url, process)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)
        shutil.rmtree(folder, ignore_errors=True)


def wait_for_postgres(url: str, process: subprocess.Popen[bytes]) -> None:
    engine = create_engine(url)
    for _ in range(200):
        assert process.poll() is None, "the private PostgreSQL server ended"
        try:
            with engine.connect() as connection:
                connection.execute(text("select 1"))
        except Exception:  # noqa: BLE001 - not up yet, whatever it says
            with pytest.MonkeyPatch.context():
                subprocess.run(["sleep", "0.1"], check=True)
        else:
            engine.dispose()
            return
    raise AssertionError("the private PostgreSQL server did not answer within 20 s")


@pytest.fixture
def postgres_database_url(postgres_url: str) -> Iterator[str]:
    """A new empty database on the server."""
    name = f"t{uuid.uuid4().hex[:12]}"
    engine = create_engine(postgres_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"create database {name}"))
    yield make_url(postgres_url).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(text(f"drop database {name} with (force)"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A database of each kind, without tables."""
    url = "sqlite:///var/publisher.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_database_url")
    opened = open_database(url, root=tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def database(empty_database: Database) -> Database:
    """A database of each kind, migrated to head."""
    upgrade(empty_database)
    return empty_database
