"""Sentences as offsets: each is a slice of its text, so whatever is quoted by them is verbatim (extracts.md 3).

A stop ends a sentence unless what stands before it is an abbreviation, an initial, an ordinal or a list number, or
what follows begins in lower case. Closing quotes, brackets and note marks belong to the sentence they close.
"""

from __future__ import annotations

import re
from itertools import pairwise

from publisher.extracts.words import Abbreviations, abbreviations_of

Span = tuple[int, int]

PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
STOP = re.compile(
    r"(?P<mark>\.(?:[ \u00a0]\.){2,}|[.!?…؟۔।]+|[。！？｡]+)"
    r"(?P<close>(?:[’”»›)\]}」』）〉》】]|[\"'“‘«](?!\w)|\s»(?=\s|$)|\[\d{1,3}\])*)"
)
WIDE = frozenset("。！？｡")
OPENING = frozenset("\"'‘’“”„«»‹›([{¿¡「『（〈《【–—-*_")
TOKEN_EDGE = re.compile(r"[\s\"“”„«»()\[\]{}–—/]")
LETTER = re.compile(r"[^\W_]")
FIRST_WORD = re.compile(r"\w+")
LEADING_DIGITS = re.compile(r"[\"'“(]*(?:[0-9]|[IVXLC]+\b)")
ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
NUMBERING = re.compile(r"(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)]*")
INITIAL = re.compile(r"[^\W\d_]\.")
MARKER = re.compile(r"(?:[•⁃]\s*)?(?P<number>\d{1,3})(?P<close>\.\)|\)|\.)(?=\s)")
ADDRESS = re.compile(r"://|www\.|@|/|[\w-]\.[\w-]+\.")
LOOK_BACK = 40
"""Characters before a stop that are looked at: no abbreviation is longer."""


def sentences(text: str, *, language: str = "en") -> list[Span]:
    """Offsets (start, end) of the sentences, in order; none is empty, none crosses a blank line."""
    known = abbreviations_of(language)
    return [span for start, end in paragraph_spans(text) for span in split(text, start, end, known=known)]


def paragraph_spans(text: str) -> list[Span]:
    """Offsets of the paragraphs of a plain text, parted by blank lines, without white space at their edges."""
    edges = [0, *(place for gap in PARAGRAPH_BREAK.finditer(text) for place in gap.span()), len(text)]
    spans = (trim(text, start, end) for start, end in zip(edges[::2], edges[1::2], strict=True))
    return [(start, end) for start, end in spans if start < end]


def trim(text: str, start: int, end: int) -> Span:
    """The span without white space at its edges."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), max(start, end - len(piece) + len(piece.rstrip()))


def split(text: str, start: int, end: int, *, known: Abbreviations) -> list[Span]:
    """The sentences of one paragraph."""
    cuts = list_cuts(text, start, end)
    items = iter([*cuts, end + 1])
    word, item = word_from(text, start, end), next(items)
    for stop in STOP.finditer(text, start, end):
        while item <= stop.start():
            word, item = max(word, item), next(items)
        if is_boundary(text, stop, word, end, known=known):
            cuts.append(stop.end())
            word = word if word >= stop.end() else word_from(text, stop.end(), end)
    edges = [start, *sorted(set(cuts)), end]
    spans = (trim(text, a, b) for a, b in pairwise(edges))
    return [(a, b) for a, b in spans if a < b]


def list_cuts(text: str, start: int, end: int) -> list[int]:
    """Where the further items of a list run into one line begin: `1.) Nets 2.) Oars` has one, before `2.)`."""
    first = MARKER.match(text, start, end)
    if first is None:
        return []
    number, cuts = int(first["number"]), []
    for marker in MARKER.finditer(text, first.end(), end):
        is_next = int(marker["number"]) == number + 1 and marker["close"] == first["close"]
        if is_next and text[marker.start() - 1].isspace():
            cuts.append(marker.start())
            number += 1
    return cuts


def is_boundary(text: str, stop: re.Match[str], word: int, end: int, *, known: Abbreviations) -> bool:
    """Whether a sentence whose first word is at `word` ends with this stop; `end` is the paragraph's.

    None ends before its first word: `.....and so it went` is one sentence, and so is `1.) The nets`.
    """
    at = skip_space(text, stop.end(), end)
    if at == end:
        return True
    if stop["mark"][0] in WIDE:
        return not (stop["close"] and text[at] in "とっ、，")
    if word >= stop.start() or NUMBERING.fullmatch(text, word, stop.start()):
        return False
    if at == stop.end():
        return is_glued(text, stop, at, end)
    if begins_low(text, at, end) or text[at] in ",;:)":
        return False
    if stop["mark"] != ".":
        return text[stop.start() - 1] not in "(["
    return not is_abbreviation(text, stop, at, known=known)


def skip_space(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


def word_from(text: str, at: int, end: int) -> int:
    """Where the first letter or digit from `at` on is; `end` if there is none."""
    found = LETTER.search(text, at, end)
    return found.start() if found else end


def begins_low(text: str, at: int, end: int) -> bool:
    """Whether the next word begins in lower case, opening marks aside. A name such as `iPhone` does not count."""
    while at < end and (text[at] in OPENING or text[at].isspace()):
        at += 1
    return at < end and text[at].islower() and not (at + 1 < end and text[at + 1].isupper())


def is_glued(text: str, stop: re.Match[str], at: int, end: int) -> bool:
    """`the future.The claim`: a stop without a space after it, between two words and not inside an address."""
    before, after = text[max(0, stop.start() - 2) : stop.start()], text[at : at + 2]
    if not (before[-1:].islower() and len(before) == 2 and before.isalpha()):
        return False
    if not after[:1].isupper() or not (after[1:].islower() or after[1:].isspace()):
        return False
    left = text[max(0, stop.start() - LOOK_BACK) : stop.start()].split()[-1]
    right = text[at : min(end, at + LOOK_BACK)].split()[0]
    return not ADDRESS.search(f"{left}.{right}")


def is_abbreviation(text: str, stop: re.Match[str], at: int, *, known: Abbreviations) -> bool:
    """Whether a lone full stop belongs to the word before it."""
    token = TOKEN_EDGE.split(text[max(0, stop.start() - LOOK_BACK) : stop.start()])[-1].lstrip("'’‘").lower()
    opener = FIRST_WORD.search(text, at, at + LOOK_BACK)
    is_opened = opener is not None and opener.group().lower() in known.openers and not stop["close"].startswith(")")
    if token in known.never:
        return True
    if token in known.numbered and LEADING_DIGITS.match(text, at):
        return True
    if token in known.rarely or ACRONYM.fullmatch(token):
        return not is_opened
    if len(token) == 1 and token.isalpha():
        return not is_opened or INITIAL.match(text, at) is not None or is_second_initial(text, stop.start())
    return known.has_ordinals and token.isdecimal() and len(token) <= 2 and not is_opened


def is_second_initial(text: str, at: int) -> bool:
    """Whether the letter before `at` follows another letter with a stop: `z. B.`, `J. R.`"""
    return re.search(r"(?:^|[^\w])\w\.\s?\w$", text[max(0, at - 6) : at]) is not None
