"""`extracts learn` and `extracts evaluate`: how good the picker is, and what the magazine's own extracts teach it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from publisher.app.runtime import Runtime, Watch, unwatched
from publisher.errors import DataError, NotFound
from publisher.extracts.evaluate import Result, evaluate
from publisher.extracts.examples import Example, read_examples
from publisher.extracts.learn import FOLDS, Learned, learn, lesson_of
from publisher.extracts.pick import pick
from publisher.extracts.weights import Weights, weights_text
from publisher.model.article import Article, Extract, Origin
from publisher.model.settings import ExtractSettings
from publisher.output import write_atomic
from publisher.storage import articles

EXAMPLES_MIN = 200
"""Fewer teach what does not carry over: 108 articles gave 13.9 % against 18.1 % without weights (extracts.md 4.1)."""


@dataclass(frozen=True, slots=True)
class Examples:
    """What a file or a magazine gave: articles with their editor's passages, and the lines that could not be read."""

    found: tuple[Example, ...]
    bad: tuple[DataError, ...] = ()

    @property
    def missing_count(self) -> int:
        """Passages that are not in their article's body."""
        return sum(one.missing for one in self.found)

    @property
    def left_out_count(self) -> int:
        """Articles none of whose passages is in their body: they are in no figure."""
        return sum(not one.gold for one in self.found)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of each subset, then of all articles."""

    results: tuple[Result, ...]
    examples: Examples


@dataclass(frozen=True, slots=True)
class Lessons:
    """What was learnt, and where it was written; None where it was not kept."""

    learned: Learned
    examples: Examples
    written: Path | None = None


@dataclass(frozen=True, slots=True)
class Learning:
    """How to learn: at least so many articles; kept at `output`, also if worse (`is_forced`)."""

    output: Path | None
    now: datetime
    least: int = EXAMPLES_MIN
    is_forced: bool = False
    settings: ExtractSettings = field(default_factory=ExtractSettings)


def read_file(path: Path) -> Examples:
    """The examples of a file of JSON lines; NotFound if there is no such file."""
    if not path.is_file():
        raise NotFound("There is no such file", str(path), "Name a file of JSON lines.")
    with path.open("rb") as lines:
        rows = list(read_examples(lines, where=str(path)))
    bad = tuple(row for row in rows if isinstance(row, DataError))
    return Examples(tuple(row for row in rows if isinstance(row, Example)), bad)


def evaluate_file(
    path: Path, *, settings: ExtractSettings, subset: str = "", weights: Weights | None = None
) -> Evaluation:
    """The picker's hits on a file of examples. NotFound for a subset that is not in it, DataError without articles."""
    examples = read_file(path)
    wanted = [one for one in examples.found if not subset or one.subset == subset]
    if subset and not wanted:
        named = ", ".join(sorted({one.subset for one in examples.found if one.subset})) or "none"
        raise NotFound(f"No article has the subset {subset!r}", str(path), f"Its subsets: {named}.")

    def picker(example: Example) -> Extract:
        return pick(
            example.body,
            title=example.title,
            language=example.language,
            style=settings.style,
            words=settings.words,
            passages=settings.passages,
            weights=weights,
        )

    results = evaluate(wanted, picker, settings=settings, stopwatch=time.perf_counter)
    return Evaluation(tuple(results), replace(examples, found=tuple(wanted)))


def read_site(runtime: Runtime) -> Examples:
    """The magazine's articles with an extract that their editor gave."""
    with runtime.read() as tx:
        return Examples(tuple(own_examples(articles.iter_articles(tx))))


def own_examples(found: Iterable[Article]) -> Iterable[Example]:
    for article in found:
        if article.extract.origin is Origin.EDITOR:
            places = [(one.start, one.end) for one in article.extract.passages]
            gold = tuple((start, end) for start, end in places if start is not None and end is not None)
            yield Example(
                article.title, article.body, article.language, gold, article.section, missing=len(places) - len(gold)
            )


def learn_weights(examples: Examples, learning: Learning, *, watch: Watch = unwatched) -> Lessons:
    """Learn from examples, and write the weights if they are not worse than none.

    DataError, and nothing is written, where too few articles have a passage that stands in their body.
    """
    usable = [one for one in examples.found if one.gold]
    if len(usable) < learning.least:
        what = f"{len(usable)} articles have an editor's extract that stands in their body; {learning.least} are needed"
        raise DataError(what, hint="Nothing was written. Until then the picker works without weights.")
    advance = watch("articles read", len(usable))
    lessons = []
    for example in usable:
        lessons.append(lesson_of(example, words=learning.settings.words))
        advance(1)
    learned = learn(lessons, advance=watch("fits", FOLDS + 1))
    if learning.output is None or not (learned.is_kept or learning.is_forced):
        return Lessons(learned, examples)
    kept = replace(learned.weights, made=learning.now.strftime("%Y-%m-%dT%H:%M:%SZ"), figures=figures_of(learned))
    write_atomic(learning.output, weights_text(kept).encode(), now=learning.now)
    return Lessons(learned, examples, written=learning.output)


def figures_of(learned: Learned) -> dict[str, object]:
    """As they stand in the file and in `--json`: per cent or points, then the 95 % interval."""
    return {
        "articles": learned.articles,
        "folds": FOLDS,
        "learned": rounded(learned.hits),
        "without_weights": rounded(learned.usual),
        "difference": rounded(learned.difference),
    }


def rounded(values: Iterable[float]) -> list[float]:
    return [round(value, 1) for value in values]
