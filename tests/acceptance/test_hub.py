"""WebSub pings (feeds.md G56, K13): after the files are in place, once for each change, whatever the hub does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.app.publish import collect_pass, feeds_pass, hub_pass
from publisher.app.runtime import Runtime, open_runtime
from tests.acceptance.a_site import CONFIG, Site, a_site
from tests.doubles.web_server import Reply, Request, WebServer

BASE = "https://review.example/feeds/"


@pytest.fixture
def hub() -> Iterator[WebServer]:
    with WebServer() as server:
        server.routes["/hub"] = Reply(204)
        yield server


def site_with(hub: WebServer, root: Path) -> Site:
    config = CONFIG.replace("[[digests]]", f'hub = "{hub.url}/hub"\n\n[[digests]]')
    return a_site(root, config=config, subscribers=())


@pytest.fixture
def site(hub: WebServer, tmp_path: Path) -> Site:
    return site_with(hub, tmp_path)


@pytest.fixture
def runtime(site: Site) -> Iterator[Runtime]:
    """The site opened in this process, so that its clock can be moved; its feeds are built."""
    with open_runtime(site.root, environ=site.environ) as opened:
        collect_pass(opened)
        feeds_pass(opened)
        yield opened


def later(runtime: Runtime, minutes: int) -> Runtime:
    """The same site, as many minutes on."""
    instant = runtime.now() + timedelta(minutes=minutes)
    return replace(runtime, clock=lambda: instant)


def topics(requests: list[Request]) -> list[str]:
    return [dict(request.form)["hub.url"].removeprefix(BASE) for request in requests]


def test_each_feed_that_changed_is_told_of_once(site: Site, hub: WebServer) -> None:
    first = site.publish("--no-mail").json["hub"]
    told = topics(hub.requests)
    hub.requests.clear()
    again = site.publish("--no-mail").json["hub"]

    assert len(told) == len(set(told)) == len(first["pinged"])
    assert {"rss.xml", "atom.xml", "feed.json", "section/culture/rss.xml"} <= set(told)
    assert not [topic for topic in told if topic.endswith((".html", ".opml"))]
    assert (again, hub.requests) == ({"pinged": [], "waiting": 0, "error": None}, [])


def test_a_ping_is_a_form_that_names_the_topic(site: Site, hub: WebServer) -> None:
    site.publish("--no-mail")
    [request] = [one for one in hub.requests if dict(one.form)["hub.url"] == f"{BASE}rss.xml"]

    assert request.method == "POST"
    assert request.form == [
        ("hub.mode", "publish"),
        ("hub.url", f"{BASE}rss.xml"),
        ("hub.topic", f"{BASE}rss.xml"),
    ]


def test_the_file_is_in_place_when_its_ping_comes(site: Site, hub: WebServer) -> None:
    seen: list[bool] = []

    def answer(request: Request) -> Reply:
        path = dict(request.form)["hub.url"].removeprefix(BASE)
        seen.append((site.root / "feeds" / path).is_file())
        return Reply(202)

    hub.routes["/hub"] = answer
    site.publish("--no-mail")

    assert seen
    assert all(seen)


def test_a_hub_that_is_down_is_asked_once_a_pass_and_told_when_it_is_back(
    site: Site, runtime: Runtime, hub: WebServer
) -> None:
    hub.routes["/hub"] = Reply(500)
    first = hub_pass(runtime)
    asked = len(hub.requests)
    at_once = hub_pass(runtime)
    after_a_minute = hub_pass(later(runtime, 2))
    hub.routes["/hub"] = Reply(204)
    too_early = hub_pass(later(runtime, 3))
    hub.requests.clear()

    back = hub_pass(later(runtime, 10))

    assert asked == 1
    assert first.error == f"{hub.url}/hub: the hub answered 500"
    assert (at_once.error, at_once.waiting) == (None, first.waiting)
    assert after_a_minute.error is not None
    assert too_early.pinged == ()
    assert len(back.pinged) == len(hub.requests) == first.waiting
    assert back.waiting == 0


def test_a_topic_is_told_of_once_a_minute_at_most(site: Site, runtime: Runtime, hub: WebServer) -> None:
    hub_pass(runtime)
    hub.requests.clear()
    site.article("another-ferry")
    collect_pass(runtime)
    feeds_pass(runtime)

    soon = hub_pass(runtime)
    a_minute_on = hub_pass(later(runtime, 1))

    assert (soon.pinged, soon.waiting > 0) == ((), True)
    assert f"{BASE}rss.xml" in a_minute_on.pinged
    assert a_minute_on.waiting == 0


def test_a_silent_hub_costs_a_pass_a_second(runtime: Runtime, hub: WebServer) -> None:
    hub.routes["/hub"] = Reply(204, pause_s=3)
    report = hub_pass(runtime)

    assert len(hub.requests) == 1
    assert report.pinged == ()
    assert report.error is not None


def test_what_was_not_told_survives_a_restart(site: Site, hub: WebServer) -> None:
    hub.routes["/hub"] = Reply(503)
    site.publish("--no-mail")
    hub.routes["/hub"] = Reply(204)
    site.environ["PUBLISHER_NOW"] = "2026-11-24T08:02:00Z"

    told = site.publish("--no-mail").json["hub"]

    assert f"{BASE}rss.xml" in told["pinged"]
    assert told["waiting"] == 0


def test_a_dead_hub_fails_no_command(tmp_path: Path) -> None:
    with WebServer() as gone:
        site = site_with(gone, tmp_path)
    done = site.publish("--no-mail")

    assert done.code == 0, done.err
    assert done.json["feeds"]["written"]
    assert "feeds wait; it is asked again" in done.err


def test_a_dry_run_tells_nobody(site: Site, hub: WebServer) -> None:
    site.publish("--no-mail", "--dry-run")

    assert hub.requests == []


def test_a_build_alone_tells_the_hub(site: Site, hub: WebServer) -> None:
    site.run("collect")
    built = site.run("feeds", "build", "--json").json

    assert set(topics(hub.requests)) == {url.removeprefix(BASE) for url in built["hub"]["pinged"]}
