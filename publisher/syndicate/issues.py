"""The newsletter's own feed and its web archive: one entry and one page per issue whose sending has begun."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher.feeds.entry import FeedEntry, FeedInfo
from publisher.feeds.ids import feed_id, issue_entry_id
from publisher.html import clean_line
from publisher.model.ids import IssueId
from publisher.model.settings import Settings
from publisher.syndicate.build import WRITERS, PlannedFile
from publisher.syndicate.places import FILE_NAMES, ISSUES


@dataclass(frozen=True, slots=True)
class ArchivedIssue:
    """An issue as the web shows it: `html` holds no personal link."""

    id: IssueId
    digest_title: str
    subject: str
    titles: tuple[str, ...]
    html: str
    date: datetime


def issue_url(settings: Settings, issue_id: str) -> str:
    """Where the archive page of an issue is served."""
    return f"{settings.feeds.base_url}{ISSUES}/{issue_id}.html"


def plan_issues(archived: Sequence[ArchivedIssue], settings: Settings) -> tuple[PlannedFile, ...]:
    """The archive pages first, then the feeds that link to them; nothing before the first issue."""
    if not archived:
        return ()
    pages = tuple(PlannedFile(f"{ISSUES}/{issue.id}.html", issue.html.encode()) for issue in archived)
    newest = sorted(archived, key=lambda issue: (issue.date, issue.id), reverse=True)[: settings.feeds.entries]
    entries = [issue_entry(issue, settings) for issue in newest]
    info = issues_info(settings, entries)
    feeds = tuple(
        PlannedFile(
            f"{ISSUES}/{FILE_NAMES[kind]}",
            WRITERS[kind](info, entries, url=f"{settings.feeds.base_url}{ISSUES}/{FILE_NAMES[kind]}"),
        )
        for kind in dict.fromkeys(settings.feeds.formats)
    )
    return pages + feeds


def issue_entry(issue: ArchivedIssue, settings: Settings) -> FeedEntry:
    """One issue as a feed entry: its headlines as the summary, no token in it (feeds.md 4)."""
    return FeedEntry(
        id=issue_entry_id(settings.site.id_authority, issue.id),
        url=issue_url(settings, issue.id),
        title=clean_line(issue.subject),
        authors=(clean_line(settings.site.title),),
        section_key=ISSUES,
        section_name=clean_line(issue.digest_title),
        tags=(),
        language=settings.site.language,
        published=issue.date,
        updated=issue.date,
        summary="\n\n".join(clean_line(title) for title in issue.titles),
        passages=tuple(clean_line(title) for title in issue.titles),
        licence=None,
        rights="",
        original=None,
        image=None,
        content_html=None,
    )


def issues_info(settings: Settings, entries: Sequence[FeedEntry]) -> FeedInfo:
    return FeedInfo(
        id=feed_id(settings.site.id_authority, ISSUES),
        path=ISSUES,
        title=clean_line(f"{settings.site.title}: {ISSUES}"),
        description=clean_line(settings.site.description),
        language=settings.site.language,
        home_url=settings.site.url,
        author=clean_line(settings.site.title),
        updated=max(entry.updated for entry in entries),
        hub=settings.feeds.hub,
    )
