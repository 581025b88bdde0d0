"""Is it in the body? A loose comparison that gives back offsets into the body itself (extracts.md 1.5).

Folded before comparing: NFKC, quotes and dashes of every form, white space (NBSP and line ends too), characters
without width; the ellipses at a passage's edges are dropped. Case, words and inner punctuation are never folded.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

from publisher.extracts.sentences import sentences

SINGLE_QUOTES = "'`´‘’‚‛‹›′ʹʼ＇"
DOUBLE_QUOTES = '"“”„‟«»″〝〞＂'
DASHES = "-‐‑‒–—―−﹘﹣－"
UNSEEN = "\u00ad\u200b\u2060\ufeff"
"""Soft hyphen, zero-width space, word joiner, byte order mark: no reader sees them."""

ELLIPSIS = re.compile(r"\.{3}|(?:\.[ \u00a0]){2}\.|…")
EDGE = " \t\r\n\u00a0\u202f.…"
SPECIAL = re.compile(r"[^\x21-\x7e]|['\"`]|-+")
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; its character `n` came from `origin[n]` of the text, the last entry is the text's length."""

    text: str
    origin: tuple[int, ...]


def fold(text: str) -> str:
    """The form in which two texts are compared."""
    return fold_with_offsets(text).text.strip(" ")


def trim_ellipses(passage: str) -> str:
    """The passage without white space and ellipses at its edges: the editor's cuts, which no body holds."""
    trimmed = passage.strip()
    start, end = len(trimmed) - len(trimmed.lstrip(EDGE)), len(trimmed.rstrip(EDGE))
    is_begun, is_ended = ELLIPSIS.search(trimmed[:start]), ELLIPSIS.search(trimmed[end:])
    return trimmed[start if is_begun else 0 : end if is_ended else None]


def locate(text: str, passage: str) -> tuple[int, int] | None:
    """Where the passage stands in the text, as offsets of a slice; None if it does not.

    Found to the letter if it can be, then loosely with its edge ellipses, then without them.
    """
    trimmed = passage.strip()
    bare = fold(trim_ellipses(trimmed))
    if not bare:
        return None
    start = text.find(trimmed)
    if start >= 0:
        return start, start + len(trimmed)
    folded = fold_with_offsets(text)
    for wanted in (fold(trimmed), bare):
        found = folded.text.find(wanted)
        if found >= 0:
            return slice_of(text, folded, found, found + len(wanted))
    return None


def nearest_sentence(text: str, passage: str) -> str:
    """The sentence of the text that shares most words with the passage, on one line; empty for an empty text."""
    wanted = words_of(passage)
    spans = sentences(text)
    if not spans:
        return ""
    start, end = max(spans, key=lambda span: likeness(words_of(text[span[0] : span[1]]), wanted))
    return " ".join(text[start:end].split())


def is_same_but_for_space(one: str, other: str) -> bool:
    """Whether two texts differ in white space and compatibility forms only (NBSP, line ends, ligatures)."""
    return plain_form(one) == plain_form(other)


def plain_form(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


def words_of(text: str) -> Counter[str]:
    return Counter(WORD.findall(fold(text).casefold()))


def likeness(one: Counter[str], other: Counter[str]) -> float:
    """Dice's coefficient of two bags of words."""
    total = one.total() + other.total()
    return 2 * (one & other).total() / total if total else 0.0


def slice_of(text: str, folded: Folded, start: int, end: int) -> tuple[int, int]:
    """Offsets into the text of `folded.text[start:end]`, white space at the edges left out."""
    first, last = folded.origin[start], folded.origin[end]
    while last > first and (text[last - 1].isspace() or text[last - 1] in UNSEEN):
        last -= 1
    return first, last


def fold_with_offsets(text: str) -> Folded:
    """Fold a text and keep where each folded character came from. Plain ASCII is copied run by run."""
    pieces: list[str] = []
    origin: list[int] = []
    at = 0
    for start, end in special_spans(text):
        pieces.append(text[at:start])
        origin.extend(range(at, start))
        piece = fold_piece(text[start:end])
        pieces.append(piece)
        origin.extend([start] * len(piece))
        at = end
    pieces.append(text[at:])
    origin.extend(range(at, len(text)))
    return squeeze("".join(pieces), [*origin, len(text)])


def special_spans(text: str) -> list[tuple[int, int]]:
    """Spans of characters to fold, each with the combining marks that follow (and the letter before them)."""
    spans: list[tuple[int, int]] = []
    for match in SPECIAL.finditer(text):
        start, end = match.span()
        is_joined = start > 0 and unicodedata.combining(text[start]) != 0
        if is_joined and spans and spans[-1][1] == start:
            spans[-1] = (spans[-1][0], end)
        elif is_joined:
            spans.append((start - 1, end))
        else:
            spans.append((start, end))
    return spans


def fold_piece(piece: str) -> str:
    if piece[0] in DASHES:
        return "-"
    if piece[0] in SINGLE_QUOTES:
        return "'"
    if piece[0] in DOUBLE_QUOTES:
        return '"'
    if piece in UNSEEN:
        return ""
    return " " if piece.isspace() else unicodedata.normalize("NFKC", piece)


def squeeze(text: str, origin: list[int]) -> Folded:
    """Runs of white space become one space."""
    kept = [n for n, (one, next_one) in enumerate(pairwise(f"\0{text}")) if not (one == " " == next_one)]
    return Folded("".join(text[n] for n in kept), (*(origin[n] for n in kept), origin[-1]))
