"""An error names the file, the line, the key, what was given and what is allowed (design.md 4)."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from publisher.errors import without_secrets

Path = tuple[str | int, ...]

HEADER = re.compile(r"\s*(\[\[|\[)\s*([A-Za-z0-9_.\- \"']+?)\s*\]{1,2}\s*(?:#.*)?$")
KEY = re.compile(r"\s*((?:[A-Za-z0-9_-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|\"[^\"]*\"))*)\s*=")
MULTI_LINE = re.compile(
    r"(?P<other>#[^\n]*|\"(?!\"\")(?:\\.|[^\"\\\n])*\"|'(?!'')[^'\n]*')"
    r"|\"{3}(?:\\.|[^\\])*?\"{3}|'{3}.*?'{3}",
    re.DOTALL,
)
"""Texts over several lines, whose lines are no keys; what else could hold their quotes is `other`."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """One thing that is wrong with the configuration. `path` is where: ("digests", 0, "schedule")."""

    path: Path
    message: str
    hint: str = ""


def line_numbers(text: str) -> dict[Path, int]:
    """Where each key of a TOML text stands: its path to its line."""
    found: dict[Path, int] = {}
    counts: dict[str, int] = {}
    table: Path = ()
    flat = MULTI_LINE.sub(lambda match: match["other"] or "\n" * match[0].count("\n"), text)
    for number, line in enumerate(flat.split("\n"), start=1):
        if header := HEADER.fullmatch(line):
            name = header[2].strip()
            table = tuple(_parts(name))
            if header[1] == "[[":
                counts[name] = counts.get(name, -1) + 1
                table = (*table, counts[name])
            found.setdefault(table, number)
        elif key := KEY.match(line):
            found.setdefault((*table, *_parts(key[1])), number)
    return found


def _parts(dotted: str) -> list[str]:
    return [part.strip().strip("\"'") for part in dotted.split(".")]


def line_of(path: Path, lines: Mapping[Path, int]) -> int | None:
    """The line of a key, or of the nearest thing around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return None


def dotted(path: Path) -> str:
    """`digests[1].schedule`, counted from 1 as people do."""
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def render(mistakes: Sequence[Mistake], *, file: str, lines: Mapping[Path, int], environ: Mapping[Path, str]) -> str:
    """All mistakes, one a line, in the order of the file."""
    shown = []
    for mistake in mistakes:
        variable = next(
            (environ[mistake.path[:n]] for n in range(len(mistake.path), 0, -1) if mistake.path[:n] in environ), None
        )
        number = line_of(mistake.path, lines) or 0
        where = f"the environment, {variable}" if variable else f"{file}:{number}" if number else file
        hint = f" {mistake.hint}" if mistake.hint else ""
        shown.append((number, f"{where}: {dotted(mistake.path)}: {mistake.message}.{hint}"))
    return "\n".join(text for _, text in sorted(shown, key=lambda pair: pair[0]))


def from_validation(errors: Sequence[ErrorDetails], model: type[BaseModel]) -> list[Mistake]:
    """What the validator found, in words for an editor."""
    return [_translated(error, model) for error in errors]


def _translated(error: ErrorDetails, model: type[BaseModel]) -> Mistake:
    path = tuple(part for part in error["loc"] if not isinstance(part, str) or not part.startswith("function-"))
    kind, context = error["type"], error.get("ctx") or {}
    if kind == "missing":
        return Mistake(path, "is required and missing")
    if kind == "extra_forbidden":
        return _unknown(path, model)
    return Mistake(path, f"{shown(error['input'])} was given; allowed: {_allowed(kind, context, error['msg'])}")


def shown(value: Any) -> str:
    """What was given, short, and without a password in it."""
    text = without_secrets(plain(value))
    return text if len(text) <= 80 else f"{text[:77]}…"


def plain(value: Any) -> str:
    """A value as one would write it in the file."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        return f"[{', '.join(plain(one) for one in value)}]"
    return "a table" if isinstance(value, dict) else repr(value)


ALLOWED = {
    "string_type": "text in quotes",
    "int_type": "a whole number",
    "int_parsing": "a whole number",
    "int_from_float": "a whole number",
    "bool_type": "true or false",
    "bool_parsing": "true or false",
    "tuple_type": "a list in brackets",
    "list_type": "a list in brackets",
    "model_type": "a table of keys",
    "model_attributes_type": "a table of keys",
    "dict_type": "a table of keys",
    "string_too_short": "text that is not empty",
    "too_short": "a list of two numbers",
    "too_long": "a list of two numbers",
}


def _allowed(kind: str, context: Mapping[str, Any], message: str) -> str:
    if kind in ALLOWED:
        return ALLOWED[kind]
    if kind == "literal_error":
        return str(context.get("expected", "")).replace("'", "")
    if kind == "string_pattern_mismatch":
        return "lower-case letters, digits and hyphens, 1 to 40 of them"
    if kind in ("greater_than_equal", "less_than_equal"):
        return f"at least {context['ge']}" if "ge" in context else f"at most {context['le']}"
    return message.removeprefix("Value error, ")


def _unknown(path: Path, model: type[BaseModel]) -> Mistake:
    """A key that does not exist, with the nearest one that does."""
    known = keys_of(_model_at(path[:-1], model))
    return Mistake(path, "is no key of the configuration", near(str(path[-1]), known))


def near(given: str, known: Sequence[str]) -> str:
    """The hint for a name that does not exist: the nearest one that does, else all of them."""
    if not known:
        return "It holds no keys."
    found = difflib.get_close_matches(given, known, n=1)
    return f"Did you mean {found[0]}?" if found else f"There are: {', '.join(known)}."


def keys_of(model: Any) -> list[str]:
    """The keys of a table as they are written; none where it is no table."""
    if not (isinstance(model, type) and issubclass(model, BaseModel)):
        return []
    return [field.alias or name for name, field in model.model_fields.items() if name != "root"]


def _model_at(path: Path, model: type[BaseModel]) -> Any:
    current: Any = model
    for part in path:
        if isinstance(part, str) and isinstance(current, type) and issubclass(current, BaseModel):
            field = current.model_fields.get(part)
            current = _model_in(field.annotation) if field else None
    return current


def _model_in(annotation: Any) -> Any:
    """The model that an annotation is, or is a tuple of."""
    return next(iter(getattr(annotation, "__args__", ())), annotation)
