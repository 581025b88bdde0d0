"""The DNS as a dict: the port of `mail_auth` without a socket."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from publisher.mail_auth import Answer, Kind, Status


class DictResolver:
    """`silent` names are not answered. `asked`: every question."""

    is_silent = False

    def __init__(self, zone: Mapping[tuple[str, str], Sequence[str]], *, silent: Sequence[str] = ()) -> None:
        self.zone, self.silent = zone, set(silent)
        self.asked: list[tuple[str, str]] = []

    def look_up(self, name: str, kind: Kind) -> Answer:
        self.asked.append((name, kind))
        if name in self.silent:
            return Answer(Status.SILENT)
        values = self.zone.get((name, kind))
        if values:
            return Answer(Status.FOUND, tuple(values))
        is_there = any(known == name or known.endswith(f".{name}") for known, _ in self.zone)
        return Answer(Status.EMPTY if is_there else Status.NO_NAME)
