"""How often the picker takes what an editor took, beside a lead of equal length and blind picking (extracts.md 4)."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import comb

from publisher.extracts.bootstrap import interval
from publisher.extracts.examples import Example, Marked, mark
from publisher.extracts.sentences import PARAGRAPH_BREAK, Span
from publisher.extracts.words import word_count
from publisher.model.article import Extract
from publisher.model.settings import ExtractSettings

WINDOW_SENTENCES = 4
"""A blind pick takes 1 to 4 sentences of one paragraph, as long as `words` allows (extracts.md 4)."""

Picker = Callable[[Example], Extract]
"""Picks, as the settings say, from one example."""
Stopwatch = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Rate:
    """Hits in per cent of the articles, with their 95 % interval, and the median words of what was picked."""

    hits_pct: float
    low: float
    high: float
    words: float


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one article."""

    subset: str
    hits: tuple[float, float, float]
    """Of the picker, of a lead of the same length, of a blind pick (the chance of one)."""
    words: tuple[float, float, float]
    passages: int
    verbatim: int
    crossing: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one subset; of all articles where `subset` is None."""

    subset: str | None
    articles: int
    passages: int
    verbatim_pct: float
    crossing: int
    picker: Rate
    lead: Rate
    blind: Rate
    ms_median: float
    ms_p95: float


def evaluate(
    examples: Iterable[Example], picker: Picker, *, settings: ExtractSettings, stopwatch: Stopwatch
) -> list[Result]:
    """The figures of each subset, by name, then of all. Articles none of whose passages was found are left out."""
    trials = [attempt(mark(one), picker, settings=settings, stopwatch=stopwatch) for one in examples if one.gold]
    names = sorted({one.subset for one in trials if one.subset})
    parts = [(name, [one for one in trials if one.subset == name]) for name in names]
    return [*(sum_up(name, part) for name, part in parts), *([sum_up(None, trials)] if trials else [])]


def attempt(marked: Marked, picker: Picker, *, settings: ExtractSettings, stopwatch: Stopwatch) -> Trial:
    """One article: picked, timed, compared."""
    text = marked.example.body.text
    begun = stopwatch()
    extract = picker(marked.example)
    seconds = stopwatch() - begun
    spans = [
        (one.start, one.end)
        for one in extract.passages
        if one.start is not None and one.end is not None and text[one.start : one.end] == one.text
    ]
    picked_words = sum(word_count(text[start:end]) for start, end in spans)
    opening = lead_of(marked, picked_words)
    windows = windows_of(marked, settings.words)
    return Trial(
        subset=marked.example.subset,
        hits=(marked.is_hit(spans), marked.is_hit([opening]), chance(marked, windows, draws=settings.passages)),
        words=(picked_words, word_count(text[slice(*opening)]), expected_words(text, windows) * settings.passages),
        passages=len(extract.passages),
        verbatim=len(spans),
        crossing=sum(PARAGRAPH_BREAK.search(text[start:end]) is not None for start, end in spans),
        seconds=seconds,
    )


def lead_of(marked: Marked, least: int) -> Span:
    """Whole sentences from the top until they have as many words; (0, 0) of an empty text."""
    start = end = words = 0
    for number, (first, last) in enumerate(sentence for part in marked.parts for sentence in part):
        start = first if number == 0 else start
        end = last
        words += word_count(marked.example.body.text[first:last])
        if words >= least:
            break
    return start, end


def windows_of(marked: Marked, words: tuple[int, int]) -> list[Span]:
    """Every run of 1 to 4 sentences of one paragraph with a fitting length; where there is none, the nearest to it."""
    runs: list[tuple[int, Span]] = []
    for part in marked.parts:
        sizes = [word_count(marked.example.body.text[start:end]) for start, end in part]
        for first in range(len(part)):
            for last in range(first, min(first + WINDOW_SENTENCES, len(part))):
                count = sum(sizes[first : last + 1])
                runs.append((max(0, words[0] - count, count - words[1]), (part[first][0], part[last][1])))
    least = min((far for far, _ in runs), default=0)
    return [span for far, span in runs if far == least]


def chance(marked: Marked, windows: Sequence[Span], *, draws: int) -> float:
    """How likely one of `draws` different windows is a hit."""
    count = len(windows)
    missing = sum(not marked.is_hit([window]) for window in windows)
    drawn = min(draws, count)
    return 1 - comb(missing, drawn) / comb(count, drawn) if count else 0.0


def expected_words(text: str, windows: Sequence[Span]) -> float:
    return statistics.fmean(word_count(text[start:end]) for start, end in windows) if windows else 0.0


def sum_up(subset: str | None, trials: Sequence[Trial]) -> Result:
    passages = sum(one.passages for one in trials)
    seconds = sorted(one.seconds for one in trials)
    picker, lead, blind = (rate([(one.hits[n], one.words[n]) for one in trials]) for n in range(3))
    return Result(
        subset=subset,
        articles=len(trials),
        passages=passages,
        verbatim_pct=100 * sum(one.verbatim for one in trials) / passages if passages else 0.0,
        crossing=sum(one.crossing for one in trials),
        picker=picker,
        lead=lead,
        blind=blind,
        ms_median=1000 * statistics.median(seconds),
        ms_p95=1000 * seconds[int(0.95 * (len(seconds) - 1))],
    )


def rate(found: Sequence[tuple[float, float]]) -> Rate:
    """Of (hit, words) of each article."""
    hits = [float(hit) for hit, _ in found]
    low, high = interval(hits)
    return Rate(100 * statistics.fmean(hits), 100 * low, 100 * high, statistics.median(words for _, words in found))
