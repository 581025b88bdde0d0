"""The newsletter's own feed and its web archive: one entry and one page per issue whose sending has begun."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.feeds.entry import FeedEntry, FeedInfo
from publisher.feeds.ids import feed_id, issue_entry_id
from publisher.html import clean_line
from publisher.model.ids import IssueId
from publisher.model.issue import Issue
from publisher.model.settings import Settings
from publisher.storage.feeds import StoredFeed
from publisher.syndicate.build import WRITERS
from publisher.syndicate.files import PlannedFile, page_file, planned
from publisher.syndicate.places import FILE_NAMES, ISSUES, formats_of, hash_of


@dataclass(frozen=True, slots=True)
class ArchivedIssue:
    """An issue as the web shows it: `html` holds no personal link; it is empty where the page is there already.

    `corrected_by` is the id of the issue that corrects it.
    """

    id: IssueId
    digest_title: str
    subject: str
    titles: tuple[str, ...]
    html: str
    date: datetime
    corrected_by: str | None = None


def issue_url(settings: Settings, issue_id: str) -> str:
    """Where the archive page of an issue is served."""
    return f"{settings.feeds.base_url}{issue_path(issue_id)}"


def issue_path(issue_id: str) -> str:
    """The archive page of an issue, below the output."""
    return f"{ISSUES}/{issue_id}.html"


def plan_issues(archived: Sequence[ArchivedIssue], settings: Settings) -> tuple[PlannedFile, ...]:
    """The archive pages of those that come with their HTML first, then the feeds that link to them.

    `archived` are all issues whose sending has begun; nothing before the first one.
    """
    if not archived:
        return ()
    pages = tuple(
        page_file(issue_path(issue.id), issue.html.encode(), made_of=issue.corrected_by)
        for issue in archived
        if issue.html
    )
    newest = sorted(archived, key=lambda issue: (issue.date, issue.id), reverse=True)[: settings.feeds.entries]
    entries = [issue_entry(issue, settings) for issue in newest]
    info = issues_info(settings, entries)
    row = StoredFeed("", info.id, ISSUES, "", "", entries_hash=shown_hash(archived), dated_at=info.updated)
    return pages + tuple(feed_file(info, entries, settings, kind, row=row) for kind in formats_of(settings))


def feed_file(
    info: FeedInfo, entries: Sequence[FeedEntry], settings: Settings, kind: str, *, row: StoredFeed
) -> PlannedFile:
    path = f"{ISSUES}/{FILE_NAMES[kind]}"
    data = WRITERS[kind](info, entries, url=f"{settings.feeds.base_url}{path}")
    return planned(replace(row, path=path), data)


def shown_hash(issues: Iterable[ArchivedIssue | Issue]) -> str:
    """Tells whether the feed of issues was made of these."""
    return hash_of(sorted(issue.id for issue in issues))


def missing_pages(shown: Sequence[Issue], stored: Mapping[str, StoredFeed], stale: Container[str]) -> frozenset[str]:
    """Issues whose page was not written yet, is not on the disk, or does not tell of the correction that was sent."""
    corrected = corrections(shown)
    return frozenset(
        issue.id
        for issue in shown
        if (path := issue_path(issue.id)) not in stored
        or path in stale
        or stored[path].entries_hash != corrected.get(issue.number)
    )


def corrections(shown: Sequence[Issue]) -> dict[int, IssueId]:
    """The id of the issue that corrects it, by the number of each that was corrected."""
    return {issue.corrects: issue.id for issue in shown if issue.corrects is not None}


def is_feed_current(
    shown: Sequence[Issue], settings: Settings, stored: Mapping[str, StoredFeed], stale: Container[str]
) -> bool:
    """Whether the feeds of issues are there and list exactly these."""
    wanted = shown_hash(shown)
    paths = [f"{ISSUES}/{FILE_NAMES[kind]}" for kind in formats_of(settings)] if shown else []
    return all(path in stored and stored[path].entries_hash == wanted and path not in stale for path in paths)


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
