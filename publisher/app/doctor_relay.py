"""The relay as it greets: TLS, login, the largest mail, what else it can (email.md D5)."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import islice

from publisher.app.doctor_findings import Finding, failed, passed, warned
from publisher.app.runtime import Runtime
from publisher.relay.greeting import Greeting, greet
from publisher.storage.issues import iter_issues

USUAL_BYTES = 200_000
LAST_ISSUES = 20


def look_at_greeting(runtime: Runtime) -> Iterator[Finding]:
    """What the relay says before anybody logs in; one WARN where mails only go to a folder."""
    settings = runtime.settings.relay
    greeting = greet(settings, hostname=socket.gethostname())
    if greeting is None:
        what = "relay.url is a folder: nothing leaves this machine, and there is no relay to look at"
        yield warned("relay-tls", what, "To send, set relay.url: docs/how-to/relay.md.", where=settings.url)
        return
    if greeting.extensions or greeting.trouble.startswith("TLS"):
        yield look_at_tls(greeting, tls=settings.tls)
    if not greeting.extensions:
        return
    yield look_at_login(greeting)
    yield look_at_size(greeting, largest=largest_mail(runtime))
    yield look_at_extensions(greeting)


def look_at_tls(greeting: Greeting, *, tls: str) -> Finding:
    """Encrypted, with a certificate that is valid for the name in `relay.url`."""
    where = greeting.where
    if greeting.is_encrypted:
        kind = "TLS from the first byte" if greeting.is_implicit_tls else "STARTTLS"
        return passed("relay-tls", f"{kind}, certificate valid for {greeting.host}", where=where)
    if greeting.is_here and tls == "none" and not greeting.is_implicit_tls:
        return passed("relay-tls", "none, and none is needed: it is on this machine", where=where)
    if greeting.phase:
        hint = "Use the name that the certificate is for, or renew it; your own authority: SSL_CERT_FILE."
        return failed("relay-tls", greeting.trouble, hint, where=where)
    hint = "Use port 465 or 587 of a relay with TLS: passwords and readers' addresses go there."
    return failed("relay-tls", "no TLS is offered", hint, where=where)


def look_at_login(greeting: Greeting) -> Finding:
    """AUTH is offered after TLS only: else a password may go in clear (RFC 4954 4)."""
    offered = greeting.extensions.get("AUTH", "")
    if "AUTH" in greeting.before and not greeting.is_here:
        what = "it offers a login before TLS"
        hint = "Ask its operator to offer AUTH after STARTTLS only. Publisher does not send a password in clear."
        return warned("relay-auth", what, hint, where=greeting.where)
    what = f"logins after TLS: {offered}" if offered else "it asks for no login"
    return passed("relay-auth", what, where=greeting.where)


def look_at_size(greeting: Greeting, *, largest: int) -> Finding:
    """The relay takes mails of the size we make (RFC 1870)."""
    limit = greeting.size_bytes
    if limit is None:
        return passed("relay-size", "it names no limit", where=greeting.where)
    if limit < largest:
        what = f"it takes {limit:,} bytes, a mail has up to {largest:,}"
        return failed("relay-size", what, "Raise its limit, or lower digests.max_items.", where=greeting.where)
    return passed("relay-size", f"it takes {limit:,} bytes, {largest:,} are needed", where=greeting.where)


def look_at_extensions(greeting: Greeting) -> Finding:
    """What is noted and asks for nothing: Publisher uses neither PIPELINING nor SMTPUTF8."""
    names = ("PIPELINING", "SMTPUTF8", "8BITMIME", "CHUNKING", "DSN")
    told = [f"{name} {'yes' if name in greeting.extensions else 'no'}" for name in names]
    return passed("relay-extensions", f"{', '.join(told)}; none is needed", where=greeting.where)


def largest_mail(runtime: Runtime) -> int:
    """The largest mail of the last issues in bytes, at least 200,000."""
    with runtime.read() as tx:
        sizes = [issue.size_bytes for issue in islice(iter_issues(tx), LAST_ISSUES)]
    return max([USUAL_BYTES, *sizes])
