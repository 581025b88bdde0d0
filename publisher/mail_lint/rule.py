"""A rule of the linter: stable id, how bad a breach is, and where the rule comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """An error stops an issue; a warning is told."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """`id` is `group-name` and never changes its meaning; `hint` says what to do where the rule is broken."""

    id: str
    severity: Severity
    title: str
    source: str
    hint: str

    @property
    def group(self) -> str:
        return self.id.partition("-")[0]


def error(id_: str, title: str, source: str, hint: str) -> Rule:
    """A rule whose breach stops an issue."""
    return Rule(id_, Severity.ERROR, title, source, hint)


def warning(id_: str, title: str, source: str, hint: str) -> Rule:
    """A rule whose breach is told."""
    return Rule(id_, Severity.WARNING, title, source, hint)
