"""The resolver of this machine, or one that is named: each question and the whole run bounded in time."""

from __future__ import annotations

import ipaddress
import re
import time
from collections.abc import Callable
from typing import Any

import dns.exception
import dns.name
import dns.rdatatype
import dns.resolver
import dns.reversename

from publisher.errors import ConfigError
from publisher.mail_auth.answers import Answer, Kind, Status

VARIABLE = "PUBLISHER_DNS"
QUERY_S, TOTAL_S, TRY_S = 4.5, 30.0, 2.0
"""One question ends within 5 s: the last pause between two tries may pass its limit by half a second."""
PORT = 53
EDNS_BYTES = 1232
"""No UDP answer of this size is cut into pieces on its way; a longer one comes by TCP."""
SERVER = re.compile(r"(?:\[([0-9A-Fa-f:.]+)\]|([0-9.]+))(?::(?P<port>\d{1,5}))?|([0-9A-Fa-f:]+)", re.ASCII)
SILENCES = 2
"""Questions in a row without an answer, after which it is the name server that is silent."""


class DnsResolver:
    """Asks each question once. After `total_s` of them together, or when nobody answers, all else is SILENT."""

    def __init__(
        self,
        server: str = "",
        *,
        query_s: float = QUERY_S,
        total_s: float = TOTAL_S,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`server`: HOST or HOST:PORT, an address of numbers; empty: what /etc/resolv.conf names. ConfigError."""
        self._query_s, self._left_s, self._monotonic = query_s, total_s, monotonic
        self._known: dict[tuple[str, str], Answer] = {}
        self._silences, self._has_answered = 0, False
        self._resolver = open_resolver(server)

    @property
    def is_silent(self) -> bool:
        return self._silences >= (SILENCES if self._has_answered else 1) or self._left_s <= 0

    def look_up(self, name: str, kind: Kind) -> Answer:
        """The records of a name; for a PTR the name is an address."""
        key = (name.lower(), kind)
        if key not in self._known:
            if self.is_silent:
                return Answer(Status.SILENT)
            self._known[key] = self._ask(name, kind)
        return self._known[key]

    def _ask(self, name: str, kind: Kind) -> Answer:
        started = self._monotonic()
        try:
            target: Any = dns.reversename.from_address(name) if kind == "PTR" else dns.name.from_text(name)
            limit_s = min(self._query_s, self._left_s)
            found = self._resolver.resolve(target, kind, raise_on_no_answer=False, lifetime=limit_s, search=False)
            answer = answer_of(found, kind)
        except dns.resolver.NXDOMAIN:
            answer = Answer(Status.NO_NAME)
        except dns.exception.Timeout:
            answer = Answer(Status.SILENT)
        except dns.resolver.NoNameservers as error:
            answer = Answer(Status.SILENT if is_unreachable(error) else Status.FAILED)
        except (dns.exception.DNSException, OSError, ValueError, UnicodeError):
            answer = Answer(Status.FAILED)
        self._left_s -= self._monotonic() - started
        self._silences = self._silences + 1 if answer.status is Status.SILENT else 0
        self._has_answered = self._has_answered or answer.status is not Status.SILENT
        return answer


def open_resolver(server: str) -> dns.resolver.Resolver:
    if not server:
        try:
            resolver = dns.resolver.Resolver()
        except (dns.exception.DNSException, OSError):  # no file, or one without a name server
            resolver = dns.resolver.Resolver(configure=False)
            resolver.nameservers = ["127.0.0.1"]
    else:
        resolver = dns.resolver.Resolver(configure=False)
        host, resolver.port = parse_server(server)
        resolver.nameservers = [host]
    resolver.timeout = TRY_S
    resolver.use_edns(0, 0, EDNS_BYTES)
    return resolver


def parse_server(text: str) -> tuple[str, int]:
    """Read HOST, HOST:PORT or [HOST]:PORT; ConfigError for anything else."""
    match = SERVER.fullmatch(text)
    try:
        address = str(ipaddress.ip_address(next(filter(None, match.group(1, 2, 4))) if match else ""))
        number = int(match["port"] or PORT) if match else 0
        if not 1 <= number <= 65_535:
            raise ValueError
    except ValueError:
        raise ConfigError(f"{text!r} is no name server", VARIABLE, "Give an address, such as 127.0.0.1:53.") from None
    return address, number


def answer_of(found: dns.resolver.Answer, kind: Kind) -> Answer:
    values = [text_of(record, kind) for record in found.rrset or ()]
    return Answer(Status.FOUND, tuple(values)) if values else Answer(Status.EMPTY)


def text_of(record: Any, kind: Kind) -> str:
    """One record as the port says."""
    if kind == "TXT":
        return b"".join(record.strings).decode("utf-8", "replace")
    if kind == "MX":
        return f"{record.preference} {name_of(record.exchange)}"
    return name_of(record.target) if kind == "PTR" else str(record.address)


def name_of(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True).lower() if name != dns.name.root else ""


def is_unreachable(error: dns.resolver.NoNameservers) -> bool:
    """Whether no name server could be reached, rather than one that answered SERVFAIL."""
    attempts = error.kwargs.get("errors", ()) if isinstance(error.kwargs, dict) else ()
    return bool(attempts) and all(isinstance(attempt[3], OSError) for attempt in attempts)
