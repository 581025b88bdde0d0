"""The message of an issue: built once, spliced per reader, the same bytes each time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from publisher.errors import RenderError
from publisher.rendering.message import (
    MailHeaders,
    Segments,
    Slot,
    encode_message,
    make_placeholders,
)
from tests.builders import NOW

HEADERS = MailHeaders(
    issue_id="weekly-2026-w48",
    from_name="The Harbour Review",
    from_address="letters@harbour.example",
    reply_to="editors@harbour.example",
    subject="Nine metres on a rope, and 2 more",
    date=NOW,
    list_name="weekly",
    list_id="weekly.harbour.example",
    list_title="The Harbour Week",
    unsubscribe_base="https://harbour.example/mail/u/",
    unsubscribe_address="editors@harbour.example",
    archive_url="https://harbour.example/feeds/issues/weekly-2026-w48.html",
    archive_list_url="https://harbour.example/feeds/index.html",
    is_automatic=True,
)
PLACES = make_placeholders("weekly-2026-w48", message_length=24, link_length=44, avoid="")
MESSAGE, LEAVE, CHOOSE = "m" * 24, "u" * 44, "p" * 44


def build(headers: MailHeaders = HEADERS, *, words: str = "Words. äöü") -> Segments:
    link = f"https://harbour.example/mail/u/{PLACES.unsubscribe}"
    choose = f"https://harbour.example/mail/p/{PLACES.preferences}"
    links = f'<a href="{link}">Leave</a><a href="{choose}">Choose</a>'
    html = f"<!DOCTYPE html><html><body><p>{words}</p>{links}</body></html>"
    return encode_message(headers, html=html, text=f"{words}\n\n{link}\n{choose}\n", placeholders=PLACES)


def mail(segments: Segments, to: str = "ada@example.org") -> bytes:
    return b"".join(segments.fill(to=to, message=MESSAGE, unsubscribe=LEAVE, preferences=CHOOSE))


def test_the_headers_are_complete_and_each_is_there_once() -> None:
    parsed = message_from_bytes(mail(build()), policy=policy.SMTP)

    assert parsed["Date"] == "Tue, 24 Nov 2026 08:00:00 +0000"
    assert parsed["To"] == "ada@example.org"
    assert parsed["Message-ID"] == f"<weekly-2026-w48.{MESSAGE}@harbour.example>"
    assert parsed["List-Unsubscribe"].startswith(f"<https://harbour.example/mail/u/{LEAVE}>, <mailto:")
    assert parsed["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert parsed["List-Id"] == "The Harbour Week <weekly.harbour.example>"
    assert parsed["Auto-Submitted"] == "auto-generated"
    assert len(set(parsed.keys())) == len(parsed.keys())


def test_text_comes_first_and_both_parts_read_back() -> None:
    parsed = message_from_bytes(mail(build()))
    parts = parsed.get_payload()

    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]  # type: ignore[union-attr]
    for part in parts:
        text = part.get_payload(decode=True).decode()  # type: ignore[union-attr]
        assert "Words. äöü" in text
        assert f"/mail/u/{LEAVE}" in text
        assert f"/mail/p/{CHOOSE}" in text


def test_the_bytes_are_fit_for_the_wire() -> None:
    data = mail(build(words=".\nFrom here\n" + "x" * 500))

    lines = data.split(b"\r\n")
    assert data.endswith(b"\r\n")
    assert all(b"\n" not in line and b"\r" not in line and len(line) <= 998 for line in lines)
    assert not any(line.startswith(b".") for line in lines)


def test_sent_by_hand_it_is_not_automatic() -> None:
    assert b"Auto-Submitted" not in mail(build(replace(HEADERS, is_automatic=False)))


def test_the_same_issue_gives_the_same_bytes_and_survives_the_database() -> None:
    segments = build()

    assert build() == segments
    assert Segments.unpack(segments.pack()) == segments
    assert segments.count(Slot.UNSUBSCRIBE) == 3


def test_a_packed_message_of_another_version_is_refused() -> None:
    with pytest.raises(RenderError, match="another version"):
        Segments.unpack(b"PSEG9\n")


@pytest.mark.parametrize(
    "harm", [lambda packed: packed[:-3], lambda packed: packed + b"x", lambda packed: packed[:6] + b"\x09" + packed[7:]]
)
def test_a_damaged_packed_message_is_refused(harm: Callable[[bytes], bytes]) -> None:
    with pytest.raises(RenderError, match=r"damaged|cut short"):
        Segments.unpack(harm(build().pack()))


@pytest.mark.parametrize(
    ("to", "message", "leave"),
    [
        ("ada@example.org\r\nBcc: x@y.z", MESSAGE, LEAVE),
        ("a, b@example.org", MESSAGE, LEAVE),
        ("<ada@example.org>", MESSAGE, LEAVE),
        ("nobody", MESSAGE, LEAVE),
        ("a;b@example.org", MESSAGE, LEAVE),
        ("a@b@example.org", MESSAGE, LEAVE),
        ("ä@example.org", MESSAGE, LEAVE),
        ("ada@example.org", "short", LEAVE),
        ("ada@example.org", "m" * 23 + "=", LEAVE),
        ("ada@example.org", MESSAGE, "u" * 43),
    ],
)
def test_a_value_that_does_not_fit_its_place_is_refused(to: str, message: str, leave: str) -> None:
    with pytest.raises(ValueError, match=r"address|token"):
        build().fill(to=to, message=message, unsubscribe=leave, preferences=CHOOSE)


def test_a_placeholder_that_the_words_hold_is_not_used() -> None:
    again = make_placeholders("weekly-2026-w48", message_length=24, link_length=44, avoid=PLACES.unsubscribe)

    assert again.unsubscribe != PLACES.unsubscribe
    assert (len(again.message), len(again.unsubscribe)) == (24, 44)
