"""After a mistake of type, the rest is still looked at: what was wrong is left out or stood in for."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

from pydantic_core import ErrorDetails

from publisher.config.explain import Mistake, Path

URL = "https://stand-in.invalid/"
STAND_INS: dict[tuple[str, str], str] = {
    ("site", "title"): "Stand-in",
    ("site", "url"): URL,
    ("site", "language"): "en",
    ("site", "timezone"): "UTC",
    ("site", "id_authority"): "stand-in.invalid,2000",
    ("feeds", "base_url"): URL,
    ("sources", "name"): "stand-in",
    ("sources", "kind"): "folder",
    ("digests", "name"): "stand-in",
    ("digests", "title"): "Stand-in",
    ("digests", "schedule"): "daily 07:00",
    ("relays", "name"): "stand-in",
    ("relays", "url"): "folder:stand-in",
}
"""For keys without a default."""


def mended(data: dict[str, Any], errors: Iterable[ErrorDetails]) -> dict[str, Any]:
    """The same configuration without what the validator refused."""
    made = copy.deepcopy(data)
    for error in errors:
        mend(made, error["loc"])
    return made


def mend(made: dict[str, Any], path: Path) -> None:
    """Take out the key at a path, or the one that holds it, and stand in for it where it is required."""
    table, key, index = deepest_table(made, path)
    table.pop(key, None)
    if len(path) == 1:
        needed = {name: value for (section, name), value in STAND_INS.items() if section == path[0]}
        if path[0] in ("site", "feeds"):
            table[key] = needed
    elif (str(path[0]), key) in STAND_INS:
        table[key] = STAND_INS[str(path[0]), key] + (f"-{index}" if key == "name" else "")


def deepest_table(made: dict[str, Any], path: Path) -> tuple[dict[str, Any], str, int]:
    """The last table on the way of a path, the key in it, and the place in the list that was passed."""
    place: Any = made
    table, key, index = made, str(path[0]), 0
    for part in path:
        if isinstance(place, dict):
            table, key = place, str(part)
            place = place.get(key)
        elif isinstance(place, list) and isinstance(part, int) and part < len(place):
            index, place = part, place[part]
        else:
            break
    return table, key, index


def not_told(further: Iterable[Mistake], told: Iterable[Mistake]) -> list[Mistake]:
    """Contradictions that are not made by what was stood in."""
    paths = [mistake.path for mistake in told]
    kinds = {path[:2] for path in paths if path[0] == "sources" and path[-1] == "kind"}
    return [one for one in further if one.path[:2] not in kinds and not any(overlaps(one.path, path) for path in paths)]


def overlaps(one: Path, other: Path) -> bool:
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]
