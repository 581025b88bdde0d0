"""How sure a figure is: percentile bootstrap over articles, with a fixed seed, so that it is the same every time."""

from __future__ import annotations

import random
from collections.abc import Sequence

SEED = 20240229
RESAMPLES = 5000


def interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of the mean of `values`; (0, 0) of none."""
    if not values:
        return 0.0, 0.0
    dice = random.Random(SEED)  # noqa: S311 - resampling, no secret
    count = len(values)
    means = sorted(sum(dice.choices(values, k=count)) / count for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]
