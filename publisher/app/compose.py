"""The compose pass: an issue for each slot that is due, frozen in one transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher.app.issue_mail import Draft, make_draft
from publisher.app.runtime import Runtime
from publisher.compose.decide import Decision, Situation, Step, decide
from publisher.digest import Choice, choose
from publisher.errors import PublisherError, UsageError
from publisher.model.article import Article, ArticleState, Problem
from publisher.model.ids import ArticleId, IssueId
from publisher.model.issue import Issue, IssueState
from publisher.model.reports import ComposeReport, Skipped
from publisher.model.settings import DigestSettings
from publisher.schedule import latest_slot, parse_schedule, slot_before
from publisher.storage import Transaction, articles, deliveries, events, issues, subscribers
from publisher.storage.issues import NewIssue


@dataclass(frozen=True, slots=True)
class Found:
    """What one read says of a digest's current slot."""

    situation: Situation
    floor: datetime
    candidates: Sequence[Article]
    already: frozenset[ArticleId]
    cut_off: tuple[ArticleId, ...]
    subscriber_count: int
    extra: int


def compose_due(runtime: Runtime) -> ComposeReport:
    """Look at every digest's current slot. One that fails is reported; the others go on."""
    return joined([compose_one(runtime, digest) for digest in runtime.settings.digests])


def compose_digest(runtime: Runtime, digest: DigestSettings, *, extra: bool = False) -> ComposeReport:
    """Make the issue of a digest's current slot because a person asks for it, however late it is."""
    return compose_one(runtime, digest, by_hand=True, extra=extra)


def joined(reports: Sequence[ComposeReport]) -> ComposeReport:
    return ComposeReport(
        issues=tuple(issue for report in reports for issue in report.issues),
        skipped=tuple(one for report in reports for one in report.skipped),
        errors=tuple(one for report in reports for one in report.errors),
    )


def compose_one(
    runtime: Runtime, digest: DigestSettings, *, by_hand: bool = False, extra: bool = False
) -> ComposeReport:
    """Read, make, record: nothing is rendered inside a transaction."""
    found = look(runtime, digest, by_hand=by_hand, extra=extra)
    decision = decide(digest, found.situation)
    slot = found.situation.slot
    if decision.step is Step.NOTHING:
        return ComposeReport(skipped=(Skipped(digest.name, slot.name, decision.reason),))
    if decision.step is Step.RELEASE:
        return release(runtime, found)
    if decision.step is Step.SKIP:
        return skip(runtime, digest, found, decision.reason)
    choice = choose_from(digest, found)
    reason = too_few(digest, found, choice)
    if reason:
        return skip(runtime, digest, found, reason)
    try:
        draft = make_draft(runtime, digest, choice, issue_id=issue_id_of(digest, found), by_hand=by_hand)
    except PublisherError as error:
        problem = Problem(error.what, error.where, error.hint)
        skipped = Skipped(digest.name, slot.name, f"not made: {error}")
        return ComposeReport(skipped=(skipped,), errors=(problem,))
    return store(runtime, digest, found, decision, choice=choice, draft=draft)


def look(runtime: Runtime, digest: DigestSettings, *, by_hand: bool = False, extra: bool = False) -> Found:
    """Read all that decides about the current slot: the latest one at or before now."""
    now = runtime.now()
    zone = runtime.digest_zone(digest)
    schedule = parse_schedule(digest.schedule)
    slot = latest_slot(schedule, zone, now)
    with runtime.read() as tx:
        floor = issues.get_floor(tx, digest.name)
        existing = issues.find_slot(tx, digest.name, slot.name)
        situation = Situation(
            slot=slot, existing=existing, is_first=floor is None, now=now, by_hand=by_hand, extra=extra
        )
        number = max(issues.last_extra(tx, digest.name, slot.name) + 1, 2) if extra else 1
        return Found(
            situation=situation,
            floor=floor or slot_before(schedule, zone, slot).at,
            candidates=tuple(articles.iter_articles(tx, states=(ArticleState.PUBLISHED,))),
            already=issues.used_articles(tx, digest.name),
            cut_off=tuple(issues.cut_off(tx, digest.name)),
            subscriber_count=subscribers.count_active(tx, digest.name),
            extra=number,
        )


def choose_from(digest: DigestSettings, found: Found) -> Choice:
    """The articles of the issue. What `max_items` cut off before is chosen first, or (`drop`) never again."""
    is_dropped = digest.overflow == "drop"
    return choose(
        found.candidates,
        rules=digest,
        now=found.situation.now,
        floor=found.floor,
        already=found.already | frozenset(found.cut_off if is_dropped else ()),
        carried=() if is_dropped else found.cut_off,
    )


def too_few(digest: DigestSettings, found: Found, choice: Choice) -> str:
    """Why there is no issue for this slot; empty where there is one."""
    if not choice.items:
        return "nothing new"
    if len(choice.items) < digest.min_items:
        return f"{len(choice.items)} new, min_items is {digest.min_items}"
    if found.subscriber_count == 0:
        return "no subscriber"
    return ""


def issue_id_of(digest: DigestSettings, found: Found) -> IssueId:
    suffix = f"-{found.extra}" if found.extra > 1 else ""
    return IssueId(f"{digest.name}-{found.situation.slot.name}{suffix}".lower())


def skip(runtime: Runtime, digest: DigestSettings, found: Found, reason: str) -> ComposeReport:
    """Keep a row that says why the slot has no issue; its articles stay for the next."""
    situation = found.situation
    report = ComposeReport(skipped=(Skipped(digest.name, situation.slot.name, reason),))
    if situation.existing is not None or situation.extra:
        return report
    with runtime.begin() as tx:
        new = new_issue(digest, found, IssueState.SKIPPED, reason=reason)
        issues.set_floor(tx, digest.name, found.floor)
        if issues.add_issue(tx, new, now=situation.now) is not None:
            issues.mark_slot(tx, digest.name, situation.slot.name, situation.slot.at)
    return report


def new_issue(
    digest: DigestSettings,
    found: Found,
    state: IssueState,
    *,
    reason: str = "",
    draft: Draft | None = None,
    carried: tuple[ArticleId, ...] = (),
) -> NewIssue:
    situation = found.situation
    return NewIssue(
        id=issue_id_of(digest, found),
        digest=digest.name,
        slot=situation.slot.name,
        extra=found.extra,
        state=state,
        scheduled_for=situation.slot.at,
        date=draft.date if draft else situation.now,
        by_hand=situation.by_hand,
        subject=draft.subject if draft else "",
        content_hash=draft.variant.content_hash if draft else "",
        size_bytes=draft.size_bytes if draft else 0,
        reason=reason,
        carried=carried,
    )


def store(
    runtime: Runtime, digest: DigestSettings, found: Found, decision: Decision, *, choice: Choice, draft: Draft
) -> ComposeReport:
    """Store the issue whole, or not at all where another process was first; then freeze who gets it."""
    situation = found.situation
    new = new_issue(digest, found, decision.state, reason=decision.reason, draft=draft, carried=choice.carried)
    with runtime.begin() as tx:
        number = insert(tx, new, situation)
        if number is None:
            return ComposeReport(skipped=(Skipped(digest.name, situation.slot.name, "another process made it"),))
        issues.set_floor(tx, digest.name, found.floor)
        issues.mark_slot(tx, digest.name, situation.slot.name, situation.slot.at)
        issues.add_items(tx, number, draft.items, [article.extract for article in choice.items])
        issues.add_variant(tx, number, draft.variant)
        events.add(tx, at=situation.now, actor="compose", subject=new.id, what=decision.state.value)
        issue = issues.get_issue(tx, new.id)
        if issue.state is IssueState.APPROVED:
            begin_sending(tx, issue, now=situation.now)
        return ComposeReport(issues=(issues.get_issue(tx, new.id),))


def insert(tx: Transaction, new: NewIssue, situation: Situation) -> int | None:
    if situation.existing is not None and not situation.extra:
        return issues.remake_skipped(tx, situation.existing, new, now=situation.now)
    return issues.add_issue(tx, new, now=situation.now)


def begin_sending(tx: Transaction, issue: Issue, *, now: datetime) -> None:
    """Freeze the audience: from here on nothing of the issue changes."""
    frozen = deliveries.freeze(tx, issue=issue.number, digest=issue.digest)
    issues.set_state(tx, issue, IssueState.SENDING, now=now, frozen=frozen)
    events.add(tx, at=now, actor="compose", subject=issue.id, what="sending", detail={"frozen": frozen})


def release(runtime: Runtime, found: Found) -> ComposeReport:
    """A held issue goes out as it was made, because a person asks for its slot."""
    existing = found.situation.existing
    return ComposeReport(issues=(approve(runtime, existing.id),)) if existing else ComposeReport()


def approve(runtime: Runtime, issue_id: str) -> Issue:
    """Let a draft or a held issue out, exactly as it was made; UsageError for one in another state."""
    now = runtime.now()
    with runtime.begin() as tx:
        issue = issues.get_issue(tx, issue_id)
        if issue.state not in (IssueState.DRAFT, IssueState.HELD):
            raise UsageError(
                f"The issue is {issue.state}: only a draft or a held one waits", issue.id, "Nothing to do."
            )
        approved = issues.set_state(tx, issue, IssueState.APPROVED, now=now)
        events.add(tx, at=now, actor="editor", subject=issue.id, what="approved")
        begin_sending(tx, approved, now=now)
        return issues.get_issue(tx, issue.id)
