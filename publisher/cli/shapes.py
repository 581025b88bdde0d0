"""The stable JSON shapes of design.md 5."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from publisher.model.article import Article, Passage
from publisher.model.delivery import Counts, Delivery
from publisher.model.issue import Issue, IssueItem, Slot
from publisher.model.reports import CollectReport, FeedsReport, PublishReport, Skipped


def counts_object(counts: Counts) -> dict[str, int]:
    return asdict(counts)


def issue_object(issue: Issue) -> dict[str, Any]:
    return {
        "id": issue.id,
        "digest": issue.digest,
        "slot": issue.slot,
        "state": issue.state.value,
        "items": issue.item_count,
        "subject": issue.subject,
        "bytes": issue.size_bytes,
        "counts": counts_object(issue.counts),
        "reason": issue.reason,
    }


def issue_details(issue: Issue, items: list[IssueItem]) -> dict[str, Any]:
    articles = [{"id": item.article_id, "title": item.title, "position": item.position} for item in items]
    more = {"articles": articles, "content_hash": issue.content_hash, "scheduled_for": issue.scheduled_for}
    return issue_object(issue) | more


def passage_object(passage: Passage) -> dict[str, Any]:
    return {"text": passage.text, "start": passage.start, "end": passage.end}


def article_object(article: Article) -> dict[str, Any]:
    original = {"name": article.original.name, "url": article.original.url} if article.original else None
    extract = {
        "origin": article.extract.origin.value,
        "passages": [passage_object(passage) for passage in article.extract.passages],
    }
    return {
        "id": article.id,
        "slug": article.slug,
        "url": article.url,
        "title": article.title,
        "authors": list(article.authors),
        "section": article.section,
        "language": article.language,
        "published": article.published,
        "updated": article.updated,
        "source": article.source,
        "licence": article.licence,
        "original": original,
        "state": article.state.value,
        "extract": extract,
        "tags": list(article.tags),
        "image": article.image,
        "reason": asdict(article.problem) if article.problem else None,
    }


def collect_object(report: CollectReport) -> dict[str, Any]:
    names = ("new", "changed", "unchanged", "held", "quarantined")
    totals = {name: sum(getattr(source, name) for source in report.sources) for name in names}
    sources = [
        {"name": one.name, "new": one.new, "changed": one.changed, "error": one.error}
        | {"unchanged": one.unchanged, "held": one.held, "quarantined": one.quarantined}
        | {"problems": [asdict(problem) for problem in one.problems], "warnings": list(one.warnings)}
        for one in report.sources
    ]
    return totals | {"sources": sources}


def feeds_object(report: FeedsReport) -> dict[str, Any]:
    return {"written": list(report.written), "unchanged": report.unchanged, "removed": list(report.removed)}


def skipped_object(skipped: Skipped) -> dict[str, str]:
    return asdict(skipped)


def publish_object(report: PublishReport) -> dict[str, Any]:
    return {
        "collect": collect_object(report.collect),
        "feeds": feeds_object(report.feeds),
        "hub": asdict(report.hub),
        "issues": [issue_object(issue) for issue in report.issues],
        "skipped": [skipped_object(one) for one in report.skipped],
    }


def delivery_object(delivery: Delivery) -> dict[str, Any]:
    return {
        "address": delivery.address,
        "state": delivery.state.value,
        "reason": delivery.reply or "",
        "attempts": delivery.attempt,
        "code": delivery.code,
        "next_try": delivery.next_try_at,
    }


def slot_object(slot: Slot) -> dict[str, Any]:
    return {"slot": slot.name, "local": slot.local, "utc": slot.at, "note": slot.note}
