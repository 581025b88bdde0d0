"""The hosts behind the mail: whether SPF covers the relay's addresses, and their names both ways."""

from __future__ import annotations

import ipaddress

from publisher.app.doctor_findings import Finding, passed, warned
from publisher.app.doctor_sender import Sender
from publisher.mail_auth import Answer, Resolver, Status, shown
from publisher.mail_auth.domains import is_literal, is_reserved
from publisher.mail_auth.spf import Result
from publisher.mail_auth.spf_walk import SpfWalk, result_for, walk_spf

MOST_ADDRESSES = 4
KNOWN_INCLUDES = {
    "amazonaws.com": "amazonses.com",
    "gmail.com": "_spf.google.com",
    "google.com": "_spf.google.com",
    "mailgun.org": "mailgun.org",
    "mailjet.com": "spf.mailjet.com",
    "messagingengine.com": "spf.messagingengine.com",
    "fastmail.com": "spf.messagingengine.com",
    "office365.com": "spf.protection.outlook.com",
    "outlook.com": "spf.protection.outlook.com",
    "postmarkapp.com": "spf.mtasv.net",
    "sendgrid.net": "sendgrid.net",
    "sparkpostmail.com": "sparkpostmail.com",
}
"""Where mail is handed over, and what its operator asks to be included: they send from other addresses."""


def look_at_cover(sender: Sender, resolver: Resolver) -> Finding | None:
    """Whether the SPF record lets the relay send (email.md D1); None where there is no relay or no record."""
    walk = walk_spf(sender.envelope_domain, resolver)
    if not sender.relay_host or walk.top is None or is_unnamed(sender.relay_host):
        return None
    wanted = known_include(sender.relay_host)
    if wanted:
        return known_cover(walk, wanted, sender)
    results = results_of(walk, sender, resolver)
    where = f"{sender.envelope_domain}, {sender.relay_host}"
    ask = "Ask its operator what to include."
    if not results or Result.UNKNOWN in results.values():
        what = f"whether {sender.relay_host} is covered cannot be told from here"
        return warned("spf-relay", what, ask, where=where)
    outside = [address for address, result in results.items() if result is not Result.PASS]
    if outside:
        what = f"{', '.join(outside)} of {sender.relay_host} is not covered; it may send from others"
        return warned("spf-relay", what, f"{ask} Your own server: add ip4: or ip6: with its address.", where=where)
    return passed("spf-relay", f"{', '.join(results)} of {sender.relay_host} is covered", where=where)


def known_cover(walk: SpfWalk, wanted: str, sender: Sender) -> Finding:
    where = f"{sender.envelope_domain}, {sender.relay_host}"
    if wanted in walk.includes:
        return passed("spf-relay", f"include:{wanted} of {sender.relay_host} is there", where=where)
    what = f"{sender.relay_host} sends from addresses of {wanted}, which is not included"
    return warned("spf-relay", what, f"Add include:{wanted}, unless it sends in an envelope of its own.", where=where)


def known_include(host: str) -> str:
    ends = (include for end, include in KNOWN_INCLUDES.items() if host == end or host.endswith(f".{end}"))
    return next(ends, "")


def results_of(walk: SpfWalk, sender: Sender, resolver: Resolver) -> dict[str, Result]:
    """What a receiver would say of mail from each of the relay's addresses."""
    addresses = addresses_of(sender.relay_host, resolver)[:MOST_ADDRESSES]
    if walk.top is None:
        return {}
    return {one: result_for(walk.top, ipaddress.ip_address(one)) for one in addresses}


def look_at_reverse(sender: Sender, resolver: Resolver) -> Finding | None:
    """The relay's addresses have a name that leads back to them (RFC 1912 2.1); None without a relay outside."""
    host = sender.relay_host
    if not host:
        return None
    if is_unnamed(host):
        return warned("reverse", f"{host} is reserved: nothing to look up", "Name your relay in relay.url.", where=host)
    addresses = addresses_of(host, resolver)[:MOST_ADDRESSES]
    if not addresses:
        return warned("reverse", f"{host} has no address", "Correct relay.url.", where=host)
    if all(ipaddress.ip_address(one).is_private for one in addresses):
        hint = "What it sends from has to have a name that leads back: Gmail and Yahoo refuse it otherwise."
        return warned("reverse", f"{host} is in a private network: what it sends from is not seen here", hint)
    wrong = [fault for one in addresses if (fault := reverse_fault(one, resolver))]
    if wrong:
        hint = "Whoever owns the address sets its PTR, to a name whose address it is. Gmail and Yahoo refuse without."
        return warned("reverse", "; ".join(wrong), hint, where=host)
    return passed("reverse", f"{', '.join(addresses)}: names lead there and back", where=host)


def reverse_fault(address: str, resolver: Resolver) -> str:
    """What is wrong with an address's name; "" if nothing is."""
    answer = resolver.look_up(address, "PTR")
    if answer.status is not Status.FOUND:
        return f"{address} has no PTR" if answer.is_void else f"{address}: no answer"
    wanted = ipaddress.ip_address(address)
    for name in answer.values[:MOST_ADDRESSES]:
        if wanted in map(ipaddress.ip_address, addresses_of(name, resolver)):
            return ""
    return f"{address} is called {shown(', '.join(answer.values))}, which does not lead back"


def address_of(host: str, resolver: Resolver) -> Answer:
    """The IPv4 addresses of a host; where it has none, what is said of IPv6."""
    four = resolver.look_up(host, "A")
    return four if four.status is Status.FOUND else resolver.look_up(host, "AAAA")


def is_unnamed(host: str) -> bool:
    """Whether a host is neither an address nor a name that the DNS may know."""
    return is_reserved(host) and not is_literal(host)


def addresses_of(host: str, resolver: Resolver) -> list[str]:
    if is_literal(host):
        return [host.strip("[]")]
    return [*resolver.look_up(host, "A").values, *resolver.look_up(host, "AAAA").values]
