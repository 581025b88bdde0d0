"""Looking at issues: the list, one issue, its audit, and why somebody or something is or is not in it."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.app.runtime import Runtime
from publisher.errors import NotFound
from publisher.model.article import Article, ArticleState
from publisher.model.delivery import Counts, Delivery, DeliveryState
from publisher.model.issue import Issue, IssueItem, IssueState
from publisher.storage import Transaction, articles, issues, ledger, subscribers, suppressions
from publisher.subscriptions.addresses import parse_address


@dataclass(frozen=True, slots=True)
class Audit:
    """Whether the ledger of an issue adds up, and everyone who does not have it, with the reason."""

    issue: Issue
    adds_up: bool
    counts: Counts
    not_accepted: tuple[Delivery, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    answer: str
    because: tuple[str, ...]


def list_issues(runtime: Runtime, *, with_skipped: bool = False) -> list[Issue]:
    """Newest first; slots that were skipped only if asked for."""
    states = tuple(state for state in IssueState if with_skipped or state is not IssueState.SKIPPED)
    with runtime.read() as tx:
        return list(issues.iter_issues(tx, states=states))


def show_issue(runtime: Runtime, issue_id: str) -> tuple[Issue, list[IssueItem]]:
    with runtime.read() as tx:
        issue = issues.get_issue(tx, issue_id)
        return issue, issues.get_items(tx, issue.number)


def audit(runtime: Runtime, issue_id: str) -> Audit:
    """Count the rows of the ledger anew and hold them against what was frozen and against the counters."""
    with runtime.read() as tx:
        issue = issues.get_issue(tx, issue_id)
        counted = ledger.recount(tx, issue.number)
        missing = ledger.not_accepted(tx, issue.number)
    return Audit(issue, counted.adds_up and counted == issue.counts, counted, tuple(missing))


def explain(runtime: Runtime, issue_id: str, name: str) -> Explanation:
    """Why a person did or did not get an issue, or why an article is or is not in it."""
    with runtime.read() as tx:
        issue = issues.get_issue(tx, issue_id)
        if "@" in name and not name.startswith("tag:"):
            return _explain_address(tx, issue, name)
        return _explain_article(tx, issue, articles.get(tx, name))


def _explain_address(tx: Transaction, issue: Issue, address: str) -> Explanation:
    key = parse_address(address).key
    delivery = find_delivery(tx, issue.number, key)
    suppression = suppressions.find(tx, key)
    because = []
    if suppression is not None:
        because.append(
            f"The address is suppressed ({suppression.reason}) since {suppression.since:%Y-%m-%d %H:%M} UTC."
        )
    if delivery is None:
        because.append(_why_not_frozen(tx, issue, key))
        return Explanation(f"{address} is not in the audience of {issue.id}.", tuple(because))
    because.append(f"The ledger says {delivery.state} after {delivery.attempt} attempts.")
    if delivery.reply:
        because.append(f"The relay {delivery.relay or ''} said: {delivery.reply}".replace("  ", " "))
    if delivery.next_try_at is not None:
        because.append(f"The next try is at {delivery.next_try_at:%Y-%m-%d %H:%M:%S} UTC.")
    got = {
        DeliveryState.ACCEPTED: f"{address} was sent {issue.id}: the relay took it.",
        DeliveryState.UNKNOWN: f"It is not known whether {address} got {issue.id}: the relay's reply was lost.",
    }
    return Explanation(got.get(delivery.state, f"{address} has not got {issue.id}."), tuple(because))


def find_delivery(tx: Transaction, issue: int, key: str) -> Delivery | None:
    """The delivery to a folded address; None where it is not in the audience."""
    try:
        return ledger.get_delivery(tx, issue, key)
    except NotFound:
        return None


def _why_not_frozen(tx: Transaction, issue: Issue, key: str) -> str:
    if issue.counts.frozen == 0:
        return f"The issue is {issue.state}: its audience is not frozen."
    subscriber = subscribers.find(tx, key)
    if subscriber is None:
        return "There is no such subscriber."
    if issue.digest not in subscriber.digests:
        return f"The subscriber does not hold the digest {issue.digest}."
    return f"The subscription began at {subscriber.since:%Y-%m-%d %H:%M} UTC, after the audience was frozen."


def _explain_article(tx: Transaction, issue: Issue, article: Article) -> Explanation:
    items = {item.article_id: item for item in issues.get_items(tx, issue.number)}
    if article.id in items:
        place = items[article.id].position
        return Explanation(
            f"«{article.title}» is in {issue.id}, at place {place}.",
            (f"It was published at {article.published:%Y-%m-%d %H:%M} UTC and was new to the digest.",),
        )
    return Explanation(f"«{article.title}» is not in {issue.id}.", tuple(_why_left_out(tx, issue, article)))


def _why_left_out(tx: Transaction, issue: Issue, article: Article) -> list[str]:
    because = []
    if article.state is not ArticleState.PUBLISHED:
        because.append(f"The article is {article.state}.")
    if article.published > issue.date:
        because.append(f"It was published at {article.published:%Y-%m-%d %H:%M} UTC, after the issue was made.")
    if article.first_seen > issue.date:
        because.append(f"It was first seen at {article.first_seen:%Y-%m-%d %H:%M} UTC, after the issue was made.")
    floor = issues.get_floor(tx, issue.digest)
    if floor is not None and article.published <= floor:
        because.append(f"It was published before the digest's floor, {floor:%Y-%m-%d %H:%M} UTC.")
    if article.id in issues.cut_off(tx, issue.digest):
        because.append("max_items cut it off.")
    other = issues.find_holding(tx, issue.digest, article.id)
    if other is not None:
        because.append(f"It is in {other}, and an article is new in one issue of a digest only.")
    return because or ["The digest's sections or max_age leave it out."]
