"""DMARC records (RFC 9989, before it RFC 7489): the policy of a domain, found by the tree walk; alignment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from publisher.mail_auth.answers import Resolver, Status
from publisher.mail_auth.tags import parse_tags

POLICIES = ("none", "quarantine", "reject")
MOST_LABELS = 7
"""A longer name is cut to this in the second step of the walk: eight questions at most (RFC 9989 4.10)."""


@dataclass(frozen=True, slots=True)
class Dmarc:
    """A record. `policy` as written, `fault` says what a receiver will stumble over."""

    text: str
    policy: str
    subdomain_policy: str = ""
    reports: str = ""
    is_strict_dkim: bool = False
    is_strict_spf: bool = False
    suffix: str = "u"
    """psd=: y a public suffix, n an organisational domain, u not said."""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class DmarcWalk:
    """Every record on the way up, by the domain that has it; `faults` by domain; `unknown`: what was not answered."""

    domain: str
    records: dict[str, Dmarc]
    faults: dict[str, str]
    unknown: tuple[str, ...] = ()

    @property
    def organisational_domain(self) -> str:
        """RFC 9989 4.10.2: the last record's domain on the way up, or as psd= says; without a record the domain."""
        for domain, record in self.records.items():
            if record.suffix == "n":
                return domain
            if record.suffix == "y" and domain != self.domain:
                return below(self.domain, domain)
        return min(self.records, key=lambda one: one.count("."), default=self.domain)

    @property
    def found_at(self) -> str:
        """The domain whose policy counts: its own, then the organisational one's, then a suffix's; "" if none."""
        places = (self.domain, self.organisational_domain, *self.records)
        return next((one for one in places if one in self.records), "")

    @property
    def policy(self) -> Dmarc | None:
        return self.records.get(self.found_at)


def parse_dmarc(text: str) -> Dmarc | None:
    """Read a TXT of `_dmarc.DOMAIN`; None where it does not begin with v=DMARC1 (receivers pass it over)."""
    head = text.partition(";")[0]
    if "".join(head.split()) != "v=DMARC1":
        return None
    tags = parse_tags(text)
    if tags is None:
        return Dmarc(text, "", fault="it is no list of `tag=value;`, or a tag stands twice")
    tags = {name.lower(): value for name, value in tags.items()}
    policy, subdomain = tags.get("p", "").lower(), tags.get("sp", "").lower()
    return Dmarc(
        text=text,
        policy=policy,
        subdomain_policy=subdomain,
        reports=tags.get("rua", ""),
        is_strict_dkim=tags.get("adkim", "r").lower() == "s",
        is_strict_spf=tags.get("aspf", "r").lower() == "s",
        suffix=tags.get("psd", "u").lower(),
        fault=policy_fault(policy, subdomain),
    )


def policy_fault(policy: str, subdomain: str) -> str:
    if not policy:
        return "p= is missing"
    if policy not in POLICIES:
        return f"p={policy} is none of none, quarantine, reject"
    if subdomain and subdomain not in POLICIES:
        return f"sp={subdomain} is none of none, quarantine, reject"
    return ""


def walk_dmarc(domain: str, resolver: Resolver) -> DmarcWalk:
    """Ask for the records of a domain and of those above it (RFC 9989 4.10)."""
    walk, unknown = DmarcWalk(domain, {}, {}), []
    for place in places(domain):
        answer = resolver.look_up(f"_dmarc.{place}", "TXT")
        if not answer.is_known:
            unknown.append(place)
        found = [one for one in map(parse_dmarc, answer.values) if one is not None]
        if len(found) > 1:
            walk.faults[place] = f"{len(found)} records: receivers take none of them"
        elif found:
            walk.records[place] = found[0]
            if found[0].suffix in ("y", "n"):
                break
        elif answer.status is Status.FOUND and any("dmarc" in one.lower() for one in answer.values):
            walk.faults[place] = "a record that does not begin with v=DMARC1"
    return DmarcWalk(domain, walk.records, walk.faults, tuple(unknown))


def places(domain: str) -> Iterator[str]:
    """The domain, then those above it down to the top level."""
    labels = domain.split(".")
    yield domain
    rest = labels[1:] if len(labels) <= MOST_LABELS else labels[-MOST_LABELS:]
    while rest:
        yield ".".join(rest)
        rest = rest[1:]


def below(domain: str, suffix: str) -> str:
    """The domain one label below a public suffix, on the way to `domain`."""
    count = suffix.count(".") + 2
    return ".".join(domain.split(".")[-count:])


def is_aligned(one: DmarcWalk, other: DmarcWalk, *, is_strict: bool) -> bool:
    """Whether two domains are one for DMARC: the same, or (relaxed) of the same organisational domain."""
    if one.domain == other.domain:
        return True
    return not is_strict and one.organisational_domain == other.organisational_domain
