"""The picker: early-body centroid (extracts.md 5.2). The same body gives the same passages, always.

Among the candidates of the first step that has any, the one whose words are nearest to the article's repeated words
wins; of near ties the whole paragraph and the earlier one. A magazine's own weights may choose instead (5.4).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from publisher.extracts.candidates import (
    Bounds,
    Candidate,
    Paragraph,
    list_candidates,
    list_paragraphs,
    steps,
    steps_anywhere,
)
from publisher.extracts.centroid import Source, centroid, favour
from publisher.extracts.features import known_of, numbers_of
from publisher.extracts.sentences import Span
from publisher.extracts.weights import Weights
from publisher.extracts.words import CJK, word_count
from publisher.model.article import Body, Extract, Origin, Passage

LEAD_PARAGRAPHS = 3

Style = Literal["body", "lead"]


def pick(
    body: Body,
    *,
    title: str,
    language: str,
    style: Style = "body",
    words: tuple[int, int] = (40, 90),
    passages: int = 1,
    weights: Weights | None = None,
) -> Extract:
    """What is quoted from a body where nobody chose: at most `passages` passages, in the order of the body.

    Origin `automatic`; `lead` for that style, or where no run of sentences has a fitting length; `title` (the title's
    words, without offsets) where the body has no text paragraph. Every passage but the title is
    `body.text[start:end]` inside one paragraph. A lead of the style `lead` counts as one passage, though it may run
    over into a second and third paragraph. With `weights` their sum chooses, from any place of the body.
    """
    paragraphs = list_paragraphs(body, language=language)
    if not paragraphs:
        return Extract((Passage(title),) if title else (), Origin.TITLE)
    candidates = list_candidates(paragraphs, most=words[1] * 16 // 9)
    source = Source(body.text, title, language, paragraphs)
    score = scorer(source) if weights is None else weighed(source, weights)
    ladder = steps(words) if weights is None else steps_anywhere(words)
    if style == "body":
        chosen = choose_spans(candidates, score, ladder=ladder, count=passages)
        if chosen:
            return extract_of(body, chosen, Origin.AUTOMATIC)
    opening = lead(body.text, paragraphs[: LEAD_PARAGRAPHS if style == "lead" else 1], words=words)
    taken = [(number_at(paragraphs, span), span) for span in opening]
    count = len(opening) + passages - 1
    more = choose_spans(candidates, score, ladder=ladder, count=count, taken=taken)
    return extract_of(body, more, Origin.LEAD)


def extract_of(body: Body, spans: Sequence[Span], origin: Origin) -> Extract:
    return Extract(tuple(Passage(body.text[start:end], start, end) for start, end in sorted(spans)), origin)


def number_at(paragraphs: Sequence[Paragraph], span: Span) -> int:
    return next(one.number for one in paragraphs if one.span[0] <= span[0] < one.span[1])


def choose_spans(
    candidates: Sequence[Candidate],
    score: Callable[[Candidate], float],
    *,
    ladder: Sequence[Bounds],
    count: int,
    taken: Sequence[tuple[int, Span]] = (),
) -> list[Span]:
    """The spans of up to `count` passages, `taken` (paragraph number, span) first; one paragraph gives one at most."""
    chosen = list(taken)
    while len(chosen) < count:
        best = best_of(rest_of(candidates, [number for number, _ in chosen]), score, ladder)
        if best is None:
            break
        chosen.append((best.paragraph, (best.start, best.end)))
    return [span for _, span in chosen]


def rest_of(candidates: Sequence[Candidate], used: Sequence[int]) -> list[Candidate]:
    """What is left for a further passage: the paragraphs after those used, else any other."""
    later = [one for one in candidates if one.paragraph > max(used, default=0)]
    return later or [one for one in candidates if one.paragraph not in used]


def best_of(
    candidates: Sequence[Candidate], score: Callable[[Candidate], float], ladder: Sequence[Bounds]
) -> Candidate | None:
    """The best candidate of the first step that has any; ties go to the earlier one."""
    for bounds in ladder:
        admitted = [one for one in candidates if bounds.admits(one)]
        if admitted:
            return max(admitted, key=score)
    return None


def scorer(source: Source) -> Callable[[Candidate], float]:
    """How near a candidate is to the article's repeated words; a near tie goes by `favour`."""
    near = centroid(source)
    return lambda candidate: near(source.tokens(candidate.start, candidate.end)) * favour(candidate)


def weighed(source: Source, weights: Weights) -> Callable[[Candidate], float]:
    """The weighted sum of a candidate's features."""
    known = known_of(source)
    return lambda candidate: weights.score(numbers_of(candidate, known))


def lead(text: str, paragraphs: Sequence[Paragraph], *, words: tuple[int, int]) -> list[Span]:
    """The opening: whole sentences up to the upper bound; of a short paragraph it runs over into the next.

    One span a paragraph, until one and a half times the lower bound is reached.
    """
    spans: list[Span] = []
    total = 0
    for paragraph in paragraphs:
        span, count = opening_of(paragraph, most=words[1] - total)
        if spans and total + count > words[1]:
            break
        spans.append(cut_words(text, span, most=words[1] * 16 // 9))
        total += count
        if total >= words[0] * 3 // 2:
            break
    return spans


def opening_of(paragraph: Paragraph, *, most: int) -> tuple[Span, int]:
    """The first sentences of a paragraph, at least one, and their words."""
    end, words = paragraph.sentences[0][1], paragraph.words[0]
    for (_, last), count in zip(paragraph.sentences[1:], paragraph.words[1:], strict=True):
        if words + count > most:
            break
        end, words = last, words + count
    return (paragraph.sentences[0][0], end), words


def cut_words(text: str, span: Span, *, most: int) -> Span:
    """The span cut after `most` words, where a text has no stop for so long."""
    start, end = span
    if word_count(text[start:end]) <= most:
        return span
    units = re.finditer(rf"{CJK.pattern}{{1,2}}|[^\s\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]+", text[start:end])
    ends = [match.end() for match in units]
    return start, start + ends[min(most, len(ends)) - 1]
