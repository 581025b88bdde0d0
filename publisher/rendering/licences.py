"""Short names of licences, from their addresses."""

from __future__ import annotations

import re

CREATIVE_COMMONS = re.compile(r"https?://creativecommons\.org/(?:licenses|publicdomain)/([a-z-]+)/(\d\.\d)")


def licence_address(licence: str) -> str:
    """The one address of a Creative Commons licence, whatever page of it was given; others as they are."""
    return re.sub(
        r"^https?://creativecommons\.org/((?:licenses|publicdomain)/[a-z-]+/\d\.\d)(?:/\S*)?$",
        r"https://creativecommons.org/\1/",
        licence,
    )


def licence_name(licence: str) -> str:
    """`CC BY-SA 4.0` for a Creative Commons address, the host for another one, words as they are."""
    match = CREATIVE_COMMONS.match(licence)
    if match and match[1] == "zero":
        return f"CC0 {match[2]}"
    if match:
        return f"CC {match[1].upper()} {match[2]}"
    host = re.match(r"https?://([^/]+)", licence)
    return host[1] if host else licence
