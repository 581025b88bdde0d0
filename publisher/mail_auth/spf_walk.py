"""An SPF record followed through the DNS, as a receiver would in the worst case: every term, every include."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from publisher.mail_auth.answers import Answer, Kind, Resolver, Status, shown
from publisher.mail_auth.spf import ASKING, IpAddress, Network, Result, SpfRecord, Term, is_spf, parse_spf

MOST_LOOKUPS, MOST_VOID = 10, 2
MOST_HOSTS = 10
"""Of one `mx` or `ptr` (RFC 7208 4.6.4)."""
STOP_AT = 30
"""Lookups after which a record is not followed any further: it is broken three times over."""


@dataclass(frozen=True, slots=True)
class Step:
    """One term and what it leads to: networks, or an included record; `is_open` where that cannot be told."""

    term: Term
    networks: tuple[Network, ...] = ()
    inner: SpfNode | None = None
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class SpfNode:
    """The record of one domain with its terms followed."""

    domain: str
    record: SpfRecord
    steps: tuple[Step, ...]


@dataclass(slots=True)
class SpfWalk:
    """What was found on the way. `count`: 0 no record, 2 or more: several; `top` is None unless there is one."""

    domain: str
    status: Status = Status.FOUND
    count: int = 0
    top: SpfNode | None = None
    lookups: int = 0
    voids: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    includes: list[str] = field(default_factory=list)

    @property
    def ending(self) -> Result | None:
        """What becomes of everybody else, by `all` or the record that `redirect` leads to; None: nothing is said."""
        return ending_of(self.top) if self.top else None


def ending_of(node: SpfNode) -> Result | None:
    last = node.steps[-1] if node.steps else None
    if last is not None and last.term.name == "redirect":
        return ending_of(last.inner) if last.inner else None
    return node.record.ending


def walk_spf(domain: str, resolver: Resolver) -> SpfWalk:
    """Follow the SPF record of a domain; loops end where they would begin again."""
    walk = SpfWalk(domain)
    follower = Follower(walk, resolver)
    walk.top = follower.follow(domain, above=())
    return walk


class Follower:
    """One walk: counts lookups and void lookups as RFC 7208 4.6.4 says."""

    def __init__(self, walk: SpfWalk, resolver: Resolver) -> None:
        self._walk, self._resolver = walk, resolver

    def follow(self, domain: str, *, above: tuple[str, ...]) -> SpfNode | None:
        """The record of a domain; what is wrong with it is noted. `above`: the domains that led here."""
        answer = self._resolver.look_up(domain, "TXT")
        records = [text for text in answer.values if is_spf(text)]
        if not above:
            self._walk.status, self._walk.count = answer.status, len(records)
        if not answer.is_known:
            self._walk.unknown.append(domain)
            return None
        if len(records) != 1:
            if above:
                self._walk.faults.append(f"{domain} has {len(records) or 'no'} SPF record{'s' * (len(records) > 1)}")
                self._note_void(answer, domain)
            return None
        record = parse_spf(records[0])
        self._walk.faults += [f"{domain}: {shown(fault)}" for fault in record.faults]
        steps = [self._step(term, domain, (*above, domain)) for term in record.terms]
        return SpfNode(domain, record, tuple(steps))

    def _step(self, term: Term, domain: str, path: tuple[str, ...]) -> Step:
        if term.name not in ASKING:
            return Step(term, networks=(term.network,) if term.network else ())
        self._walk.lookups += 1
        target = term.domain or domain
        if term.has_macro or term.name == "ptr" or self._walk.lookups > STOP_AT:
            return Step(term, is_open=True)
        if term.name in ("include", "redirect"):
            return self._inner(term, target, path)
        if term.name == "exists":
            found = self._ask(target, "A")
            return Step(term, is_open=found.status is Status.FOUND or not found.is_known)
        hosts, is_open = ([target], False) if term.name == "a" else self._hosts(target)
        return self._addresses(term, hosts, is_open=is_open)

    def _inner(self, term: Term, target: str, path: tuple[str, ...]) -> Step:
        self._walk.includes.append(target)
        if target in path:
            self._walk.faults.append(f"{target} includes itself, by {' and '.join(path[1:]) or 'its own record'}")
            return Step(term)
        inner = self.follow(target, above=path)
        return Step(term, inner=inner, is_open=inner is None)

    def _hosts(self, target: str) -> tuple[list[str], bool]:
        answer = self._ask(target, "MX")
        if len(answer.values) > MOST_HOSTS:
            self._walk.faults.append(f"mx:{target} has {len(answer.values)} hosts, at most {MOST_HOSTS} are looked up")
        hosts = [one.partition(" ")[2] for one in answer.values[:MOST_HOSTS]]
        return [host for host in hosts if host], not answer.is_known

    def _addresses(self, term: Term, hosts: list[str], *, is_open: bool) -> Step:
        """A receiver asks for one kind, by the address it judges: a host is void only where it has neither."""
        networks: list[Network] = []
        for host in hosts:
            four = self._resolver.look_up(host, "A")
            six = self._resolver.look_up(host, "AAAA")
            networks += networks_of(four, term.length4) + networks_of(six, term.length6)
            is_open = is_open or not (four.is_known and six.is_known)
            if four.is_void and six.is_void:
                self._walk.voids.append(host)
        return Step(term, tuple(networks), is_open=is_open)

    def _ask(self, name: str, kind: Kind) -> Answer:
        answer = self._resolver.look_up(name, kind)
        self._note_void(answer, name)
        if not answer.is_known:
            self._walk.unknown.append(name)
        return answer

    def _note_void(self, answer: Answer, name: str) -> None:
        if answer.is_void:
            self._walk.voids.append(name)


def networks_of(answer: Answer, length: int) -> list[Network]:
    return [ipaddress.ip_network(f"{one}/{length}", strict=False) for one in answer.values]


def result_for(node: SpfNode, address: IpAddress) -> Result:
    """What a receiver finds for mail from this address; UNKNOWN where a macro or a missing answer comes first."""
    for step in node.steps:
        if step.term.name == "redirect":
            return result_for(step.inner, address) if step.inner else Result.UNKNOWN
        is_match = matches(step, address)
        if is_match is None:
            return Result.UNKNOWN
        if is_match:
            return step.term.result
    return Result.NEUTRAL


def matches(step: Step, address: IpAddress) -> bool | None:
    """Whether a term matches; None: it cannot be told from here."""
    if step.term.name == "all":
        return True
    if step.inner is not None:
        inner = result_for(step.inner, address)
        return None if inner is Result.UNKNOWN else inner is Result.PASS
    if any(address in network for network in step.networks if network.version == address.version):
        return True
    return None if step.is_open else False
