"""What is known of a candidate as numbers, for weights to choose by (extracts.md 4.1, 4.3).

Each is about 0 to 1 and means the same in every language that parts words by spaces.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from publisher.extracts.candidates import EARLY, Candidate, Paragraph
from publisher.extracts.centroid import TOKEN, Source, centroid, favour, tokens
from publisher.extracts.sentences import Span
from publisher.extracts.words import CJK

PLACE = ("initial", "final", "whole", "relative_place", "log_paragraph", "first_paragraph", "second_paragraph")
PLACE_MORE = ("last_paragraph", "early", "top")
SIZE = ("log_words", "words_off", "sentences", "sentence_words")
MEANING = ("centroid", "centroid_squared", "usual_score", "title", "title_opening")
LOOK = ("capitals", "long_words", "digits", "quotes", "marks", "brackets", "little_words")
FEATURES = (*PLACE, *PLACE_MORE, *SIZE, *MEANING, *LOOK)
"""Their names, in the order of their numbers. A changed name or meaning needs a new `weights.VERSION`."""

USUAL_WORDS = 65
LONG_WORD = 8
QUOTE = re.compile(r"[\"“”„«»「」『』]")
MARK = re.compile(r"[!?！？]")
BRACKET = re.compile(r"[()\[\]:;（）：；]")


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence counted: `looks` in the order of `LOOK`, `words` those that say something."""

    looks: tuple[float, ...]
    words: Counter[str]


@dataclass(frozen=True, slots=True)
class Known:
    """What is the same for all candidates of an article."""

    sentences: Mapping[int, Sequence[Sentence]]
    title: frozenset[str]
    near: Callable[[Mapping[str, int]], float]
    paragraph_count: int
    text: Span


def numbers_of(candidate: Candidate, known: Known) -> tuple[float, ...]:
    """The numbers of a candidate, in the order of `FEATURES`."""
    parts = known.sentences[candidate.paragraph][candidate.first : candidate.last + 1]
    return (*place(candidate, known), *size(candidate), *meaning(candidate, parts, known), *look(candidate, parts))


def known_of(source: Source) -> Known:
    """What `numbers_of` asks for, counted once."""
    return Known(
        sentences={one.number: tuple(count_sentences(source, one)) for one in source.paragraphs},
        title=frozenset(tokens(source.title, language=source.language)),
        near=centroid(source),
        paragraph_count=len(source.paragraphs),
        text=(source.paragraphs[0].span[0], source.paragraphs[-1].span[1]) if source.paragraphs else (0, 1),
    )


def count_sentences(source: Source, paragraph: Paragraph) -> Iterator[Sentence]:
    for start, end in paragraph.sentences:
        text = source.text[start:end]
        kept = source.tokens(start, end)
        yield Sentence(looks_of(text, kept.total()), kept)


def looks_of(text: str, kept_count: int) -> tuple[float, ...]:
    """Counts of `LOOK`. The first word may well begin in a capital; no word of a script without spaces is long."""
    words = TOKEN.findall(text)
    return (
        sum(word[0].isupper() for word in words[1:]),
        sum(len(word) >= LONG_WORD and not CJK.search(word) for word in words),
        sum(any(map(str.isdecimal, word)) for word in words),
        len(QUOTE.findall(text)),
        len(MARK.findall(text)),
        len(BRACKET.findall(text)),
        max(len(words) - kept_count, 0),
    )


def place(candidate: Candidate, known: Known) -> tuple[float, ...]:
    """Where it stands; `early` is where the picker without weights looks first, `top` its very first candidate."""
    start, end = known.text
    count = len(known.sentences[candidate.paragraph])
    return (
        float(candidate.is_initial),
        float(candidate.last == count - 1),
        float(candidate.is_whole),
        (candidate.start - start) / max(end - start, 1),
        math.log(candidate.paragraph) / 3,
        float(candidate.paragraph == 1),
        float(candidate.paragraph == 2),
        float(candidate.paragraph == known.paragraph_count),
        float(is_early(candidate)),
        float(candidate.paragraph == 1 and candidate.is_initial),
    )


def is_early(candidate: Candidate) -> bool:
    (low, high), _ = EARLY
    return candidate.is_initial and low <= candidate.paragraph <= high


def size(candidate: Candidate) -> tuple[float, ...]:
    count = candidate.last - candidate.first + 1
    return (
        math.log(max(candidate.words, 1)) / 4,
        abs(candidate.words - USUAL_WORDS) / USUAL_WORDS,
        count / 4,
        math.log(max(candidate.words, 1) / count) / 3,
    )


def meaning(candidate: Candidate, parts: Sequence[Sentence], known: Known) -> tuple[float, ...]:
    """Nearness to what the article repeats, and what of the title is in it and in its first sentence."""
    words: Counter[str] = Counter()
    for part in parts:
        words.update(part.words)
    near = known.near(words)
    title = max(len(known.title), 1)
    return (
        near,
        near * near,
        near * favour(candidate) * is_early(candidate),
        len(known.title & words.keys()) / title,
        len(known.title & parts[0].words.keys()) / title,
    )


def look(candidate: Candidate, parts: Sequence[Sentence]) -> tuple[float, ...]:
    """Shares of its words."""
    return tuple(sum(column) / max(candidate.words, 1) for column in zip(*(part.looks for part in parts), strict=True))
