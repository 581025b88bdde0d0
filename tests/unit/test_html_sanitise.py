"""What of someone's HTML stays."""

from __future__ import annotations

import time

import pytest

from publisher.errors import ParseError
from publisher.html import clean_line, clean_text, sanitise

BASE = "https://harbour.example/culture/ferry"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a<script>alert('words of the script')</script>b</p>", "<p>ab</p>"),
        ("<style>p{}</style><p>a</p>", "<p>a</p>"),
        ("<p style='color:red' onclick='x()' class=c id=i>a</p>", "<p>a</p>"),
        ("<svg/onload=alert(1)><p>a</p>", "<p>a</p>"),
        ("<math><mi>x</mi></math><p>a</p>", "<p>a</p>"),
        ("<form action=/x><p>kept</p><select><option>no</select></form>", "<p>kept</p>"),
        ("<iframe src=https://evil.example>no</iframe><p>a</p>", "<p>a</p>"),
        ("<img/src=x onerror=alert(1)>", '<img src="x" alt="">'),
        ("<img src='data:image/gif;base64,R0'>a", "a"),
        ("<!-- words --><p>a</p>", "<p>a</p>"),
        (
            "<img alt='said twice' src='https://a.example/1.png'>",
            '<img alt="said twice" src="https://a.example/1.png">',
        ),
    ],
)
def test_only_what_the_allow_list_names_stays(html: str, expected: str) -> None:
    assert sanitise(html) == expected


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "java&#1;script:alert(1)",
        "&#x6A;avascript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "file:///etc/passwd",
    ],
)
@pytest.mark.parametrize("base", ["", BASE])
def test_an_active_address_never_stays(address: str, base: str) -> None:
    assert sanitise(f'<a href="{address}">a</a>', base_url=base) == '<a rel="noopener noreferrer">a</a>'


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<a href="#note">a</a>', f'<a href="{BASE}#note" rel="noopener noreferrer">a</a>'),
        ('<a href="../x">a</a>', '<a href="https://harbour.example/x" rel="noopener noreferrer">a</a>'),
        ('<a href="mailto:a@b.example">a</a>', '<a href="mailto:a@b.example" rel="noopener noreferrer">a</a>'),
        ('<img alt="" src="/i.png">', '<img alt="" src="https://harbour.example/i.png">'),
        (
            '<img alt="" srcset="a.jpg, /b,c.jpg 2x,data:x 3x, https://c.example/d 100w">',
            '<img alt="" srcset="https://harbour.example/culture/a.jpg, https://harbour.example/b,c.jpg 2x, '
            'https://c.example/d 100w">',
        ),
        ('<q cite="/s">a</q>', '<q cite="https://harbour.example/s">a</q>'),
        ('<video poster="p.png"></video>', '<video poster="https://harbour.example/culture/p.png"></video>'),
        ('<a href="http://[bad">a</a>', '<a rel="noopener noreferrer">a</a>'),
    ],
)
def test_every_address_becomes_absolute_against_the_base(html: str, expected: str) -> None:
    assert sanitise(html, base_url=BASE) == expected


def test_without_a_base_a_relative_address_stays_relative() -> None:
    assert sanitise('<img alt="" src="i.png">') == '<img alt="" src="i.png">'


def test_a_tag_inside_an_attribute_cannot_break_out_of_it() -> None:
    kept = sanitise("<p title='<img src=x onerror=alert(1)>'>a</p>")
    assert kept == '<p title="&lt;img src=x onerror=alert(1)&gt;">a</p>'


@pytest.mark.parametrize("bomb", ["<div>" * 100_000, "<table><b>" * 50_000, "<svg><p>" * 50_000, "<select>" * 50_000])
def test_html_nested_without_end_is_refused_at_once(bomb: str) -> None:
    start = time.monotonic()
    with pytest.raises(ParseError, match="nested deeper"):
        sanitise(bomb)
    assert time.monotonic() - start < 2


def test_formatting_that_nobody_closes_does_not_multiply() -> None:
    bomb = "".join(f"<b title={number}>" for number in range(200)) + "<p>x" * 20_000
    assert len(sanitise(bomb)) < 10 * len(bomb)


def test_thousands_of_attributes_on_one_tag_are_refused() -> None:
    with pytest.raises(ParseError, match="attributes"):
        sanitise("<p " + " ".join(f"a{number}=1" for number in range(50_000)) + ">x</p>")


def test_long_html_keeps_its_words_and_quotes() -> None:
    paragraph = "<p>Čaj &amp; “ring”&nbsp;— <em>twice</em><br>a</p>"
    assert sanitise(paragraph * 2_000) == paragraph * 2_000


def test_control_characters_go_and_line_ends_become_one_kind() -> None:
    given = "a\x00b\x0bc\x7fd\x85e\ud800f\ufdd0g\ufffeh\U0001ffffi\r\nj\tk\u00a0l"
    assert clean_text(given) == "abcdefghi\njk\u00a0l".replace("jk", "j\tk")


def test_a_line_has_no_line_ends_and_no_edges() -> None:
    assert clean_line("  Two\r\n\t words\u00a0\x00 here ") == "Two words here"


def test_a_character_reference_brings_no_control_character_back() -> None:
    assert sanitise("<p>a&#1;b&#xFFFE;c&#x1F;</p>") == "<p>abc</p>"


def test_many_words_in_one_attribute_are_no_flood() -> None:
    assert sanitise(f'<p title="{"word " * 10_000}">The tide turned.</p>').endswith("The tide turned.</p>")


@pytest.mark.parametrize("flood", ["a ", "a=1 ", 'a="1" ', "a=x='1 "])
def test_a_flood_of_attributes_is_refused(flood: str) -> None:
    with pytest.raises(ParseError, match="attributes"):
        sanitise(f"<p {flood * 30_000}>x</p>")


def test_ampersands_that_begin_nothing_cost_nothing() -> None:
    assert sanitise("<p>" + "& " * 100_000 + "</p>").count("&amp;") == 100_000
