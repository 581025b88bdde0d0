"""An SMTP server as a relay: `smtp://` with STARTTLS, `smtps://` with TLS from the first byte."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable, Iterator, Sequence

from publisher.errors import ConfigError, RelayUnavailable
from publisher.model.delivery import Answer, Mail
from publisher.relay.crew import Crew
from publisher.relay.port import Journal
from publisher.relay.session import RelayTrouble, Session, SmtpOptions

HINTS = {
    "connect": "Check relay.url, and that the relay can be reached from here.",
    "starttls": 'Check the relay\'s certificate; relay.tls = "none" is for a relay on this machine only.',
    "auth": "Check the user in relay.url, and relay.password_file or PUBLISHER_RELAY_PASSWORD.",
}


class SmtpRelay:
    """Hands mail to one SMTP server over several connections; ConfigError for options that would be unsafe."""

    is_idempotent = False
    """A mail sent twice is two mails."""

    def __init__(self, options: SmtpOptions) -> None:
        if options.tls == "none" and not options.is_implicit_tls and not is_loopback(options.host):
            raise ConfigError(
                f'tls is "none", but {options.host} is another machine', "relay.tls", 'Use "require", or a relay here.'
            )
        if options.user and not options.password:
            raise ConfigError(
                "The URL names a user, but there is no password",
                "relay.url",
                "Set relay.password_file or PUBLISHER_RELAY_PASSWORD.",
            )
        if re.fullmatch(r"[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\]", options.hostname) is None:
            raise ConfigError(f"{options.hostname!r} is no host name to greet a relay with", "relay")
        self._options = options

    @property
    def name(self) -> str:
        return self._options.where[:40]

    def open(self) -> None:
        """Connect and log in once; RelayUnavailable says in which phase it failed and with which words."""
        session = Session(self._options)
        try:
            session.open()
        except RelayTrouble as trouble:
            raise RelayUnavailable(
                f"The relay does not take mail ({trouble.phase}): {trouble.words}",
                self._options.where,
                HINTS.get(trouble.phase, "Ask the relay's operator, or try again later."),
            ) from trouble
        session.quit()

    def send(
        self, batches: Iterable[Sequence[Mail]], *, journal: Journal, stop: Callable[[], bool]
    ) -> Iterator[Answer]:
        """As the port says. `stop` and `journal` are called from the connections' threads too."""
        return Crew(self._options, journal=journal, stop=stop).run(batches)

    def close(self) -> None:
        """Nothing stays open between two sends."""


def is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
