"""SPF (RFC 7208): one record read into its terms."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from enum import StrEnum

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

VERSION = re.compile(r"v=spf1(?: |$)", re.IGNORECASE)
TERM = re.compile(r"([+?~-]?)(all|include|a|mx|ptr|ip4|ip6|exists)(?:([:/])(.*))?", re.IGNORECASE)
MODIFIER = re.compile(r"([A-Za-z][A-Za-z0-9._-]*)=(.*)")
LENGTHS = re.compile(r"(?P<domain>[^/]*)(?:/(?P<four>\d{1,2}))?(?://(?P<six>\d{1,3}))?")
ASKING = frozenset({"include", "a", "mx", "ptr", "exists", "redirect"})
"""Terms that cost a lookup (RFC 7208 4.6.4)."""


class Result(StrEnum):
    PASS = "pass"
    FAIL = "fail"
    SOFTFAIL = "softfail"
    NEUTRAL = "neutral"
    UNKNOWN = "unknown"
    """It depends on what only a receiver has (macros), or was not answered."""


QUALIFIERS = {"": Result.PASS, "+": Result.PASS, "-": Result.FAIL, "~": Result.SOFTFAIL, "?": Result.NEUTRAL}


@dataclass(frozen=True, slots=True)
class Term:
    """A mechanism or `redirect`. `domain`: "" means the record's own; the lengths are of CIDR prefixes."""

    name: str
    result: Result
    domain: str = ""
    network: Network | None = None
    length4: int = 32
    length6: int = 128

    @property
    def has_macro(self) -> bool:
        return "%" in self.domain


@dataclass(frozen=True, slots=True)
class SpfRecord:
    """The terms as a receiver goes through them, up to `all`; `redirect` is the last, and only without `all`."""

    text: str
    terms: tuple[Term, ...]
    faults: tuple[str, ...] = ()

    @property
    def ending(self) -> Result | None:
        """What `all` says; None without one."""
        return next((term.result for term in self.terms if term.name == "all"), None)


def is_spf(text: str) -> bool:
    """Whether a TXT record is one of SPF (RFC 7208 4.5)."""
    return VERSION.match(text) is not None


def parse_spf(text: str) -> SpfRecord:
    """Read a record; what a receiver would answer with permerror is in `faults`."""
    terms: list[Term] = []
    redirects: list[str] = []
    faults: list[str] = []
    for word in text.split(" ")[1:]:
        modifier = MODIFIER.fullmatch(word)
        if modifier is not None:
            redirects += [modifier[2]] if modifier[1].lower() == "redirect" else []
            continue
        term = parse_term(word) if word else None
        if term is not None:
            terms.append(term)
        elif word:
            faults.append(f"`{word}` is no term of SPF")
    names = [term.name for term in terms]
    if "all" in names:
        terms = terms[: names.index("all") + 1]
    elif len(redirects) == 1 and redirects[0]:
        terms.append(Term("redirect", Result.PASS, redirects[0].rstrip(".").lower()))
    if len(redirects) > 1 or "" in redirects:
        faults.append("`redirect=` stands twice, or names no domain")
    return SpfRecord(text, tuple(terms), tuple(faults))


def parse_term(word: str) -> Term | None:
    match = TERM.fullmatch(word)
    if match is None:
        return None
    result, name, mark, value = QUALIFIERS[match[1]], match[2].lower(), match[3] or "", match[4] or ""
    if name == "all":
        return Term(name, result) if not mark else None
    if name in ("ip4", "ip6"):
        return network_term(name, result, value) if mark == ":" else None
    if name in ("include", "exists"):
        return Term(name, result, value.rstrip(".").lower()) if mark == ":" and value else None
    if mark == ":" and not value:
        return None
    return host_term(name, result, value if mark != "/" else f"/{value}")


def network_term(name: str, result: Result, value: str) -> Term | None:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        return None
    return Term(name, result, network=network) if network.version == int(name[2:]) else None


def host_term(name: str, result: Result, value: str) -> Term | None:
    """`a`, `mx`, `ptr`, with or without a domain and lengths. A slash within a macro is not cut."""
    if "%" in value:
        return Term(name, result, value)
    match = LENGTHS.fullmatch(value)
    if match is None:
        return None
    four, six = int(match["four"] or 32), int(match["six"] or 128)
    if four > 32 or six > 128 or (name == "ptr" and "/" in value):
        return None
    return Term(name, result, match["domain"].rstrip(".").lower(), length4=four, length6=six)
