"""Issues as the web shows them."""

from __future__ import annotations

from collections.abc import Collection

from publisher.app.runtime import Runtime
from publisher.model.issue import Issue
from publisher.storage import Transaction, issues
from publisher.syndicate import ArchivedIssue


def shown_issues(tx: Transaction) -> list[Issue]:
    """Every issue whose sending has begun, newest first."""
    return list(issues.iter_issues(tx, states=issues.SHOWN))


def archived_issues(runtime: Runtime, shown: Collection[Issue], *, with_html: Collection[str]) -> list[ArchivedIssue]:
    """Each with its headlines, those named by id with their page too; the HTML holds no personal link."""
    titles = {digest.name: digest.title for digest in runtime.settings.digests}
    with runtime.read() as tx:
        return [
            ArchivedIssue(
                id=issue.id,
                digest_title=titles.get(issue.digest, issue.digest),
                subject=issue.subject,
                titles=tuple(item.title for item in issues.get_items(tx, issue.number)),
                html=issues.get_variants(tx, issue.number)[0].html if issue.id in with_html else "",
                date=issue.date,
            )
            for issue in shown
        ]
