"""The syndicate pass: what changed since the last one, the feeds that it touches, writing those that differ."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from html import escape

from publisher.app.archive import archived_issues, shown_issues
from publisher.app.rehearse import rehearsal
from publisher.app.runtime import Runtime
from publisher.model.article import Article
from publisher.model.ids import ArticleId
from publisher.model.reports import FeedsReport
from publisher.model.settings import Settings
from publisher.storage import listings
from publisher.storage.feeds import StoredFeed, iter_feeds
from publisher.syndicate import (
    FeedPlan,
    Issues,
    Work,
    begin_build,
    has_changes,
    is_feed_current,
    is_whole_needed,
    mark_of,
    missing_pages,
    plan_feeds,
    plan_issues,
    preview_plan,
    record_build,
    stale_paths,
    take_changes,
    write_plan,
)
from publisher.syndicate.pages import MEDIA_TYPES
from publisher.syndicate.places import FILE_NAMES, INDEX, formats_of


def build_feeds(runtime: Runtime, *, reads: bool = False) -> FeedsReport:
    """Read, write, record: no transaction is open while files are written.

    Where nothing changed, no more is done than asking for changes and looking at the size of each file; with `reads`
    at its bytes.
    """
    mark = mark_of(runtime.settings, runtime.templates)
    with runtime.read() as tx:
        state = listings.get_build_state(tx)
        is_whole = is_whole_needed(state, mark)
        is_same = not is_whole and not has_changes(tx, state, runtime.now())
        stored = {row.path: row for row in iter_feeds(tx)}
    stale = stale_paths(runtime.root / runtime.settings.feeds.output, stored.values(), reads=reads)
    issues = issue_work(runtime, stored, stale, is_whole=is_whole)
    if is_same and not stale and not issues.files:
        return FeedsReport(unchanged=sum(1 for row in stored.values() if row.is_live))
    work, plan = begin(runtime, mark, stale, issues)
    if runtime.is_rehearsal:
        return preview_plan(plan, runtime.root)
    written = write_plan(plan, runtime.root, now=runtime.clock)
    with runtime.begin() as tx:
        record_build(tx, work, written.rows)
    return written.report


def begin(runtime: Runtime, mark: str, stale: Collection[str], issues: Issues) -> tuple[Work, FeedPlan]:
    """Take what changed and plan its files; they are made when they are written."""
    # The page of all feeds lists the newsletter's too: it comes, or ends, with the first issue.
    lists = {INDEX} if issues.files else set()
    with runtime.begin() as tx:
        changes = take_changes(tx, runtime.settings, mark=mark, now=runtime.now(), stale={*stale, *lists})
        work = begin_build(tx, changes)
    return work, plan_feeds(work, load=loader(runtime), templates=runtime.templates, issues=issues)


def issue_work(runtime: Runtime, stored: Mapping[str, StoredFeed], stale: Collection[str], *, is_whole: bool) -> Issues:
    """The newsletter's own feed: the pages that are missing, and the feeds if they list other issues than there are."""
    with runtime.read() as tx:
        shown = shown_issues(tx)
    missing = {issue.id for issue in shown} if is_whole else missing_pages(shown, stored, stale)
    if not missing and is_feed_current(shown, runtime.settings, stored, stale):
        return Issues(exist=bool(shown))
    archived = archived_issues(runtime, shown, with_html=missing)
    return Issues(exist=bool(shown), files=plan_issues(archived, runtime.settings))


def loader(runtime: Runtime) -> Callable[[Sequence[ArticleId]], list[Article]]:
    """Loads articles by id, each time in a transaction of its own."""

    def load(ids: Sequence[ArticleId]) -> list[Article]:
        with runtime.read() as tx:
            return listings.get_articles(tx, ids, with_body=runtime.settings.feeds.full_content)

    return load


def plan_all(runtime: Runtime) -> FeedPlan:
    """Everything that the feeds folder is to hold, made anew; nothing is stored or written."""
    with rehearsal(runtime) as dry:
        with dry.begin() as tx:
            listings.set_build_state(tx, replace(listings.get_build_state(tx), is_open=True))
        issues = issue_work(dry, {}, (), is_whole=True)
        _, plan = begin(dry, mark_of(dry.settings, dry.templates), (), issues)
        return replace(plan, files=tuple(plan.files))


def autodiscovery_lines(settings: Settings) -> list[str]:
    """`<link rel="alternate">` lines for the head of the magazine's pages."""
    title, base = escape(settings.site.title, quote=True), settings.feeds.base_url
    return [
        f'<link rel="alternate" type="{MEDIA_TYPES[kind]}" title="{title}" href="{base}{FILE_NAMES[kind]}">'
        for kind in formats_of(settings)
    ]
