"""Handing mail over: one port, an SMTP relay and a folder behind it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from publisher.errors import ConfigError
from publisher.model.settings import RelaySettings
from publisher.relay.envelope import address_problem
from publisher.relay.outbox import OutboxRelay
from publisher.relay.port import Journal, Relay
from publisher.relay.session import SmtpOptions, Timeouts
from publisher.relay.smtp import SmtpRelay

__all__ = ["Journal", "OutboxRelay", "Relay", "SmtpOptions", "SmtpRelay", "Timeouts", "address_problem", "open_relay"]

PORTS = {"smtp": 587, "smtps": 465}
ALLOWED = "Use folder:PATH, smtp://USER@HOST:587 or smtps://USER@HOST:465."


def open_relay(settings: RelaySettings, *, root: Path, password: str | None, hostname: str) -> Relay:
    """The relay that `relay.url` names, not yet connected; ConfigError if it names none. `hostname` goes into EHLO."""
    scheme, _, rest = settings.url.partition(":")
    if scheme == "folder" and rest:
        return OutboxRelay(root / rest)
    url = urlsplit(settings.url)
    if url.scheme not in PORTS or not url.hostname or url.path not in ("", "/"):
        raise ConfigError("relay.url names no relay", "relay.url", ALLOWED)
    if url.password:
        raise ConfigError("relay.url holds a password", "relay.url", "Put it in relay.password_file.")
    options = SmtpOptions(
        host=url.hostname,
        port=port_of(url),
        hostname=re.sub(r"[^A-Za-z0-9.-]", "-", hostname) or "localhost",
        user=unquote(url.username or ""),
        password=password or "",
        is_implicit_tls=url.scheme == "smtps",
        tls=settings.tls,
        connections=settings.connections,
    )
    return SmtpRelay(options)


def port_of(url: SplitResult) -> int:
    try:
        return url.port or PORTS[url.scheme]
    except ValueError as error:
        raise ConfigError("The port in relay.url is no port", "relay.url", ALLOWED) from error
