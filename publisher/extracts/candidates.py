"""What could be quoted: runs of whole sentences inside one text paragraph (extracts.md 5.2)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from publisher.extracts.sentences import Span, sentences, trim
from publisher.extracts.words import word_count
from publisher.model.article import BlockKind, Body

SENTENCES_MAX = 6
"""The magazine page has passages of up to 6 sentences; words are the bound that matters (extracts.md 1.4)."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A text paragraph: its number among the article's (from 1), its span, its sentences and their words."""

    number: int
    span: Span
    sentences: tuple[Span, ...]
    words: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Candidate:
    """Consecutive sentences of one paragraph, as a slice of the body."""

    paragraph: int
    start: int
    end: int
    words: int
    is_initial: bool
    """Begins where its paragraph begins."""
    is_whole: bool
    first: int
    """Its first sentence, counted from 0 in the paragraph."""
    last: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """Which candidates are looked at in one step."""

    words: tuple[int, int]
    paragraphs: tuple[int, int | None] = (1, None)
    is_initial: bool = False

    def admits(self, candidate: Candidate) -> bool:
        first, last = self.paragraphs
        is_near = first <= candidate.paragraph and (last is None or candidate.paragraph <= last)
        is_fit = self.words[0] <= candidate.words <= self.words[1]
        return is_near and is_fit and (candidate.is_initial or not self.is_initial)


def list_paragraphs(body: Body, *, language: str) -> tuple[Paragraph, ...]:
    """The text paragraphs: no heading, figure, note, list, code or quotation, and none without a letter or a digit."""
    spans = [trim(body.text, block.start, block.end) for block in body.blocks if block.kind is BlockKind.PARAGRAPH]
    usable = [(start, end) for start, end in spans if any(map(str.isalnum, body.text[start:end]))]
    return tuple(read_paragraph(body.text, span, number, language) for number, span in enumerate(usable, 1))


def read_paragraph(text: str, span: Span, number: int, language: str) -> Paragraph:
    start, end = span
    found = tuple((start + a, start + b) for a, b in sentences(text[start:end], language=language))
    return Paragraph(number, span, found, tuple(word_count(text[a:b]) for a, b in found))


def list_candidates(paragraphs: Sequence[Paragraph], *, most: int) -> list[Candidate]:
    """Every run of at most six sentences and `most` words, in the order of the body."""
    return [one for paragraph in paragraphs for one in runs_of(paragraph, most)]


def runs_of(paragraph: Paragraph, most: int) -> Iterator[Candidate]:
    count = len(paragraph.sentences)
    for first in range(count):
        words = 0
        for last in range(first, min(first + SENTENCES_MAX, count)):
            words += paragraph.words[last]
            if words > most:
                break
            yield Candidate(
                paragraph=paragraph.number,
                start=paragraph.sentences[first][0],
                end=paragraph.sentences[last][1],
                words=words,
                is_initial=first == 0,
                is_whole=first == 0 and last == count - 1,
                first=first,
                last=last,
            )


EARLY = ((2, 4), True)
"""Where is looked first: paragraphs 2 to 4, from their beginning (extracts.md 4.1)."""
ANYWHERE = ((1, None), False)


def steps(words: tuple[int, int]) -> list[Bounds]:
    """From the best place to any place, then with relaxed lengths: 40-90 becomes 25-110, then 12-160."""
    places = (EARLY, ((2, 6), True), ((2, None), True), ((2, None), False), ANYWHERE)
    return [Bounds(length, place, is_initial) for length in lengths(words) for place, is_initial in places]


def steps_anywhere(words: tuple[int, int]) -> list[Bounds]:
    """Any place, then with the same relaxed lengths: for weights that know what a place is worth."""
    return [Bounds(length, *ANYWHERE) for length in lengths(words)]


def lengths(words: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    low, high = words
    return ((low, high), (low * 5 // 8, high * 11 // 9), (low * 3 // 10, high * 16 // 9))
