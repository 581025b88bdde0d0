"""Each key from the environment: `PUBLISHER_RELAY__URL` stands over `relay.url` (design.md 4)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from publisher.config.explain import Mistake, Path, keys_of, near
from publisher.model.settings import Settings

PREFIX = "PUBLISHER_"
NO_SETTINGS = frozenset({"PUBLISHER_SITE", "PUBLISHER_RELAY_PASSWORD", "PUBLISHER_INSTANCE", "PUBLISHER_DNS"})
"""They look like a section or a key, and are the site's folder and a secret."""


@dataclass(frozen=True, slots=True)
class Overlay:
    """Which variable each key came from, and variables that name no key."""

    variables: dict[Path, str]
    mistakes: list[Mistake]


def overlay(data: dict[str, Any], environ: Mapping[str, str]) -> Overlay:
    """Put what the environment says over `data`.

    Lists and tables are JSON (`PUBLISHER_FEEDS__BY='["section"]'`, `PUBLISHER_DIGESTS='[{…}]'`); an entry of a list
    is named by its place from 0 on (`PUBLISHER_DIGESTS__0__TITLE`).
    """
    found = Overlay({}, [])
    for name in sorted(environ):
        if not name.startswith(PREFIX) or name.startswith("PUBLISHER_TEST_") or name in NO_SETTINGS:
            continue
        path = path_of(name)
        if path is not None:
            found.variables[path] = name
            found.mistakes.extend(put(data, path, environ[name], name=name))
    return found


def path_of(name: str) -> Path | None:
    """The key that a variable names, or means to name; None where it is no setting (`PUBLISHER_NOW`)."""
    rest = name.removeprefix(PREFIX).lower()
    if "__" in rest:
        return tuple(int(part) if re.fullmatch(r"[0-9]{1,4}", part) else part for part in rest.split("__"))
    sections = keys_of(Settings)
    if rest in sections:
        return (rest,)
    for section in sections:
        key = rest.removeprefix(f"{section}_")
        if key != rest and key in keys_of(annotation_at((section,))):
            return (section, key)
    return None


def put(data: dict[str, Any], path: Path, text: str, *, name: str) -> list[Mistake]:
    """Set one key; what is wrong with the variable's name."""
    wanted = PREFIX + "__".join(str(part).upper() for part in path)
    annotation = annotation_at(path)
    if name != wanted:
        return [Mistake(path, "is no variable of Publisher", f"Did you mean {wanted}?")]
    if annotation is None:
        return [Mistake(path, "is no key of the configuration", nearest(path))]
    place: Any = data
    for part in path[:-1]:
        place = inner(place, part)
    last: Any = path[-1]
    if isinstance(place, dict) or (isinstance(place, list) and isinstance(last, int) and last < len(place)):
        place[last] = value_of(text, annotation)
        return []
    return [Mistake(path, "there is nothing of this number", "The first one is 0.")]


def nearest(path: Path) -> str:
    """What could have been meant at the first part of a path that leads nowhere."""
    depth = next(n for n in range(len(path) - 1, -1, -1) if annotation_at(path[:n]) is not None)
    known = keys_of(annotation_at(path[:depth]))
    return near(str(path[depth]), known)


def inner(place: Any, part: str | int) -> Any:
    """One step down; a table that is not there is made."""
    if isinstance(place, dict):
        return place.setdefault(part, {})
    if isinstance(place, list) and isinstance(part, int) and part < len(place):
        return place[part]
    return None


def annotation_at(path: Path) -> Any:
    """The type of a key; None where there is no such key."""
    current: Any = Settings
    for part in path:
        if isinstance(part, int) and get_origin(current) is tuple:
            current = get_args(current)[0]
        elif isinstance(current, type) and issubclass(current, BaseModel):
            current = next((f.annotation for key, f in current.model_fields.items() if part == (f.alias or key)), None)
        else:
            return None
    return None if path == ("root",) else current


def value_of(text: str, annotation: Any) -> Any:
    """A variable's text as the type of its key; what cannot be that stays text, and the validator says so."""
    if annotation is bool:
        return {"true": True, "false": False}.get(text, text)
    if annotation is int:
        return int(text) if re.fullmatch(r"-?[0-9]{1,18}", text) else text
    if get_origin(annotation) is tuple or (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            return text
    return text
