"""Words that readers see come from catalogues: every one of them, in every language that has one."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract
from babel.messages.pofile import read_po

from publisher.rendering.languages import CATALOGUES, direction, local_day
from publisher.rendering.mail import Renderer
from publisher.rendering.pages import group_labels
from publisher.resources import load_templates
from tests.unit.test_rendering_mail import RENDERER, an_issue, an_item

PACKAGE = Path(__file__).parents[2] / "publisher"
TEMPLATES = load_templates(Path("/nonexistent"))


def messages() -> set[str]:
    """Every message of the templates, and those of the code."""
    found = set()
    for text in TEMPLATES.values():
        for _, message, _, _ in extract("jinja2.ext.babel_extract", io.BytesIO(text.encode())):
            found.add(message if isinstance(message, str) else message[0])
    code = "".join(path.read_text() for path in sorted((PACKAGE / "rendering").glob("*.py")))
    return found | set(re.findall(r'(?:\b_|gettext)\("([^"]+)"\)', code))


@pytest.mark.parametrize("language", CATALOGUES)
def test_every_message_is_translated_and_none_is_left_over(language: str) -> None:
    catalogue = read_po(io.BytesIO((PACKAGE / f"rendering/locale/{language}.po").read_bytes()))
    translated = {str(message.id): str(message.string) for message in catalogue if message.id}

    assert set(translated) == messages()
    for message, translation in translated.items():
        assert translation
        assert sorted(re.findall(r"%\(\w+\)s", message)) == sorted(re.findall(r"%\(\w+\)s", translation))


@pytest.mark.parametrize(("language", "word"), [("de", "Abbestellen"), ("fi", "Peru tilaus"), ("sv", "Unsubscribe")])
def test_a_mail_speaks_the_language_of_its_list(language: str, word: str) -> None:
    rendered = RENDERER.issue(an_issue(an_item(language=language), language=language))

    assert word in rendered.html
    assert word in rendered.text
    assert f'<html lang="{language}"' in rendered.html


def test_subjects_and_labels_speak_it_too() -> None:
    assert Renderer(TEMPLATES).subject(("Eins", "Zwei"), language="de") == "Eins und 1 weitere"
    assert group_labels("fi")["author"] == "Kirjoittajat"


def test_days_are_written_as_readers_do() -> None:
    day = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert local_day(day, language="en", zone="Europe/Helsinki") == "24 November 2026"
    assert local_day(day, language="de", zone="UTC") == "23. November 2026"
    assert local_day(day, language="xx", zone="UTC") == "23 November 2026"


def test_directions_are_known() -> None:
    assert [direction(language) for language in ("en", "ar", "he", "fa", "xx")] == ["ltr", "rtl", "rtl", "rtl", "ltr"]
