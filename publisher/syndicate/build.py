"""What the feeds are to hold: the pure beat of the pass. Nothing here reads the disk, the clock or the database."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher.feeds import (
    FeedEntry,
    FeedInfo,
    project,
    render_atom,
    render_json,
    render_opml,
    render_rss,
)
from publisher.feeds.dates import rfc3339, whole_second
from publisher.feeds.ids import feed_id
from publisher.feeds.urls import ascii_url
from publisher.html import clean_line
from publisher.model.article import Article, ArticleState
from publisher.model.settings import Settings
from publisher.rendering.environment import environment
from publisher.rendering.pages import group_labels, render_subscribe_page
from publisher.storage.feeds import StoredFeed
from publisher.syndicate.pages import outline_groups, subscribe_page
from publisher.syndicate.places import FILE_NAMES, INDEX, ISSUES, OPML, hash_of, path_of, url_of
from publisher.syndicate.selections import Selection, distinct_updates, select_feeds

Writer = Callable[..., bytes]

WRITERS: Mapping[str, Writer] = {"rss": render_rss, "atom": render_atom, "json": render_json}


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file below the output folder, such as `section/culture/rss.xml`."""

    path: str
    data: bytes


@dataclass(frozen=True, slots=True)
class FeedPlan:
    """Everything the feeds are to hold, in the order of writing (feeds.md S11), and the rows that change."""

    output: str
    files: tuple[PlannedFile, ...]
    rows: tuple[StoredFeed, ...]


@dataclass(frozen=True, slots=True)
class BuiltFeed:
    selection: Selection
    info: FeedInfo
    entries_hash: str


def plan_feeds(
    articles: Sequence[Article],
    settings: Settings,
    *,
    stored: Mapping[str, StoredFeed],
    templates: Mapping[str, str],
    now: datetime,
    has_issues: bool = False,
) -> FeedPlan:
    """Build every feed, the OPML file and the pages. Same arguments, same bytes, whatever the order of `articles`.

    `articles` are all of the magazine: those that are held, withdrawn or dated in the future are left out here.
    With `has_issues` the pages and the OPML file list the newsletter's own feed too.
    `stored` is by path below the output, `templates` by name (`feeds/subscribe.html`).
    """
    entries = distinct_updates(project_all(articles, settings))
    selections = select_feeds(entries, settings, stored=stored.values(), now=now)
    built = [build(selection, settings, stored=stored, now=now) for selection in selections]
    feeds = [
        (feed, PlannedFile(path_of(feed.selection, FILE_NAMES[kind]), render(feed, settings, kind)))
        for feed in built
        for kind in dict.fromkeys(settings.feeds.formats)
    ]
    rows = (stored_row(feed, file, stored.get(file.path)) for feed, file in feeds)
    return FeedPlan(
        output=settings.feeds.output,
        files=(*(file for _, file in feeds), *build_pages(built, settings, templates, has_issues=has_issues)),
        rows=tuple(row for row in rows if row != stored.get(row.path)),
    )


def project_all(articles: Iterable[Article], settings: Settings) -> list[FeedEntry]:
    site = settings.site
    return [
        project(article, site_url=site.url, site_licence=site.licence, full_content=settings.feeds.full_content)
        for article in articles
        if article.state is ArticleState.PUBLISHED
    ]


def build(selection: Selection, settings: Settings, *, stored: Mapping[str, StoredFeed], now: datetime) -> BuiltFeed:
    site, entries = settings.site, selection.entries
    entries_hash = hash_of(f"{entry.id} {rfc3339(entry.updated)}" for entry in entries)
    licence, rights = shared_licence(entries)
    info = FeedInfo(
        id=selection.id,
        path=selection.path,
        title=clean_line(f"{site.title}: {selection.name}" if selection.name else site.title),
        description=clean_line(site.description),
        language=selection.slug if selection.kind == "language" else site.language,
        home_url=url_of(settings, selection, INDEX) if selection.path else ascii_url(site.url) or site.url,
        author=clean_line(site.title),
        updated=date_of(selection, entries_hash, stored.values(), now),
        licence=licence,
        rights=rights,
        hub=settings.feeds.hub,
    )
    return BuiltFeed(selection, info, entries_hash)


def date_of(selection: Selection, entries_hash: str, stored: Iterable[StoredFeed], now: datetime) -> datetime:
    """The newest `updated` listed. A feed that lost its newest entry, or never had one: when that was seen (G8)."""
    before = next((feed for feed in stored if feed.id == selection.id and feed.dated_at), None)
    newest = max((entry.updated for entry in selection.entries), default=None)
    if before is None or before.dated_at is None:
        return newest or whole_second(now)
    if newest is not None and newest >= before.dated_at:
        return newest
    return before.dated_at if before.entries_hash == entries_hash else whole_second(now)


def shared_licence(entries: Sequence[FeedEntry]) -> tuple[str | None, str]:
    """The licence of the whole feed: only where all entries agree (G32)."""
    found = {(entry.licence, entry.rights) for entry in entries}
    return found.pop() if len(found) == 1 else (None, "")


def render(feed: BuiltFeed, settings: Settings, kind: str) -> bytes:
    url = url_of(settings, feed.selection, FILE_NAMES[kind])
    return WRITERS[kind](feed.info, feed.selection.entries, url=url)


def stored_row(feed: BuiltFeed, file: PlannedFile, before: StoredFeed | None) -> StoredFeed:
    selection = feed.selection
    return StoredFeed(
        path=file.path,
        id=selection.id,
        selection=selection.kind,
        slug=selection.slug,
        name=selection.name,
        written_hash=hashlib.sha256(file.data).hexdigest(),
        entries_hash=feed.entries_hash,
        dated_at=feed.info.updated,
        closed_count=before.closed_count if before else 0,
        pinged_hash=before.pinged_hash if before else None,
    )


def build_pages(
    built: Sequence[BuiltFeed], settings: Settings, templates: Mapping[str, str], *, has_issues: bool
) -> tuple[PlannedFile, ...]:
    """The OPML file and a page for each feed: after the feeds, because they link to them (S11)."""
    env = environment(templates, language=settings.site.language)
    labels = group_labels(settings.site.language)
    selections = [feed.selection for feed in built]
    listed = [*selections, *([issues_selection(settings, labels[ISSUES])] if has_issues else [])]
    opml = render_opml(
        clean_line(settings.site.title),
        outline_groups(listed, settings, labels),
        updated=max(feed.info.updated for feed in built),
    )
    pages = (
        PlannedFile(path_of(selection, INDEX), render_subscribe_page(env, subscribe_page(selection, listed, settings)))
        for selection in selections
    )
    return PlannedFile(OPML, opml), *pages


def issues_selection(settings: Settings, name: str) -> Selection:
    """The newsletter's own feed as the lists show it; `syndicate.issues` writes it."""
    return Selection(ISSUES, "", name, feed_id(settings.site.id_authority, ISSUES), ISSUES, ())
