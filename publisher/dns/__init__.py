"""Looking names up in the DNS: bounded, and never where a check was told to stay offline."""

from publisher.dns.resolver import VARIABLE, DnsResolver

__all__ = ["VARIABLE", "DnsResolver"]
