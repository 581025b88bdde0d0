"""The mails of the shipped templates: the linter finds nothing, in every look and language; and how long it takes."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from publisher.mail_lint import Expected, lint
from publisher.rendering.mail import Renderer, preheader_of
from publisher.rendering.message import MailHeaders, encode_message, make_placeholders
from publisher.rendering.views import ImageView, IssueView, ItemView
from publisher.resources import load_templates
from publisher.tokens import LINK_TOKEN_LENGTH, MESSAGE_TOKEN_LENGTH
from tests.builders import NOW

TEMPLATES = load_templates(Path("/nonexistent"))
WORDS = "The harbour had been built for ships of another century, and everybody who worked there knew it. " * 2
PLACES = make_placeholders("w48", message_length=MESSAGE_TOKEN_LENGTH, link_length=LINK_TOKEN_LENGTH, avoid="")
BASE = "https://harbour.example"


def an_item(number: int) -> ItemView:
    image = ImageView(f"{BASE}/i/{number}.jpg", "The quay at night", 552, 310) if number % 4 == 2 else None
    return ItemView(
        title=f"Night shift {number} on the quay",
        url=f"{BASE}/culture/{number}",
        authors=("Ada Berg",),
        section="Culture",
        published=NOW,
        passages=(WORDS.strip(),),
        language="en",
        image=image,
    )


def a_view(count: int, *, look: str, language: str) -> IssueView:
    items = tuple(an_item(number) for number in range(1, count + 1))
    titles = tuple(item.title for item in items)
    return IssueView(
        site_title="The Harbour Review",
        site_url=f"{BASE}/",
        site_licence="https://creativecommons.org/licenses/by/4.0/",
        site_licence_name="CC BY 4.0",
        contact="editors@harbour.example",
        postal_address="Quay 7 & Co., 00100 Helsinki",
        digest_title="The Harbour Week",
        subject=Renderer(TEMPLATES).subject(titles, language=language, digest_title="The Harbour Week"),
        preheader=preheader_of(titles, fallbacks=(WORDS,)),
        date=NOW,
        zone="Europe/Helsinki",
        language=language,
        items=items,
        archive_url=f"{BASE}/feeds/issues/w48.html",
        unsubscribe_url=f"{BASE}/mail/u/{PLACES.unsubscribe}",
        preferences_url=f"{BASE}/mail/p/{PLACES.preferences}",
        look=look,
        site_language="en",
    )


def a_shipped_mail(count: int, *, look: str = "magazine", language: str = "en") -> tuple[bytes, Expected]:
    """The mail of so many items as it is sent, and what the linter is told of it."""
    view = a_view(count, look=look, language=language)
    rendered = Renderer(TEMPLATES).issue(view)
    headers = MailHeaders(
        issue_id="w48",
        from_name="The Harbour Review",
        from_address="digest@harbour.example",
        reply_to="editors@harbour.example",
        subject=view.subject,
        date=NOW,
        list_name="weekly",
        list_id="weekly.harbour.example",
        list_title="The Harbour Week",
        unsubscribe_base=f"{BASE}/mail/u/",
        unsubscribe_address="editors@harbour.example",
        archive_url=view.archive_url,
        archive_list_url=f"{BASE}/feeds/index.html",
        is_automatic=True,
    )
    segments = encode_message(headers, html=rendered.html, text=rendered.text, placeholders=PLACES)
    filled = segments.fill(
        to="reader@example.org",
        message=PLACES.message,
        unsubscribe=PLACES.unsubscribe,
        preferences=PLACES.preferences,
    )
    return b"".join(filled), Expected(view.unsubscribe_url, view.postal_address, view.subject, WORDS)


@pytest.mark.parametrize("language", ["en", "de", "fi"])
@pytest.mark.parametrize("look", ["magazine", "letter"])
@pytest.mark.parametrize("count", [1, 12])
def test_in_the_shipped_mails_nothing_is_found(count: int, look: str, language: str) -> None:
    data, expected = a_shipped_mail(count, look=look, language=language)

    assert [(one.rule.id, one.what, one.where) for one in lint(data, expected)] == []


def test_in_a_mail_of_three_hundred_items_nothing_is_found_but_its_size_at_most() -> None:
    data, expected = a_shipped_mail(300)

    assert {one.rule.id for one in lint(data, expected)} <= {"wire-size", "html-size-near"}


def test_a_mail_of_twelve_items_is_looked_at_within_sixty_milliseconds() -> None:
    data, expected = a_shipped_mail(12)
    taken = []
    for _ in range(7):
        started = time.process_time()
        lint(data, expected)
        taken.append(time.process_time() - started)

    assert min(taken) <= 0.060
