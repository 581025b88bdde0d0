"""What articles bring into a mail: words and addresses made harmless."""

from __future__ import annotations

import pytest

from publisher.rendering.mail import Renderer, archive_html
from publisher.rendering.safe import one_line, web_address, words
from publisher.rendering.subjects import calm
from publisher.rendering.wrapping import columns, wrap
from tests.unit.test_rendering_mail import RENDERER, TEMPLATES, an_issue, an_item


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("Tab\there\x0b\x00 and\r\nmore", "Tab here and more"),
        ("\u202egnitset\u202c", "gnitset"),
        ("lone \ud800 surrogate", "lone surrogate"),
        ("👨\u200d👩 stay joined", "👨\u200d👩 stay joined"),
    ],
)
def test_one_line_holds_only_what_can_be_shown(given: str, shown: str) -> None:
    assert one_line(given) == shown


def test_a_passage_keeps_its_line_ends() -> None:
    assert words("one\r\ntwo\rthree\x07") == "one\ntwo\nthree "


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//evil.example/x", "/path", "", "mailto:a@b"]
)
def test_an_address_that_is_not_of_the_web_is_dropped(url: str) -> None:
    assert web_address(url) == ""


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("https://harbour.example/a b", "https://harbour.example/a%20b"),
        ("https://härbour.example/é", "https://xn--hrbour-bua.example/%C3%A9"),
        ("http://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
    ],
)
def test_an_address_is_written_in_ascii(given: str, made: str) -> None:
    assert web_address(given) == made


def test_an_item_without_a_web_address_is_a_headline_without_a_link() -> None:
    made = RENDERER.issue(an_issue(an_item(url="javascript:alert(1)", title="No way in")))

    assert "javascript" not in made.html + made.text
    assert "No way in</h2>" in made.html
    assert "No way in\n\n" in made.text


def test_controls_of_an_article_reach_neither_part() -> None:
    made = RENDERER.issue(an_issue(an_item(title="Bell\x07 and\u202e back", passages=("A\x00B",))))

    assert not set("\x00\x07\u202e\ufffd") & set(made.html + made.text)
    assert "Bell and back" in made.html
    assert "Bell and back" in made.text


@pytest.mark.parametrize(
    ("title", "subject"),
    [
        ("THE WHOLE HARBOUR IS SHOUTING", "The Whole Harbour Is Shouting"),
        ("NATO", "NATO"),
        ("Re: the harbour", "“Re: the harbour”"),
        ("What?! Really!!!", "What? Really!"),
        ("🚢🚢🚢 ships", "ships"),
        ("🚢🚢🚢", "🚢"),
        ("One 🚢 ship", "One 🚢 ship"),
    ],
)
def test_a_subject_is_calm(title: str, subject: str) -> None:
    assert calm(title) == subject


@pytest.mark.parametrize("title", ["A very long headline about the harbour " * 6, "x" * 300, "港" * 100])
def test_a_subject_has_at_most_seventy_characters(title: str) -> None:
    made = Renderer(TEMPLATES).subject((title,) * 1000, language="en")

    assert len(made) <= 70
    assert made.endswith("…, and 999 more")


def test_the_page_for_the_web_has_nothing_personal() -> None:
    view = an_issue()

    page = archive_html(
        RENDERER.issue(view).html, unsubscribe_url=view.unsubscribe_url, archive_list_url="https://x.example/"
    )

    assert view.unsubscribe_url not in page
    assert "Unsubscribe" not in page
    assert "You get this mail" not in page
    assert "Piece 1" in page


def test_a_personal_link_of_another_template_leads_to_the_list() -> None:
    page = archive_html(
        '<a href="https://h.example/u/T">Leave</a>',
        unsubscribe_url="https://h.example/u/T",
        archive_list_url="https://h.example/all",
    )

    assert page == '<a href="https://h.example/all">Leave</a>'


def test_a_mail_in_wide_letters_stays_small_as_sent() -> None:
    items = [
        an_item(number, title="港の最終フェリー", passages=("港の最終フェリーは六時に出航した。" * 12,))
        for number in range(150)
    ]

    made = RENDERER.issue(an_issue(*items))

    sent = sum(3 if byte > 126 else 1 for byte in (made.html + made.text).encode())
    assert sent < 190_000
    assert 0 < made.full_count < 150


def test_wide_characters_take_two_columns_and_an_address_is_never_broken() -> None:
    address = "https://harbour.example/" + "a" * 90
    lines = wrap(
        f"港の最終フェリーは六時に出航した。乗っていたのは料理人だけで、彼はその週すでに二度乗り遅れていた。 {address}"
    ).split("\n")

    assert all(columns(line) <= 72 for line in lines[:-1])
    assert lines[-1] == address
    assert not any(line.startswith(("。", "、")) for line in lines)
