"""The unsubscribe page as a mail provider meets it: https, a page on GET, a plain answer on POST (email.md D7, 6)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from publisher import __version__
from publisher.app.doctor_findings import Finding, Remark, Verdict, failed, summed, warned
from publisher.app.doctor_hosts import is_unnamed
from publisher.app.runtime import Runtime
from publisher.errors import FetchError
from publisher.fetch import Limits
from publisher.fetch.addresses import look_up
from publisher.fetch.connections import CheckedAdapter, Door, dial
from publisher.fetch.exchange import DroppedError, Exchange, Hop, Wish
from publisher.fetch.targets import Target, target_of
from publisher.tokens import LINK_TOKEN_LENGTH

PATIENCE = Limits(size_bytes=200_000, wall_s=5.0, hops=0, connect_s=5.0, read_s=5.0)
ONE_CLICK = [("List-Unsubscribe", "One-Click")]
UNKNOWN_TOKEN = "A" * LINK_TOKEN_LENGTH
"""Of the right form, signed by nobody: asking with it changes nothing."""
NO_SUCH = (400, 404)
NAME = "unsubscribe"


def look_at_unsubscribe(runtime: Runtime) -> Finding:
    """GET and POST of a link with a token that nobody has: 404 or 400, no redirect, no cookie."""
    base = runtime.settings.web.base_url
    url = f"{base}u/{UNKNOWN_TOKEN}"
    parts = urlsplit(base)
    host = parts.hostname or ""
    if not base:
        return failed(NAME, "web.base_url is not set", "Set it to where `publisher web` answers.", where="web.base_url")
    if is_unnamed(host) and host != "localhost":
        hint = "Set web.base_url to where `publisher web` answers."
        return warned(NAME, f"{host} is reserved (RFC 6761): nothing to ask", hint, where=base)
    try:
        remarks = [*scheme_remarks(parts.scheme), *page_remarks(runtime, url)]
    except FetchError as error:
        hint = error.hint or "See that `publisher web` runs and that your web server passes requests on to it."
        return failed(NAME, error.what, hint, where=base)
    return summed(NAME, remarks, good="GET shows a page, POST answers without redirect or cookie", where=base)


def scheme_remarks(scheme: str) -> Iterator[Remark]:
    if scheme != "https":
        hint = "Serve it by https and set web.base_url: RFC 8058 3.1 asks for it."
        yield Verdict.FAIL, "the address is not https", hint


def page_remarks(runtime: Runtime, url: str) -> Iterator[Remark]:
    """What is wrong with the two answers; FetchError where there is none."""
    exchange, target = open_exchange(runtime, url), target_of(url, any_port=True)
    agent = {"User-Agent": f"Publisher/{__version__} doctor"}
    try:
        status = status_of_get(exchange, target, agent)
        if status not in (200, *NO_SUCH):
            yield Verdict.FAIL, f"GET answers {status}", "Pass this path on to `publisher web` as it is."
        status, headers = exchange.post(target, ONE_CLICK, headers=agent)
    except DroppedError as error:
        raise FetchError("the connection was cut before an answer", url) from error
    finally:
        exchange.adapter.close()
    yield from post_remarks(status, headers)


def post_remarks(status: int, headers: Mapping[str, str]) -> Iterator[Remark]:
    """RFC 8058 3.1, 3.2: done by the POST alone, without redirect, cookie or login."""
    if 300 <= status < 400:
        yield (
            Verdict.FAIL,
            f"POST is redirected ({status})",
            "Answer it at the address itself: providers do not follow.",
        )
    elif status not in (200, *NO_SUCH):
        yield Verdict.FAIL, f"POST answers {status}", "Let a POST without Referer, Origin, login or cookie through."
    if "set-cookie" in headers:
        yield (
            Verdict.FAIL,
            "the answer to POST sets a cookie",
            "Keep your web server from adding cookies below this path.",
        )


def status_of_get(exchange: Exchange, target: Target, agent: Mapping[str, str]) -> int:
    try:
        found = exchange.ask(target, Wish(agent, PATIENCE.size_bytes), left_s=PATIENCE.wall_s)
    except FetchError as error:
        if error.status is None:
            raise
        return error.status
    return 302 if isinstance(found, Hop) else found.status


def open_exchange(runtime: Runtime, url: str) -> Exchange:
    """The server of `web.base_url` may be in the own network; certificates as the system or SSL_CERT_FILE has them."""
    target = target_of(url, any_port=True)
    door = Door(look_up, dial, True, PATIENCE.read_s, (target.host, target.port))
    return Exchange(CheckedAdapter(door), PATIENCE, runtime.environ.get("SSL_CERT_FILE") or True)
