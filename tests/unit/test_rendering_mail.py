"""The mail's two parts, from the shipped templates."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from publisher.errors import RenderError
from publisher.mail_lint import Expected, lint_parts
from publisher.rendering.fit import KEPT_WHOLE
from publisher.rendering.inline_css import inline_css
from publisher.rendering.licences import licence_address, licence_name
from publisher.rendering.mail import (
    FIT_BYTES,
    LOOKS,
    ImageView,
    IssueView,
    ItemView,
    Rendered,
    Renderer,
    preheader_of,
)
from publisher.rendering.theme import Colours, Picture, Theme
from publisher.resources import load_templates
from tests.builders import NOW

TEMPLATES = load_templates(Path("/nonexistent"))
RENDERER = Renderer(TEMPLATES)
"""Templates are compiled once for all tests."""
PREFERENCES = "https://harbour.example/mail/p/TOKEN"
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


def errors_of(view: IssueView, rendered: Rendered) -> list[str]:
    """The ids of the rules that stop such a mail."""
    expected = Expected(view.unsubscribe_url, view.postal_address, view.subject)
    return [one.rule.id for one in lint_parts(rendered.html, rendered.text, expected) if one.is_error]


@pytest.mark.parametrize("count", [1, 12])
def test_both_parts_hold_every_item_and_pass_the_check(count: int) -> None:
    view = an_issue(*(an_item(number) for number in range(1, count + 1)))

    rendered = RENDERER.issue(view)

    assert (rendered.full_count, rendered.short_count) == (count, 0)
    assert errors_of(view, rendered) == []
    for item in view.items:
        assert item.url in rendered.html
        assert item.url in rendered.text
    assert WORDS.strip() in words_of(rendered.html)
    assert WORDS.strip() in " ".join(rendered.text.split())


@pytest.mark.parametrize("look", LOOKS)
def test_both_looks_hold_the_same_words_in_the_same_order(look: str) -> None:
    view = an_issue(an_item(passages=("One here.", "Two there.")), an_item(2), look=look, preferences_url=PREFERENCES)

    rendered = RENDERER.issue(view)

    shown = ["Piece 1", "One here.", "Two there.", "Piece 2", "You get this mail", "licence", "Unsubscribe", "Quay 7"]
    for part in (words_of(rendered.html).partition("The Harbour Week")[2], rendered.text.partition("Piece 1 ")[2]):
        places = [part.find(word) for word in shown if word in part]
        assert places == sorted(places)
    assert PREFERENCES in rendered.html
    assert PREFERENCES in rendered.text
    assert "\n----\n" in rendered.text


def test_an_image_has_its_size_and_words_and_its_address_is_in_the_text_too() -> None:
    image = ImageView("https://harbour.example/crane.jpg", 'A "crane"', 552, 310)
    view = an_issue(an_item(image=image, image_credit="Photograph: Ada Berg"))

    rendered = RENDERER.issue(view)

    assert re.search(r'<img [^>]*alt=\'A "crane"\' width="552" height="310"', rendered.html)
    assert "Photograph: Ada Berg" in rendered.html
    assert 'Picture: A "crane" · Photograph: Ada Berg\nhttps://harbour.example/crane.jpg' in rendered.text


def test_a_plain_letter_has_no_image_box_or_second_ground() -> None:
    image = ImageView("https://harbour.example/crane.jpg", "A crane", 552, 310)

    rendered = RENDERER.issue(an_issue(an_item(image=image), look="letter"))

    assert "<img" not in rendered.html
    assert "border-left" not in rendered.html
    assert Theme().colours.page not in rendered.html


def test_sections_in_order_have_headings_and_items_stand_below_them() -> None:
    view = an_issue(an_item(section_heading="Culture"), an_item(2), an_item(3, section_heading="Essays"))

    rendered = RENDERER.issue(view)

    assert re.findall(r"<(h\d)", rendered.html) == ["h1", "h2", "h3", "h3", "h2", "h3"]
    assert "== Essays ==" in rendered.text


def test_a_correction_is_told_above_everything() -> None:
    rendered = RENDERER.issue(an_issue(note="The ferry leaves at seven.\n\nWe are sorry."))

    for part in (words_of(rendered.html), rendered.text):
        assert part.index("Correction") < part.index("We are sorry.") < part.rindex("Piece 1")


def test_pieces_of_one_source_have_links_that_differ() -> None:
    items = [
        an_item(number, original_name="The Papers", original_url=f"https://papers.example/{number}")
        for number in (1, 2)
    ]

    rendered = RENDERER.issue(an_issue(*items))

    assert "The Papers: Piece 1</a>" in rendered.html
    assert "The Papers: Piece 2</a>" in rendered.html
    assert "shown here in part" in words_of(rendered.html)


def test_the_tail_loses_its_images_first_then_its_extracts_and_the_first_stay_whole() -> None:
    image = ImageView("https://harbour.example/crane.jpg", "A crane", 552, 310)
    seen = [
        RENDERER.issue(an_issue(*(an_item(number, image=image) for number in range(count)))) for count in (20, 55, 90)
    ]

    assert (seen[0].image_count, seen[0].full_count) == (20, 20)
    assert KEPT_WHOLE <= seen[1].image_count < 55 == seen[1].full_count
    assert (seen[2].image_count, seen[2].short_count > 0) == (KEPT_WHOLE, True)
    assert all(len(one.html.encode()) <= FIT_BYTES for one in seen)


def test_the_logo_and_the_colours_of_the_site_are_in_the_mail() -> None:
    logo = Picture("https://harbour.example/logo.png", "The Harbour Review", 180, 48)
    theme = Theme(colours=Colours(accent="#7a1f1f"), logo=logo, text_font="Palatino,serif")

    rendered = RENDERER.issue(an_issue(theme=theme))

    assert 'src="https://harbour.example/logo.png" alt="The Harbour Review" width="180" height="48"' in rendered.html
    assert "color:#7a1f1f" in rendered.html
    assert "Palatino,serif" in rendered.html
    assert "Georgia" not in rendered.html


@pytest.mark.parametrize("look", LOOKS)
def test_every_colour_of_the_light_style_is_set_in_the_dark_one(look: str) -> None:
    theme = Theme(
        colours=Colours(*(f"#1000{number:02}" for number in range(6))),
        dark=Colours(*(f"#2000{number:02}" for number in range(6))),
    )
    view = an_issue(an_item(original_name="P", licence="https://l.example/", licence_name="L"), theme=theme, look=look)

    html = RENDERER.issue(view).html

    dark = html.partition("prefers-color-scheme: dark")[2].partition("[data-ogsc]")[0]
    for tag, style in re.findall(r'<(?:\w+)( [^>]*)? style="([^"]*#1000[^"]*)"', html):
        names = re.findall(r'class="([^"]*)"', tag) or ["body"]
        assert any(f".{name}" in dark or name == "body" for name in names[0].split()) or "<h1" in f"<h1{tag}", style


def test_many_items_are_fitted_before_the_clip() -> None:
    view = an_issue(*(an_item(number) for number in range(1, 121)))

    rendered = RENDERER.issue(view)

    assert len(rendered.html.encode()) <= FIT_BYTES
    assert 0 < rendered.full_count < 120
    assert rendered.full_count + rendered.short_count == 120
    assert rendered.html.count("<h2") == 120


def test_what_does_not_fit_at_all_is_on_the_web() -> None:
    view = an_issue(*(an_item(number) for number in range(1, 1001)))

    rendered = RENDERER.issue(view)

    left = 1000 - rendered.full_count - rendered.short_count
    assert rendered.full_count == KEPT_WHOLE
    assert f"And {left} more on the web" in words_of(rendered.html)
    assert errors_of(view, rendered) == []


def test_what_an_article_holds_is_text_and_nothing_else() -> None:
    hostile = an_item(
        title="<script>alert(1)</script> {{ 7 * 7 }}", passages=("<img src=x onerror=alert(1)> {% raw %}",)
    )

    rendered = RENDERER.issue(an_issue(hostile))

    assert "<script" not in rendered.html
    assert "<img" not in rendered.html
    assert "{{ 7 * 7 }}" in words_of(rendered.html)
    assert "49" not in rendered.text


def test_an_item_without_author_extract_or_licence_leaves_no_hole() -> None:
    rendered = RENDERER.issue(an_issue(an_item(authors=(), passages=())))

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

    rendered = RENDERER.issue(an_issue(item))

    for part in (rendered.html, rendered.text):
        for told in ("The Lighthouse Papers", "https://lighthouse.example/cable", "CC BY-ND 4.0"):
            assert told in part


def test_another_language_and_direction_are_marked() -> None:
    rendered = RENDERER.issue(an_issue(an_item(language="ar", title="الميناء")))

    assert re.search(r'<td[^>]*lang="ar"[^>]*dir="rtl"', rendered.html)


def test_no_line_of_the_text_part_is_long_but_for_addresses() -> None:
    rendered = RENDERER.issue(an_issue())

    assert [line for line in rendered.text.splitlines() if len(line) > 78 and not line.startswith("http")] == []


def test_a_template_of_the_editors_that_fails_is_named_with_its_line() -> None:
    broken = {**TEMPLATES, "mail/digest.txt": "line one\n{{ issue.nothing }}\n"}

    with pytest.raises(RenderError, match=r"mail/digest\.txt:2"):
        Renderer(broken).issue(an_issue())


def test_an_import_in_a_style_fetches_nothing() -> None:
    style = '@import url("http://127.0.0.1:9/x.css"); p { color: red }'
    html = f"<!DOCTYPE html><html><head><style>{style}</style></head><body><p>x</p></body></html>"

    assert 'style="color:red"' in inline_css(html)


def test_a_mail_without_its_unsubscribe_link_is_refused() -> None:
    view = an_issue()
    rendered = RENDERER.issue(view)

    without = replace(rendered, text=rendered.text.replace(view.unsubscribe_url, ""))

    assert "footer-unsubscribe" in errors_of(view, without)


def test_subject_and_preheader_are_headlines() -> None:
    titles = ("A very long headline that goes on and on about the harbour and its cranes", "Second", "Third")

    assert RENDERER.subject(titles, language="en").endswith("…, and 2 more")
    assert len(RENDERER.subject(titles, language="en")) < 80
    assert RENDERER.subject(("One",), language="en") == "One"
    assert preheader_of(titles, fallbacks=("x" * 40,)) == f"Second · Third · {'x' * 40}"
    assert len(preheader_of(("a", "b" * 300), fallbacks=())) <= 140


def test_a_very_short_headline_is_a_subject_with_the_digests_title() -> None:
    assert RENDERER.subject(("Fog",), language="en", digest_title="The Harbour Week") == "Fog · The Harbour Week"
    assert RENDERER.subject(("Fog", "B"), language="en", digest_title="The Harbour Week") == "Fog, and 1 more"


def test_one_licence_has_one_address() -> None:
    for page in ("http://creativecommons.org/licenses/by/4.0", "https://creativecommons.org/licenses/by/4.0/deed.fi"):
        assert licence_address(page) == "https://creativecommons.org/licenses/by/4.0/"
    assert licence_address("https://licence.example/terms") == "https://licence.example/terms"


def test_licences_have_short_names() -> None:
    assert licence_name("https://creativecommons.org/licenses/by-sa/4.0/") == "CC BY-SA 4.0"
    assert licence_name("https://creativecommons.org/publicdomain/zero/1.0/") == "CC0 1.0"
    assert licence_name("https://licence.example/terms") == "licence.example"
