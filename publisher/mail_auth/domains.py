"""Domains of mail addresses: which are reserved, which belong to providers of free mail."""

from __future__ import annotations

import ipaddress

RESERVED = ("example", "test", "invalid", "localhost", "example.com", "example.net", "example.org")
"""RFC 2606, RFC 6761: nobody can register them."""

FREE = "gmail.com googlemail.com outlook.com hotmail.com live.com msn.com aol.com ymail.com rocketmail.com icloud.com"
FREE += " me.com mac.com gmx.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de mail.ru yandex.ru"
FREE += " yandex.com proton.me protonmail.com pm.me tutanota.com zoho.com mail.com qq.com 163.com 126.com naver.com"
FREE += " orange.fr laposte.net free.fr libero.it wp.pl o2.pl seznam.cz comcast.net att.net verizon.net"
FREE_MAIL = frozenset(FREE.split(" "))
FREE_MAIL_NAMES = ("yahoo", "hotmail", "outlook", "live")
"""With any ending: yahoo.co.uk, hotmail.fr (email.md D9)."""


def domain_of(address: str) -> str:
    """The domain of a mail address in lower case; "" if it has none."""
    return address.rpartition("@")[2].strip().rstrip(".").lower() if "@" in address else ""


def is_reserved(domain: str) -> bool:
    """Whether there is nothing to look up: a reserved domain, a name without a dot, an address of numbers."""
    name = domain.lower().rstrip(".")
    if "." not in name or is_literal(name):
        return True
    return any(name == one or name.endswith(f".{one}") for one in RESERVED)


def is_literal(host: str) -> bool:
    """Whether a host is an IP address."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def is_free_mail(domain: str) -> bool:
    """Whether a provider of free mail owns it: its DMARC refuses what others send (email.md D9)."""
    name, _, ending = domain.lower().partition(".")
    is_national = name in FREE_MAIL_NAMES and ending.count(".") <= 1 and len(ending.rpartition(".")[2]) <= 3
    return domain.lower() in FREE_MAIL or is_national
