"""A correction of an issue: one mail, once, to those who got what was wrong (peers.md F17)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from publisher.app.audience import Audience, language_rule
from publisher.app.digest import digest_settings
from publisher.app.forecast import forecast
from publisher.app.instance import require_own
from publisher.app.issue_life import Done, deliver_one, write_archive
from publisher.app.issue_mail import Draft, Frame, make_draft
from publisher.app.runtime import Runtime
from publisher.app.sending import begin
from publisher.compose.audience import Plan, Rendering
from publisher.errors import ConflictError, UsageError
from publisher.model.article import Article, ArticleState
from publisher.model.choice import parse_choice
from publisher.model.ids import ArticleId, IssueId
from publisher.model.issue import Issue, IssueState
from publisher.model.settings import Settings
from publisher.storage import Transaction, articles, events, issues
from publisher.storage.corrections import choices_of_readers
from publisher.storage.freeze import freeze_correction
from publisher.storage.issues import NewIssue
from publisher.subscriptions.choices import letter_of

ENDED = (IssueState.SENT, IssueState.CANCELLED)
TRIES = 5


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a person asks for: which articles (empty: those that were changed since), and what to say."""

    articles: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A correction before it is stored. `variants` are those of the original that held a corrected article."""

    original: Issue
    id: IssueId
    extra: int
    articles: tuple[Article, ...]
    variants: tuple[int, ...]
    note: str
    audience: Audience
    forecast: Mapping[str, Any]


def correct(runtime: Runtime, issue_id: str, wanted: Wanted) -> Done:
    """Make the correction, freeze who gets it, and deliver it now.

    UsageError where the issue is not over, was corrected before, holds nothing that changed, or nobody got it.
    """
    with runtime.hold("compose"):
        require_own(runtime)
        issue = make(runtime, issue_id, wanted)
    return deliver_one(runtime, issue.id, wait=False, problems=write_archive(runtime))


def make(runtime: Runtime, issue_id: str, wanted: Wanted) -> Issue:
    for _ in range(TRIES):
        planned = plan(runtime, issue_id, wanted)
        draft = draft_of(runtime, planned)
        made = store(runtime, planned, draft)
        if made is not None:
            return made
    raise ConflictError("Readers change their choices faster than it can be frozen", issue_id, "Try again.")


def plan(runtime: Runtime, issue_id: str, wanted: Wanted) -> Planned:
    """What would be sent to whom; nothing is stored."""
    with runtime.read() as tx:
        original = correctable(tx, issue_id)
        changed = changed_articles(tx, original, wanted.articles)
        held = {article.id for article in changed}
        variants = [one.number for one in issues.get_variants(tx, original.number) if held & set(one.items)]
        audience = audience_of(tx, runtime.settings, original, changed, variants=variants)
        if not audience.plan.count:
            raise UsageError("Nobody has got what would be corrected", original.id, "Nothing to do.")
        extra = issues.last_extra(tx, original.digest, original.slot) + 1
        foreseen = forecast(tx, runtime.settings, recipients=audience.plan.count, now=runtime.now())
    return Planned(
        original=original,
        id=IssueId(f"{original.digest}-{original.slot}-{extra}".lower()),
        extra=extra,
        articles=changed,
        variants=tuple(variants),
        note=wanted.note.strip() or "\n".join(article.title for article in changed),
        audience=audience,
        forecast=foreseen,
    )


def correctable(tx: Transaction, issue_id: str) -> Issue:
    """The issue, if it can be corrected: it is over, no correction itself, and has none."""
    issue = issues.get_issue(tx, issue_id)
    if issue.corrects is not None:
        raise UsageError("The issue is a correction itself", issue.id, "Correct it in the next issue.")
    if issue.state not in ENDED:
        raise UsageError(f"The issue is {issue.state}: it has no end yet", issue.id, "See `publisher issues show`.")
    correction = issues.find_correction(tx, issue.number)
    if correction is not None:
        raise UsageError(f"It was corrected already, by {correction.id}", issue.id, "An issue is corrected once.")
    return issue


def changed_articles(tx: Transaction, issue: Issue, names: Sequence[str]) -> tuple[Article, ...]:
    """The articles that are named, else those that were changed since the issue's date; in the issue's order."""
    ids = [item.article_id for item in issues.get_items(tx, issue.number)]
    found = articles.get_all(tx, ids)
    named = {articles.get(tx, name).id: name for name in names}
    strangers = [name for one, name in named.items() if one not in found]
    if strangers:
        raise UsageError(f"{strangers[0]!r} is not in the issue", issue.id, "See `publisher issues show`.")
    changed = tuple(found[one] for one in ids if (one in named if names else is_changed(found[one], issue)))
    if not changed:
        raise UsageError("No article of it was changed since", issue.id, "Name one with --article.")
    return changed


def is_changed(article: Article, issue: Issue) -> bool:
    return article.state is ArticleState.PUBLISHED and article.updated > issue.date


def audience_of(
    tx: Transaction, settings: Settings, original: Issue, changed: Sequence[Article], *, variants: Sequence[int]
) -> Audience:
    """Who gets which rendering: by today's language, and of the articles those of today's sections.

    Whoever has chosen other sections since gets all of it: they had one of these articles.
    """
    choices = choices_of_readers(tx, original.number, variants=variants)
    every = tuple(article.id for article in changed)
    language_of = language_rule(settings)
    places: dict[Rendering, int] = {Rendering(language_of(""), every): 0}
    chosen: dict[str, int] = {}
    for text in sorted(choices):
        choice = parse_choice(text)
        items: tuple[ArticleId, ...] = tuple(article.id for article in changed if choice.wants(article.section))
        rendering = Rendering(language_of(choice.language), items or every)
        chosen[text] = places.setdefault(rendering, len(places))
    made = Plan(tuple(places), chosen, without=frozenset(), count=sum(choices.values()))
    return Audience(made, {article.id: article for article in changed}, letter_of(settings, original.digest))


def draft_of(runtime: Runtime, planned: Planned) -> Draft:
    digest = digest_settings(runtime.settings, planned.original.digest)
    frame = Frame(planned.id, runtime.now(), by_hand=True, note=planned.note)
    return make_draft(runtime, digest, planned.articles, frame=frame, audience=planned.audience)


def store(runtime: Runtime, planned: Planned, draft: Draft) -> Issue | None:
    """Store it and freeze its audience in one transaction; None where a reader's choice is new meanwhile."""
    original, now = planned.original, runtime.now()
    with runtime.begin() as tx:
        correctable(tx, original.id)
        choices = choices_of_readers(tx, original.number, variants=planned.variants)
        if not set(choices) <= set(planned.audience.plan.choices):
            return None
        number = issues.add_issue(tx, new_issue(planned, draft), now=now)
        if number is None:
            return None
        issues.add_items(tx, number, draft.items, [article.extract for article in planned.articles])
        for variant in draft.variants:
            issues.add_variant(tx, number, variant)
        places = planned.audience.plan.choices
        issues.set_choices(tx, number, {one: draft.variants[place].number for one, place in places.items()})
        detail = {"corrects": original.id}
        events.add(tx, at=now, actor="editor", subject=planned.id, what="correction", detail=detail)
        frozen = freeze_correction(tx, issue=number, corrected=original.number, variants=planned.variants)
        begin(tx, runtime, issues.get_issue(tx, planned.id), frozen=frozen)
        return issues.get_issue(tx, planned.id)


def new_issue(planned: Planned, draft: Draft) -> NewIssue:
    original = planned.original
    return NewIssue(
        id=planned.id,
        digest=original.digest,
        slot=original.slot,
        extra=planned.extra,
        state=IssueState.APPROVED,
        scheduled_for=original.scheduled_for,
        date=draft.date,
        by_hand=True,
        subject=draft.subject,
        content_hash=draft.content_hash,
        size_bytes=draft.size_bytes,
        corrects=original.number,
        note=planned.note,
    )
