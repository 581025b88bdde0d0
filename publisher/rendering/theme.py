"""How a mail looks: colours, fonts and logo of the configuration, and what is wrong with them (email.md E11, 3.2)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from publisher.model.article import Problem
from publisher.model.settings import MailColours, MailSettings
from publisher.rendering.colours import Colour, contrast

CONTRAST = 4.5
"""Text on its ground, WCAG 1.4.3."""
DARK_CONTRAST = 7.0
"""Wished where the screen is dark, WCAG 1.4.6."""
LOGO_WIDTH = 552
LOGO_HEIGHT = 200
RASTER = re.compile(r"\.(?:png|jpe?g|gif)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Colours:
    """`#rrggbb` each: around the sheet, the sheet, its text, meta lines, headlines and links, rules."""

    page: str = "#f4f1ea"
    sheet: str = "#ffffff"
    ink: str = "#1d2a33"
    muted: str = "#444f5a"
    accent: str = "#0b4a6f"
    line: str = "#e2ddd0"


DARK = Colours(page="#121212", sheet="#1e1e1e", ink="#f0f0f0", muted="#cfcfcf", accent="#a8cdf5", line="#444444")


@dataclass(frozen=True, slots=True)
class Picture:
    """An image of the web with its size as shown, in pixels."""

    url: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Theme:
    """What templates see as `theme`. Fonts are names with commas between, without quotes."""

    colours: Colours = Colours()
    dark: Colours = DARK
    text_font: str = "Georgia,Times New Roman,serif"
    meta_font: str = "Arial,Helvetica,sans-serif"
    logo: Picture | None = None


def theme_of(mail: MailSettings) -> Theme:
    """The theme of a configuration. A logo without its size is not shown: see `theme_problems`."""
    return Theme(
        colours=colours_of(mail.colours),
        dark=colours_of(mail.dark),
        text_font=mail.fonts.text,
        meta_font=mail.fonts.meta,
        logo=logo_of(mail),
    )


def on_one_ground(theme: Theme) -> Theme:
    """The same theme where nothing is around the sheet: a plain letter."""
    return replace(
        theme,
        colours=replace(theme.colours, page=theme.colours.sheet),
        dark=replace(theme.dark, page=theme.dark.sheet),
    )


def colours_of(given: MailColours) -> Colours:
    return Colours(
        page=given.page,
        sheet=given.sheet,
        ink=given.ink,
        muted=given.muted,
        accent=given.accent,
        line=given.line,
    )


def logo_of(mail: MailSettings) -> Picture | None:
    if not mail.logo or mail.logo_size is None:
        return None
    return Picture(mail.logo, mail.logo_alt, *mail.logo_size)


def theme_problems(mail: MailSettings) -> tuple[Problem, ...]:
    """What must be mended before a mail goes out: text that cannot be read, a logo that clients would not show."""
    return (*low_contrasts(mail.colours, "mail.colours"), *low_contrasts(mail.dark, "mail.dark"), *logo_problems(mail))


def theme_warnings(mail: MailSettings) -> tuple[Problem, ...]:
    """What could be better: text on dark grounds under 7:1."""
    return tuple(low_contrasts(mail.dark, "mail.dark", least=DARK_CONTRAST, floor=CONTRAST))


def low_contrasts(
    colours: MailColours, where: str, *, least: float = CONTRAST, floor: float = 0.0
) -> Iterator[Problem]:
    """The pairs of text and ground whose contrast is under `least`, and at least `floor`."""
    pairs = (("ink", "sheet"), ("muted", "sheet"), ("accent", "sheet"), ("muted", "page"), ("accent", "page"))
    for name, ground in pairs:
        found = contrast(parts_of(getattr(colours, name)), parts_of(getattr(colours, ground)))
        if floor <= found < least:
            yield Problem(
                f"Text in {getattr(colours, name)} on {ground} {getattr(colours, ground)} has a contrast of "
                f"{found:.1f}:1, not {least:g}:1",
                f"{where}.{name}",
                "Make it darker or lighter.",
            )


def logo_problems(mail: MailSettings) -> Iterator[Problem]:
    if not mail.logo:
        return
    if not mail.logo.startswith("https://") or not RASTER.search(mail.logo.partition("?")[0]):
        yield Problem(
            "The logo is no https address of a PNG, JPEG or GIF", "mail.logo", "Other kinds are not shown by Outlook."
        )
    if mail.logo_size is None:
        yield Problem("The logo has no size", "mail.logo_size", "Give width and height as shown, such as [240, 60].")
    elif not (0 < mail.logo_size[0] <= LOGO_WIDTH and 0 < mail.logo_size[1] <= LOGO_HEIGHT):
        yield Problem("The logo is too large", "mail.logo_size", f"At most {LOGO_WIDTH} by {LOGO_HEIGHT} pixels.")
    if not mail.logo_alt.strip():
        yield Problem("The logo has no words", "mail.logo_alt", "Give what it says, such as the magazine's name.")


def parts_of(colour: str) -> Colour:
    """`#rrggbb` as numbers."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue
