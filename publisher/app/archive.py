"""Issues as the web shows them."""

from __future__ import annotations

from publisher.app.runtime import Runtime
from publisher.storage import issues
from publisher.syndicate.issues import ArchivedIssue


def archived_issues(runtime: Runtime) -> list[ArchivedIssue]:
    """Every issue whose sending has begun, newest first; the HTML holds no personal link."""
    titles = {digest.name: digest.title for digest in runtime.settings.digests}
    with runtime.read() as tx:
        return [
            ArchivedIssue(
                id=issue.id,
                digest_title=titles.get(issue.digest, issue.digest),
                subject=issue.subject,
                titles=tuple(item.title for item in issues.get_items(tx, issue.number)),
                html=variant.html,
                date=issue.date,
            )
            for issue, variant in issues.iter_archived(tx)
        ]
