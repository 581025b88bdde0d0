"""YAML as front matter needs it: mappings, lists and texts. No aliases, no tags, no types, no surprises.

Every scalar stays the text that was written (`no` is Norwegian, `2026-11-24` a date for `formats.dates`), with its
line. Built from the parser's events, so nothing is expanded and no object is made (reliability.md U12).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from publisher.errors import ParseError
from publisher.html.clean import clean_text

MAX_DEPTH = 10
NULLS = frozenset({"", "~", "null", "Null", "NULL"})
FAST_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
PLAIN = re.compile(r"[\n !\"$-\[\]-~\xa0-\u2027\u202a-\ud7ff]*")
"""Texts that libyaml reads as PyYAML does: no tab, escape, comment or byte order mark (compared on random ones)."""
QUOTE_IT = "Put a value that holds any of : # & * ! [ ] { } into quotes."


@dataclass(frozen=True, slots=True)
class Node:
    """A value and the line of the file where it begins. `value` is None for what was left empty."""

    line: int
    value: str | list[Node] | dict[str, Node] | None


@dataclass(frozen=True, slots=True)
class Reader:
    """The events of one text, and how to name a place in its file."""

    events: Iterator[yaml.Event]
    where: str
    first_line: int

    def line(self, event: yaml.Event) -> int:
        return self.first_line + (event.start_mark.line if event.start_mark else 0)

    def fail(self, event: yaml.Event, what: str, hint: str = QUOTE_IT) -> ParseError:
        return ParseError(what, where=f"{self.where}:{self.line(event)}", hint=hint)


def load_mapping(text: str, *, where: str, first_line: int = 1) -> dict[str, Node]:
    """The keys of a YAML mapping; ParseError names the line for anything that is not the subset."""
    try:
        return read_fast(text, where, first_line) or read_document(events_of(text, yaml.SafeLoader, where, first_line))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = first_line + (mark.line if mark else 0)
        raise ParseError(f"Broken YAML: {error.problem}", where=f"{where}:{line}", hint=QUOTE_IT) from error
    except (yaml.YAMLError, ValueError, OverflowError) as error:  # an escape such as "\U00ffffff"
        raise ParseError("Broken YAML", where=f"{where}:{first_line}", hint=QUOTE_IT) from error


def events_of(text: str, loader: type, where: str, first_line: int) -> Reader:
    return Reader(yaml.parse(text, Loader=loader), where, first_line)


def read_fast(text: str, where: str, first_line: int) -> dict[str, Node] | None:
    """The keys, read by libyaml in a quarter of the time; None leaves the text, and its errors, to PyYAML itself."""
    if PLAIN.fullmatch(text) is None:
        return None
    try:
        return read_document(events_of(text, FAST_LOADER, where, first_line))
    except (ParseError, yaml.YAMLError):
        return None


def read_document(reader: Reader) -> dict[str, Node]:
    next(reader.events)
    start = next(reader.events)
    if isinstance(start, yaml.StreamEndEvent):
        return {}
    root = read_node(reader, next(reader.events), depth=0)
    for event in reader.events:
        if isinstance(event, yaml.DocumentStartEvent):
            raise reader.fail(event, "A second YAML document begins here", "Keep one block of keys.")
    if root.value is None:
        return {}
    if not isinstance(root.value, dict):
        raise ParseError("The front matter is not a list of keys", where=f"{reader.where}:{root.line}", hint=KEY_VALUE)
    return root.value


KEY_VALUE = "Write one `key: value` a line."


def read_node(reader: Reader, event: yaml.Event, *, depth: int) -> Node:
    refuse(reader, event, depth)
    line = reader.line(event)
    if isinstance(event, yaml.MappingStartEvent):
        return Node(line, read_mapping(reader, depth=depth + 1))
    if isinstance(event, yaml.SequenceStartEvent):
        return Node(line, read_sequence(reader, depth=depth + 1))
    if not isinstance(event, yaml.ScalarEvent):
        raise reader.fail(event, "Broken YAML")
    is_null = event.implicit[0] and event.value in NULLS
    return Node(line, None if is_null else clean_text(event.value))


def refuse(reader: Reader, event: yaml.Event, depth: int) -> None:
    if isinstance(event, yaml.AliasEvent):
        raise reader.fail(event, f"A YAML alias (*{event.anchor}) is not allowed")
    if isinstance(event, yaml.NodeEvent) and event.anchor is not None:
        raise reader.fail(event, f"A YAML anchor (&{event.anchor}) is not allowed")
    if getattr(event, "tag", None) is not None:
        raise reader.fail(event, "A YAML tag (!…) is not allowed")
    if depth > MAX_DEPTH:
        raise reader.fail(event, f"The front matter is nested deeper than {MAX_DEPTH}")


def read_sequence(reader: Reader, *, depth: int) -> list[Node]:
    items = []
    while not isinstance(event := next(reader.events), yaml.SequenceEndEvent):
        items.append(read_node(reader, event, depth=depth))
    return items


def read_mapping(reader: Reader, *, depth: int) -> dict[str, Node]:
    found: dict[str, Node] = {}
    while not isinstance(event := next(reader.events), yaml.MappingEndEvent):
        key = read_node(reader, event, depth=depth)
        if not isinstance(key.value, str):
            raise reader.fail(event, "A key is not a word", KEY_VALUE)
        if key.value in found:
            raise reader.fail(event, f"The key '{key.value}' stands twice", "Keep one of the two.")
        value = read_node(reader, next(reader.events), depth=depth)
        # A value left empty is reported by the parser where the next line begins: the key's line is what helps.
        found[key.value] = Node(key.line, value.value)
    return found
