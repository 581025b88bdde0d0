"""What articles bring into a mail, made harmless: words without controls, addresses that lead to the web."""

from __future__ import annotations

import re
import unicodedata

from publisher.feeds.urls import ascii_url

DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
"""Bidi embeddings and overrides: they can make a text read as what it is not (Unicode TR 36)."""
CC_PLAIN = re.compile(r"http://(?=creativecommons\.org/)")
DROPPED = ("Cc", "Cs")


def one_line(text: str) -> str:
    """Words on one line, without controls, lone surrogates, bidi overrides and doubled blanks."""
    return " ".join(words(text).split())


def words(text: str) -> str:
    """The same words with their line ends; what could not be shown is a blank."""
    shown = DIRECTIONS.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(" " if char != "\n" and unicodedata.category(char) in DROPPED else char for char in shown)


def web_address(url: str) -> str:
    """The address in ASCII, percent-encoded, the same in both parts; empty unless it is of the web (email.md E6)."""
    return ascii_url(CC_PLAIN.sub("https://", DIRECTIONS.sub("", url))) or ""
