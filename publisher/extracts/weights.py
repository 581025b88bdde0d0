"""What a magazine's own extracts taught the picker: a weight a feature, in a small JSON file (extracts.md 5.4)."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from operator import mul
from typing import Any

from publisher.errors import ConfigError
from publisher.extracts.features import FEATURES

VERSION = 1


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight for each of `FEATURES`, in their order."""

    values: tuple[float, ...]
    made: str = ""
    """When, RFC 3339."""
    figures: Mapping[str, Any] = field(default_factory=dict, compare=False)
    """How they did in cross-validation, for people to read."""

    def score(self, features: Sequence[float]) -> float:
        return math.fsum(map(mul, self.values, features))


def weights_text(weights: Weights) -> str:
    """The file: `{"version","made","figures","weights":{feature: weight}}`; the same weights give the same bytes."""
    named = {name: round(value, 6) for name, value in zip(FEATURES, weights.values, strict=True)}
    content = {"version": VERSION, "made": weights.made, "figures": dict(weights.figures), "weights": named}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def parse_weights(text: str, *, where: str) -> Weights:
    """Read such a file; ConfigError naming it for anything else, also for the features of another version."""
    try:
        content: Any = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise damaged("it is not JSON", where) from error
    if not isinstance(content, dict) or content.get("version") != VERSION:
        raise damaged(f'it has no "version": {VERSION}', where)
    named = content.get("weights")
    if not isinstance(named, dict) or set(named) != set(FEATURES):
        raise damaged('"weights" does not name the features of this version', where)
    values = tuple(named[name] for name in FEATURES)
    if not all(is_number(value) for value in values):
        raise damaged('"weights" holds something that is no number', where)
    made, figures = content.get("made"), content.get("figures")
    return Weights(
        tuple(float(value) for value in values),
        made=made if isinstance(made, str) else "",
        figures=figures if isinstance(figures, dict) else {},
    )


def is_number(value: object) -> bool:
    """A finite number; a whole one with thousands of digits is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return abs(value) < 1e9


def damaged(why: str, where: str) -> ConfigError:
    hint = "Run `publisher extracts learn` again, or remove it: the picker works without."
    return ConfigError(f"The file of weights cannot be used: {why}", where, hint)
