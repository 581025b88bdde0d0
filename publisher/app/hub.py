"""Telling the WebSub hub which feeds changed: after their files are in place, and never in the way of a pass.

A hub that does not answer costs a pass one second at most: after the first failure nothing more is asked of it, and
what it was not told is stored and tried again (feeds.md G56, S11, K13).
"""

from __future__ import annotations

from datetime import datetime, timedelta

from publisher.app.runtime import Runtime
from publisher.app.web_client import open_client
from publisher.errors import FetchError
from publisher.fetch import Client, Limits
from publisher.model.reports import HubReport
from publisher.storage import pings
from publisher.storage.pings import Topic

CALM = timedelta(minutes=1)
"""Between two pings of one topic."""
WAITS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1))
"""After the first, second, … failure in a row; the last one for all that follow."""
PATIENCE = Limits(size_bytes=10_000, wall_s=1.0, hops=0, connect_s=1.0, read_s=1.0)


def ping_hub(runtime: Runtime) -> HubReport:
    """Ping the site's hub once for each feed file that changed since it was told."""
    now = runtime.now()
    with runtime.read() as tx:
        due = pings.due_topics(tx, now=now, pinged_before=now - CALM)
    # The hub's address is the editor's own word: it may be on this machine.
    with open_client(runtime, private=runtime.settings.feeds.hub, limits=PATIENCE) as client:
        told, error = tell(runtime, client, due, now=now)
    with runtime.read() as tx:
        waiting = pings.waiting_count(tx)
    return HubReport(pinged=tuple(told), waiting=waiting, error=error)


def tell(runtime: Runtime, client: Client, due: list[Topic], *, now: datetime) -> tuple[list[str], str | None]:
    """Tell the hub of each; at the first failure the rest waits too, since it is one hub for all."""
    told: list[str] = []
    for number, topic in enumerate(due):
        if runtime.stop():
            break
        error = ping(runtime, client, topic)
        with runtime.begin() as tx:
            if error is None:
                pings.mark_told(tx, topic, now=now)
                told.append(f"{runtime.settings.feeds.base_url}{topic.path}")
                continue
            for missed in due[number:]:
                wait = WAITS[min(missed.failure_count, len(WAITS) - 1)]
                pings.mark_untold(tx, missed.path, error=error, next_try_at=now + wait)
        return told, error
    return told, None


def ping(runtime: Runtime, client: Client, topic: Topic) -> str | None:
    """One ping; why it failed, or None. Hubs differ in whether they read `hub.url` or `hub.topic`: both are sent."""
    hub, url = runtime.settings.feeds.hub, f"{runtime.settings.feeds.base_url}{topic.path}"
    try:
        status = client.post_form(hub, {"hub.mode": "publish", "hub.url": url, "hub.topic": url})
    except FetchError as error:
        return str(error)
    return None if 200 <= status < 300 else f"{hub}: the hub answered {status}"
