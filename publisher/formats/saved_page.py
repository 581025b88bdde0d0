"""A magazine page in HTML: brought back into the layout of its text, with its links and pictures (extracts.md 1.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import takewhile

from lxml import etree

from publisher.formats.dates import DATE_LINE, is_date_line
from publisher.formats.extract_line import is_extract_line
from publisher.formats.magazine_page import (
    BYLINE,
    BYLINE_LENGTH,
    HEADING_WORDS,
    MORE,
    Markup,
    find_foot,
    parse_page_lines,
)
from publisher.formats.page_lines import PageLine, Role, lines_of, reads_as_credit
from publisher.html.notes import is_note
from publisher.model.article import ParsedFile

DATED_EXTRACT = re.compile(rf"({DATE_LINE.pattern})[\s:|–—-]*(?=EXTRACTS?\s*:)", re.ASCII | re.IGNORECASE)
DATED_BYLINE = re.compile(rf"({DATE_LINE.pattern})[\s:|–—-]+(by\s.+)", re.IGNORECASE)
OPEN_END = re.compile(r"(?:-{2,}|\.{3,}|…)\s*$")
SEPARATOR_START = re.compile(r"\s*(?:-{2,}|\.{3,}|…)")
OPENS_PASSAGE = re.compile(r"\s*(?:-{2,}|\.{3,}|…)?\s*[\"“„«]")
CLOSING = ('"', "”", "»", "“")
HEAD_LINES, LIST_GAP, LINK_WORDS, BODY_WORDS = 5, 4, 8, 30
LONG_LINE = 120
"""Nobody breaks lines by hand there: what such a line is parted by is a paragraph."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page's text, and the lines of HTML behind it where it begins a block."""

    text: str
    number: int = 0
    markup: Markup | None = None


BLANK = Row("")


def parse_saved_page(root: etree._Element, *, where: str, base_url: str = "") -> ParsedFile | None:
    """The page's article, its listed extracts and warnings; None where the HTML is no magazine page.

    A magazine page has its date on a line of its own, and further down a list of dated extracts, or the byline right
    below date and title and the navigation at the end. Warnings count lines of the HTML.
    """
    lines = [part for line in lines_of(root) for part in split_line(line)]
    start = find_start(lines)
    if start is None:
        return None
    first_listed = next((n for n in range(start, len(lines)) if is_listed(lines, n)), len(lines))
    foot = find_foot([line.text.strip() for line in lines], start + 1)[0]
    more = find_more(lines, first_listed)
    end = min(first_listed if more is None else more, foot)
    if end == len(lines):
        return None
    # What stands between the list's heading and its first date belongs to neither.
    below = lines[end:] if more is None else [*lines[end : more + 1], *lines[first_listed:]]
    rows = [*head_rows(in_order(lines, start, end)), BLANK, *foot_rows(below)]
    markup = {number: row.markup for number, row in enumerate(rows, start=1) if row.markup is not None}
    texts = [row.text for row in rows]
    parsed = parse_page_lines(texts, where=where, markup=markup, base_url=base_url)
    return replace(parsed, warnings=tuple(renumbered(text, where, rows) for text in parsed.warnings))


def split_line(line: PageLine) -> list[PageLine]:
    """A date and what stands behind it on its line are lines of their own."""
    text = DATED_BYLINE.sub(r"\n\1\n\2", line.text) if DATED_BYLINE.fullmatch(line.text.strip()) else line.text
    parts = [part for part in DATED_EXTRACT.sub("\n\\1\n", text).split("\n") if part.strip()]
    if len(parts) < 2:
        return [line]
    return [replace(line, text=part.strip(), html=escape(part.strip(), quote=False), begins=True) for part in parts]


def is_listed(lines: Sequence[PageLine], number: int) -> bool:
    """A date line with an extract below it: at once, or below a title and a picture of the other article."""
    return is_date_line(lines[number].text) and extract_after(lines, number) is not None


def extract_after(lines: Sequence[PageLine], number: int) -> int | None:
    for at in range(number + 1, min(number + 1 + LIST_GAP, len(lines))):
        if is_extract_line(lines[at].text):
            return at
        if is_date_line(lines[at].text) or len(lines[at].text) > LONG_LINE:
            return None
    return None


def in_order(lines: Sequence[PageLine], start: int, end: int) -> Sequence[PageLine]:
    """Date, title, byline, body: also where a site puts the date below the title or the byline."""
    date_line, rest = lines[start], lines[start + 1 : end]
    if start > 0 and rest and is_byline(rest[0]):
        return [date_line, lines[start - 1], *rest]
    if start > 1 and is_byline(lines[start - 1]):
        return [date_line, *lines[start - 2 : start], *rest]
    return lines[start:end]


def find_more(lines: Sequence[PageLine], first_listed: int) -> int | None:
    """The heading `More SECTION` of the list that begins there."""
    near = range(first_listed - 1, max(-1, first_listed - 1 - LIST_GAP), -1)
    return next((n for n in near if n < len(lines) and MORE.fullmatch(lines[n].text.strip())), None)


def find_start(lines: Sequence[PageLine]) -> int | None:
    """The date line of the article: the one above a byline, else the first before the list.

    A site may show the day of the visit in the same form, further up; a list of pieces has many such dates.
    """
    listed = next((n for n in range(len(lines)) if is_listed(lines, n)), None)
    dated = [n for n in range(len(lines) if listed is None else listed) if is_date_line(lines[n].text)]
    signed = [n for n in dated if is_signed(lines, n)]
    if signed:
        end = find_foot([line.text.strip() for line in lines], signed[0] + 1)[0]
        return None if any(n < end for n in signed[1:]) else signed[0]
    if not dated or listed is None:
        return None
    words = sum(len(line.text.split()) for line in lines[dated[0] + 1 : listed] if not line.is_link)
    return dated[0] if words >= BODY_WORDS else None


def is_signed(lines: Sequence[PageLine], number: int) -> bool:
    """Has the date line a byline near it: below the title, or right above?"""
    if number > 1 and is_byline(lines[number - 1]):
        return True
    below = takewhile(lambda line: not is_date_line(line.text), lines[number + 1 : number + HEAD_LINES])
    return any(is_byline(line) for line in below)


def is_byline(line: PageLine) -> bool:
    text = line.text.strip()
    return len(text) <= BYLINE_LENGTH and BYLINE.fullmatch(text) is not None


def head_rows(lines: Sequence[PageLine]) -> Iterator[Row]:
    """The rows of the article: blank ones between its blocks, as in text."""
    pictures = ""
    for block in blocks_of(lines):
        if block[0].role is Role.FIGURE and not block[0].text:
            pictures += f"<figure>{block[0].picture}</figure>"
            continue
        yield BLANK
        markup = markup_of(block)
        if pictures and markup.block:
            markup, pictures = replace(markup, block=pictures + markup.block), ""
        yield from (
            Row(text, line.number, markup if at == 0 else None)
            for at, (text, line) in enumerate(zip(texts_of(block), [*block, block[-1]], strict=False))
        )


def blocks_of(lines: Sequence[PageLine]) -> list[list[PageLine]]:
    blocks: list[list[PageLine]] = []
    byline = next((number for number, line in enumerate(lines[:HEAD_LINES]) if is_byline(line)), 0)
    for number, line in enumerate(lines):
        if number <= byline + 1 or begins_block(blocks[-1], line):
            blocks.append([line])
        else:
            blocks[-1].append(line)
    return [block for block in blocks if not is_navigation(block)]


def begins_block(block: list[PageLine], line: PageLine) -> bool:
    before = block[-1]
    if line.role is not before.role or line.role is Role.FIGURE:
        return True
    if line.role is Role.ITEM:
        return False
    if line.begins or is_note(line.text):
        return True
    return max(len(before.text), len(line.text)) > LONG_LINE and not reads_as_credit(line.text)


def is_navigation(block: Sequence[PageLine]) -> bool:
    """Links to share, print or go on; never the note, whose words are not all links."""
    words = sum(len(line.text.split()) for line in block)
    return all(line.is_link and line.role is not Role.HEADING for line in block) and words <= LINK_WORDS


def texts_of(block: Sequence[PageLine]) -> list[str]:
    first = block[0]
    if first.role is Role.FIGURE:
        return [first.alt or first.text, first.text]
    if first.role is Role.ITEM:
        return [f"• {line.text.strip()}" for line in block]
    return [line.text.strip() for line in block]


def markup_of(block: Sequence[PageLine]) -> Markup:
    """The block's words with their links; the whole of it where the HTML tells more than the text does."""
    first, inline = block[0], "<br>".join(line.html for line in block)
    if first.role is Role.FIGURE:
        return Markup(inline, f"<figure>{first.picture}<figcaption>{first.html}</figcaption></figure>")
    if first.role is Role.ITEM:
        return Markup(inline, "<ul>" + "".join(f"<li>{line.html}</li>" for line in block) + "</ul>")
    if first.role is Role.QUOTE:
        return Markup(inline, f"<blockquote><p>{inline}</p></blockquote>")
    if first.role is Role.HEADING or is_bold_heading(block):
        return Markup(inline, f"<h2>{escape(' '.join(line.text for line in block), quote=False)}</h2>")
    if len(block) == 2 and reads_as_credit(block[1].text):
        # The picture itself was lost: what it showed is on the first line, and kept as the figure's title.
        title = f'<figure title="{escape(first.text.strip())}">'
        return Markup(inline, f"{title}<figcaption>{block[1].html}</figcaption></figure>")
    return Markup(inline, f"<p>{inline}</p>" if len(block) > 1 else "")


def is_bold_heading(block: Sequence[PageLine]) -> bool:
    return len(block) == 1 and block[0].is_strong and len(block[0].text.split()) <= HEADING_WORDS


def foot_rows(lines: Sequence[PageLine]) -> Iterator[Row]:
    """The rows of the navigation and the list; each extract right below its date, on one line."""
    at = 0
    while at < len(lines):
        found = extract_after(lines, at) if is_date_line(lines[at].text) else None
        yield from (BLANK, Row(lines[at].text.strip(), lines[at].number))
        at += 1
        if found is None:
            continue
        text, number = lines[found].text.strip(), lines[found].number
        at = found + 1
        while at < len(lines) and goes_on(text, lines[at]):
            text, at = f"{text} {lines[at].text.strip()}", at + 1
        yield Row(text, number)


def goes_on(extract: str, below: PageLine) -> bool:
    """Does the next line belong to the extract: inside an open quotation, or on either side of a separator?"""
    line = below.text
    if is_date_line(line) or is_extract_line(line):
        return False
    if not below.begins and not extract.endswith(CLOSING):
        return True
    if OPENS_PASSAGE.match(line) is None:
        return False
    return OPEN_END.search(extract) is not None or SEPARATOR_START.match(line) is not None


def renumbered(warning: str, where: str, rows: Sequence[Row]) -> str:
    """A warning of the text's line as one of the HTML's line."""
    found = re.match(rf"{re.escape(where)}:(\d+)", warning)
    if found is None or not 0 < int(found[1]) <= len(rows):
        return warning
    return f"{where}:{rows[int(found[1]) - 1].number}{warning[found.end() :]}"
