"""Queries over digests, issues, their items and variants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, insert, select, update

from publisher.errors import ConflictError, NotFound
from publisher.model.article import Extract
from publisher.model.delivery import Counts, DeliveryState
from publisher.model.ids import ArticleId, IssueId
from publisher.model.issue import Issue, IssueItem, IssueState, Variant
from publisher.storage.articles import passage_rows, to_passages
from publisher.storage.dialects import insert_for
from publisher.storage.engine import Transaction
from publisher.storage.tables import delivery_ranges, digests, issue_choices, issue_items, issue_variants, issues

i = issues.c

ARROWS: dict[IssueState, tuple[IssueState, ...]] = {
    IssueState.DRAFT: (IssueState.APPROVED, IssueState.CANCELLED),
    IssueState.HELD: (IssueState.APPROVED, IssueState.CANCELLED),
    IssueState.APPROVED: (IssueState.SENDING, IssueState.CANCELLED),
    IssueState.SENDING: (IssueState.SENT, IssueState.PAUSED, IssueState.CANCELLED),
    IssueState.PAUSED: (IssueState.SENDING, IssueState.CANCELLED),
    IssueState.SENT: (IssueState.SENDING,),
    IssueState.CANCELLED: (),
    IssueState.SKIPPED: (),
}
"""Where an issue's state may move. SENT goes back to SENDING only where a person has rows sent again."""

SHOWN = (IssueState.SENDING, IssueState.SENT, IssueState.PAUSED)
"""States of an issue that the web shows: its sending has begun."""


@dataclass(frozen=True, slots=True)
class NewIssue:
    """What compose has made, before it is stored."""

    id: IssueId
    digest: str
    slot: str
    extra: int
    state: IssueState
    scheduled_for: datetime
    date: datetime
    by_hand: bool
    subject: str = ""
    content_hash: str = ""
    size_bytes: int = 0
    reason: str = ""
    carried: tuple[ArticleId, ...] = ()
    corrects: int | None = None
    note: str = ""


def get_floor(tx: Transaction, digest: str) -> datetime | None:
    """Before which nothing is ever mailed by this digest; None until its first slot was made."""
    return tx.execute(select(digests.c.floor_at).where(digests.c.name == digest)).scalar()


def set_floor(tx: Transaction, digest: str, floor: datetime) -> None:
    """Set the floor once, for ever."""
    tx.execute(insert_for(tx, digests).values(name=digest, floor_at=floor).on_conflict_do_nothing())


def mark_slot(tx: Transaction, digest: str, slot: str, at: datetime) -> None:
    """The last slot that this digest has handled."""
    tx.execute(update(digests).where(digests.c.name == digest).values(last_slot=slot, last_slot_at=at))


def _all_with_counts() -> Select[Any]:
    """Issues beside the sums of their ranges' counters: progress is never a COUNT over the ledger."""
    sums = [func.coalesce(func.sum(delivery_ranges.c[state.value]), 0).label(state.value) for state in DeliveryState]
    totals = select(delivery_ranges.c.issue, *sums).group_by(delivery_ranges.c.issue).subquery()
    item_count = select(func.count()).where(issue_items.c.issue == i.number).scalar_subquery().label("item_count")
    columns = [func.coalesce(totals.c[state.value], 0).label(state.value) for state in DeliveryState]
    return select(issues, item_count, *columns).outerjoin(totals, totals.c.issue == i.number)


WITH_COUNTS = _all_with_counts()


def to_issue(row: Row[Any]) -> Issue:
    counts = {state.value: int(row._mapping[state.value]) for state in DeliveryState}
    return Issue(
        id=IssueId(row.id),
        number=row.number,
        digest=row.digest,
        slot=row.slot,
        extra=row.extra,
        state=IssueState(row.state),
        subject=row.subject,
        content_hash=row.content_hash,
        scheduled_for=row.scheduled_for,
        date=row.date_at,
        by_hand=row.by_hand,
        size_bytes=row.size_bytes,
        item_count=row.item_count,
        reason=row.reason,
        counts=Counts(frozen=row.frozen_count, **counts),
        corrects=row.corrects,
        note=row.note,
        forecast=row.forecast,
        started=row.started_at,
        finished=row.finished_at,
    )


def get_issue(tx: Transaction, issue_id: str) -> Issue:
    row = tx.execute(WITH_COUNTS.where(i.id == issue_id.lower())).first()
    if row is None:
        raise NotFound("There is no such issue", issue_id, "See `publisher issues list`.")
    return to_issue(row)


def find_slot(tx: Transaction, digest: str, slot: str) -> Issue | None:
    """The regular issue of a slot (skipped ones too); None if the slot was not handled."""
    row = tx.execute(WITH_COUNTS.where(i.digest == digest, i.slot == slot, i.extra == 1)).first()
    return to_issue(row) if row else None


def last_extra(tx: Transaction, digest: str, slot: str) -> int:
    """The highest `extra` of a slot; 0 where it has no issue."""
    found = tx.execute(select(func.coalesce(func.max(i.extra), 0)).where(i.digest == digest, i.slot == slot))
    return int(found.scalar_one())


def iter_issues(tx: Transaction, *, states: Sequence[IssueState] = tuple(IssueState)) -> Iterator[Issue]:
    """Newest first."""
    wanted = WITH_COUNTS.where(i.state.in_([state.value for state in states]))
    for row in tx.execute(wanted.order_by(i.scheduled_for.desc(), i.number.desc())):
        yield to_issue(row)


def add_issue(tx: Transaction, new: NewIssue, *, now: datetime) -> int | None:
    """Store an issue and return its number; None if its slot has one already (another process made it)."""
    values = {
        "id": new.id,
        "digest": new.digest,
        "slot": new.slot,
        "extra": new.extra,
        "state": new.state.value,
        "subject": new.subject,
        "template": "mail/digest",
        "content_hash": new.content_hash,
        "scheduled_for": new.scheduled_for,
        "date_at": new.date,
        "by_hand": new.by_hand,
        "size_bytes": new.size_bytes,
        "frozen_count": 0,
        "epoch": 0,
        "reason": new.reason,
        "carried": list(new.carried),
        "corrects": new.corrects,
        "note": new.note,
        "created_at": now,
    }
    statement = insert_for(tx, issues).values(values).on_conflict_do_nothing().returning(i.number)
    return tx.execute(statement).scalar()


def remake(tx: Transaction, before: Issue, new: NewIssue, *, now: datetime) -> int | None:
    """A skipped slot becomes an issue, or a draft is composed again; None if it is not in that state any more."""
    values = {
        "state": new.state.value,
        "subject": new.subject,
        "content_hash": new.content_hash,
        "date_at": new.date,
        "by_hand": new.by_hand,
        "size_bytes": new.size_bytes,
        "reason": new.reason,
        "carried": list(new.carried),
        "created_at": now,
    }
    statement = update(issues).where(i.number == before.number, i.state == before.state.value)
    number = tx.execute(statement.values(values).returning(i.number)).scalar()
    if number is not None:
        for table in (issue_choices, issue_variants, issue_items):
            tx.execute(delete(table).where(table.c.issue == number))
    return number


def add_items(tx: Transaction, number: int, items: Sequence[IssueItem], extracts: Sequence[Extract]) -> None:
    rows = [
        {
            "issue": number,
            "position": item.position,
            "article_id": item.article_id,
            "title": item.title,
            "origin": extract.origin.value,
            "passages": passage_rows(item.passages),
            "is_short": item.is_short,
        }
        for item, extract in zip(items, extracts, strict=True)
    ]
    tx.execute(insert(issue_items), rows)


def add_variant(tx: Transaction, number: int, variant: Variant) -> None:
    values = {
        "issue": number,
        "number": variant.number,
        "choice": variant.choice,
        "language": variant.language,
        "subject": variant.subject,
        "size_bytes": variant.size_bytes,
        "items": list(variant.items),
        "html": variant.html,
        "text": variant.text,
        "segments": variant.segments,
        "content_hash": variant.content_hash,
    }
    tx.execute(insert(issue_variants).values(values))


def set_choices(tx: Transaction, number: int, choices: Mapping[str, int]) -> None:
    """Which variant the readers of each choice get."""
    tx.execute(delete(issue_choices).where(issue_choices.c.issue == number))
    if choices:
        rows = [{"issue": number, "choice": choice, "variant": variant} for choice, variant in sorted(choices.items())]
        tx.execute(insert(issue_choices), rows)


def get_variants(tx: Transaction, number: int) -> list[Variant]:
    """Every rendering of an issue, by its number."""
    rows = tx.execute(select(issue_variants).where(issue_variants.c.issue == number).order_by(issue_variants.c.number))
    return [
        Variant(
            row.number,
            row.choice,
            tuple(ArticleId(item) for item in row._mapping["items"]),
            row.html,
            row.text,
            bytes(row.segments),
            row.content_hash,
            row.language,
            row.subject,
            row.size_bytes,
        )
        for row in rows
    ]


def get_items(tx: Transaction, number: int) -> list[IssueItem]:
    rows = tx.execute(select(issue_items).where(issue_items.c.issue == number).order_by(issue_items.c.position))
    return [
        IssueItem(row.position, ArticleId(row.article_id), row.title, to_passages(row.passages), row.is_short)
        for row in rows
    ]


def find_holding(tx: Transaction, digest: str, article_id: ArticleId) -> IssueId | None:
    """The issue of a digest that holds an article; None if none does."""
    found = tx.execute(
        select(i.id)
        .join(issue_items, i.number == issue_items.c.issue)
        .where(i.digest == digest, issue_items.c.article_id == article_id, i.state != IssueState.SKIPPED.value)
        .where(i.corrects.is_(None))
    ).scalar()
    return IssueId(found) if found else None


def cut_off(tx: Transaction, digest: str) -> list[ArticleId]:
    """Articles that `max_items` ever cut off in this digest, latest issue first."""
    found = tx.execute(select(i.carried).where(i.digest == digest).order_by(i.scheduled_for.desc(), i.number.desc()))
    return [ArticleId(one) for row in found.scalars() for one in row]


def set_state(
    tx: Transaction, issue: Issue, state: IssueState, *, now: datetime, reason: str = "", frozen: int | None = None
) -> Issue:
    """Move an issue along an arrow; ValueError where there is none (a bug of ours).

    ConflictError where another process has moved it since it was read.
    """
    if state not in ARROWS[issue.state]:
        raise ValueError(f"{issue.id}: {issue.state} -> {state}")
    values: dict[str, Any] = {"state": state.value, "reason": reason}
    if frozen is not None:
        values["frozen_count"] = frozen
    if state is IssueState.SENDING:
        values["started_at"] = now
    if state in (IssueState.SENT, IssueState.CANCELLED):
        values["finished_at"] = now
    moved = update(issues).where(i.number == issue.number, i.state == issue.state.value).values(values)
    if tx.execute(moved.returning(i.number)).first() is None:
        raise ConflictError("Another process moved the issue meanwhile", issue.id, "See `publisher issues show`.")
    return replace(issue, state=state, reason=reason)


def set_forecast(tx: Transaction, number: int, forecast: Mapping[str, Any]) -> None:
    """What was expected of a send, kept to be held against what came."""
    tx.execute(update(issues).where(i.number == number).values(forecast=dict(forecast)))


def find_correction(tx: Transaction, number: int) -> Issue | None:
    """The issue that corrects this one; None where there is none."""
    row = tx.execute(WITH_COUNTS.where(i.corrects == number)).first()
    return to_issue(row) if row else None


def note_reason(tx: Transaction, issue: Issue, reason: str) -> None:
    """Why an issue that is sending did not come to its end yet."""
    tx.execute(update(issues).where(i.number == issue.number).values(reason=reason))
