"""What every use case is handed: settings, database, clock, waiting, secrets. Opened once per command."""

from __future__ import annotations

import re
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from publisher.config.load import load_secret, load_settings, relay_password
from publisher.errors import ConfigError
from publisher.model.settings import DigestSettings, Settings
from publisher.relay import open_relay
from publisher.relay.port import Relay
from publisher.resources import Templates, load_templates
from publisher.storage import Database, Transaction, locks, open_database
from publisher.storage.migrate import prepare

Clock = Callable[[], datetime]
Advance = Callable[[int], None]
Watch = Callable[[str, int], Advance]


def unwatched(_label: str, _total: int) -> Advance:
    """Nobody looks at the progress."""
    return lambda _: None


def clock_from(environ: Mapping[str, str]) -> Clock:
    """The calendar clock: the machine's, or one that starts at PUBLISHER_NOW and runs on at real speed."""
    given = environ.get("PUBLISHER_NOW")
    if not given:
        return lambda: datetime.now(UTC)
    started, begun = parse_now(given), time.monotonic()
    return lambda: started + timedelta(seconds=time.monotonic() - begun)


def parse_now(text: str, *, where: str = "PUBLISHER_NOW") -> datetime:
    """Read PUBLISHER_NOW (RFC 3339 with a zone); ConfigError for anything else."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?([Zz]|[+-]\d\d:\d\d)", text):
        try:
            return datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            pass
    raise ConfigError(f"{text!r} is no time", where, "Give RFC 3339, such as 2026-03-29T00:30:00Z.")


@dataclass
class Runtime:
    """One site, opened. Only use cases call `begin` and `read`; `stop()` turns true when the process must end."""

    root: Path
    settings: Settings
    database: Database
    clock: Clock
    environ: Mapping[str, str]
    wait: Callable[[float], None] = time.sleep
    stop: Callable[[], bool] = field(default=lambda: False)
    notes: list[str] = field(default_factory=list)
    relay: Relay | None = None
    watch: Watch = unwatched
    """Long work says what it is and how much there is (0: not known), and counts on."""
    is_rehearsal: bool = False
    """A dry run: nothing is kept, written or sent."""

    def begin(self) -> AbstractContextManager[Transaction]:
        return self.database.begin()

    def read(self) -> AbstractContextManager[Transaction]:
        return self.database.read()

    def hold(self, name: str, *, wait_s: float = locks.WAIT_S) -> AbstractContextManager[None]:
        """Hold the lock of a pass (design.md 7, Who may run)."""
        folder = self.root / "var" / "locks"
        return locks.hold(self.database, name, folder=folder, wait=self.wait, wait_s=wait_s)

    @cached_property
    def secrets(self) -> tuple[bytes, ...]:
        """Newest first: the first signs, all verify."""
        return load_secret(self.settings, self.environ)

    @cached_property
    def templates(self) -> Templates:
        return load_templates(self.root)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.settings.site.timezone)

    def digest_zone(self, digest: DigestSettings) -> ZoneInfo:
        return ZoneInfo(digest.timezone or self.settings.site.timezone)

    def open_relay(self) -> Relay:
        """The relay that the configuration names (tests hand in their own)."""
        if self.relay is None:
            password = relay_password(self.settings, self.environ)
            host = socket.gethostname()
            self.relay = open_relay(self.settings.relay, root=self.root, password=password, hostname=host)
        return self.relay

    def now(self) -> datetime:
        """This instant in whole seconds, as it is stored and shown."""
        return self.clock().replace(microsecond=0)


@contextmanager
def open_runtime(root: Path, *, environ: Mapping[str, str]) -> Iterator[Runtime]:
    """Open the site at `root`: its settings, then its database (made, upgraded or refused)."""
    settings = load_settings(root, environ=environ)
    clock = clock_from(environ)
    database = open_database(settings.database.url, root=root)
    runtime = Runtime(root=root, settings=settings, database=database, clock=clock, environ=environ)
    try:
        backup = prepare(database, now=clock())
        if backup is not None:
            runtime.notes.append(f"The database was upgraded; a copy of the old one is {backup}.")
        yield runtime
    finally:
        if runtime.relay is not None:
            runtime.relay.close()
        database.close()
