"""Who sends, as the configuration says it: the domains that a receiver looks at, and the hosts that are asked."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from urllib.parse import urlsplit

from publisher.mail_auth import domain_of
from publisher.model.settings import Settings
from publisher.relay.smtp import is_loopback


@dataclass(frozen=True, slots=True)
class Sender:
    """`relay_host` is "" where the relay is a folder or on this machine. `replies`: domain to what mail comes there."""

    from_domain: str
    envelope_domain: str
    relay_host: str
    selectors: tuple[str, ...]
    replies: dict[str, str]


def sender_of(settings: Settings, selectors: tuple[str, ...] = ()) -> Sender:
    relay = settings.relay
    own = domain_of(from_address(settings))
    envelope = relay.envelope_domain.rstrip(".").lower() or own
    reply_to = parseaddr(relay.reply_to)[1]
    leaving = reply_to or settings.site.editor.email or from_address(settings)
    roles = (
        (own, "relay.from"),
        (domain_of(reply_to), "relay.reply_to"),
        (envelope, "bounces"),
        (domain_of(leaving), "unsubscribing by mail"),
    )
    replies: dict[str, str] = {}
    for domain, role in roles:
        if domain:
            replies[domain] = f"{replies[domain]}, {role}" if domain in replies else role
    url = urlsplit(relay.url)
    host = url.hostname or "" if url.scheme in ("smtp", "smtps") else ""
    return Sender(own, envelope, "" if is_loopback(host) else host, selectors, replies)


def from_address(settings: Settings) -> str:
    """The address of `relay.from`, without its name."""
    return parseaddr(settings.relay.from_)[1]
