"""How the feeds of a site are served: by `publisher web`, or by another server with the lines printed here."""

from __future__ import annotations

from pathlib import Path

from publisher.feeds.servers import ServerKind, server_lines
from publisher.feeds.serving import GONE_FILE, REDIRECTS_FILE, ServedSite, cache_seconds, read_moves
from publisher.model.settings import Settings


def served_site(settings: Settings) -> ServedSite:
    """What the configuration says, and what moved as the tables in the output have it now."""
    output = settings.path(settings.feeds.output).resolve()
    return ServedSite(
        output=str(output),
        base_url=settings.feeds.base_url,
        hub=settings.feeds.hub,
        max_age_s=cache_seconds(source.every for source in settings.sources),
        moves=read_moves(redirects=table(output / REDIRECTS_FILE), gone=table(output / GONE_FILE)),
    )


def lines_for_server(settings: Settings, kind: ServerKind) -> list[str]:
    """`publisher feeds links --server`: what to put into the configuration of the magazine's web server."""
    return server_lines(kind, served_site(settings))


def table(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace") if path.is_file() else ""
