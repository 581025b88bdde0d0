"""What the files of the feeds hold. Nothing here reads the disk or the clock; articles come through one function."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from publisher.feeds import ArchiveLinks, FeedEntry, FeedInfo, render_atom, render_json, render_rss
from publisher.feeds.dates import rfc3339, whole_second
from publisher.feeds.urls import ascii_url
from publisher.html import clean_line
from publisher.model.settings import Settings
from publisher.storage.feeds import ARCHIVE, StoredFeed
from publisher.syndicate.archive import archived_formats
from publisher.syndicate.entries import Entries
from publisher.syndicate.files import PlannedFile, planned
from publisher.syndicate.moves import Moves
from publisher.syndicate.places import FILE_NAMES, INDEX, archive_path, formats_of, hash_of, path_of, url_of
from publisher.syndicate.selections import WHOLE, Selection
from publisher.syndicate.work import Work

Writer = Callable[..., bytes]

WRITERS: Mapping[str, Writer] = {"rss": render_rss, "atom": render_atom, "json": render_json}


@dataclass(frozen=True, slots=True)
class Builder:
    """One build of the feeds: `dates` are those of the feeds that were made, by path."""

    work: Work
    entries: Entries
    moves: Moves
    dates: dict[str, datetime] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        return self.work.changes.settings

    def archive_files(self) -> Iterator[PlannedFile]:
        """The closed pages, newest first: each links to what is there already (feeds.md S11)."""
        whole, archive = self.work.directory.selections[WHOLE], self.work.archive
        for number, ids in archive.pages.items():
            paths = {kind: archive_path(kind, number) for kind in archived_formats(self.settings)}
            document = Document(whole, self.entries.get(ids), tuple(paths.values()))
            for kind, path in self.present(paths):
                yield self.file_of(document, kind, path, archive.links_of_page(self.settings, kind, number))

    def feed_files(self) -> Iterator[PlannedFile]:
        """Each dirty feed in every format."""
        for key, ids in self.work.contents.items():
            selection = self.work.directory.selections[key]
            paths = {kind: path_of(selection, FILE_NAMES[kind]) for kind in formats_of(self.settings)}
            document = Document(selection, self.entries.get(ids), tuple(paths.values()))
            for kind, path in self.present(paths):
                links = self.work.archive.links_of_feed(self.settings, kind) if key == WHOLE else ArchiveLinks()
                yield self.file_of(document, kind, path, links)

    def present(self, paths: Mapping[str, str]) -> list[tuple[str, str]]:
        return [(kind, path) for kind, path in paths.items() if not self.moves.is_away(path)]

    def file_of(self, document: Document, kind: str, path: str, links: ArchiveLinks) -> PlannedFile:
        changes, selection = self.work.changes, document.selection
        before = [changes.stored[one] for one in (*document.paths, path) if one in changes.stored]
        info = info_of(document, self.settings, updated=date_of(document, before, changes.now))
        data = WRITERS[kind](
            replace(info, archive=links), document.entries, url=f"{self.settings.feeds.base_url}{path}"
        )
        if not links.is_page:
            self.dates[path] = info.updated
        row = StoredFeed(
            path=path,
            id=selection.id,
            selection=ARCHIVE if links.is_page else selection.kind,
            slug=selection.slug,
            name=selection.name,
            entries_hash=document.entries_hash,
            dated_at=info.updated,
            closed_count=self.work.archive.closed_count if links.previous else 0,
            pinged_hash=changes.stored[path].pinged_hash if path in changes.stored else None,
        )
        return planned(row, data)


@dataclass(frozen=True, slots=True)
class Document:
    """What the formats of one feed, or of one closed page, share: they are the files at `paths`."""

    selection: Selection
    entries: tuple[FeedEntry, ...]
    paths: tuple[str, ...]

    @property
    def entries_hash(self) -> str:
        return hash_of(f"{entry.id} {rfc3339(entry.updated)}" for entry in self.entries)


def info_of(document: Document, settings: Settings, *, updated: datetime) -> FeedInfo:
    site, selection = settings.site, document.selection
    licence, rights = shared_licence(document.entries)
    return FeedInfo(
        id=selection.id,
        path=selection.path,
        title=clean_line(f"{site.title}: {selection.name}" if selection.name else site.title),
        description=clean_line(site.description),
        language=selection.slug if selection.kind == "language" else site.language,
        home_url=url_of(settings, selection, INDEX) if selection.path else ascii_url(site.url) or site.url,
        author=clean_line(site.title),
        updated=updated,
        licence=licence,
        rights=rights,
        hub=settings.feeds.hub,
    )


def date_of(document: Document, stored: Iterable[StoredFeed], now: datetime) -> datetime:
    """The newest `updated` listed. A feed that lost its newest entry, or never had one: when that was seen (G8)."""
    before = next((feed for feed in stored if feed.dated_at), None)
    newest = max((entry.updated for entry in document.entries), default=None)
    if before is None or before.dated_at is None:
        return newest or whole_second(now)
    if newest is not None and newest >= before.dated_at:
        return newest
    return before.dated_at if before.entries_hash == document.entries_hash else whole_second(now)


def shared_licence(entries: Sequence[FeedEntry]) -> tuple[str | None, str]:
    """The licence of the whole feed: only where all entries agree (G32)."""
    found = {(entry.licence, entry.rights) for entry in entries}
    return found.pop() if len(found) == 1 else (None, "")
