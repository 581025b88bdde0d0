"""Weights from an editor's own extracts: which of an article's candidates would the editor take? (extracts.md 4.1, 5.4)

A conditional logit: within an article a candidate's chance is the softmax of its weighted features, and what is made
large is the chance of the candidates that hold what the editor chose. Plain gradient steps from a fixed beginning: the
same examples give the same weights, in any order. The beginning is the picker without weights, and the penalty is on
the way from there: few examples change little.
"""

from __future__ import annotations

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import mul

from publisher.extracts.bootstrap import interval
from publisher.extracts.candidates import list_candidates, list_paragraphs, steps_anywhere
from publisher.extracts.centroid import Source
from publisher.extracts.examples import Example, mark
from publisher.extracts.features import FEATURES, known_of, numbers_of
from publisher.extracts.pick import pick
from publisher.extracts.weights import Weights

FOLDS = 5
STEPS = 120
RATE = 1.0
MOMENTUM = 0.8
PRIOR_ARTICLES = 20
"""The beginning weighs as much as so many articles."""
CANDIDATES_MAX = 40
"""Of an article's other candidates so many are learnt from, at even distances."""
BEGINNING = {"early": 3.0, "usual_score": 3.0}
"""Of one standard deviation: what makes the picker without weights of these features."""

Progress = Callable[[int], None]
Row = tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Lesson:
    """One article: its candidates' features, and which of them hold what the editor chose."""

    key: str
    rows: tuple[Row, ...]
    is_right: tuple[bool, ...]
    is_usual_hit: bool
    """Whether the picker without weights took what the editor took."""


@dataclass(frozen=True, slots=True)
class Page:
    """A lesson thinned, of scaled features; by columns too, which is what makes a step fast."""

    rows: Sequence[Row]
    columns: Sequence[Row]
    right: Sequence[bool]


@dataclass(frozen=True, slots=True)
class Learned:
    """The weights of all examples, and how such weights do on articles that they were not made of."""

    weights: Weights
    articles: int
    hits: tuple[float, float, float]
    """Per cent, and its 95 % interval."""
    usual: tuple[float, float, float]
    """The same of the picker without weights, on the same articles."""
    difference: tuple[float, float, float]
    """Points between them, article by article."""

    @property
    def is_kept(self) -> bool:
        """Not worse than the picker without weights."""
        return self.hits[0] >= self.usual[0]


def lesson_of(example: Example, *, words: tuple[int, int]) -> Lesson:
    """What one example teaches; of a text without a fitting candidate nothing."""
    paragraphs = list_paragraphs(example.body, language=example.language)
    candidates = list_candidates(paragraphs, most=words[1] * 16 // 9)
    ladder = ([one for one in candidates if bounds.admits(one)] for bounds in steps_anywhere(words))
    admitted = next((found for found in ladder if found), [])
    known = known_of(Source(example.body.text, example.title, example.language, paragraphs))
    marked = mark(example)
    usual = pick(example.body, title=example.title, language=example.language, words=words)
    spans = [(one.start, one.end) for one in usual.passages if one.start is not None and one.end is not None]
    return Lesson(
        key=example.key,
        rows=tuple(numbers_of(one, known) for one in admitted),
        is_right=tuple(marked.is_hit([(one.start, one.end)]) for one in admitted),
        is_usual_hit=marked.is_hit(spans),
    )


def learn(lessons: Sequence[Lesson], *, advance: Progress = lambda _: None) -> Learned:
    """Weights of all lessons, with figures from cross-validation: each article by weights that never saw it."""
    ordered = sorted(lessons, key=lambda one: one.key)
    hits = [0.0] * len(ordered)
    for fold in range(FOLDS):
        values = fit([one for number, one in enumerate(ordered) if number % FOLDS != fold])
        for number in range(fold, len(ordered), FOLDS):
            hits[number] = float(is_hit(ordered[number], values))
        advance(1)
    usual = [float(one.is_usual_hit) for one in ordered]
    values = fit(ordered)
    advance(1)
    return Learned(
        weights=Weights(values),
        articles=len(ordered),
        hits=per_cent(hits),
        usual=per_cent(usual),
        difference=per_cent([one - other for one, other in zip(hits, usual, strict=True)]),
    )


def per_cent(values: Sequence[float]) -> tuple[float, float, float]:
    low, high = interval(values)
    return 100 * statistics.fmean(values), 100 * low, 100 * high


def is_hit(lesson: Lesson, values: Sequence[float]) -> bool:
    """Whether the candidate with the largest sum is right; of equals the earlier one counts."""
    scores = [sum(map(mul, values, row)) for row in lesson.rows]
    return bool(scores) and lesson.is_right[scores.index(max(scores))]


def fit(lessons: Sequence[Lesson]) -> tuple[float, ...]:
    """The weights of plain features (the scale of each is divided out again)."""
    thinned = [thin(one) for one in lessons if any(one.is_right) and not all(one.is_right)]
    scales = [spread(column) for column in zip(*(row for rows, _ in thinned for row in rows), strict=True)]
    pages = [page_of([tuple(map(mul, row, scales)) for row in rows], right) for rows, right in thinned]
    values = climb(pages, [BEGINNING.get(name, 0.0) for name in FEATURES])
    return tuple(map(mul, values, scales or [1.0] * len(FEATURES)))


def page_of(rows: list[Row], right: list[bool]) -> Page:
    return Page(rows, list(zip(*rows, strict=True)), right)


def spread(column: Sequence[float]) -> float:
    """One over the standard deviation; 0 for a feature that is the same everywhere."""
    deviation = statistics.pstdev(column)
    return 1 / deviation if deviation > 1e-9 else 0.0


def thin(lesson: Lesson) -> tuple[list[Row], list[bool]]:
    """All right candidates and at most `CANDIDATES_MAX` others, at even distances."""
    wrong = [n for n, right in enumerate(lesson.is_right) if not right]
    stride = max(1, math.ceil(len(wrong) / CANDIDATES_MAX))
    kept = sorted({*wrong[::stride], *(n for n, right in enumerate(lesson.is_right) if right)})
    return [lesson.rows[n] for n in kept], [lesson.is_right[n] for n in kept]


def climb(pages: Sequence[Page], beginning: Sequence[float]) -> list[float]:
    """Gradient steps with momentum."""
    values = list(beginning)
    speed = [0.0] * len(values)
    pull = PRIOR_ARTICLES / (len(pages) + PRIOR_ARTICLES)
    for _ in range(STEPS):
        slopes = [slope_of(page, values) for page in pages]
        means = [math.fsum(column) / len(pages) for column in zip(*slopes, strict=True)] or [0.0] * len(values)
        slope = [mean + pull * (first - now) for mean, first, now in zip(means, beginning, values, strict=True)]
        speed = [MOMENTUM * old + RATE * (1 - MOMENTUM) * new for old, new in zip(speed, slope, strict=True)]
        values = [value + step for value, step in zip(values, speed, strict=True)]
    return values


def slope_of(page: Page, values: Sequence[float]) -> list[float]:
    """An article's part: the features expected of the right candidates, less those expected of all."""
    scores = [sum(map(mul, values, row)) for row in page.rows]
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    right = [power if is_right else 0.0 for power, is_right in zip(powers, page.right, strict=True)]
    total, right_total = sum(powers), sum(right) or 1.0
    shares = [one / right_total - power / total for one, power in zip(right, powers, strict=True)]
    return [sum(map(mul, shares, column)) for column in page.columns]
