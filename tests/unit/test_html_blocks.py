"""HTML as text in blocks."""

from __future__ import annotations

import pytest

from publisher.html import body_of_html, plain_text
from publisher.html.headings import take_first_heading
from publisher.model.article import BlockKind, Body


def read(html: str) -> list[tuple[str, str]]:
    body = body_of_html(html)
    return [(block.kind.value, body.text[block.start : block.end]) for block in body.blocks]


def only_block(body: Body) -> tuple[str, str, str]:
    (block,) = body.blocks
    assert block.kind is BlockKind.FIGURE
    return body.text[block.start : block.end], block.alt, block.credit


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>One <b>bold</b>\n  word.</p><p>Two.</p>", [("paragraph", "One bold word."), ("paragraph", "Two.")]),
        ("<p>a<br>b</p>", [("paragraph", "a b")]),
        ("<p>a&nbsp;b &amp; “c” &lt;d&gt;</p>", [("paragraph", "a\u00a0b & “c” <d>")]),
        ("<h2>Head <i>line</i></h2><p>a</p>", [("heading", "Head line"), ("paragraph", "a")]),
        ("<blockquote><p>a</p><p>b</p></blockquote>", [("quote", "a"), ("quote", "b")]),
        ("<ul><li>a<ul><li>b</ul><li><p>c</p></ul><p>d</p>", [("list", "a\nb\nc"), ("paragraph", "d")]),
        ("<ol><li>a</ol><ol><li>b</ol>", [("list", "a"), ("list", "b")]),
        ("<dl><dt>a<dd>b</dl>", [("list", "a\nb")]),
        ("<table><tr><th>a<th>b<tr><td>1<td>2</table>", [("list", "a b\n1 2")]),
        ("<table><tr><td><p>a</p><p>b</p></table>", [("paragraph", "a"), ("paragraph", "b")]),
        ("<pre><code>if a:\n\n    b\n</code></pre>", [("code", "if a:\n\n    b")]),
        (
            "bare words<div>in a div</div>more",
            [("paragraph", "bare words"), ("paragraph", "in a div"), ("paragraph", "more")],
        ),
        ("<p>a</p><hr><p> \u00a0 </p><p></p><p>b</p>", [("paragraph", "a"), ("paragraph", "b")]),
        ("<aside><p>a</p></aside><footer>b</footer>", [("note", "a"), ("note", "b")]),
        ("<p>Words <img src=x alt=icon> around.</p>", [("paragraph", "Words around.")]),
        ("<p>a</p><script>alert('gone')</script>", [("paragraph", "a")]),
        ("", []),
    ],
)
def test_html_is_read_in_blocks(html: str, expected: list[tuple[str, str]]) -> None:
    assert read(html) == expected


@pytest.mark.parametrize(
    "words",
    [
        "This article is republished from The Conversation under a Creative Commons license.",
        "This article was originally published by Public Books.",
        "This essay first appeared in The Tidewater Quarterly.",
        "Originally published at harbour.example.",
        "Este artículo fue publicado originalmente en The Conversation.",
    ],
)
def test_a_republication_note_is_a_note(words: str) -> None:
    assert read(f"<p>{words}</p>") == [("note", words)]


@pytest.mark.parametrize(
    "words", ["This story is published in three parts.", "The article was unsigned.", "She published it herself."]
)
def test_a_sentence_about_publishing_is_a_paragraph(words: str) -> None:
    assert read(f"<p>{words}</p>") == [("paragraph", words)]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            "<figure><img src=x alt='A map'><figcaption>The coast. Photo: A. Writer</figcaption></figure>",
            ("The coast.", "A map", "Photo: A. Writer"),
        ),
        ("<figure><img src=x alt=a><p>The coast.</p></figure>", ("The coast.", "a", "")),
        ("<figure><img src=x alt=a></figure>", ("", "a", "")),
        ("<p><img src=x alt=a title='The coast. © Ann Ox'></p>", ("The coast.", "a", "© Ann Ox")),
        ("<p><a href=/big><img src=x alt=a></a></p>", ("", "a", "")),
        (
            "<figure title='A map'><figcaption>Ann Ox via Shutterstock</figcaption></figure>",
            ("Ann Ox via Shutterstock", "A map", ""),
        ),
    ],
)
def test_a_figure_keeps_caption_alt_and_credit(html: str, expected: tuple[str, str, str]) -> None:
    assert only_block(body_of_html(html)) == expected


def test_a_counting_pixel_is_no_figure() -> None:
    assert read('<p>a</p><p><img src="https://count.example/1" width="1" height="1"></p>') == [("paragraph", "a")]


def test_a_quotation_in_a_figure_stays_a_quotation() -> None:
    html = "<figure><blockquote><p>Words.</p></blockquote><figcaption>Ada Berg</figcaption></figure>"
    assert read(html) == [("quote", "Words."), ("figure", "Ada Berg")]


def test_the_text_is_the_blocks_joined_by_one_blank_line() -> None:
    body = body_of_html("<h2>a</h2><p>b</p><figure><img src=x></figure><p>c</p>")
    assert body.text == "\n\n".join(body.text[block.start : block.end] for block in body.blocks) == "a\n\nb\n\n\n\nc"


def test_plain_text_has_no_markup() -> None:
    assert plain_text("<p>a <b>b</b></p><style>x</style><p>c") == "a b\n\nc"


def test_the_first_heading_with_words_is_taken_out() -> None:
    assert take_first_heading("<h1></h1><p>a</p><h2>Two <em>words</em></h2><p>b</p>") == (
        "Two words",
        "<h1></h1><p>a</p><p>b</p>",
    )
    assert take_first_heading("<p>a</p>") == ("", "<p>a</p>")
