"""Sentences as offsets: each is a slice of its text, so whatever is quoted by them is verbatim (extracts.md 3).

A stop ends a sentence unless what stands before it is an abbreviation, an initial, an ordinal or a list number, or
what follows begins in lower case. Closing quotes, brackets and note marks belong to the sentence they close.

Nothing looks further back than `LOOK_BACK` characters, and what is looked at ahead is passed over once: the time is in
proportion to the length, whatever the text.
"""

from __future__ import annotations

import re
from itertools import pairwise

from publisher.extracts.abbreviations import Abbreviations, abbreviations_of
from publisher.extracts.words import CJK

Span = tuple[int, int]

PARAGRAPH_BREAK = re.compile(r"\n[^\S\n]*\n\s*")
STOPS = ".!?…؟۔।॥։።‼⁇⁈⁉。！？｡"
STOP = re.compile(
    rf"(?P<mark>[{STOPS}](?:(?<=\.)(?:[ \u00a0]\.){{2,}}|[{STOPS}]*))"
    r"(?P<close>(?:[’”»›)\]}」』）〉》】]|[\"'“‘«](?!\w)|\s»(?=\s|$)|[ \u00a0]?\[\d{1,3}\](?!\w))*)"
)
WIDE = frozenset("。！？｡")
ELLIPSES = frozenset({"...", "…", ". . .", ".\u00a0.\u00a0."})
OPENING = frozenset("\"'‘’“”„«»‹›([{¿¡「『（〈《【–—-*_")
TOKEN_EDGE = re.compile(r"[\"“”„«»()\[\]{}–—/]")
INITIALS = re.compile(r"(?:[^\W\d_]{1,2}\.){1,3}")
ELISION = re.compile(r"[^\W\d_]{1,5}['’](?=\w\w)")
LETTER = re.compile(r"[^\W_]")
DIGIT = re.compile(r"\d")
FIRST_WORD = re.compile(r"\w+")
LEADING_DIGITS = re.compile(r"[\"'“(]{0,3}(?:[0-9]|[IVXLC]{1,7}\b)")
ACRONYM = re.compile(r"(?:[^\W\d_]\.-?)+[^\W\d_]")
NUMBERING = re.compile(r"(?:\d{1,3}|[A-Za-z]|[ivxIVX]{1,4})[.)]{0,2}")
INITIAL = re.compile(r"[^\W\d_]\.")
MARKER = re.compile(r"(?:[•⁃‣][ \u00a0]?)?(?P<label>\d{1,3}|[a-z])(?P<close>\.\)|\)|\.)(?=\s)")
BULLET_BEFORE = re.compile(r"(?:[•⁃‣][ \u00a0]?)?$")
BULLET_LINE = re.compile(r"\n[^\S\n]*(?=[•⁃‣▪◦]\s)")
ADDRESS = re.compile(r"://|www\.|@|/|[\w-]\.[\w-]+\.")
SAID = re.compile(r"[^\s，。！？：；]{0,8}?[说說道问問喊叫答]")
SPEAKER = re.compile(r"(?:I|[^\W\d_]\w+(?: [^\W\d_]\w+)?) (?P<verb>[^\W\d_]+)")
CLOSING_QUOTES = frozenset("\"'”’»")
YEAR = re.compile(r"\(\d{4}")
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
    cuts = list_cuts(text, start, end, known=known)
    items = iter([*cuts, end + 1])
    word, item = word_from(text, start, end), next(items)
    for stop in STOP.finditer(text, start, end):
        while item <= stop.start():
            word, item = max(word, word_from(text, item, end)), next(items)
        if is_boundary(text, stop, word, end, known=known):
            cuts.append(cut_of(text, stop))
            word = word if word >= cuts[-1] else word_from(text, cuts[-1], end)
    spans = (trim(text, a, b) for a, b in pairwise(edges_of(text, start, end, cuts=cuts)))
    return [(a, b) for a, b in spans if a < b]


def edges_of(text: str, start: int, end: int, *, cuts: list[int]) -> list[int]:
    """The places to cut at, in order, without those that would part off a piece without a letter or digit."""
    edges, seen = [start], start
    for cut in sorted(set(cuts)):
        if LETTER.search(text, seen, cut):
            edges.append(cut)
        seen = cut
    if len(edges) > 1 and not LETTER.search(text, edges[-1], end):
        edges.pop()
    return [*edges, end]


def cut_of(text: str, stop: re.Match[str]) -> int:
    """Where the sentence ends. Of four dots with spaces the first is its stop, the others say what was left out."""
    is_stop_and_ellipsis = len(stop["mark"]) > 6 and stop["mark"][1].isspace() and text[stop.start() - 1].isalnum()
    return stop.start() + 1 if is_stop_and_ellipsis else stop.end()


def list_cuts(text: str, start: int, end: int, *, known: Abbreviations) -> list[int]:
    """Where the further items of a list begin: lines with a bullet, and counted items that run into one line.

    `1.) Nets 2.) Oars` has one, before `2.)`; so have `a. Nets b. Oars` and `• 9. Nets • 10. Oars`. None in lower
    case, and none by a mere full stop where that writes ordinals: `1. Mai bis 2. Juni`.
    """
    cuts = [line.end() for line in BULLET_LINE.finditer(text, start, end)]
    first = MARKER.match(text, start, end)
    if first is None or (known.has_ordinals and first["close"] == "." and first["label"].isdecimal()):
        return cuts
    label, at = label_after(first["label"]), first.end()
    while (found := text.find(label + first["close"], at, end)) >= 0:
        at = found + len(label + first["close"])
        opened = found - len(BULLET_BEFORE.findall(text[found - 2 : found])[0])
        if text[opened - 1].isspace() and text[at : at + 1].isspace() and not begins_low(text, at, end):
            cuts.append(opened)
            label = label_after(label)
    return sorted(cuts)


def label_after(label: str) -> str:
    return str(int(label) + 1) if label.isdecimal() else chr(ord(label) + 1)


def is_boundary(text: str, stop: re.Match[str], word: int, end: int, *, known: Abbreviations) -> bool:
    """Whether a sentence whose first word is at `word` ends with this stop; `end` is the paragraph's.

    None ends before its first word: `.....and so it went` is one sentence, and so is `1.) The nets`.
    """
    place, mark = stop.start(), stop["mark"]
    at = skip_space(text, stop.end(), end)
    if at == end:
        return True
    if mark[0] in WIDE:
        return not is_wide_inside(text, stop, at)
    if word >= place:
        return False
    if at == stop.end():
        return is_glued(text, stop, at, end)
    if text[at] in ",;:)" or begins_low(text, at, end) or NUMBERING.fullmatch(text, word, place):
        return False
    if mark == ".":
        return not is_abbreviation(text, stop, at, start=word, known=known)
    return text[place - 1] not in "([" and not is_carried_on(text, stop, at, known=known)


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


def is_wide_inside(text: str, stop: re.Match[str], at: int) -> bool:
    """Whether the sentence goes on after a stop of Chinese or Japanese: in a title, or before who said it."""
    left = text[max(stop.pos, stop.start() - LOOK_BACK) : stop.end()]
    if left.rfind("《") > left.rfind("》"):
        return True
    if not stop["close"]:
        return False
    return text[at] in "とっ、，" or (stop["mark"][-1] in "！？" and SAID.match(text, at) is not None)


def is_glued(text: str, stop: re.Match[str], at: int, end: int) -> bool:
    """`the future.The claim`: a stop without a space after it, between two words and not inside an address."""
    before, after = text[max(0, stop.start() - 2) : stop.start()], text[at : at + 2]
    if CJK.match(after) and CJK.match(before[-1:]) and stop["mark"][-1] in "!?":
        return True
    if not (before[-1:].islower() and len(before) == 2 and before.isalpha()):
        return False
    if after[:1] in "“„«":
        return text[at + 1 : at + 2].isupper() and not stop["close"]
    if not after[:1].isupper() or not (after[1:].islower() or after[1:].isspace()):
        return False
    left = text[max(0, stop.start() - LOOK_BACK) : stop.start()].split()[-1]
    right = text[at : min(end, at + LOOK_BACK)].split()[0]
    return not ADDRESS.search(f"{left}.{right}")


def is_carried_on(text: str, stop: re.Match[str], at: int, *, known: Abbreviations) -> bool:
    """Whether a sentence goes on in upper case: `“Go!” Moor said`, `in Ahoy! (1965)`, or `. . . I` after a pause.

    The English word `I` is always a capital, so it does not tell a new sentence from a pause.
    """
    if stop["mark"] in ELLIPSES and text[at] == "I" and not text[at + 1 : at + 2].isalnum():
        return True
    if stop["close"]:
        words = SPEAKER.match(text, at, at + LOOK_BACK)
        return words is not None and stop["close"][-1] in CLOSING_QUOTES and words["verb"] in known.speech
    return stop["mark"] in "!?" and YEAR.match(text, at) is not None


def is_abbreviation(text: str, stop: re.Match[str], at: int, *, start: int, known: Abbreviations) -> bool:
    """Whether a lone full stop belongs to the word before it; the sentence's first word is at `start`."""
    place = stop.start()
    word, token = words_before(text, place)
    if word in known.never or token in known.never:
        return True
    if word in known.numbered and LEADING_DIGITS.match(text, at):
        return True
    opener = "" if stop["close"].startswith(")") else first_word(text, at)
    is_opened = opener in known.openers
    if token in known.eras and (len(token) > 2 or DIGIT.search(text, max(0, place - 8), place)):
        return text[at].isdecimal() or (not is_opened and is_short(text, start, place))
    if word in known.rarely or token in known.rarely:
        return not is_opened
    if (len(word) == 1 and word.isalpha()) or ACRONYM.fullmatch(word) or ACRONYM.fullmatch(token):
        is_name = opener in known.particles or INITIAL.match(text, at) is not None
        return is_name or not is_opened or (len(word) == 1 and len(token) > 1)
    return known.has_ordinals and word.isdecimal() and len(word) <= 2 and not is_opened


def is_short(text: str, start: int, end: int) -> bool:
    """Whether this is the opening of a sentence rather than one: `In 6 B.C. Rome fell.`"""
    return end - start <= LOOK_BACK and len(text[start:end].split()) <= 5


def words_before(text: str, at: int) -> tuple[str, str]:
    """The word that ends at `at`, and the same with the initials before it, without spaces: `b` and `z.b`."""
    parts = text[max(0, at - LOOK_BACK) : at].split()
    word = TOKEN_EDGE.split(parts.pop())[-1].lstrip("'’‘") if parts else ""
    bare = ELISION.sub("", word, count=1).lower()
    before = ""
    while parts and parts[-1][-1] == "." and len(before) < 6 and len(word) <= 4:
        initials = TOKEN_EDGE.split(parts.pop())[-1]
        if not INITIALS.fullmatch(initials):
            break
        before = initials.lower() + before
    return bare, before + bare


def first_word(text: str, at: int) -> str:
    found = FIRST_WORD.search(text, at, at + LOOK_BACK)
    return found.group().lower() if found else ""
