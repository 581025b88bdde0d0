"""Which addresses and ports may be asked (reliability.md U8, P2).

An allow-list: global unicast as the IANA special-purpose registries of IPv4 and IPv6 leave it. An address that wraps an
IPv4 address (mapped, NAT64, ISATAP) is judged by what it wraps; 6to4 and Teredo are refused, no web server lives there.
"""

from __future__ import annotations

import errno
import ipaddress
import queue
import socket
import threading
from collections.abc import Callable, Sequence

Resolver = Callable[[str, int], Sequence[str]]
"""Host and port to the texts of its addresses, best first; OSError where there are none."""

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

NOT_PUBLIC = tuple(
    ipaddress.IPv4Network(one)
    for one in (
        "0.0.0.0/8",  # this network; connects to the own machine
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local; the metadata of clouds
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocol assignments
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
NOT_PUBLIC_6 = tuple(
    ipaddress.IPv6Network(one)
    for one in (
        "2001::/23",  # protocol assignments, Teredo among them
        "2001:db8::/32",  # documentation
        "2002::/16",  # 6to4
        "3ffe::/16",  # the former 6bone
        "3fff::/20",  # documentation
    )
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
ISATAP = (0x00005EFE, 0x02005EFE)

WELL_KNOWN = (
    "1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 101 102 103 104 109 110 111 113 115 117 119"
)
WELL_KNOWN += " 123 135 137 139 143 161 179 389 427 445 465 512 513 514 515 526 530 531 532 540 548 554 556 563 587 601"
WELL_KNOWN += " 636 873 989 990 993 995 1719 1720 1723 2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669"
WELL_KNOWN += " 6679 6697 10080"
DATABASES = "1433 1521 2375 2379 3306 3389 5432 5900 6379 9042 11211 27017"
NOT_WEB_PORTS = frozenset(int(port) for port in f"{WELL_KNOWN} {DATABASES}".split())
"""The bad ports of the Fetch Standard (2.9), which keep mail and chat servers from being spoken to; and databases."""


def is_public(address: Address) -> bool:
    """Global unicast, and no wrapping of anything else."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not any(address in network for network in NOT_PUBLIC)
    inner = wrapped(address)
    if inner is not None and not is_public(inner):
        return False
    if address.ipv4_mapped is not None or address in NAT64:
        return True
    return address in GLOBAL_UNICAST and not any(address in network for network in NOT_PUBLIC_6)


def wrapped(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv6 one: mapped, NAT64 (RFC 6052), 6to4, ISATAP (RFC 5214)."""
    found = address.ipv4_mapped or address.sixtofour
    if found is not None:
        return found
    number = int(address)
    if address in NAT64 or (number >> 32) & 0xFFFFFFFF in ISATAP:
        return ipaddress.IPv4Address(number & 0xFFFFFFFF)
    return None


def is_neighbour(address: Address) -> bool:
    """What a source with `allow_private` may ask: all but link-local, multicast, unspecified and broadcast."""
    if isinstance(address, ipaddress.IPv4Address):
        return not (
            address.is_multicast or address.is_link_local or address in NOT_PUBLIC[0] or int(address) == 0xFFFFFFFF
        )
    inner = wrapped(address)
    if inner is not None:
        return is_neighbour(inner)
    return not (address.is_multicast or address.is_link_local or address.is_unspecified)


def refused(texts: Sequence[str], *, allow_private: bool) -> str | None:
    """The first of these addresses that may not be asked; one is enough to refuse a host. No address: None."""
    for text in texts:
        try:
            address = ipaddress.ip_address(text)
        except ValueError:
            return text
        if not (is_neighbour(address) if allow_private else is_public(address)):
            return text
    return None


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host by the system, in its order. OSError where there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def resolve_within(resolve: Resolver, host: str, port: int, *, timeout_s: float) -> list[str]:
    """Ask the resolver, but not longer than this: the system's own has no such limit. OSError where it fails."""
    answer: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answer.put(list(resolve(host, port)))
        except Exception as error:  # noqa: BLE001 - raised again in the asking thread
            answer.put(error)

    threading.Thread(target=ask, name="resolve", daemon=True).start()
    try:
        found = answer.get(timeout=max(0.0, timeout_s))
    except queue.Empty:
        raise TimeoutError(errno.ETIMEDOUT, "no answer from the name server") from None
    if isinstance(found, Exception):
        raise found
    return found
