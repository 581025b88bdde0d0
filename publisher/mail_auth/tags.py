"""Lists of `tag=value; tag=value`, as DKIM and DMARC records have them (RFC 6376 3.2)."""

from __future__ import annotations

import re

TAG = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def parse_tags(text: str) -> dict[str, str] | None:
    """Tags to values, in order, both without white space around; None where it is no such list or a tag is twice."""
    found: dict[str, str] = {}
    for part in text.split(";"):
        name, equals, value = part.partition("=")
        name = name.strip()
        if not name and not equals:
            continue
        if not equals or TAG.fullmatch(name) is None or name in found:
            return None
        found[name] = value.strip()
    return found
