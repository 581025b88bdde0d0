"""The picker: early-body centroid (extracts.md 5.2). The same body gives the same passages, always.

Among the candidates of the first step that has any, the one whose words are nearest to the article's repeated words
wins: cosine of its (1 + log tf) vector with the article's counts of words that occur twice or more.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Literal

from publisher.extracts.candidates import Candidate, Paragraph, list_candidates, list_paragraphs, steps
from publisher.extracts.sentences import Span
from publisher.extracts.stopwords import is_stop_word
from publisher.extracts.words import CJK, word_count
from publisher.model.article import Body, Extract, Origin, Passage

WHOLE_PARAGRAPH = 1.05
"""A whole paragraph wins a near tie: 6 or 7 of 9 placed passages of the magazine page are one (extracts.md 5.2)."""

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
PIECE = re.compile(rf"{CJK.pattern}+|[^\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")

Style = Literal["body", "lead"]


def pick(
    body: Body,
    *,
    title: str,
    language: str,
    style: Style = "body",
    words: tuple[int, int] = (40, 90),
    passages: int = 1,
) -> Extract:
    """What is quoted from a body where nobody chose: at most `passages` passages, in the order of the body.

    Origin `automatic`; `lead` for that style, or where no run of sentences has a fitting length; `title` (the title's
    words, without offsets) where the body has no text paragraph. Every passage but the title is
    `body.text[start:end]` inside one paragraph.
    """
    paragraphs = list_paragraphs(body, language=language)
    if not paragraphs:
        return Extract((Passage(title),) if title else (), Origin.TITLE)
    most = words[1] * 16 // 9
    candidates = list_candidates(paragraphs, most=most)
    score = scorer(body.text, paragraphs, language)
    if style == "body":
        chosen = choose_spans(candidates, score, words=words, count=passages)
        if chosen:
            return extract_of(body, chosen, Origin.AUTOMATIC)
    first = lead(body.text, paragraphs, words=words)
    more = choose_spans(candidates, score, words=words, count=passages, taken=[(number_at(paragraphs, first), first)])
    return extract_of(body, more, Origin.LEAD)


def extract_of(body: Body, spans: Sequence[Span], origin: Origin) -> Extract:
    return Extract(tuple(Passage(body.text[start:end], start, end) for start, end in sorted(spans)), origin)


def number_at(paragraphs: Sequence[Paragraph], span: Span) -> int:
    return next(one.number for one in paragraphs if one.span[0] <= span[0] < one.span[1])


def choose_spans(
    candidates: Sequence[Candidate],
    score: Callable[[Candidate], float],
    *,
    words: tuple[int, int],
    count: int,
    taken: Sequence[tuple[int, Span]] = (),
) -> list[Span]:
    """The spans of up to `count` passages, `taken` (paragraph number, span) first; one paragraph gives one at most."""
    chosen = list(taken)
    while len(chosen) < count:
        best = best_of(rest_of(candidates, [number for number, _ in chosen]), score, words)
        if best is None:
            break
        chosen.append((best.paragraph, (best.start, best.end)))
    return [span for _, span in chosen]


def rest_of(candidates: Sequence[Candidate], used: Sequence[int]) -> list[Candidate]:
    """What is left for a further passage: the paragraphs after those used, else any other."""
    later = [one for one in candidates if one.paragraph > max(used, default=0)]
    return later or [one for one in candidates if one.paragraph not in used]


def best_of(
    candidates: Sequence[Candidate], score: Callable[[Candidate], float], words: tuple[int, int]
) -> Candidate | None:
    """The best candidate of the first step that has any; ties go to the earlier one."""
    for bounds in steps(words):
        admitted = [one for one in candidates if bounds.admits(one)]
        if admitted:
            return max(admitted, key=score)
    return None


def scorer(text: str, paragraphs: Sequence[Paragraph], language: str) -> Callable[[Candidate], float]:
    """How near a candidate is to the article's repeated words."""
    counts = Counter(
        token for paragraph in paragraphs for token in tokens(text[slice(*paragraph.span)], language=language)
    )
    repeated = {token: count for token, count in counts.items() if count > 1}
    length = math.sqrt(sum(count * count for count in repeated.values())) or 1.0

    def score(candidate: Candidate) -> float:
        found = Counter(tokens(text[candidate.start : candidate.end], language=language))
        weights = {token: 1 + math.log(count) for token, count in found.items()}
        own = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        shared = sum(weight * repeated[token] for token, weight in weights.items() if token in repeated)
        return shared / (own * length) * (WHOLE_PARAGRAPH if candidate.is_whole else 1.0)

    return score


def tokens(text: str, *, language: str) -> list[str]:
    """The words that say something, in lower case; of scripts without spaces, pairs of neighbouring characters."""
    lowered = text.lower().replace("’", "'")
    if not CJK.search(lowered):
        return [word for word in TOKEN.findall(lowered) if not is_stop_word(word, language)]
    found: list[str] = []
    for piece in PIECE.findall(lowered):
        if CJK.match(piece):
            found.extend(one + other for one, other in pairwise(piece))
        else:
            found.extend(word for word in TOKEN.findall(piece) if len(word) > 1)
    return found


def lead(text: str, paragraphs: Sequence[Paragraph], *, words: tuple[int, int]) -> Span:
    """The opening: whole sentences up to the word bound, from the first of three paragraphs that has enough of them."""
    openings = [opening_of(paragraph, most=words[1]) for paragraph in paragraphs[:3]]
    full = (span for span, count in openings if count >= words[0])
    start, end = next(full, openings[0][0])
    return cut_words(text, (start, end), most=words[1] * 16 // 9)


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
