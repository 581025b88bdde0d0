"""The client for other people's servers, as this site introduces itself to them."""

from __future__ import annotations

from publisher import __version__
from publisher.app.runtime import Runtime
from publisher.feeds.urls import ascii_url
from publisher.fetch import Client, Limits


def open_client(runtime: Runtime, *, private: str = "", limits: Limits | None = None) -> Client:
    """A client that says who asks and where its owner is found (RFC 9110 10.1.5). The caller closes it.

    The server of the address `private`, and no other, may be in the site's own network.
    """
    agent = f"Publisher/{__version__} (+{ascii_url(runtime.settings.site.url)})"
    return Client(
        user_agent=agent, wait=runtime.wait, allow_private=bool(private), home=private, limits=limits or Limits()
    )
