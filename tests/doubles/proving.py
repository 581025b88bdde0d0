"""How much a proof does: its short form in every run of the tests, all of it with PUBLISHER_PROVE=1 (`make prove`)."""

from __future__ import annotations

import os
import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")

IS_FULL = os.environ.get("PUBLISHER_PROVE") == "1"
SEED = 20_261_124


def some(everything: Sequence[T], count: int) -> list[T]:
    """All of it where the proof is a full one; else so many, drawn from the whole width, always the same."""
    if IS_FULL or len(everything) <= count:
        return list(everything)
    return random.Random(SEED).sample(list(everything), count)
