"""The compose pass: an issue for each slot that is due, made whole before anything of it is stored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.app.audience import Audience, read_audience
from publisher.app.issue_mail import Draft, Frame, make_draft
from publisher.app.runtime import Runtime
from publisher.app.sending import approve, begin_approved, begin_sending
from publisher.compose.decide import Decision, Situation, Step, decide
from publisher.digest import Choice, choose, in_order
from publisher.errors import PublisherError
from publisher.model.article import Article, Problem
from publisher.model.ids import ArticleId, IssueId
from publisher.model.issue import Issue, IssueState
from publisher.model.reports import ComposeReport, Skipped
from publisher.model.settings import DigestSettings
from publisher.schedule import Cadence, latest_slot, parse_schedule, slot_before
from publisher.storage import Transaction, articles, events, issues
from publisher.storage.issues import NewIssue


@dataclass(frozen=True, slots=True)
class Found:
    """What one read says of a digest's current slot."""

    situation: Situation
    floor: datetime
    candidates: Sequence[Article]
    cut_off: tuple[ArticleId, ...]
    extra: int
    is_instant: bool


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an issue would hold, and for whom. `reason`: why there is none for the slot; empty where there is one."""

    choice: Choice
    items: tuple[Article, ...]
    audience: Audience | None
    reason: str


def compose_due(runtime: Runtime) -> ComposeReport:
    """Look at every digest's current slot. One that fails is reported; the others go on."""
    return joined([begin_approved(runtime), *(compose_one(runtime, digest) for digest in runtime.settings.digests)])


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
    chosen = choose_from(runtime, digest, found)
    if chosen.reason:
        return skip(runtime, digest, found, chosen.reason)
    try:
        draft = draft_of(runtime, digest, found, chosen)
        return store(runtime, digest, found, decision, chosen=chosen, draft=draft)
    except PublisherError as error:
        problem = Problem(error.what, error.where, error.hint)
        skipped = Skipped(digest.name, slot.name, f"not made: {error}")
        return ComposeReport(skipped=(skipped,), errors=(problem,))


def look(runtime: Runtime, digest: DigestSettings, *, by_hand: bool = False, extra: bool = False) -> Found:
    """Read all that decides about the current slot: the latest one at or before now."""
    now = runtime.now()
    zone = runtime.digest_zone(digest)
    schedule = parse_schedule(digest.schedule)
    slot = latest_slot(schedule, zone, now)
    with runtime.read() as tx:
        stored = issues.get_floor(tx, digest.name)
        existing = issues.find_slot(tx, digest.name, slot.name)
        floor = stored or slot_before(schedule, zone, slot).at
        situation = Situation(
            slot=slot, existing=existing, is_first=stored is None, now=now, by_hand=by_hand, extra=extra
        )
        number = max(issues.last_extra(tx, digest.name, slot.name) + 1, 2) if extra else 1
        return Found(
            situation=situation,
            floor=floor,
            candidates=tuple(articles.iter_new(tx, digest.name, after=floor)),
            cut_off=tuple(issues.cut_off(tx, digest.name)),
            extra=number,
            is_instant=schedule.cadence is Cadence.INSTANT,
        )


def choose_from(runtime: Runtime, digest: DigestSettings, found: Found) -> Chosen:
    """What the issue holds, and who gets it. What `max_items` cut off before comes first, or (`drop`) never again."""
    is_dropped = digest.overflow == "drop"
    choice = choose(
        found.candidates,
        rules=digest,
        now=found.situation.now,
        floor=found.floor,
        already=frozenset(found.cut_off if is_dropped else ()),
        carried=() if is_dropped else found.cut_off,
    )
    items = in_order(choice.items, runtime.settings.mail.order)
    if not items:
        return Chosen(choice, (), None, "nothing new")
    with runtime.read() as tx:
        audience = read_audience(tx, runtime.settings, digest, items, now=found.situation.now)
    return Chosen(choice, items, audience, too_few(digest, items, audience))


def too_few(digest: DigestSettings, items: Sequence[Article], audience: Audience) -> str:
    """Why there is no issue for this slot; empty where there is one."""
    if len(items) < digest.min_items:
        return f"{len(items)} new, min_items is {digest.min_items}"
    return "" if audience.plan.count else "no subscriber"


def draft_of(runtime: Runtime, digest: DigestSettings, found: Found, chosen: Chosen, *, strict: bool = True) -> Draft:
    """The issue as it would be sent, in every variant that its readers need."""
    frame = Frame(issue_id_of(digest, found), found.situation.now, by_hand=found.situation.by_hand)
    return make_draft(runtime, digest, chosen.items, frame=frame, audience=chosen.audience, strict=strict)


def issue_id_of(digest: DigestSettings, found: Found) -> IssueId:
    suffix = f"-{found.extra}" if found.extra > 1 else ""
    return IssueId(f"{digest.name}-{found.situation.slot.name}{suffix}".lower())


def skip(runtime: Runtime, digest: DigestSettings, found: Found, reason: str) -> ComposeReport:
    """Keep a row that says why the slot has no issue; its articles stay for the next.

    Of `instant`, whose every minute would have a row, only the floor is kept.
    """
    situation = found.situation
    report = ComposeReport(skipped=(Skipped(digest.name, situation.slot.name, reason),))
    if situation.existing is not None or situation.extra or (found.is_instant and not situation.is_first):
        return report
    with runtime.begin() as tx:
        issues.set_floor(tx, digest.name, found.floor)
        if found.is_instant:
            return report
        new = new_issue(digest, found, IssueState.SKIPPED, reason=reason)
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
        content_hash=draft.content_hash if draft else "",
        size_bytes=draft.size_bytes if draft else 0,
        reason=reason,
        carried=carried,
    )


def store(
    runtime: Runtime, digest: DigestSettings, found: Found, decision: Decision, *, chosen: Chosen, draft: Draft
) -> ComposeReport:
    """Store the issue whole, or not at all where another process was first; then begin, unless it has to wait."""
    situation = found.situation
    carried = chosen.choice.carried
    new = new_issue(digest, found, decision.state, reason=decision.reason, draft=draft, carried=carried)
    with runtime.begin() as tx:
        number = insert(tx, new, situation)
        if number is None:
            return ComposeReport(skipped=(Skipped(digest.name, situation.slot.name, "another process made it"),))
        issues.set_floor(tx, digest.name, found.floor)
        issues.mark_slot(tx, digest.name, situation.slot.name, situation.slot.at)
        issues.add_items(tx, number, draft.items, [article.extract for article in chosen.items])
        for variant in draft.variants:
            issues.add_variant(tx, number, variant)
        events.add(tx, at=situation.now, actor="compose", subject=new.id, what=decision.state.value)
        issue = issues.get_issue(tx, new.id)
    if issue.state is IssueState.APPROVED:
        issue = begin_sending(runtime, issue, planned=chosen.audience)
    return ComposeReport(issues=(issue,))


def insert(tx: Transaction, new: NewIssue, situation: Situation) -> int | None:
    if situation.existing is not None and not situation.extra:
        return issues.remake(tx, situation.existing, new, now=situation.now)
    return issues.add_issue(tx, new, now=situation.now)


def release(runtime: Runtime, found: Found) -> ComposeReport:
    """A held issue goes out as it was made, because a person asks for its slot."""
    existing = found.situation.existing
    return ComposeReport(issues=(approve(runtime, existing.id),)) if existing else ComposeReport()


def compose_draft(runtime: Runtime, digest: DigestSettings) -> ComposeReport:
    """Compose the issue of the current slot to be looked at: it waits as a draft; one that waits is composed again."""
    found = look(runtime, digest, by_hand=True)
    existing = found.situation.existing
    if existing is not None and existing.state not in (IssueState.DRAFT, IssueState.SKIPPED):
        return compose_one(runtime, digest)
    if existing is not None:
        found = again(runtime, found, existing)
    chosen = choose_from(runtime, digest, found)
    if chosen.reason:
        return ComposeReport(skipped=(Skipped(digest.name, found.situation.slot.name, chosen.reason),))
    draft = draft_of(runtime, digest, found, chosen)
    return store(runtime, digest, found, Decision(Step.MAKE, state=IssueState.DRAFT), chosen=chosen, draft=draft)


def again(runtime: Runtime, found: Found, draft: Issue) -> Found:
    """What a draft holds may be chosen anew."""
    with runtime.read() as tx:
        held = articles.get_all(tx, [item.article_id for item in issues.get_items(tx, draft.number)])
    fresh = {article.id: article for article in found.candidates} | held
    return replace(found, candidates=tuple(sorted(fresh.values(), key=lambda article: article.number)))
