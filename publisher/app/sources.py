"""Opening the sources of a site: the adapter of each kind, with what it needs of the world."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from publisher.app.runtime import Runtime
from publisher.collect.intake import IMPORT
from publisher.model.settings import SourceSettings
from publisher.sources.bounded import Bounded
from publisher.sources.folder import FolderSource
from publisher.sources.port import Source

IMPORTED = "articles/imported"
"""Where `publisher import` keeps the pages that it was given, below the site."""


def import_source() -> SourceSettings:
    """The source of the pages that were imported: a lost database is rebuilt from them like from any other."""
    return SourceSettings(name=IMPORT, kind="folder", path=IMPORTED, burst_limit=1_000_000)


def collected_sources(runtime: Runtime) -> list[SourceSettings]:
    """The configured sources, and what was imported."""
    imported = [import_source()] if (runtime.root / IMPORTED).is_dir() else []
    return [*runtime.settings.sources, *imported]


@contextmanager
def open_source(runtime: Runtime, settings: SourceSettings) -> Iterator[Source]:
    """The adapter of a source's kind; its connections and its child process end with the `with`."""
    with Bounded() as bounded:
        if settings.kind == "folder":
            yield open_folder(runtime, settings, bounded)
            return
        # A quarter of a second of imports, which a site of folders alone does not wait for.
        from publisher.app.web_sources import open_web_source

        with open_web_source(runtime, settings, bounded) as source:
            yield source


def open_folder(runtime: Runtime, settings: SourceSettings, bounded: Bounded) -> Source:
    left_out = () if settings.name == IMPORT else (runtime.root / IMPORTED,)
    path = runtime.settings.path(settings.path)
    return FolderSource(settings.name, path, site_root=runtime.root, left_out=left_out, bounded=bounded)
