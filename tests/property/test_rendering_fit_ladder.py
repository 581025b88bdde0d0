"""The size fit: the ladder goes down, and the first shape that fits is found with few probes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.rendering.fit import KEPT_WHOLE, Shape, first_fitting, shapes

PICTURED = st.lists(st.booleans(), min_size=1, max_size=300)


def weight(shape: Shape, pictured: list[bool]) -> int:
    """Bytes of an issue in this shape, were all items alike."""
    images = sum(pictured[: min(shape.images, shape.full)])
    return 4_000 + 600 * images + 900 * shape.full + 300 * (shape.shown - shape.full)


@given(PICTURED)
@settings(max_examples=50, deadline=None)
def test_each_shape_is_no_heavier_than_the_one_before_and_keeps_the_first_whole(pictured: list[bool]) -> None:
    ladder = shapes(pictured)

    weights = [weight(shape, pictured) for shape in ladder]
    assert weights == sorted(weights, reverse=True)
    assert ladder[0] == Shape(len(pictured), len(pictured), len(pictured))
    assert ladder[-1] == Shape(0, 0, 0)
    assert all(shape.full >= min(KEPT_WHOLE, len(pictured)) for shape in ladder if shape.shown > KEPT_WHOLE)


@given(PICTURED, st.integers(min_value=1_000, max_value=400_000))
@settings(max_examples=100, deadline=None)
def test_the_first_shape_that_fits_is_found_with_few_probes(pictured: list[bool], room: int) -> None:
    ladder, probes = shapes(pictured), []

    def pressure(shape: Shape) -> float:
        probes.append(shape)
        return weight(shape, pictured) / room

    found = first_fitting(ladder, pressure)

    fitting = [shape for shape in ladder if weight(shape, pictured) <= room]
    assert weight(found, pictured) == weight((fitting or [ladder[-1]])[0], pictured)
    assert len(probes) <= 2 * len(ladder).bit_length() + 2
