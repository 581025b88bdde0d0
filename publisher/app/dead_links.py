"""Whether the links of the next issues lead somewhere: asked on request, politely and in bounds (email.md E6).

A link is dead where its server says that there is no such page, its host is not known, or its certificate does not
hold. What only could not be answered now (403, 429, 5xx, no answer in time) is for a person to look at.
"""

from __future__ import annotations

import re
import socket
import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from urllib.parse import urlsplit

from publisher.app.preview import Preview
from publisher.app.runtime import Runtime
from publisher.app.web_client import open_client
from publisher.errors import FetchError, without_secrets
from publisher.fetch import Client, Limits
from publisher.fetch.connections import AddressError, HostError
from publisher.fetch.exchange import chain
from publisher.mail_lint import addresses_in
from publisher.model.article import Problem
from publisher.model.settings import Settings
from publisher.syndicate.issues import issue_url

DEAD, DOUBTFUL = "link-dead", "link-doubtful"
AT_ONCE = 8
"""Hosts asked at the same time; a host is asked one link after the other."""
GAP_S = 0.2
TOTAL_S = 120.0
PATIENCE = Limits(size_bytes=10_000, wall_s=10.0, hops=5, connect_s=5.0, read_s=8.0)
NO_SUCH_PAGE = (404, 410)
LEFT_ALONE = (429, 503)


@dataclass(frozen=True, slots=True)
class Asked:
    """What the links said: `errors` are dead, `warnings` doubtful."""

    errors: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """A link that gave no page. `is_whole_host`: no link of its host will, since no server answered."""

    problem: Problem
    is_dead: bool
    error: FetchError

    @property
    def is_whole_host(self) -> bool:
        return self.error.status is None


def check_links(runtime: Runtime, previews: Mapping[str, Preview]) -> Asked:
    """Ask every web link of these next issues (by digest) and of the configuration, at most for two minutes.

    Personal links are not asked, nor the issue's own page, which is not written yet. Addresses in private networks
    are refused, but for the site's own server.
    """
    links = links_of(runtime.settings, previews)
    with open_client(runtime, private=runtime.settings.site.url, limits=PATIENCE) as client:
        return ask_all(runtime, client, links)


def links_of(settings: Settings, previews: Mapping[str, Preview]) -> dict[str, str]:
    """Each address once, with where it stands."""
    found = {address: where for where, address in configured(settings)}
    for digest, one in previews.items():
        if one.shown is None:
            continue
        own = issue_url(settings, one.shown.issue.id)
        for variant in one.shown.variants:
            for address, where in addresses_in(variant.html).items():
                if address != own and not is_personal(settings, address):
                    found.setdefault(address, f"{digest}, {where}")
    return found


def configured(settings: Settings) -> Iterator[tuple[str, str]]:
    for where, address in (
        ("site.url", settings.site.url),
        ("site.licence", settings.site.licence),
        ("mail.logo", settings.mail.logo),
        ("feeds.base_url", f"{settings.feeds.base_url}index.html"),
    ):
        if re.match("https?://", address):
            yield where, address


def is_personal(settings: Settings, address: str) -> bool:
    """Whether a link is a reader's own: asking for it proves nothing, and its token is nobody's."""
    base = settings.web.base_url
    return bool(base) and address.startswith((f"{base}u/", f"{base}p/"))


def ask_all(
    runtime: Runtime, client: Client, links: Mapping[str, str], *, monotonic: Callable[[], float] = time.monotonic
) -> Asked:
    """Ask these addresses, by host; what is not reached in time is told as one warning."""
    advance, hosts = runtime.watch("links", len(links)), by_host(links)
    until = monotonic() + TOTAL_S

    def may_go_on() -> bool:
        return not runtime.stop() and monotonic() < until

    verdicts: list[Verdict] = []
    unasked = 0
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="links") as pool:
        waiting = [
            pool.submit(ask_host, HostQuestions(client, runtime.wait, may_go_on), addresses, links)
            for addresses in hosts
        ]
        for done in as_completed(waiting):
            found, left, count = done.result()
            verdicts += found
            unasked += left
            advance(count)
    return summed(verdicts, unasked)


def summed(verdicts: Iterable[Verdict], unasked: int) -> Asked:
    ordered = sorted(verdicts, key=lambda one: one.problem.where)
    warnings = [one.problem for one in ordered if not one.is_dead]
    if unasked:
        what = f"{DOUBTFUL}: {unasked} links were not asked: the time was over"
        warnings.append(Problem(what, "links", "Run it again."))
    return Asked(tuple(one.problem for one in ordered if one.is_dead), tuple(warnings))


def by_host(links: Mapping[str, str]) -> list[list[str]]:
    hosts: dict[str, list[str]] = {}
    for address in links:
        hosts.setdefault(urlsplit(address).netloc.lower(), []).append(address)
    return list(hosts.values())


@dataclass(frozen=True, slots=True)
class HostQuestions:
    """How the links of one host are asked."""

    client: Client
    wait: Callable[[float], None]
    may_go_on: Callable[[], bool]


def ask_host(how: HostQuestions, addresses: list[str], links: Mapping[str, str]) -> tuple[list[Verdict], int, int]:
    """What is wrong with the links of one host, how many were not asked, and how many there are.

    After a failure that is the host's (no such name, no connection) the others of it get the same verdict unasked.
    """
    found: list[Verdict] = []
    for number, address in enumerate(addresses):
        if not how.may_go_on():
            return found, len(addresses) - number, len(addresses)
        if found and found[-1].is_whole_host:
            found.append(verdict_of(found[-1].error, address, links[address]))
            continue
        if number:
            how.wait(GAP_S)
        error = failure_of(how.client, address)
        if error is not None:
            found.append(verdict_of(error, address, links[address]))
    return found, 0, len(addresses)


def failure_of(client: Client, address: str) -> FetchError | None:
    """Why this address gives no page; None where it does. Servers that do not like HEAD are asked with GET."""
    try:
        client.head(address)
    except FetchError as error:
        if error.status is None or error.status in LEFT_ALONE:
            return error
    else:
        return None
    try:
        client.get_beginning(address, size_bytes=1_000)
    except FetchError as error:
        return None if error.status is not None and 200 <= error.status < 300 else error
    return None


def verdict_of(error: FetchError, address: str, where: str) -> Verdict:
    causes = list(chain(error))
    is_dead = error.status in NO_SUCH_PAGE or (error.status is None and any(map(is_final, causes)))
    is_dead = is_dead and not any(map(is_passing, causes))
    rule = DEAD if is_dead else DOUBTFUL
    what = f"{rule}: {without_secrets(address)}: {error.what}"
    return Verdict(Problem(what, where, error.hint), is_dead, error)


def is_final(cause: BaseException) -> bool:
    """No such host, a certificate that does not hold, an address that no reader can reach."""
    return isinstance(cause, HostError | AddressError | ssl.SSLError)


def is_passing(cause: BaseException) -> bool:
    """The name server did not answer: nothing is known of the link."""
    return isinstance(cause, TimeoutError) or (isinstance(cause, socket.gaierror) and cause.errno == socket.EAI_AGAIN)
