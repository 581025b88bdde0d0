"""Colours, fonts and logo: what cannot be read or shown is told, with its key."""

from __future__ import annotations

import pytest

from publisher.model.settings import MailSettings
from publisher.rendering.colours import contrast
from publisher.rendering.theme import Picture, parts_of, theme_of, theme_problems, theme_warnings


def settings(**values: object) -> MailSettings:
    return MailSettings.model_validate(values)


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
    ],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(parts_of(one), parts_of(other)) == pytest.approx(ratio, abs=0.01)


def test_the_defaults_can_be_read_in_light_and_dark() -> None:
    assert theme_problems(MailSettings()) == ()
    assert theme_warnings(MailSettings()) == ()


def test_text_that_cannot_be_read_is_told_with_its_key_and_ratio() -> None:
    problems = theme_problems(settings(colours={"muted": "#999999"}))

    assert [problem.where for problem in problems] == ["mail.colours.muted", "mail.colours.muted"]
    assert "#999999 on sheet #ffffff has a contrast of 2.8:1, not 4.5:1" in problems[0].what


def test_dark_text_under_seven_to_one_is_a_warning_and_under_four_and_a_half_a_problem() -> None:
    assert [one.where for one in theme_warnings(settings(dark={"muted": "#8c8c8c"}))] == ["mail.dark.muted"] * 2
    assert theme_problems(settings(dark={"muted": "#8c8c8c"})) == ()
    assert [one.where for one in theme_problems(settings(dark={"muted": "#555555"}))] == ["mail.dark.muted"] * 2


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"logo": "https://h.example/logo.svg", "logo_alt": "H", "logo_size": (90, 30)}, "mail.logo"),
        ({"logo": "http://h.example/logo.png", "logo_alt": "H", "logo_size": (90, 30)}, "mail.logo"),
        ({"logo": "https://h.example/logo.png", "logo_alt": "H"}, "mail.logo_size"),
        ({"logo": "https://h.example/logo.png", "logo_alt": "H", "logo_size": (900, 30)}, "mail.logo_size"),
        ({"logo": "https://h.example/logo.png", "logo_size": (90, 30)}, "mail.logo_alt"),
    ],
)
def test_a_logo_that_clients_would_not_show_is_told(values: dict[str, object], where: str) -> None:
    assert [problem.where for problem in theme_problems(settings(**values))] == [where]


def test_a_theme_is_what_the_settings_say() -> None:
    made = theme_of(
        settings(
            logo="https://h.example/logo.png",
            logo_alt="H",
            logo_size=(90, 30),
            colours={"accent": "#112233"},
            fonts={"text": "Palatino,serif"},
        )
    )

    assert made.logo == Picture("https://h.example/logo.png", "H", 90, 30)
    assert (made.colours.accent, made.text_font) == ("#112233", "Palatino,serif")
    assert theme_of(settings(logo="https://h.example/logo.png", logo_alt="H")).logo is None
