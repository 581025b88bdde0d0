"""How often one network may ask: counted in memory, which stays flat however many ask (reliability.md W4, W14)."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict
from datetime import datetime
from threading import Lock

PER_HOUR = 10
MAX_NETWORKS = 20_000


def network_of(host: str) -> str:
    """The /24 or /64 of an address: what one person or one machine room has at hand."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "elsewhere"
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    address = mapped or address
    return str(ipaddress.ip_network((address, 24 if address.version == 4 else 64), strict=False))


class Turns:
    """Counts the requests of each network in the hour of the clock; the networks seen longest ago are forgotten."""

    def __init__(self, *, per_hour: int = PER_HOUR, max_networks: int = MAX_NETWORKS) -> None:
        self.per_hour, self.max_networks = per_hour, max_networks
        self.counts: OrderedDict[str, tuple[str, int]] = OrderedDict()
        self.lock = Lock()

    def take(self, host: str, *, now: datetime) -> bool:
        """Count one request; False where its network has had its share of this hour."""
        network, hour = network_of(host), f"{now:%Y%m%d%H}"
        with self.lock:
            known_hour, count = self.counts.pop(network, (hour, 0))
            count = count + 1 if known_hour == hour else 1
            self.counts[network] = (hour, min(count, self.per_hour + 1))
            if len(self.counts) > self.max_networks:
                self.counts.popitem(last=False)
        return count <= self.per_hour
