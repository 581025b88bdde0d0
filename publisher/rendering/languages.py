"""Languages of readers: their words (gettext catalogues beside this module), dates and direction."""

from __future__ import annotations

import gettext
import io
from datetime import datetime
from functools import lru_cache
from importlib import resources
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

CATALOGUES = ("de", "fi")
"""Languages with a catalogue; every other one reads English, the language of the templates."""


SOURCE = "en"
"""The language of the templates themselves."""


def locale_of(language: str) -> Locale:
    """The locale of a BCP 47 tag (`pt-BR`, `zh-Hant-HK`), or of its first part, else English."""
    for tag in (language, language.partition("-")[0]):
        try:
            return Locale.parse(tag, sep="-")
        except (ValueError, UnknownLocaleError, TypeError):
            continue
    return Locale("en")


def direction(language: str) -> str:
    """`rtl` or `ltr`, for the attribute `dir`."""
    return "rtl" if locale_of(language).text_direction == "rtl" else "ltr"


@lru_cache(maxsize=32)
def translations(language: str) -> gettext.NullTranslations:
    """The catalogue of a language; without one the messages stay English."""
    name = locale_of(language).language
    if name not in CATALOGUES:
        return gettext.NullTranslations()
    source = resources.files(__package__).joinpath("locale", f"{name}.po").read_bytes()
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source), locale=name))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def local_day(value: datetime, *, language: str, zone: str, style: str = "long") -> str:
    """The date of an instant in a zone, as people write it: `24 November 2026`, `24. November 2026`."""
    return format_date(value.astimezone(ZoneInfo(zone)), format=style, locale=day_locale(language))


def local_moment(value: datetime, *, language: str, zone: str, style: str = "long") -> str:
    """Date and time of an instant in a zone, with the zone's name."""
    return format_datetime(value, format=style, tzinfo=ZoneInfo(zone), locale=day_locale(language))


def day_locale(language: str) -> Locale:
    """Plain `en` writes `24 November 2026`, not the American order that Babel has for it."""
    found = locale_of(language)
    return Locale("en", "GB") if (found.language, found.territory) == ("en", None) else found


def mail_language(tag: str, *, otherwise: str) -> str:
    """The language of the words around a reader's items: their own, if there is a catalogue, else the magazine's."""
    name, own = (one.partition("-")[0].lower() for one in (tag, otherwise))
    return name if name in (SOURCE, *CATALOGUES) and name != own else otherwise
