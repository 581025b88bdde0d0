"""How near a passage is to what its article repeats: the measure of the picker (extracts.md 5.2)."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from publisher.extracts.candidates import Candidate, Paragraph
from publisher.extracts.stopwords import telling
from publisher.extracts.words import CJK

WHOLE_PARAGRAPH = 1.05
"""A whole paragraph wins a near tie: 6 or 7 of 9 placed passages of the magazine page are one (extracts.md 5.2)."""

EARLIER = 0.08
"""What a paragraph further down costs, as a share of the score: the earlier one wins a near tie. The smallest value
with the best hits on the half that it was chosen on (docs/design/0006-the-picker.md)."""
EARLIER_PARAGRAPHS = 4
"""No paragraph costs more than so many further down: past the opening, place says little (extracts.md 2)."""

TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
PIECE = re.compile(rf"{CJK.pattern}+|[^\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+")


@dataclass(frozen=True, slots=True)
class Source:
    """What is picked from: the body's text, its title and language, its text paragraphs."""

    text: str
    title: str
    language: str
    paragraphs: Sequence[Paragraph]

    def tokens(self, start: int, end: int) -> Counter[str]:
        return Counter(tokens(self.text[start:end], language=self.language))


def centroid(source: Source) -> Callable[[Mapping[str, int]], float]:
    """The cosine of a passage's words, weighted 1 + log of their number, with the article's counts of words.

    Only words that occur twice or more in the article count.
    """
    counts: Counter[str] = Counter()
    for paragraph in source.paragraphs:
        counts.update(source.tokens(*paragraph.span))
    repeated = {token: count for token, count in counts.items() if count > 1}
    length = math.sqrt(sum(count * count for count in repeated.values())) or 1.0

    def near(found: Mapping[str, int]) -> float:
        weights = {token: 1 + math.log(count) for token, count in found.items()}
        own = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        return sum(weight * repeated[token] for token, weight in weights.items() if token in repeated) / (own * length)

    return near


def favour(candidate: Candidate) -> float:
    """What decides a near tie: a whole paragraph, and the earlier one."""
    further = min(max(candidate.paragraph - 2, 0), EARLIER_PARAGRAPHS)
    return (WHOLE_PARAGRAPH if candidate.is_whole else 1.0) * (1 - EARLIER * further)


def tokens(text: str, *, language: str) -> list[str]:
    """The words that say something, in lower case; of scripts without spaces, pairs of neighbouring characters."""
    lowered = text.lower().replace("’", "'")
    if not CJK.search(lowered):
        return telling(TOKEN.findall(lowered), language=language)
    found: list[str] = []
    for piece in PIECE.findall(lowered):
        if CJK.match(piece):
            found.extend(one + other for one, other in pairwise(piece))
        else:
            found.extend(word for word in TOKEN.findall(piece) if len(word) > 1)
    return found
