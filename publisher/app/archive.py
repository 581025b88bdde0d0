"""Issues as the web shows them."""

from __future__ import annotations

from collections.abc import Collection

from publisher.app.runtime import Runtime
from publisher.model.issue import Issue
from publisher.rendering.archive import with_correction
from publisher.storage import Transaction, issues
from publisher.syndicate import ArchivedIssue, corrections, issue_url


def shown_issues(tx: Transaction) -> list[Issue]:
    """Every issue whose sending has begun, newest first."""
    return list(issues.iter_issues(tx, states=issues.SHOWN))


def archived_issues(runtime: Runtime, shown: Collection[Issue], *, with_html: Collection[str]) -> list[ArchivedIssue]:
    """Each with its headlines, those named by id with their page too; the HTML holds no personal link."""
    titles = {digest.name: digest.title for digest in runtime.settings.digests}
    corrected = corrections(list(shown))
    with runtime.read() as tx:
        return [
            ArchivedIssue(
                id=issue.id,
                digest_title=titles.get(issue.digest, issue.digest),
                subject=issue.subject,
                titles=tuple(item.title for item in issues.get_items(tx, issue.number)),
                html=page_of(runtime, tx, issue, corrected.get(issue.number)) if issue.id in with_html else "",
                date=issue.date,
                corrected_by=corrected.get(issue.number),
            )
            for issue in shown
        ]


def page_of(runtime: Runtime, tx: Transaction, issue: Issue, corrected_by: str | None) -> str:
    """The HTML that was sent, less its personal links; above it, where one was sent, the way to its correction."""
    whole = issues.get_variants(tx, issue.number)[0]
    if corrected_by is None:
        return whole.html
    return with_correction(whole.html, url=issue_url(runtime.settings, corrected_by), language=whole.language)
