"""Mail addresses, domains and tokens as headers may hold them."""

from __future__ import annotations

import re

LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}"
DOMAIN = r"(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z0-9-]{2,63}"
ADDRESS = re.compile(rf"{LOCAL}@{DOMAIN}", re.ASCII)
MAILBOX = re.compile(rf"(?P<name>.*\S)\s*<(?P<address>{LOCAL}@{DOMAIN})>", re.ASCII | re.DOTALL)
MESSAGE_ID = re.compile(rf"<[A-Za-z0-9!#$%&'*+/=?^_`{{|}}~.-]+@(?P<domain>{DOMAIN})>", re.ASCII)
WEB_URI = re.compile(r"<https://[^\s<>,]+>", re.ASCII)
MAIL_URI = re.compile(r"<mailto:[^\s<>,@]+@[^\s<>,@]+>", re.ASCII)
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def is_address(text: str) -> bool:
    """A bare `local@domain` of at most 254 characters (RFC 5321 4.1.2, without quoted local parts)."""
    return len(text) <= 254 and ADDRESS.fullmatch(text) is not None


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].rstrip(">").lower()
