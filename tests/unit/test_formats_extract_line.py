"""The magazine's grammar of extracts, with the quirks that editors type (extracts.md 1.5)."""

from __future__ import annotations

import pytest

from publisher.errors import ParseError
from publisher.formats.extract_line import format_extract, parse_extract_line


@pytest.mark.parametrize(
    ("line", "passages"),
    [
        ('EXTRACT: "One."', ("One.",)),
        ('EXTRACTS: "One." ---- "Two."', ("One.", "Two.")),
        ('EXTRACTS: "One." ----- "Two."------"Three."', ("One.", "Two.", "Three.")),
        ('EXTRACTS: "One." ...... "Two." … "Three."', ("One.", "Two.", "Three.")),
        ('EXTRACTS: "One." – "Two." — "Three."', ("One.", "Two.", "Three.")),
        ('Extracts:"One."--"Two."', ("One.", "Two.")),
        ('EXTRACT: " The one. "  ', ("The one.",)),
        ('EXTRACT: "They held a “rally.” "', ("They held a “rally.”",)),
        ('EXTRACT: "Who “deserves” it."', ("Who “deserves” it.",)),
        ('EXTRACT: ".....it began late…"', (".....it began late…",)),
        ('EXTRACT: "They left....”...."', ("They left....”....",)),
        (
            'EXTRACT: "The future.The claim -- and ---- dots ... stay."',
            ("The future.The claim -- and ---- dots ... stay.",),
        ),
        ('EXTRACT: "the\u00a0stagflation"', ("the\u00a0stagflation",)),
        ('EXTRACT: "He said "no" to it."', ('He said "no" to it.',)),
        ("EXTRACTS: “One.” ---- “Two.”", ("One.", "Two.")),
        ("EXTRACT: «One.»", ("One.",)),
        ("EXTRACT: „One.“", ("One.",)),
        ("EXTRACT: „One.”", ("One.",)),
        ("EXTRACT: »One.«", ("One.",)),
        ('EXTRACT: "Over\n  two lines."', ("Over two lines.",)),
    ],
)
def test_passages_are_read_word_for_word(line: str, passages: tuple[str, ...]) -> None:
    assert parse_extract_line(line, where="p.txt:2").passages == passages


@pytest.mark.parametrize(
    ("line", "warning"),
    [
        ('EXTRACT: "One." ---- "Two."', "p.txt:2: the line says EXTRACT and holds 2 passages in 'One.'"),
        ('EXTRACTS: "One."', "p.txt:2: the line says EXTRACTS and holds 1 passage in 'One.'"),
        (
            'EXTRACT: "“We are,” he said, “here."',
            "p.txt:2: a quotation is opened or closed once only in '“We are,” he said, “here.'",
        ),
        ('EXTRACT: "One', "p.txt:2: the last quote of the extract is not closed"),
        ('EXTRACT: "One." (more)', "p.txt:2: words after the last quote are left out: '(more)'"),
        ("EXTRACT: One.", "p.txt:2: the extract has no quotes around it"),
        ("EXTRACT: “We are,” he said. “Here.”", "p.txt:2: the extract has no quotes around it"),
    ],
)
def test_what_looks_wrong_is_kept_and_warned_about(line: str, warning: str) -> None:
    assert parse_extract_line(line, where="p.txt:2").warnings == (warning,)


def test_words_around_inner_quotations_are_not_cut() -> None:
    line = "EXTRACT: “We are,” he said. “Here.”"
    assert parse_extract_line(line, where="p.txt:2").passages == ("“We are,” he said. “Here.”",)


@pytest.mark.parametrize("line", ["", "Words", "EXTRACT:", 'EXTRACT: ""', 'EXTRACT: "" ---- " "', 'EXTRACTED: "a"'])
def test_a_line_without_a_passage_is_an_error(line: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse_extract_line(line, where="p.txt:2")
    assert caught.value.where == "p.txt:2"
    assert "EXTRACTS:" in caught.value.hint


def test_the_writer_uses_straight_outer_quotes() -> None:
    assert format_extract(["One “inner”."]) == 'EXTRACT: "One “inner”."'
    assert format_extract([" One. ", "Two\nlines."]) == 'EXTRACTS: "One." ---- "Two lines."'
