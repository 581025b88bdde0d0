"""The sources that are read over the web, each with a client that its configuration bounds."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from publisher.app.runtime import Runtime
from publisher.app.web_client import open_client
from publisher.fetch import Client, Robots
from publisher.model.settings import SourceSettings
from publisher.sources.bounded import Bounded
from publisher.sources.feed import FeedSource
from publisher.sources.page import PageSource
from publisher.sources.port import Source
from publisher.sources.wordpress import WordPressSource


@contextmanager
def open_web_source(runtime: Runtime, settings: SourceSettings, bounded: Bounded) -> Iterator[Source]:
    """The adapter of a feed, a WordPress site or a page; its connections end with the `with`."""
    with open_client(runtime, private=settings.url if settings.allow_private else "") as client:
        yield adapter_of(runtime, settings, client, bounded)


def adapter_of(runtime: Runtime, settings: SourceSettings, client: Client, bounded: Bounded) -> Source:
    authority = runtime.settings.site.id_authority
    if settings.kind == "feed":
        return FeedSource(settings, client, authority=authority, bounded=bounded)
    if settings.kind == "wordpress":
        return WordPressSource(settings, client, authority=authority, bounded=bounded)
    robots = Robots(client)
    return PageSource(settings, client=client, robots=robots, bounded=bounded, now=runtime.now, wait=runtime.wait)
