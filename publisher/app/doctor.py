"""`doctor`: the world around the site: database, disk, clock, folders, secret, relay, the DNS, the unsubscribe page."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.app.doctor_dns import look_at_dns
from publisher.app.doctor_findings import Finding, Remark, Verdict, failed, passed, summed, warned
from publisher.app.doctor_providers import look_at_providers
from publisher.app.doctor_received import look_at_received, read_received
from publisher.app.doctor_relay import look_at_greeting
from publisher.app.doctor_sender import sender_of
from publisher.app.doctor_web import look_at_unsubscribe
from publisher.app.runtime import Runtime
from publisher.dns import VARIABLE, DnsResolver
from publisher.errors import PublisherError
from publisher.mail_auth import Resolver, domain_of, is_free_mail
from publisher.storage.engine import integrity_problems
from publisher.storage.migrate import current_revision

__all__ = ["Finding", "Verdict", "Wish", "doctor"]

FLOOR_BYTES = 200 * 1024 * 1024
LONGEST_ID = 255


@dataclass(frozen=True, slots=True)
class Wish:
    """What was asked for. `received`: a mail that came back. `selectors`: names of DKIM keys."""

    is_offline: bool = False
    received: Path | None = None
    selectors: tuple[str, ...] = ()


def doctor(
    runtime: Runtime,
    wish: Wish = Wish(),
    *,
    resolver: Resolver | None = None,
) -> Iterator[Finding]:
    """Yield each finding as it is made. A relay that is not reachable is a FAIL of its own (exit 69).

    Without `resolver`, the machine's own or that of PUBLISHER_DNS. ConfigError where that is none; NotFound and
    DataError for a received mail that cannot be read.
    """
    message = read_received(wish.received) if wish.received else None
    asked = None if wish.is_offline else resolver or DnsResolver(runtime.environ.get(VARIABLE, ""))
    looks: dict[str, Callable[[Runtime], Finding]] = {
        "database": look_at_database,
        "disk": look_at_disk,
        "clock": look_at_clock,
        "sources": look_at_sources,
        "secret": look_at_secret,
        "identity": look_at_identity,
        "from": look_at_from,
        "relay": look_at_relay,
    }
    for name, look in looks.items():
        yield from guarded(name, lambda look=look: iter([look(runtime)]))  # type: ignore[misc]
    told: list[Finding] = []
    for finding in outside(runtime, wish, asked):
        told.append(finding)
        yield finding
    yield from look_at_providers(told)
    if message is not None:
        yield from look_at_received(runtime.settings, message, resolver=asked)


def outside(runtime: Runtime, wish: Wish, resolver: Resolver | None) -> Iterator[Finding]:
    """What is asked of others: the relay's greeting, the DNS, the page."""
    yield from guarded("relay-tls", lambda: look_at_greeting(runtime))
    if resolver is None:
        yield warned("dns", "not asked (--offline), nor was the unsubscribe page", "Leave out --offline to ask.")
        return
    yield from look_at_dns(sender_of(runtime.settings, wish.selectors), resolver)
    yield from guarded("unsubscribe", lambda: iter([look_at_unsubscribe(runtime)]))


def guarded(name: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """The findings of a look; one that cannot be made is a FAIL, and the others go on."""
    try:
        yield from look()
    except PublisherError as error:
        yield failed(name, f"{error.where}: {error.what}".removeprefix(": "), error.hint, where=error.where)


def look_at_database(runtime: Runtime) -> Finding:
    with runtime.read() as tx:
        problems = integrity_problems(tx)
    if problems:
        return failed("database", "; ".join(problems), "Restore the last backup, then `publisher db check`.")
    return passed("database", f"{runtime.database.where}, revision {current_revision(runtime.database)}")


def look_at_disk(runtime: Runtime) -> Finding:
    free = shutil.disk_usage(runtime.root).free
    shown = f"{free // 1024 // 1024} MiB free"
    if free < FLOOR_BYTES:
        return failed("disk", shown, "Free some space: a full disk stops a send.")
    return passed("disk", shown)


def look_at_clock(runtime: Runtime) -> Finding:
    now = runtime.now()
    if runtime.environ.get("PUBLISHER_NOW"):
        return warned("clock", f"set to {now:%Y-%m-%d %H:%M:%S} UTC by PUBLISHER_NOW", "Unset it to send.")
    local = now.astimezone(runtime.zone)
    return passed("clock", f"{now:%Y-%m-%d %H:%M:%S} UTC, {local:%H:%M} in {runtime.zone.key}")


def look_at_sources(runtime: Runtime) -> Finding:
    """Every folder source is there and can be listed."""
    missing = [one.path for one in runtime.settings.sources if not runtime.settings.path(one.path).is_dir()]
    if missing:
        return failed("sources", f"no such folder: {', '.join(missing)}", "Make it, or change sources.path.")
    return passed("sources", f"{len(runtime.settings.sources)} configured, all there")


def look_at_secret(runtime: Runtime) -> Finding:
    return passed("secret", f"{len(runtime.secrets)} keys sign and verify links")


def look_at_identity(runtime: Runtime) -> Finding:
    """What the law, the licence and the list's readers ask for (CAN-SPAM, RFC 2919; email.md D10)."""
    return summed("identity", identity_remarks(runtime), good="postal address, licence, editor and list ids are there")


def identity_remarks(runtime: Runtime) -> Iterator[Remark]:
    site = runtime.settings.site
    if not site.postal_address.strip():
        yield Verdict.FAIL, "no site.postal_address", "Set it: it stands in every mail, as CAN-SPAM asks."
    if not site.licence:
        yield Verdict.WARN, "no site.licence", "Set it, so that readers know what they may do."
    if not site.editor.email:
        yield Verdict.WARN, "no site.editor.email", "Set it: that is where notices of held issues go."
    domain = domain_of(runtime.settings.relay.from_address)
    long = [one.name for one in runtime.settings.digests if len(f"{one.name}.{domain}") > LONGEST_ID]
    if runtime.settings.digests and (not domain or long):
        yield Verdict.FAIL, "no List-Id can be made", "Set relay.from to `Name <address>`."


def look_at_from(runtime: Runtime) -> Finding:
    """From is not at a provider of free mail, whose DMARC refuses what others send (email.md D9)."""
    address = runtime.settings.relay.from_address
    domain = domain_of(address)
    if not domain:
        return warned("from", "no relay.from", "Set it to `Name <address>`.", where="relay.from")
    if is_free_mail(domain):
        what = f"{domain} is a provider of free mail: its DMARC has others' mail refused"
        return failed("from", what, "Send from an address at your own domain.", where="relay.from")
    return passed("from", address, where="relay.from")


def look_at_relay(runtime: Runtime) -> Finding:
    """Connect, greet, encrypt and log in, as a send would; nothing is sent."""
    relay = runtime.open_relay()
    relay.open()
    return passed("relay", f"{relay.name} takes mail")
