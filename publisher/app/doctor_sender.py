"""Who sends, as the configuration says it: the domains that a receiver looks at, and the hosts that are asked."""

from __future__ import annotations

from dataclasses import dataclass
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
    own = domain_of(relay.from_address)
    envelope = relay.envelope_domain.rstrip(".").lower() or own
    reply_to = relay.reply_address
    leaving = reply_to or settings.site.editor.email or relay.from_address
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
