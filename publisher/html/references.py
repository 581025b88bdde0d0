"""Character references of HTML as characters."""

from __future__ import annotations

import html
import re

ENDLESS = re.compile(r"&#[0-9]{12,};?")
"""No character has such a number, and Python refuses to read one of more than 4,300 digits with a ValueError."""


def unescape(text: str) -> str:
    """As `html.unescape`, of any text whatever: a number without a character is U+FFFD."""
    return html.unescape(ENDLESS.sub("\ufffd", text))
