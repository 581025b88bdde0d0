"""`doctor`: the world around the site: relay, database, disk, clock, folders, secret."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from publisher.app.runtime import Runtime
from publisher.errors import PublisherError
from publisher.storage.engine import integrity_problems
from publisher.storage.migrate import current_revision

FLOOR_BYTES = 200 * 1024 * 1024


class Verdict(StrEnum):
    PASS = "PASS"
    WARN = "WARN"
    FAIL = "FAIL"


@dataclass(frozen=True, slots=True)
class Finding:
    """One look at the world: what was looked at, what was seen, what to do."""

    id: str
    verdict: Verdict
    what: str
    hint: str = ""


def doctor(runtime: Runtime) -> Iterator[Finding]:
    """Yield each finding as it is made. A relay that is not reachable is a FAIL of its own (exit 69)."""
    looks: dict[str, Callable[[Runtime], Finding]] = {
        "database": look_at_database,
        "disk": look_at_disk,
        "clock": look_at_clock,
        "sources": look_at_sources,
        "secret": look_at_secret,
        "relay": look_at_relay,
    }
    for name, look in looks.items():
        try:
            yield look(runtime)
        except PublisherError as error:
            yield Finding(name, Verdict.FAIL, f"{error.where}: {error.what}".removeprefix(": "), error.hint)


def look_at_database(runtime: Runtime) -> Finding:
    with runtime.read() as tx:
        problems = integrity_problems(tx)
    if problems:
        return Finding(
            "database", Verdict.FAIL, "; ".join(problems), "Restore the last backup, then `publisher db check`."
        )
    return Finding("database", Verdict.PASS, f"{runtime.database.where}, revision {current_revision(runtime.database)}")


def look_at_disk(runtime: Runtime) -> Finding:
    free = shutil.disk_usage(runtime.root).free
    shown = f"{free // 1024 // 1024} MiB free"
    if free < FLOOR_BYTES:
        return Finding("disk", Verdict.FAIL, shown, "Free some space: a full disk stops a send.")
    return Finding("disk", Verdict.PASS, shown)


def look_at_clock(runtime: Runtime) -> Finding:
    now = runtime.now()
    if runtime.environ.get("PUBLISHER_NOW"):
        return Finding(
            "clock", Verdict.WARN, f"set to {now:%Y-%m-%d %H:%M:%S} UTC by PUBLISHER_NOW", "Unset it to send."
        )
    local = now.astimezone(runtime.zone)
    return Finding("clock", Verdict.PASS, f"{now:%Y-%m-%d %H:%M:%S} UTC, {local:%H:%M} in {runtime.zone.key}")


def look_at_sources(runtime: Runtime) -> Finding:
    """Every folder source is there and can be listed."""
    missing = [one.path for one in runtime.settings.sources if not runtime.settings.path(one.path).is_dir()]
    if missing:
        return Finding(
            "sources", Verdict.FAIL, f"no such folder: {', '.join(missing)}", "Make it, or change sources.path."
        )
    return Finding("sources", Verdict.PASS, f"{len(runtime.settings.sources)} configured, all there")


def look_at_secret(runtime: Runtime) -> Finding:
    return Finding("secret", Verdict.PASS, f"{len(runtime.secrets)} keys sign and verify links")


def look_at_relay(runtime: Runtime) -> Finding:
    """Connect, greet, encrypt and log in, as a send would; nothing is sent."""
    relay = runtime.open_relay()
    relay.open()
    return Finding("relay", Verdict.PASS, f"{relay.name} takes mail")
