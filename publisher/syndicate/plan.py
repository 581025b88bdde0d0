"""The plan of one build: its files in the order of writing, and what is taken away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from publisher.feeds import render_opml
from publisher.feeds.ids import feed_id
from publisher.feeds.serving import GONE_FILE, REDIRECTS_FILE
from publisher.html import clean_line
from publisher.rendering.environment import environment
from publisher.rendering.pages import Piece, group_labels, render_subscribe_page
from publisher.storage.feeds import StoredFeed
from publisher.syndicate.archive import archived_formats
from publisher.syndicate.build import Builder
from publisher.syndicate.entries import Entries, Load
from publisher.syndicate.files import FeedPlan, PlannedFile, page_file
from publisher.syndicate.moves import Moves, check_targets, moves_of
from publisher.syndicate.pages import Shelf, listing_groups, outline_groups, piece_of, subscribe_page
from publisher.syndicate.places import FILE_NAMES, INDEX, ISSUES, OPML, archive_path, formats_of, path_of
from publisher.syndicate.selections import WHOLE, Selection
from publisher.syndicate.work import Work


@dataclass(frozen=True, slots=True)
class Issues:
    """The newsletter's own feed: whether it is there, and its files that are to be written."""

    exist: bool = False
    files: tuple[PlannedFile, ...] = ()


def plan_feeds(work: Work, *, load: Load, templates: Mapping[str, str], issues: Issues = Issues()) -> FeedPlan:
    """What the build writes and removes. Same articles, same bytes, whatever was built before.

    `load` gives articles by id, whole where bodies are published; `templates` are by name (`feeds/subscribe.html`).
    ConfigError for a redirect or an ended feed that cannot be meant.
    """
    settings, stored = work.changes.settings, work.changes.stored
    moves = moves_of(settings.feeds)
    written = paths_of(work, issues)
    known = {row.path for row in stored.values() if row.is_live and row.written_hash}
    check_targets(moves, written | known)
    ended = tuple(ended_row(row, moves) for row in stored.values() if row.is_live and moves.is_away(row.path))
    builder = Builder(work, Entries(load, settings), moves)
    return FeedPlan(
        output=settings.feeds.output,
        files=files_of(builder, Lists(Shelf(settings, moves), templates, issues)),
        kept=frozenset(path for path in known if not moves.is_away(path)),
        ended=ended,
        gone=settings.feeds.gone,
        is_careful=not known and not work.listings,
    )


def paths_of(work: Work, issues: Issues) -> set[str]:
    """Every path that the feeds have now, away or not."""
    settings = work.changes.settings
    names = (*(FILE_NAMES[kind] for kind in formats_of(settings)), INDEX)
    feeds = {path_of(one, name) for one in work.directory.selections.values() for name in names}
    numbers = range(1, work.archive.closed_count + 1)
    pages = {archive_path(kind, number) for kind in archived_formats(settings) for number in numbers}
    return feeds | pages | {OPML} | {file.path for file in issues.files}


def ended_row(row: StoredFeed, moves: Moves) -> StoredFeed:
    move = moves.find(row.path)
    if move is None or move.is_gone:
        return replace(row, state="gone", moved_to=None)
    return replace(row, state="moved", moved_to=move.address(row.path, ""))


@dataclass(frozen=True, slots=True)
class Lists:
    """What the pages and lists are made of, besides the feeds themselves."""

    shelf: Shelf
    templates: Mapping[str, str]
    issues: Issues


def files_of(builder: Builder, lists: Lists) -> Iterator[PlannedFile]:
    """Archive pages, then the feeds that link to them, then the lists that link to the feeds (feeds.md S11)."""
    yield from builder.archive_files()
    yield from (file for file in lists.issues.files if not builder.moves.is_away(file.path))
    yield from builder.feed_files()
    if builder.work.contents:
        yield from list_files(builder, lists)
    yield from move_files(builder)


def list_files(builder: Builder, lists: Lists) -> Iterator[PlannedFile]:
    """The OPML file, a page for each dirty feed, and the page of all feeds with the newest pieces."""
    shelf, settings, selections = lists.shelf, builder.settings, builder.work.directory.selections
    env = environment(lists.templates, language=settings.site.language)
    labels = group_labels(settings.site.language)
    issues = [issues_selection(builder, labels[ISSUES])] if lists.issues.exist else []
    listed = (*selections.values(), *issues)
    opml = render_opml(
        clean_line(settings.site.title), outline_groups(shelf, listed, labels), updated=newest_date(builder)
    )
    pages = {
        path_of(selections[key], INDEX): subscribe_page(shelf, selections[key])
        for key in builder.work.contents
        if key != WHOLE
    }
    pages[INDEX] = replace(
        subscribe_page(shelf, selections[WHOLE]),
        groups=tuple(listing_groups(shelf, listed)),
        pieces=newest_pieces(builder),
    )
    found = [(OPML, opml), *((path, render_subscribe_page(env, page)) for path, page in pages.items())]
    yield from (page_file(path, data) for path, data in found if not builder.moves.is_away(path))


def newest_pieces(builder: Builder) -> tuple[Piece, ...]:
    settings = builder.settings
    zone = ZoneInfo(settings.site.timezone)
    newest = builder.work.contents[WHOLE][: settings.feeds.entries]
    return tuple(piece_of(entry, settings, zone) for entry in builder.entries.get(newest))


def newest_date(builder: Builder) -> datetime:
    """Of all feeds, as they are after this build."""
    stored = builder.work.changes.stored.values()
    before = {row.path: row.dated_at for row in stored if row.is_topic and row.dated_at and row.selection != ISSUES}
    return max((before | builder.dates).values(), default=builder.work.changes.now)


def move_files(builder: Builder) -> Iterator[PlannedFile]:
    """What servers are to answer at the old addresses; written before the files there are removed."""
    for path, data in ((REDIRECTS_FILE, builder.moves.redirect_lines), (GONE_FILE, builder.moves.gone_lines)):
        if data or path in builder.work.changes.stored:
            yield page_file(path, data)


def issues_selection(builder: Builder, name: str) -> Selection:
    """The newsletter's own feed as the lists show it; `syndicate.issues` writes it."""
    return Selection(ISSUES, "", name, feed_id(builder.settings.site.id_authority, ISSUES), ISSUES)
