"""`publisher web`: the readers' pages and the feeds over HTTP."""

from __future__ import annotations

from publisher.cli import show
from publisher.cli.site import open_runtime, stop_on_signals
from publisher.web.server import serve_until_stopped


def web() -> None:
    """Serve what readers need (leaving, preferences, signing up), the feeds, /health and /metrics until SIGTERM.

    Example: publisher web
    """
    with open_runtime() as runtime:
        stop_on_signals(runtime)
        serve_until_stopped(runtime, started=lambda address: show.talk(f"web: listening on {address}"))
        show.talk("web: stopped")
