"""What a relay says of itself: extensions before and after TLS, and what is wrong with its certificate (email.md D5).

Nothing is sent and nobody logs in: `Relay.open` does that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from publisher.model.settings import RelaySettings
from publisher.relay import PORTS, port_of
from publisher.relay.session import RelayTrouble, Session, SmtpOptions, Timeouts
from publisher.relay.smtp import is_loopback

PATIENCE = Timeouts(connect_s=5, command_s=5, data_s=5, dot_s=5)


@dataclass(frozen=True, slots=True)
class Greeting:
    """What one visit showed. `before` and `after` TLS: extension to its words, both in capitals (RFC 5321 4.1.1.1).

    `phase` and `trouble`: where it ended, if it did; `starttls` or `connect` with a certificate's fault in words.
    """

    host: str
    port: int
    is_implicit_tls: bool
    before: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    is_encrypted: bool = False
    phase: str = ""
    trouble: str = ""

    @property
    def where(self) -> str:
        return f"{self.host}:{self.port}"

    @property
    def is_here(self) -> bool:
        """Whether the relay is on this machine: then no TLS is asked of it."""
        return is_loopback(self.host)

    @property
    def extensions(self) -> dict[str, str]:
        """What holds for a mail: what was said last."""
        return self.after or self.before

    @property
    def size_bytes(self) -> int | None:
        """The largest mail taken (RFC 1870); None where nothing is said, or no limit."""
        words = self.extensions.get("SIZE", "").split()
        return int(words[0]) or None if words and words[0].isdigit() else None


class Visit(Session):
    """A session that is not there to send."""

    def look(self, greeting: Greeting) -> Greeting:
        """Connect, EHLO, STARTTLS where it is offered, EHLO again, QUIT."""
        try:
            self._connect()
            said = dict(self._features)
            if greeting.is_implicit_tls:
                return replace(greeting, after=said, is_encrypted=True)
            greeting = replace(greeting, before=said)
            if "STARTTLS" in said:
                self._secure()
                greeting = replace(greeting, after=dict(self._features), is_encrypted=True)
        except RelayTrouble as trouble:
            return replace(greeting, phase=trouble.phase, trouble=trouble.words)
        finally:
            self.quit()
        return greeting


def greet(settings: RelaySettings, *, hostname: str, timeouts: Timeouts = PATIENCE) -> Greeting | None:
    """Visit the relay that `relay.url` names; None where it is a folder. ConfigError as `open_relay`."""
    url = urlsplit(settings.url)
    if url.scheme not in PORTS or not url.hostname:
        return None
    is_implicit = url.scheme == "smtps"
    options = SmtpOptions(
        host=url.hostname,
        port=port_of(url),
        hostname=re.sub(r"[^A-Za-z0-9.-]", "-", hostname) or "localhost",
        is_implicit_tls=is_implicit,
        tls="require",
        timeouts=timeouts,
    )
    return Visit(options).look(Greeting(options.host, options.port, is_implicit))
