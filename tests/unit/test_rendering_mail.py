"""The mail's two parts, from the shipped templates."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from publisher.compose.check import check_issue
from publisher.errors import RenderError
from publisher.rendering.inline_css import inline_css
from publisher.rendering.licences import licence_name
from publisher.rendering.mail import FIT_BYTES, IssueView, ItemView, preheader_of, render_issue, subject_of
from publisher.resources import load_templates
from tests.builders import NOW

TEMPLATES = load_templates(Path("/nonexistent"))
WORDS = "The harbour had been built for ships of another century, and everybody who worked there knew it. " * 4


def an_item(number: int = 1, **changes: object) -> ItemView:
    values: dict[str, object] = {
        "title": f"Piece {number}",
        "url": f"https://harbour.example/culture/piece-{number}",
        "authors": ("Ada Berg",),
        "section": "Culture",
        "published": NOW,
        "passages": (WORDS.strip(),),
        "language": "en",
    }
    return ItemView(**(values | changes))  # type: ignore[arg-type]


def an_issue(*items: ItemView, **changes: object) -> IssueView:
    values: dict[str, object] = {
        "site_title": "The Harbour Review",
        "site_url": "https://harbour.example/",
        "site_licence": "https://creativecommons.org/licenses/by/4.0/",
        "site_licence_name": "CC BY 4.0",
        "contact": "editors@harbour.example",
        "postal_address": "Quay 7 & Co., Helsinki",
        "digest_title": "The Harbour Week",
        "subject": "Piece 1",
        "preheader": "Piece 2 · Piece 3",
        "date": NOW,
        "zone": "Europe/Helsinki",
        "language": "en",
        "items": items or (an_item(),),
        "archive_url": "https://harbour.example/feeds/issues/weekly.html",
        "unsubscribe_url": "https://harbour.example/mail/u/TOKEN",
    }
    return IssueView(**(values | changes))  # type: ignore[arg-type]


def words_of(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.mark.parametrize("count", [1, 12])
def test_both_parts_hold_every_item_and_pass_the_check(count: int) -> None:
    view = an_issue(*(an_item(number) for number in range(1, count + 1)))

    rendered = render_issue(view, TEMPLATES)

    assert (rendered.full_count, rendered.short_count) == (count, 0)
    assert check_issue(view, rendered) == ()
    for item in view.items:
        assert item.url in rendered.html
        assert item.url in rendered.text
    assert WORDS.strip() in words_of(rendered.html)
    assert WORDS.strip() in " ".join(rendered.text.split())


def test_many_items_are_fitted_before_the_clip() -> None:
    view = an_issue(*(an_item(number) for number in range(1, 121)))

    rendered = render_issue(view, TEMPLATES)

    assert len(rendered.html.encode()) <= FIT_BYTES
    assert 0 < rendered.full_count < 120
    assert rendered.full_count + rendered.short_count == 120
    assert rendered.html.count("<h2") == 120


def test_what_does_not_fit_at_all_is_on_the_web() -> None:
    view = an_issue(*(an_item(number) for number in range(1, 1001)))

    rendered = render_issue(view, TEMPLATES)

    left = 1000 - rendered.short_count
    assert rendered.full_count == 0
    assert f"And {left} more on the web" in words_of(rendered.html)
    assert check_issue(view, rendered) == ()


def test_what_an_article_holds_is_text_and_nothing_else() -> None:
    hostile = an_item(
        title="<script>alert(1)</script> {{ 7 * 7 }}", passages=("<img src=x onerror=alert(1)> {% raw %}",)
    )

    rendered = render_issue(an_issue(hostile), TEMPLATES)

    assert "<script" not in rendered.html
    assert "<img" not in rendered.html
    assert "{{ 7 * 7 }}" in words_of(rendered.html)
    assert "49" not in rendered.text


def test_an_item_without_author_extract_or_licence_leaves_no_hole() -> None:
    rendered = render_issue(an_issue(an_item(authors=(), passages=())), TEMPLATES)

    assert "by " not in words_of(rendered.html).partition("You get")[0]
    assert "None" not in rendered.text
    assert "\n\n\n\n" not in rendered.text


def test_a_republished_piece_names_its_source_and_licence() -> None:
    item = an_item(
        original_name="The Lighthouse Papers",
        original_url="https://lighthouse.example/cable",
        licence="https://creativecommons.org/licenses/by-nd/4.0/",
        licence_name="CC BY-ND 4.0",
    )

    rendered = render_issue(an_issue(item), TEMPLATES)

    for part in (rendered.html, rendered.text):
        for told in ("The Lighthouse Papers", "https://lighthouse.example/cable", "CC BY-ND 4.0"):
            assert told in part


def test_another_language_and_direction_are_marked() -> None:
    rendered = render_issue(an_issue(an_item(language="ar", title="الميناء")), TEMPLATES)

    assert re.search(r'<td[^>]*lang="ar"[^>]*dir="rtl"', rendered.html)


def test_no_line_of_the_text_part_is_long_but_for_addresses() -> None:
    rendered = render_issue(an_issue(), TEMPLATES)

    assert [line for line in rendered.text.splitlines() if len(line) > 78 and not line.startswith("http")] == []


def test_a_template_of_the_editors_that_fails_is_named_with_its_line() -> None:
    broken = {**TEMPLATES, "mail/digest.txt": "line one\n{{ issue.nothing }}\n"}

    with pytest.raises(RenderError, match=r"mail/digest\.txt:2"):
        render_issue(an_issue(), broken)


def test_an_import_in_a_style_fetches_nothing() -> None:
    style = '@import url("http://127.0.0.1:9/x.css"); p { color: red }'
    html = f"<!DOCTYPE html><html><head><style>{style}</style></head><body><p>x</p></body></html>"

    assert 'style="color:red"' in inline_css(html)


def test_a_mail_without_its_unsubscribe_link_is_refused() -> None:
    view = an_issue()
    rendered = render_issue(view, TEMPLATES)

    problems = check_issue(view, replace(rendered, text="no link, Quay 7 & Co., Helsinki"))

    assert [problem.what for problem in problems] == ["The unsubscribe link is missing"]


def test_subject_and_preheader_are_headlines() -> None:
    titles = ("A very long headline that goes on and on about the harbour and its cranes", "Second", "Third")

    assert subject_of(titles, TEMPLATES, language="en").endswith("…, and 2 more")
    assert len(subject_of(titles, TEMPLATES, language="en")) < 80
    assert subject_of(("One",), TEMPLATES, language="en") == "One"
    assert preheader_of(titles, fallbacks=("x" * 40,)) == f"Second · Third · {'x' * 40}"
    assert len(preheader_of(("a", "b" * 300), fallbacks=())) <= 140


def test_licences_have_short_names() -> None:
    assert licence_name("https://creativecommons.org/licenses/by-sa/4.0/") == "CC BY-SA 4.0"
    assert licence_name("https://creativecommons.org/publicdomain/zero/1.0/") == "CC0 1.0"
    assert licence_name("https://licence.example/terms") == "licence.example"
