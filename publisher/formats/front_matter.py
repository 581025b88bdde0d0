"""The keys at the head of an article's file (design.md 4): split off, read, checked one by one."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from publisher.errors import ParseError
from publisher.formats.dates import parse_date
from publisher.formats.extract_line import is_extract_line, parse_extract_line
from publisher.formats.yaml_subset import Node, load_mapping
from publisher.html.clean import clean_line
from publisher.html.urls import MEDIA_SCHEMES, safe_url
from publisher.model.article import Original

MAX_SIZE_BYTES = 64_000
FENCE = re.compile(r"(?:---|\.\.\.)[ \t]*")
SIDE = re.compile(r"[1-9][0-9]{0,4}")
SLUG = re.compile(r"[a-z0-9-]{1,80}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8}){0,5}")
ENTRY_ID = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]{0,30}:[^\s<>\"{}|\\^`]{1,1000}")
ACTIVE_SCHEME = re.compile(r"\s*(?:javascript|data|vbscript|file)\s*:", re.IGNORECASE)
TRUTH = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys, and the rest of the file with the number of its first line."""

    keys: dict[str, Node]
    rest: str
    rest_line: int


@dataclass(frozen=True, slots=True)
class Fields:
    """What the keys say, in types; None and () for what is missing."""

    title: str | None = None
    authors: tuple[str, ...] = ()
    published: datetime | date | None = None
    updated: datetime | date | None = None
    entry_id: str | None = None
    slug: str | None = None
    section: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    image_size: tuple[int, int] | None = None
    licence: str | None = None
    original: Original | None = None
    given: tuple[str, ...] = ()
    is_draft: bool = False
    warnings: tuple[str, ...] = ()


def split_front_matter(text: str, *, where: str) -> FrontMatter:
    """Cut a text at its `---` lines. A text that does not begin with one has no keys."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        return FrontMatter({}, text, 1)
    end = next((number for number, line in enumerate(lines[1:], start=1) if FENCE.fullmatch(line)), None)
    if end is None:
        hint = "End the keys with a line that is just ---."
        raise ParseError("The front matter that begins here has no end", where=f"{where}:1", hint=hint)
    block = "\n".join(lines[1:end])
    if len(block.encode()) > MAX_SIZE_BYTES:
        hint = f"At most {MAX_SIZE_BYTES:,} bytes of keys are read."
        raise ParseError("The front matter is too long", where=f"{where}:1", hint=hint)
    keys = load_mapping(block + "\n", where=where, first_line=2)
    return FrontMatter(keys, "\n".join(lines[end + 1 :]), end + 2)


def read_fields(keys: dict[str, Node], *, where: str) -> Fields:
    """Check each known key; others are ignored. ParseError names file, line, key and what is allowed."""
    key = Keys(keys, where)
    given, warnings = key.extract("extract")
    return Fields(
        title=key.text("title"),
        authors=distinct([*key.texts("authors"), *key.texts("author")]),
        published=key.date("date"),
        updated=key.date("updated"),
        entry_id=key.matching("id", ENTRY_ID, "an absolute URI such as tag:example.org,2026:article/7"),
        slug=key.matching("slug", SLUG, "1 to 80 of a-z, 0-9 and -"),
        section=key.text("section"),
        language=key.matching("language", LANGUAGE, "a language tag such as en, fi or pt-BR"),
        tags=key.tags("tags"),
        image=key.address("image"),
        image_size=key.size("image_size"),
        licence=key.licence("licence"),
        original=key.original("original"),
        given=given,
        is_draft=key.truth("draft"),
        warnings=warnings,
    )


def distinct(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


@dataclass(frozen=True, slots=True)
class Keys:
    """Reads one key at a time; what is empty counts as missing."""

    nodes: dict[str, Node]
    where: str

    def fail(self, key: str, allowed: str, given: object = None) -> ParseError:
        shown = f": {clean_line(given)[:60]!r}" if isinstance(given, str) else ""
        place = f"{self.where}:{self.nodes[key].line}"
        return ParseError(f"The key '{key}' has a wrong value{shown}", where=place, hint=f"Allowed is {allowed}.")

    def value(self, key: str) -> str | list[Node] | dict[str, Node] | None:
        node = self.nodes.get(key)
        return node.value if node else None

    def text(self, key: str) -> str | None:
        value = self.value(key)
        if value is None:
            return None
        if not isinstance(value, str):
            raise self.fail(key, "one text, in quotes where it holds a colon")
        return clean_line(value) or None

    def size(self, key: str) -> tuple[int, int] | None:
        """Width and height in pixels, as in `[1104, 620]`."""
        if self.value(key) is None:
            return None
        allowed = "width and height in pixels, such as [1104, 620]"
        sides = self.raw_texts(key, allowed)
        if len(sides) != 2 or not all(SIDE.fullmatch(side) for side in sides):
            raise self.fail(key, allowed)
        return int(sides[0]), int(sides[1])

    def texts(self, key: str) -> tuple[str, ...]:
        return distinct(clean_line(value) for value in self.raw_texts(key, "a text or a list of texts"))

    def raw_texts(self, key: str, allowed: str) -> list[str]:
        value = self.value(key)
        if value is None:
            return []
        if isinstance(value, str):
            return [value]
        if isinstance(value, dict) or not all(isinstance(item.value, str | None) for item in value):
            raise self.fail(key, allowed)
        return [item.value for item in value if isinstance(item.value, str)]

    def tags(self, key: str) -> tuple[str, ...]:
        """A list, or one text with commas."""
        if isinstance(value := self.value(key), str):
            return distinct(clean_line(part) for part in value.split(","))
        return self.texts(key)

    def matching(self, key: str, pattern: re.Pattern[str], allowed: str) -> str | None:
        value = self.text(key)
        if value is not None and pattern.fullmatch(value) is None:
            raise self.fail(key, allowed, value)
        return value

    def date(self, key: str) -> datetime | date | None:
        value = self.text(key)
        if value is None:
            return None
        try:
            return parse_date(value, where=f"{self.where}:{self.nodes[key].line}")
        except ParseError as error:
            raise ParseError(f"The key '{key}': {error.what}", where=error.where, hint=error.hint) from error

    def address(self, key: str) -> str | None:
        value = self.text(key)
        if value is not None and safe_url(value, base_url="", schemes=MEDIA_SCHEMES) is None:
            raise self.fail(key, "an address that begins with https:// or http://, or a path", value)
        return value

    def licence(self, key: str) -> str | None:
        value = self.text(key)
        if value is not None and ACTIVE_SCHEME.match(value):
            raise self.fail(key, "an address that begins with https:// or http://, or words", value)
        return value

    def original(self, key: str) -> Original | None:
        value = self.value(key)
        allowed = '{name: "The Paper", url: "https://…"}'
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.fail(key, allowed)
        inner = Keys({name: Node(self.nodes[key].line, node.value) for name, node in value.items()}, self.where)
        name, url = inner.text("name"), inner.text("url")
        if name is None and url is None:
            raise self.fail(key, allowed)
        if url is not None and not re.match(r"https?://[^/\s]+", url):
            raise self.fail(key, allowed, url)
        return Original(name=name or "", url=url or "")

    def truth(self, key: str) -> bool:
        value = self.text(key)
        if value is None:
            return False
        if value.lower() not in TRUTH:
            raise self.fail(key, "true or false", value)
        return TRUTH[value.lower()]

    def extract(self, key: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Passages as given, and warnings: from a passage, a list of them, or a line in the magazine's grammar."""
        passages: list[str] = []
        warnings: list[str] = []
        for value in self.raw_texts(key, 'a passage, a list of passages, or EXTRACTS: "…" ---- "…"'):
            if is_extract_line(value):
                parsed = parse_extract_line(value, where=f"{self.where}:{self.nodes[key].line}")
                passages.extend(parsed.passages)
                warnings.extend(parsed.warnings)
            elif value.strip():
                passages.append(value.strip())
        return tuple(passages), tuple(warnings)
