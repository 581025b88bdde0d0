"""Syndicating: what changed, which article is in which feed, what each file holds, writing those that changed."""

from publisher.syndicate.changes import has_changes, is_whole_needed, mark_of, take_changes
from publisher.syndicate.files import FeedPlan
from publisher.syndicate.issues import (
    ArchivedIssue,
    corrections,
    is_feed_current,
    issue_url,
    missing_pages,
    plan_issues,
)
from publisher.syndicate.plan import Issues, plan_feeds
from publisher.syndicate.work import Work, begin_build, record_build
from publisher.syndicate.write import Written, preview_plan, stale_paths, write_plan

__all__ = [
    "ArchivedIssue",
    "FeedPlan",
    "Issues",
    "Work",
    "Written",
    "begin_build",
    "corrections",
    "has_changes",
    "is_feed_current",
    "is_whole_needed",
    "issue_url",
    "mark_of",
    "missing_pages",
    "plan_feeds",
    "plan_issues",
    "preview_plan",
    "record_build",
    "stale_paths",
    "take_changes",
    "write_plan",
]
