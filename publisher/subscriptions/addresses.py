"""An address as it is stored and compared: parsed once at the door, so that no relay command can be made of it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from publisher.errors import DataError

LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*", re.ASCII)
LABEL = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?", re.ASCII)
MAX_ADDRESS, MAX_LOCAL, MAX_GIVEN = 254, 64, 1000


@dataclass(frozen=True, slots=True)
class Address:
    """`text` is what mail is sent to; `key` is what addresses are compared by (folded)."""

    text: str
    key: str


def parse_address(text: str, *, where: str = "") -> Address:
    """Read an ASCII addr-spec (RFC 5321 4.1.2, no quoted form); an international domain becomes its A-labels.

    DataError says what is wrong; the local part must be ASCII (no SMTPUTF8 yet).
    """
    local, at, domain = text.strip().rpartition("@")
    if not at or len(text) > MAX_GIVEN or not LOCAL.fullmatch(local):
        raise refused(text, where)
    labels = a_labels(domain)
    if len(labels) < 2 or not all(LABEL.fullmatch(label) for label in labels) or labels[-1].isdigit():
        raise refused(text, where)
    address = f"{local}@{'.'.join(labels)}"
    if len(address) > MAX_ADDRESS or len(local) > MAX_LOCAL:
        raise refused(text, where)
    return Address(address, address.casefold())


def a_labels(domain: str) -> list[str]:
    """The labels of a domain in ASCII, lower case; empty where it is none."""
    if domain.isascii():
        return domain.lower().split(".")
    try:
        return domain.encode("idna").decode("ascii").lower().split(".")
    except UnicodeError:
        return []


def refused(text: str, where: str) -> DataError:
    shown = text if len(text) <= 60 else f"{text[:57]}…"
    return DataError(f"{shown!r} is no mail address", where, "Give one address, such as ada@example.org.")
