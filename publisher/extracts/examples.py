"""Articles with the passages that an editor chose: what the picker is judged by and learns from (extracts.md 2)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from publisher.errors import DataError
from publisher.extracts.plain_text import text_body
from publisher.extracts.sentences import Span, sentences
from publisher.extracts.verbatim import locate
from publisher.model.article import Body

HINT = 'A line is one object {"title","body","extracts":["…"] or "gold_chars":[[start,end]],"subset"}.'


@dataclass(frozen=True, slots=True)
class Example:
    """One article; `gold` are the places of the editor's passages, `missing` counts those that are not in the body."""

    title: str
    body: Body
    language: str
    gold: tuple[Span, ...]
    subset: str = ""
    missing: int = 0

    @property
    def key(self) -> str:
        """The same for the same text, whatever the order of the examples."""
        return hashlib.sha256(self.body.text.encode("utf-8", "surrogatepass")).hexdigest()


@dataclass(frozen=True, slots=True)
class Marked:
    """An example with the sentences that its editor chose."""

    example: Example
    parts: tuple[tuple[Span, ...], ...]
    """The sentences of each block."""
    chosen: tuple[Span, ...]

    def is_hit(self, picked: Iterable[Span]) -> bool:
        """Whether a chosen sentence lies at least half inside a picked passage (extracts.md, Hit)."""
        return any(
            2 * overlap(sentence, span) >= sentence[1] - sentence[0] for span in picked for sentence in self.chosen
        )


def mark(example: Example) -> Marked:
    """A sentence is chosen with half of it in a passage, or holding 60 % of one (extracts.md 2)."""
    parts = tuple(tuple(sentences_of(example, block.start, block.end)) for block in example.body.blocks)
    chosen = (sentence for part in parts for sentence in part if is_chosen(sentence, example.gold))
    return Marked(example, parts, tuple(chosen))


def sentences_of(example: Example, start: int, end: int) -> list[Span]:
    found = sentences(example.body.text[start:end], language=example.language)
    return [(start + first, start + last) for first, last in found]


def is_chosen(sentence: Span, gold: Iterable[Span]) -> bool:
    return any(
        2 * overlap(sentence, span) >= sentence[1] - sentence[0]
        or 10 * overlap(sentence, span) >= 6 * (span[1] - span[0]) > 0
        for span in gold
    )


def overlap(one: Span, other: Span) -> int:
    return max(0, min(one[1], other[1]) - max(one[0], other[0]))


def read_examples(lines: Iterable[bytes], *, where: str) -> Iterator[Example | DataError]:
    """Each line as an example, or as the error that names it; blank lines are passed over."""
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                yield parse_example(line, where=f"{where}:{number}")
            except DataError as error:
                yield error


def parse_example(line: bytes, *, where: str) -> Example:
    """One line; DataError for what cannot be read."""
    row = parse_object(line, where=where)
    body = text_body(text_at(row, "body", where=where, is_required=True))
    language = text_at(row, "lang", where=where) or text_at(row, "language", where=where) or "en"
    passages = row.get("extracts")
    if row.get("gold_chars") is not None:
        gold, missing = spans_at(row["gold_chars"], len(body.text), where=where), 0
    elif isinstance(passages, list) and passages and all(isinstance(one, str) for one in passages):
        found = [locate(body.text, passage) for passage in passages]
        gold = tuple(span for span in found if span is not None)
        missing = len(found) - len(gold)
    else:
        raise DataError('The line has neither "gold_chars" nor a list of texts "extracts"', where, HINT)
    title, subset = text_at(row, "title", where=where), text_at(row, "subset", where=where)
    return Example(title, body, language, gold, subset=subset, missing=missing)


def parse_object(line: bytes, *, where: str) -> dict[str, Any]:
    try:
        row: Any = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise DataError(f"Byte {error.start} is not UTF-8", where, "Save the file as UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise DataError("The line is not JSON", where, HINT) from error
    if not isinstance(row, dict):
        raise DataError("The line is no JSON object", where, HINT)
    return row


def text_at(row: dict[str, Any], key: str, *, where: str, is_required: bool = False) -> str:
    value = row.get(key)
    if value is None and not is_required:
        return ""
    if not isinstance(value, str) or (is_required and not value.strip()):
        raise DataError(f'"{key}" is no text', where, HINT)
    return value


def spans_at(value: object, length: int, *, where: str) -> tuple[Span, ...]:
    """`[[start, end], …]`, code points of the body, the end not included."""
    if not isinstance(value, list) or not value or not all(is_span(one, length) for one in value):
        raise DataError('"gold_chars" is no list of [start, end] inside the body', where, HINT)
    return tuple((one[0], one[1]) for one in value)


def is_span(value: object, length: int) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not all(type(one) is int for one in value):
        return False
    start, end = value
    return bool(0 <= start < end <= length)
