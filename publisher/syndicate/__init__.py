"""Syndicating: which article is in which feed, what each file holds, writing those that changed."""

from publisher.syndicate.build import FeedPlan, plan_feeds
from publisher.syndicate.issues import ArchivedIssue, issue_url, plan_issues
from publisher.syndicate.write import preview_plan, write_plan

__all__ = ["ArchivedIssue", "FeedPlan", "issue_url", "plan_feeds", "plan_issues", "preview_plan", "write_plan"]
