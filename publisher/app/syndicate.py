"""The syndicate pass: read what is published, build every feed and page, write those that changed."""

from __future__ import annotations

from html import escape

from publisher.app.archive import archived_issues
from publisher.app.runtime import Runtime
from publisher.model.article import ArticleState
from publisher.model.reports import FeedsReport
from publisher.model.settings import Settings
from publisher.storage import articles
from publisher.storage.feeds import iter_feeds, upsert_feeds
from publisher.syndicate import plan_feeds, plan_issues, preview_plan, write_plan
from publisher.syndicate.build import FeedPlan
from publisher.syndicate.pages import MEDIA_TYPES
from publisher.syndicate.places import FILE_NAMES


def build_feeds(runtime: Runtime) -> FeedsReport:
    """Read, build, write, record: no transaction is open while files are written."""
    plan = plan_all(runtime)
    if runtime.is_rehearsal:
        return preview_plan(plan, runtime.root)
    report = write_plan(plan, runtime.root, now=runtime.clock)
    if plan.rows:
        with runtime.begin() as tx:
            upsert_feeds(tx, plan.rows)
    return report


def plan_all(runtime: Runtime) -> FeedPlan:
    """Everything that the feeds folder is to hold."""
    now = runtime.now()
    with runtime.read() as tx:
        published = list(articles.iter_articles(tx, states=(ArticleState.PUBLISHED,)))
        stored = {feed.path: feed for feed in iter_feeds(tx)}
    archived = plan_issues(archived_issues(runtime), runtime.settings)
    plan = plan_feeds(
        published,
        runtime.settings,
        stored=stored,
        templates=runtime.templates,
        now=now,
        has_issues=bool(archived),
    )
    return FeedPlan(output=plan.output, files=archived + plan.files, rows=plan.rows)


def autodiscovery_lines(settings: Settings) -> list[str]:
    """`<link rel="alternate">` lines for the head of the magazine's pages."""
    title, base = escape(settings.site.title, quote=True), settings.feeds.base_url
    return [
        f'<link rel="alternate" type="{MEDIA_TYPES[kind]}" title="{title}" href="{base}{FILE_NAMES[kind]}">'
        for kind in dict.fromkeys(settings.feeds.formats)
    ]
