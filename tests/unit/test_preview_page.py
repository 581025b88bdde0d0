"""A mail's HTML as it is shown on a light and on a dark screen, and how much of an article a mail holds."""

from __future__ import annotations

from typing import Any

import pytest

from publisher.app.preview import MailParts, read_mail
from publisher.app.preview_page import in_scheme, item_view, size_views
from publisher.model.article import Passage
from publisher.model.ids import ArticleId
from publisher.model.issue import IssueItem, Variant

HTML = """<html><head><meta name="color-scheme" content="light dark">
<style>.a { color: #111 } @media (prefers-color-scheme: dark) { .a { color: #eee } }</style>
<style>@media ( Prefers-Color-Scheme:light ) and (max-width: 480px) { .b { color: #222 } }</style></head>
<body><source media="(prefers-color-scheme: dark)" srcset="x"><p>Write (prefers-color-scheme: dark) in your CSS.</p>
</body></html>"""


@pytest.mark.parametrize(
    ("scheme", "dark", "light"), [("dark", "min-width", "max-width"), ("light", "max-width", "min-width")]
)
def test_a_scheme_is_shown_whatever_the_screen_is(scheme: str, dark: str, light: str) -> None:
    shown = in_scheme(HTML, scheme)

    assert f"@media ({dark}: 0) {{ .a" in shown
    assert f"@media ({light}: 0) and (max-width: 480px)" in shown
    assert f'<source media="({dark}: 0)"' in shown
    assert f'<meta name="color-scheme" content="{scheme}">' in shown
    assert f"color-scheme:{scheme} !important" in shown


def test_the_words_of_an_article_stay(scheme: str = "dark") -> None:
    assert "<p>Write (prefers-color-scheme: dark) in your CSS.</p>" in in_scheme(HTML, scheme)


ITEM = IssueItem(1, ArticleId("a1"), "The last ferry", (Passage("It left at nine,\nand nobody waved."),))
VARIANT = Variant(1, "", (ArticleId("a1"),), "", "", b"", "")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The last ferry\n\n  It left at\n  nine, and nobody waved.\n", "whole"),
        ("* The last\n  ferry https://review.example/x\n", "headline and link"),
        ("And 3 more on the web\n", "on the web only"),
    ],
)
def test_what_the_size_fit_left_of_an_article_is_read_from_the_mail(text: str, kept: str) -> None:
    assert item_view(ITEM, VARIANT, text) == {"position": 1, "title": "The last ferry", "kept": kept}


def test_a_mail_is_taken_apart_as_it_is_sent() -> None:
    data = (
        b"Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?=\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/alternative; boundary="b"\r\n\r\n'
        b"--b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        b"Gr=C3=B6=\r\n=C3=9Fe\r\n--b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<p>x</p>\r\n--b--\r\n"
    )

    mail = read_mail(data)

    assert mail.headers.splitlines()[0] == "Subject: =?utf-8?q?Gr=C3=B6=C3=9Fe?="
    assert (mail.text.strip(), mail.html.strip(), mail.data) == ("Größe", "<p>x</p>", data)


def test_only_the_html_has_a_limit_and_a_line_end_counts_two() -> None:
    sizes: list[dict[str, Any]] = size_views(MailParts("", "ä\n", "<p>\n", b"1234"))

    assert [(one["bytes"], one["has_limit"]) for one in sizes] == [(5, True), (4, False), (4, False)]
