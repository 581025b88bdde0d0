"""Authentication-Results (RFC 8601): what the receiver itself found."""

from __future__ import annotations

import re
from collections.abc import Mapping

from publisher.mail_auth.message import Message

COMMENT = re.compile(r"\([^()]*\)")
RESULT = re.compile(r"(?:^|\s)(spf|dkim|dmarc)\s*=\s*([a-z]+)", re.IGNORECASE)
ORDER = ("pass", "none", "neutral", "policy", "softfail", "temperror", "permerror", "fail")
"""A mail may have several signatures: one that passes is enough."""


def results_of(message: Message) -> Mapping[str, str]:
    """Method to result, the best of each, from the headers of the server that spoke last; empty if none did."""
    fields = [COMMENT.sub(" ", field.value) for field in message.all("authentication-results")]
    if not fields:
        return {}
    last = server_of(fields[0])
    found: dict[str, str] = {}
    for value in fields:
        if server_of(value) != last:
            continue
        for part in value.split(";")[1:]:
            for method, result in RESULT.findall(part)[:1]:
                name, word = method.lower(), result.lower()
                found[name] = min(found.get(name, word), word, key=rank)
    return found


def server_of(value: str) -> str:
    return value.partition(";")[0].split(" ")[0].lower()


def rank(word: str) -> int:
    return ORDER.index(word) if word in ORDER else len(ORDER)
