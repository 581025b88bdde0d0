"""What a reader chose of a letter: the language of its furniture and its sections, in one normal form."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

EVERY = "*"
"""Stands for every section where a section is named."""


@dataclass(frozen=True, slots=True)
class ReaderChoice:
    """`language` empty: the magazine's own. `sections` empty: every section."""

    language: str = ""
    sections: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The normal form that is stored and joined by (design.md 6): empty for who chose nothing."""
        if not self.language and not self.sections:
            return ""
        return json.dumps([self.language, *sorted(set(self.sections))], ensure_ascii=False, separators=(",", ":"))

    def wants(self, section: str) -> bool:
        return not self.sections or section in self.sections


def parse_choice(text: str) -> ReaderChoice:
    """Read a normal form back."""
    if not text:
        return ReaderChoice()
    language, *sections = json.loads(text)
    return ReaderChoice(language, tuple(sections))


Entitled = Mapping[str, datetime]
"""Since when a section (EVERY: all) has been wanted: what came out before is not owed to a reader."""


def change_entitled(before: Entitled, sections: Collection[str], *, now: datetime) -> dict[str, datetime]:
    """What is wanted after a change of sections (empty: every section): what was wanted before keeps its instant."""
    wanted = list(sections) or [EVERY]
    after = {section: entitled_since(before, section) or now for section in wanted}
    if wanted == [EVERY]:
        after |= {section: at for section, at in before.items() if at < after[EVERY]}
    return after


def entitled_since(entitled: Entitled, section: str) -> datetime | None:
    """Since when a section has been wanted; None where it is not."""
    instants = [entitled[name] for name in (section, EVERY) if name in entitled]
    return min(instants, default=None)
