"""Bytes of a file to its article: Markdown, HTML, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from publisher.errors import ParseError
from publisher.formats import parse_file
from publisher.model.article import BlockKind, Original, ParsedArticle


def article_of(name: str, text: str) -> ParsedArticle:
    article = parse_file(name, text.encode(), where=f"articles/{name}").article
    assert article is not None
    return article


def blocks_of(article: ParsedArticle) -> list[tuple[BlockKind, str]]:
    return [(block.kind, article.body.text[block.start : block.end]) for block in article.body.blocks]


def error_of(name: str, data: bytes) -> ParseError:
    with pytest.raises(ParseError) as caught:
        parse_file(name, data, where=f"articles/{name}")
    return caught.value


def test_the_first_heading_is_the_title_and_leaves_the_body() -> None:
    article = article_of("a.md", "# The *last* ferry\n\nIt left.\n\n## Later\n\nNobody.")
    assert article.title == "The last ferry"
    assert article.body.text == "It left.\n\nLater\n\nNobody."


def test_a_heading_that_repeats_the_title_leaves_the_body() -> None:
    assert article_of("a.md", "---\ntitle: Ferry\n---\n# Ferry\n\nIt left.").body.text == "It left."
    assert article_of("a.md", "---\ntitle: Ferry\n---\n# Boat\n\nIt left.").body.text == "Boat\n\nIt left."


def test_without_a_heading_the_first_words_are_the_title() -> None:
    assert article_of("a.md", "It left at six, and nobody was on it, not even the cat.").title == (
        "It left at six, and nobody was on it, not…"
    )


def test_markdown_has_tables_strikethrough_and_no_scripts() -> None:
    article = article_of("a.md", "~~old~~ new\n\n|a|b|\n|-|-|\n|1|2|\n\n<script>alert(1)</script>\n\n[x](javascript:y)")
    assert "<s>old</s>" in article.body.html
    assert "alert" not in article.body.html + article.body.text
    assert 'href="javascript' not in article.body.html
    assert (BlockKind.LIST, "a b\n1 2") in blocks_of(article)


def test_an_image_alone_is_a_figure_with_its_title_as_caption() -> None:
    article = article_of("a.md", 'Words.\n\n![A map](m.png "The <coast>. Photo: Ann Ox")\n\nMore ![icon](i.png) words.')
    assert '<figure><img src="m.png" alt="A map"><figcaption>The &lt;coast&gt;.' in article.body.html
    (figure,) = [block for block in article.body.blocks if block.kind is BlockKind.FIGURE]
    assert article.body.text[figure.start : figure.end] == "The <coast>."
    assert (figure.alt, figure.credit) == ("A map", "Photo: Ann Ox")


def test_a_republished_article_takes_licence_and_original_from_its_note() -> None:
    article = article_of(
        "a.md",
        "Words.\n\nThis article is republished from [The Conversation](https://tc.example) under a "
        "[Creative Commons license](https://creativecommons.org/licenses/by-nd/4.0/). "
        "Read the [original article](https://tc.example/1).",
    )
    assert article.licence == "https://creativecommons.org/licenses/by-nd/4.0/"
    assert article.original == Original("The Conversation", "https://tc.example/1")
    assert article.body.blocks[-1].kind is BlockKind.NOTE


def test_the_keys_win_over_the_note() -> None:
    article = article_of("a.md", "---\nlicence: All mine\n---\nWords.\n\nThis article was first published in Sea.")
    assert (article.licence, article.original) == ("All mine", Original("Sea", ""))


def test_html_with_front_matter_is_a_fragment() -> None:
    article = article_of("a.html", "---\ntitle: T\ndate: 2026-11-24\n---\n<p>One.</p><p onclick=x>Two.</p>")
    assert (article.title, article.published) == ("T", date(2026, 11, 24))
    assert article.body.html == "<p>One.</p><p>Two.</p>"


def test_a_whole_page_gives_title_author_date_language_and_its_article() -> None:
    article = article_of(
        "a.htm",
        """<!DOCTYPE html><html lang="fi"><head><title>Ferry | Review</title><meta name="author" content="Ada Berg">
        <meta property="article:published_time" content="2026-11-24T08:00:00Z"></head>
        <body><nav>Home</nav><article><h1>Lautta</h1><nav>Share</nav><p>Lähti.</p></article><footer>©</footer></body>""",
    )
    assert (article.title, article.authors, article.language) == ("Lautta", ("Ada Berg",), "fi")
    assert article.published == datetime(2026, 11, 24, 8, tzinfo=UTC)
    assert article.body.text == "Lähti."


def test_a_page_without_an_article_element_gives_its_main_part_or_its_body() -> None:
    assert article_of("a.html", "<html><body><main><p>One.</p></main><p>Two.</p>").body.text == "One."
    page = article_of("a.html", "<html><head><title>T</title></head><body><p>Two.</p><script>x</script>")
    assert (page.title, page.body.text) == ("T", "Two.")


def test_a_bad_date_in_a_page_is_no_reason_to_refuse_it() -> None:
    assert article_of("a.html", '<html><meta name="date" content="soon"><p>Words.</p>').published is None


def test_control_characters_go_before_parsing_with_a_warning() -> None:
    parsed = parse_file("a.md", b"---\ntitle: \x00\x0b\n---\nWo\x00rds.", where="articles/a.md")
    assert parsed.article is not None
    assert (parsed.article.title, parsed.article.body.text) == ("Words.", "Words.")
    assert parsed.warnings == ("articles/a.md: 3 control characters were removed",)


def test_a_byte_order_mark_and_foreign_line_ends_are_accepted() -> None:
    assert article_of("a.md", "\ufeff---\r\ntitle: T\r\n---\r\nOne.\r\n\r\nTwo.").body.text == "One.\n\nTwo."
    assert article_of("a.md", "---\rtitle: T\r---\rOne.").title == "T"


def test_bytes_that_are_not_utf8_are_named_by_place() -> None:
    error = error_of("a.md", b"---\ntitle: T\n---\ncaf\xe9")
    assert error.what == "The file is not UTF-8: byte 20 is 0xe9"
    assert error.where == "articles/a.md:4"


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"", "articles/a.md:1"),
        (b" \n\n", "articles/a.md:1"),
        (b"\x00\x00", "articles/a.md:1"),
        (b"---\ntitle: T\n---\n\n", "articles/a.md:4"),
        (b"# Only a title", "articles/a.md:1"),
        (b"<script>all there is</script>", "articles/a.md:1"),
    ],
)
def test_an_empty_text_is_refused(data: bytes, where: str) -> None:
    error = error_of("a.md", data)
    assert error.what == "The article has no text"
    assert error.where == where


def test_a_file_over_five_megabytes_is_refused() -> None:
    assert "5,000,000" in error_of("a.md", b"a" * 5_000_001).what


def test_another_kind_of_file_is_refused() -> None:
    assert ".markdown" in error_of("a.docx", b"x").hint


def test_nesting_without_end_is_refused_with_the_files_name() -> None:
    error = error_of("a.html", b"<div>" * 50_000 + b"x")
    assert error.where == "articles/a.html"
    assert "256" in error.what
    assert "256" in error_of("b.html", b"<html><body>" + b"<div>" * 50_000 + b"x").what


def test_markdown_made_of_open_brackets_is_refused() -> None:
    assert "more than 20,000 of [" in error_of("a.md", b"![" * 30_000).what


def test_a_saved_magazine_page_gives_its_article_and_its_listed_extracts() -> None:
    html = """<html><body><div>Nov 19th 2026</div><h1>Who pays for the ice</h1><p>by Ada Berg</p>
    <p>Ada Berg is a pilot, Port of Grundvik</p><p>The ice came early. Nobody had asked.</p>
    <p><img src="/m.png" alt="A chart."></p>
    <p>This article is republished from <a href="https://sound.example/">The Sound</a> under a
    <a href="https://creativecommons.org/licenses/by/4.0/">licence</a>. Read the <a href="https://sound.example/1">original</a>.</p>
    <h3>More Current Affairs</h3><div>Nov 20th 2026<br>EXTRACT: "Another."</div>
    <div>Nov 19th 2026</div><div>EXTRACTS: "The ice came early." ---- "Nobody had asked."</div></body></html>"""
    parsed = parse_file("page.html", html.encode(), where="page.html")
    assert parsed.article is not None
    assert (parsed.article.title, parsed.article.authors) == ("Who pays for the ice", ("Ada Berg",))
    assert (parsed.article.published, parsed.article.section) == (date(2026, 11, 19), "current-affairs")
    assert parsed.article.given == ("The ice came early.", "Nobody had asked.")
    assert parsed.article.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert parsed.article.original == Original("The Sound", "https://sound.example/1")
    assert [item.passages for item in parsed.listed] == [("Another.",), ("The ice came early.", "Nobody had asked.")]
    assert parsed.article.body.text.startswith("The ice came early.")
    assert "Another" not in parsed.article.body.text


def test_a_sign_up_form_is_no_part_of_the_article() -> None:
    page = "<html><body><article><p>Words.</p><form><p>Subscribe now</p></form> End.</article>"
    assert article_of("a.html", page).body.text == "Words.\n\nEnd."
