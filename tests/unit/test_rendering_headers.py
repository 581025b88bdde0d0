"""Header lines: nothing in a value can begin another header; every value reads back as it was."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.header import decode_header, make_header

import pytest

from publisher.rendering.headers import clean_value, mailbox, structured, unstructured

TITLES = [
    "The last ferry",
    "Ports, in numbers: 1,204 ships – and one crane",
    "Ärger über die Häfen – ein Überblick über alles, was in diesem Jahr an der Küste geschehen ist",
    "港の最後のフェリーについての長い話が、ここから始まります。そしてまだ続きます。",
    "🚢🌊 emoji and العربية mixed with עברית",
    "é" * 300,
    "a" * 300,
    "word " * 60,
    "=?utf-8?q?Hi=0D=0ABcc=3A_v=40e.com?=",
    "e\u0301 combining",
]
INJECTIONS = [
    "a\r\nBcc: v@e.com",
    "a\nBcc: v@e.com",
    "a\rBcc: v@e.com",
    "a\x0bBcc: x",
    "a\u2028Bcc: x",
    "a\x85Bcc: x",
    "a\0b",
    "=?utf-8?q?Hi=0D=0ABcc=3A_v=40e.com?=\r\nTo: x",
    "\ud800 lone",
]


def parsed(header: bytes) -> list[tuple[str, str]]:
    return message_from_bytes(header + b"\r\n").items()


@pytest.mark.parametrize("title", TITLES)
def test_a_title_reads_back_as_it_was(title: str) -> None:
    [(name, value)] = parsed(unstructured("Subject", title))

    assert name == "Subject"
    assert str(make_header(decode_header(value.replace("\r\n", "")))) == clean_value(title)


@pytest.mark.parametrize("title", TITLES + INJECTIONS)
def test_lines_are_short_and_words_are_too(title: str) -> None:
    lines = unstructured("Subject", title).split(b"\r\n")

    assert lines.pop() == b""
    assert all(line.isascii() for line in lines)
    assert all(len(word) <= 75 for line in lines for word in line.split() if word.startswith(b"=?"))
    assert all(len(line) <= 78 or len(line.split()) <= 2 for line in lines)


@pytest.mark.parametrize("text", INJECTIONS)
def test_no_value_adds_a_header(text: str) -> None:
    for header in (unstructured("Subject", text), mailbox("From", text, "letters@review.example")):
        assert len(parsed(header)) == 1
        assert header.count(b"\r\n") == header.count(b"\n") == header.count(b"\r")


def test_what_looks_encoded_is_shown_literally() -> None:
    header = unstructured("Subject", "=?utf-8?q?Hi?=")

    assert b"=?utf-8?q?Hi?=" not in header.replace(b"Subject: ", b"")
    assert str(make_header(decode_header(parsed(header)[0][1]))) == "=?utf-8?q?Hi?="


def test_plain_words_are_not_encoded() -> None:
    assert unstructured("Subject", "Ports, in numbers") == b"Subject: Ports, in numbers\r\n"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("The Review", b"From: The Review <a@b.example>\r\n"),
        ("Review, The", b'From: "Review, The" <a@b.example>\r\n'),
        ("", b"From: a@b.example\r\n"),
    ],
)
def test_a_display_name_is_quoted_where_it_must_be(name: str, line: bytes) -> None:
    assert mailbox("From", name, "a@b.example") == line


def test_a_long_address_stays_whole() -> None:
    uri = f"<https://review.example/mail/u/{'x' * 120}>,"

    header = structured("List-Unsubscribe", uri, "<mailto:a@b.example>")

    assert header.split(b"\r\n")[0] == f"List-Unsubscribe: {uri}".encode()


@pytest.mark.parametrize("token", ["a b", "a\r\nb", "é", "\0"])
def test_a_token_with_white_space_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="not one ASCII token"):
        structured("X", token)


def test_what_looks_encoded_cannot_be_decoded_twice() -> None:
    line = unstructured("Subject", "=?utf-8?q?Hi=0D=0ABcc=3A_v=40e.com?= at the quay")

    parts = [part for part, _ in decode_header(line.decode().partition(": ")[2])]
    assert b"".join(parts).decode() == "=?utf-8?q?Hi=0D=0ABcc=3A_v=40e.com?= at the quay"
    for word in re.findall(rb"=\?utf-8\?[qb]\?[^?]*\?=", line):
        decoded, _ = decode_header(word.decode())[0]
        assert b"=?" not in decoded


def test_a_line_with_an_encoded_word_has_at_most_76_characters() -> None:
    for name in ("Subject", "X-A-Long-Name-Of-A-Header"):
        lines = unstructured(name, "Ä very löng headline about the härbour " * 5).split(b"\r\n")
        assert max(map(len, lines)) <= 76
