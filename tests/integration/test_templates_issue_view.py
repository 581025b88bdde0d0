"""From articles and settings to what the templates see, and from there to a mail."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.app.issue_view import in_order, item_views
from publisher.app.mail_renderer import MailRenderer, template_problems
from publisher.model.article import Article, Original
from publisher.model.settings import FeedSettings, MailSettings, Settings, SiteSettings
from publisher.resources import load_templates
from tests.builders import an_article
from tests.unit.test_rendering_mail import an_issue

SITE = SiteSettings(
    title="The Harbour Review",
    url="https://harbour.example/",
    language="en",
    timezone="Europe/Helsinki",
    id_authority="harbour.example,2026",
    licence="https://creativecommons.org/licenses/by/4.0/",
)


def settings(**mail: object) -> Settings:
    return Settings(
        site=SITE,
        feeds=FeedSettings(base_url="https://harbour.example/feeds/"),
        mail=MailSettings.model_validate(mail),
    )


def pieces() -> tuple[Article, ...]:
    sections = ("essays", "culture", "science", "culture")
    return tuple(an_article(number, section=section) for number, section in enumerate(sections, start=1))


def test_sections_stand_in_their_order_and_the_first_of_each_says_so() -> None:
    ordered = in_order(pieces(), ("science", "culture"))
    views = item_views(ordered, settings(order=("science", "culture")), look="magazine")

    assert [article.number for article in ordered] == [3, 2, 4, 1]
    assert [view.section_heading for view in views] == ["Science", "Culture", "", "Essays"]


def test_without_an_order_nothing_moves_and_no_section_has_a_heading() -> None:
    assert in_order(pieces(), ()) == pieces()
    assert {view.section_heading for view in item_views(pieces(), settings(), look="magazine")} == {""}


@pytest.mark.parametrize(
    ("look", "images", "shown"), [("magazine", True, True), ("magazine", False, False), ("letter", True, False)]
)
def test_pictures_are_those_of_the_magazine_look_and_can_be_left_out(look: str, images: bool, shown: bool) -> None:
    article = an_article(image="https://harbour.example/a.jpg", image_size=(1104, 620))

    [view] = item_views([article], settings(images=images), look=look)

    assert (view.image is not None) is shown


def test_a_licence_is_named_where_it_is_not_the_sites() -> None:
    own = an_article(licence=SITE.licence)
    other = an_article(licence="https://creativecommons.org/licenses/by-nd/4.0/", original=Original("The Papers", ""))
    words = an_article(licence="© Ada Berg", original=Original("The Papers", "https://papers.example/1"))

    views = item_views([own, other, words], settings(), look="magazine")

    assert [(view.licence_name, view.rights, view.original_url) for view in views] == [
        ("", "", ""),
        ("CC BY-ND 4.0", "", ""),
        ("", "© Ada Berg", "https://papers.example/1"),
    ]


def test_a_site_overrides_one_block_of_one_look(tmp_path: Path) -> None:
    folder = tmp_path / "templates/mail/letter"
    folder.mkdir(parents=True)
    (folder / "masthead.html").write_text("<tr><td><h1>Good morning</h1></td></tr>\n")
    templates = load_templates(tmp_path)

    assert template_problems(templates) == ()
    with MailRenderer(templates) as renderer:
        assert "Good morning" in renderer.issue(an_issue(look="letter")).html
        assert "Good morning" not in renderer.issue(an_issue(look="magazine")).html


def test_a_broken_block_of_the_site_is_told_before_anything_runs(tmp_path: Path) -> None:
    folder = tmp_path / "templates/mail"
    folder.mkdir(parents=True)
    (folder / "item.txt").write_text("one\n{{ item.colour }}\n")

    [problem] = template_problems(load_templates(tmp_path))

    assert problem.where == "templates/mail/item.txt:2"
