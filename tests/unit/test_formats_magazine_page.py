"""A magazine page in plain text, with its list of dated extracts."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.errors import ParseError
from publisher.formats import parse_file
from publisher.model.article import BlockKind, Original, ParsedArticle, ParsedFile

SPACE = "\u00a0"
PAGE = f"""Nov 19th 2026

Harbour dispute: who pays for the ice

by Ada Berg and Bo Ek

{SPACE}

Ada Berg is a pilot, Port of Grundvik

{SPACE}

The ice came early this year, and with it the bill. Nobody had asked for either.

A chart of the bay with the fairways marked in red.
The fairways as they were. Ann Ox via Shutterstock

“Who pays?” asked the harbour master.

The price of a channel

The channel is nine metres deep and costs a million a year to keep open.

{SPACE}

Ada Berg, pilot, Port of Grundvik

This article is republished from The Sound under a Creative Commons license. Read the original article.

Browse articles by author

More Current Affairs

Nov 20th 2026
EXTRACT: "Another thing altogether."
Nov 19th 2026
EXTRACTS: "Not of this page." ---- "Nor this one."
Nov 19th 2026
EXTRACT: "…with it the bill. Nobody had asked for either." ---- "“Who pays?”"
Nov 18th 2026
Nov 17th 2026
EXTRACT: "Over
two lines."
"""


def parse(text: str) -> ParsedFile:
    return parse_file("page.txt", text.encode(), where="articles/page.txt")


def article_of(text: str) -> ParsedArticle:
    article = parse(text).article
    assert article is not None
    return article


def test_the_head_of_the_page_is_read() -> None:
    article = article_of(PAGE)
    assert article.title == "Harbour dispute: who pays for the ice"
    assert article.authors == ("Ada Berg", "Bo Ek")
    assert article.published == date(2026, 11, 19)
    assert article.section == "current-affairs"


def test_the_body_is_read_in_blocks_and_ends_before_the_navigation() -> None:
    body = article_of(PAGE).body
    assert [(block.kind, body.text[block.start : block.end]) for block in body.blocks] == [
        (BlockKind.PARAGRAPH, "The ice came early this year, and with it the bill. Nobody had asked for either."),
        (BlockKind.FIGURE, "The fairways as they were."),
        (BlockKind.PARAGRAPH, "“Who pays?” asked the harbour master."),
        (BlockKind.HEADING, "The price of a channel"),
        (BlockKind.PARAGRAPH, "The channel is nine metres deep and costs a million a year to keep open."),
        (BlockKind.NOTE, "Ada Berg is a pilot, Port of Grundvik"),
        (BlockKind.NOTE, "Ada Berg, pilot, Port of Grundvik"),
        (
            BlockKind.NOTE,
            "This article is republished from The Sound under a Creative Commons license. Read the original article.",
        ),
    ]


def test_a_figure_of_two_lines_keeps_what_was_on_it_and_who_made_it() -> None:
    (figure,) = [block for block in article_of(PAGE).body.blocks if block.kind is BlockKind.FIGURE]
    assert figure.alt == "A chart of the bay with the fairways marked in red."
    assert figure.credit == "Ann Ox via Shutterstock"


def test_the_note_gives_licence_and_original() -> None:
    article = article_of(PAGE)
    assert article.licence == "This article is republished from The Sound under a Creative Commons license."
    assert article.original == Original("The Sound", "")


def test_the_list_is_read_with_places_dates_and_passages() -> None:
    assert [(item.position, item.dated_on.day, item.passages) for item in parse(PAGE).listed] == [
        (1, 20, ("Another thing altogether.",)),
        (2, 19, ("Not of this page.", "Nor this one.")),
        (3, 19, ("…with it the bill. Nobody had asked for either.", "“Who pays?”")),
        (5, 17, ("Over two lines.",)),
    ]


def test_the_pages_own_article_gets_its_listed_extract() -> None:
    assert article_of(PAGE).given == ("…with it the bill. Nobody had asked for either.", "“Who pays?”")


def test_an_extract_of_another_date_is_not_the_articles() -> None:
    assert article_of(PAGE.replace("Nov 19th 2026\nEXTRACT:", "Nov 16th 2026\nEXTRACT:")).given == ()


def test_warnings_name_the_line() -> None:
    assert PAGE.split("\n")[39 - 1].startswith('EXTRACT: "…with it')
    told = "the line says EXTRACT and holds 2 passages in '…with it the bill. Nobody had asked for '"
    assert parse(PAGE).warnings == (f"articles/page.txt:39: {told}",)


def test_a_line_of_the_list_that_cannot_be_read_is_a_warning() -> None:
    parsed = parse(PAGE.replace('"Another thing altogether."', ""))
    assert [item.position for item in parsed.listed] == [2, 3, 5]
    assert parsed.warnings[0].startswith("articles/page.txt:35: The extract line holds no passage")


def test_a_page_without_list_byline_and_notes_is_fine() -> None:
    parsed = parse("\n\nNov 1st 2026\nA title below the date\n\nWords of the body, and an end.\n")
    assert parsed.article is not None
    assert (parsed.article.title, parsed.article.body.text) == (
        "A title below the date",
        "Words of the body, and an end.",
    )
    assert (parsed.listed, parsed.article.section, parsed.article.licence) == ((), None, None)


def test_a_list_without_a_heading_ends_the_body() -> None:
    parsed = parse('Nov 1st 2026\n\nTitle\n\nWords.\n\nOct 1st 2026\nEXTRACT: "One."')
    assert parsed.article is not None
    assert parsed.article.body.text == "Words."
    assert parsed.listed[0].dated_on == date(2026, 10, 1)


def test_what_follows_the_list_is_no_extract() -> None:
    parsed = parse('Nov 1st 2026\n\nTitle\n\nWords.\n\nMore Culture\n\nOct 1st 2026\nEXTRACT: "One."\n\nCopyright 2026')
    assert [item.passages for item in parsed.listed] == [("One.",)]


def test_a_heading_that_begins_with_more_is_no_list() -> None:
    text = "Nov 1st 2026\n\nTitle\n\nWords.\n\nMore trouble ahead\n\nStill the body."
    assert article_of(text).body.text == "Words.\n\nMore trouble ahead\n\nStill the body."


def test_an_extract_line_in_the_body_is_the_articles_own() -> None:
    article = article_of('Nov 1st 2026\n\nTitle\n\nEXTRACT: "Words."\n\nWords. More.')
    assert (article.given, article.body.text) == (("Words.",), "Words. More.")


def test_lines_broken_inside_paragraphs_are_joined() -> None:
    text = "Nov 1st 2026\n\nTitle\n\nOne line\nand two\nand three.\n\nA short\nparagraph."
    assert article_of(text).body.text == "One line and two and three.\n\nA short paragraph."


def test_markup_in_a_page_is_words() -> None:
    assert (
        article_of("Nov 1st 2026\n\nT\n\nA <script>tag</script> & more.").body.text == "A <script>tag</script> & more."
    )


@pytest.mark.parametrize("text", ["Just words.\n\nMore.", "---\ntitle: T\n---\nWords.", "Nov 31st 2026\n\nT\n\nWords."])
def test_a_text_that_is_no_magazine_page_is_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert caught.value.where == "articles/page.txt:1"
    assert "2022" in caught.value.hint or "2026" in caught.value.hint


@pytest.mark.parametrize("text", ["Nov 1st 2026", "Nov 1st 2026\n\nTitle", "Nov 1st 2026\n\nTitle\n\nby Ada Berg"])
def test_a_page_without_text_is_refused(text: str) -> None:
    with pytest.raises(ParseError):
        parse(text)
