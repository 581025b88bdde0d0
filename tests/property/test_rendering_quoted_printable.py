"""Quoted-printable: what is encoded reads back, lines are short, placeholders stay whole."""

from __future__ import annotations

import quopri

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.rendering.quoted_printable import encode

TOKEN = "Z" + "aB3x" * 10
TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=400)


@settings(max_examples=100, deadline=None)
@given(TEXT)
def test_what_is_encoded_reads_back(text: str) -> None:
    decoded = quopri.decodestring(encode(text)).decode().replace("\r\n", "\n")

    assert decoded == text + "\n"


@settings(max_examples=100, deadline=None)
@given(TEXT, st.integers(0, 400))
def test_lines_are_short_and_a_placeholder_is_never_broken(text: str, place: int) -> None:
    encoded = encode(text[:place] + TOKEN + text[place:], unbreakable=[TOKEN])

    assert TOKEN.encode() in encoded
    for line in encoded.split(b"\r\n"):
        assert len(line) <= 76
        assert not line.startswith((b".", b"From "))
        assert not line.endswith((b" ", b"\t"))
        assert line.isascii()
        assert b"\n" not in line
