"""A magazine page in plain text: one article, and the dated extracts of its section below (extracts.md 1.2).

From top to bottom: date line, title, `by NAME`, one sentence about the author, the body with a blank line between
blocks, who wrote it, where it was first published; then the navigation, `More SECTION`, and the list of a date line
and an extract line each. Lines that hold just a no-break space are spacers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from types import MappingProxyType

from publisher.errors import ParseError
from publisher.extracts.verbatim import locate
from publisher.formats.assemble import build_article
from publisher.formats.dates import is_date_line, parse_date_line
from publisher.formats.extract_line import is_extract_line, parse_extract_line
from publisher.formats.front_matter import Fields
from publisher.html.blocks import body_of_html
from publisher.html.captions import CREDIT
from publisher.html.clean import clean_line
from publisher.html.notes import is_note
from publisher.model.article import Body, ListedExtract, ParsedFile

BYLINE = re.compile(r"by\s+(\S.*)", re.IGNORECASE)
NAME_GAP = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*")
NAVIGATION = re.compile(r"browse articles by \w+|(?:recent )?editor['’]s picks|back to top", re.IGNORECASE)
MORE = re.compile(r"More (\S.{0,60})")
BULLET = re.compile(r"[•·*–-] +")
HEADING_WORDS, BIO_WORDS, BYLINE_LENGTH = 10, 60, 120
HEADING_END = re.compile(r"[\w)”’%]$")
EXPECTED = "A .txt file is a magazine page: it begins with a date line such as Apr 17th 2022. Otherwise name it .md."


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines that stand together without a blank between; `number` is the file's line where they begin."""

    number: int
    lines: tuple[str, ...]

    @property
    def text(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Markup:
    """How a block stood in the HTML that its text comes from: `inline` its words, `block` the whole, if known."""

    inline: str
    block: str = ""


NO_MARKUP: Mapping[int, Markup] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Page:
    """A page in its parts, still as text."""

    dated_on: date
    title: str
    authors: tuple[str, ...]
    bio: str
    body: tuple[Lines, ...]
    section: str
    given: tuple[str, ...]
    foot: tuple[tuple[int, str], ...]


def parse_magazine_page(text: str, *, where: str) -> ParsedFile:
    """The page's article, its listed extracts and warnings; ParseError where it does not begin with a date line.

    The article gets the extract of the list item of its own date whose passages stand in its body.
    """
    return parse_page_lines([line.strip() for line in text.split("\n")], where=where)


def parse_page_lines(
    lines: Sequence[str], *, where: str, markup: Mapping[int, Markup] = NO_MARKUP, base_url: str = ""
) -> ParsedFile:
    """As `parse_magazine_page`; `markup` has that of some blocks, by the number of their first line (from 1)."""
    page, warnings = split_page(lines, where=where)
    listed, more = read_list(page.foot, where=where)
    body = body_of_html(body_html(page, markup), base_url=base_url)
    fields = Fields(
        authors=page.authors,
        published=page.dated_on,
        section=page.section or None,
        given=page.given or own_extract(listed, page.dated_on, body),
    )
    article = build_article(body, fields, title=page.title, where=f"{where}:1")
    return ParsedFile(article=article, listed=listed, warnings=(*warnings, *more))


def split_page(lines: Sequence[str], *, where: str) -> tuple[Page, tuple[str, ...]]:
    first = next((number for number, line in enumerate(lines) if line), 0)
    if not is_date_line(lines[first]):
        raise ParseError("The file does not begin with a date line", where=f"{where}:{first + 1}", hint=EXPECTED)
    dated_on = parse_date_line(lines[first], where=f"{where}:{first + 1}")
    end, section = find_foot(lines, first + 1)
    blocks = group(lines[first + 1 : end], first_number=first + 2)
    if not blocks:
        raise ParseError("The page has no title", where=f"{where}:{first + 2}", hint="Write it below the date line.")
    title, rest = clean_line(blocks[0].text), blocks[1:]
    authors, rest = take_byline(rest)
    bio, rest = take_bio(rest, authors)
    given, warnings, body = take_extract_lines(rest, where=where)
    foot = tuple((number + 1, line) for number, line in enumerate(lines) if number >= end)
    page = Page(dated_on, title, authors, bio, body, section, given, foot)
    return page, warnings


def find_foot(lines: Sequence[str], start: int) -> tuple[int, str]:
    """The line where the article ends and the navigation or the list begins, and the section that the list names."""
    for number in range(start, len(lines)):
        line = lines[number]
        more = MORE.fullmatch(line)
        if more and (is_date_line(following(lines, number)) or not following(lines, number)):
            return number, section_slug(more[1])
        if NAVIGATION.fullmatch(line):
            _end, section = find_foot(lines, number + 1)
            return number, section
        if is_date_line(line) and is_extract_line(following(lines, number)):
            return number, ""
    return len(lines), ""


def following(lines: Sequence[str], number: int) -> str:
    return next((line for line in lines[number + 1 :] if line), "")


def section_slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", name.lower()).strip("-_")


def group(lines: Sequence[str], *, first_number: int) -> list[Lines]:
    blocks: list[Lines] = []
    current: list[str] = []
    for number, line in enumerate([*lines, ""], start=first_number):
        if line:
            current.append(line)
        elif current:
            blocks.append(Lines(number - len(current), tuple(current)))
            current = []
    return blocks


def take_byline(blocks: list[Lines]) -> tuple[tuple[str, ...], list[Lines]]:
    match = BYLINE.fullmatch(blocks[0].text) if blocks else None
    if match is None or len(match[1]) > BYLINE_LENGTH or match[1].endswith("."):
        return (), blocks
    names = (clean_line(name) for name in NAME_GAP.split(match[1]))
    return tuple(name for name in names if name), blocks[1:]


def take_bio(blocks: list[Lines], authors: tuple[str, ...]) -> tuple[str, list[Lines]]:
    """The sentence about the author below the byline; the body never begins with its author's name and "is"."""
    if len(blocks) < 2 or len(blocks[0].text.split()) > BIO_WORDS:
        return "", blocks
    if any(blocks[0].text.startswith((f"{name} is ", f"{name}, ")) for name in authors):
        return blocks[0].text, blocks[1:]
    return "", blocks


def take_extract_lines(
    blocks: list[Lines], *, where: str
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Lines, ...]]:
    """An extract line among the body's blocks is the article's own: passages, warnings, the other blocks."""
    passages: list[str] = []
    warnings: list[str] = []
    for block in blocks:
        if is_extract_line(block.text):
            parsed = parse_extract_line("\n".join(block.lines), where=f"{where}:{block.number}")
            passages.extend(parsed.passages)
            warnings.extend(parsed.warnings)
    others = tuple(block for block in blocks if not is_extract_line(block.text))
    return tuple(passages), tuple(warnings), others


def read_list(foot: Sequence[tuple[int, str]], *, where: str) -> tuple[tuple[ListedExtract, ...], tuple[str, ...]]:
    """The dated extracts of the list, numbered from 1 in their order. A line that cannot be read is a warning."""
    listed: list[ListedExtract] = []
    warnings: list[str] = []
    for position, item in enumerate(items_of(foot), start=1):
        (date_number, date_line), rest = item[0], [line for _number, line in item[1:] if line]
        if not rest or not is_extract_line(rest[0]):
            continue  # "Editor's Picks" list dates without extracts
        try:
            dated_on = parse_date_line(date_line, where=f"{where}:{date_number}")
            parsed = parse_extract_line("\n".join(rest), where=f"{where}:{date_number + 1}")
        except ParseError as error:
            warnings.append(str(error))
            continue
        listed.append(ListedExtract(position, dated_on, parsed.passages))
        warnings.extend(parsed.warnings)
    return tuple(listed), tuple(warnings)


def items_of(foot: Sequence[tuple[int, str]]) -> list[list[tuple[int, str]]]:
    """The list cut at its date lines; what stands before the first one is no item. A blank line ends an item's text."""
    items: list[list[tuple[int, str]]] = []
    for number, line in foot:
        if is_date_line(line):
            items.append([(number, line)])
        elif items and not is_over(items[-1], line):
            items[-1].append((number, line))
    return items


def is_over(item: list[tuple[int, str]], line: str) -> bool:
    """After the extract and a blank line comes something else: the page's own foot."""
    return len(item) > 2 and not item[-1][1] and not is_extract_line(line)


def own_extract(listed: Sequence[ListedExtract], dated_on: date, body: Body) -> tuple[str, ...]:
    for item in listed:
        if item.dated_on == dated_on and any(locate(body.text, passage) for passage in item.passages):
            return item.passages
    return ()


def body_html(page: Page, markup: Mapping[int, Markup]) -> str:
    """The article as HTML: what is about the author and the republication goes into a footer, as notes."""
    is_wrapped = any(len(block.lines) > 2 and not is_list(block) for block in page.body)
    ends = [block for block in page.body if is_end_matter(block, page.authors)]
    notes = [escape(page.bio, quote=False)] * bool(page.bio) + [inline_html(block, markup) for block in ends]
    last = max((block.number for block in page.body if block not in ends), default=0)
    parts = [
        (block.number in markup and markup[block.number].block)
        or block_html(block, markup, is_wrapped=is_wrapped, has_text_below=block.number < last)
        for block in page.body
        if block not in ends
    ]
    footer = "".join(f"<p>{note}</p>" for note in notes)
    return "\n".join(parts) + (f"\n<footer>{footer}</footer>" if footer else "")


def inline_html(block: Lines, markup: Mapping[int, Markup]) -> str:
    return markup[block.number].inline if block.number in markup else escape(block.text, quote=False)


def is_end_matter(block: Lines, authors: tuple[str, ...]) -> bool:
    """The republication note, and the line `NAME, ROLE, PLACE`."""
    names = tuple(f"{name}, " for name in authors)
    is_attribution = block.text.startswith(names) and len(block.text.split()) <= BIO_WORDS if names else False
    return is_note(block.text) or (is_attribution and not block.text.endswith((".", "”", "?", "!")))


def is_list(block: Lines) -> bool:
    return all(BULLET.match(line) for line in block.lines)


def block_html(block: Lines, markup: Mapping[int, Markup], *, is_wrapped: bool, has_text_below: bool) -> str:
    """`is_wrapped`: the file breaks its lines inside paragraphs, so two lines are a figure only with a credit."""
    lines = [escape(line, quote=False) for line in block.lines]
    if is_list(block):
        return "<ul>" + "".join(f"<li>{BULLET.sub('', line, count=1)}</li>" for line in lines) + "</ul>"
    if len(lines) == 2 and (not is_wrapped or CREDIT.search(block.lines[1])):
        # The picture itself is not in the text: what its `alt` said is kept as the figure's title.
        return f'<figure title="{escape(block.lines[0])}"><figcaption>{lines[1]}</figcaption></figure>'
    if has_text_below and is_heading(block):
        return f"<h2>{lines[0]}</h2>"
    return f"<p>{inline_html(block, markup)}</p>"


def is_heading(block: Lines) -> bool:
    """Few words and no end stop."""
    words = block.text.split()
    return len(block.lines) == 1 and len(words) <= HEADING_WORDS and HEADING_END.search(block.text) is not None
