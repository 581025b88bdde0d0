"""Where sending begins: the audience is frozen, and every reader has a variant (design.md 6, 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from publisher.app.audience import Audience, is_current, read_audience
from publisher.app.digest import digest_settings
from publisher.app.forecast import forecast
from publisher.app.issue_mail import Frame, VariantMaker, refuse
from publisher.app.runtime import Runtime
from publisher.compose.audience import Rendering
from publisher.errors import ConflictError, PublisherError, UsageError
from publisher.model.article import Article, Extract, Origin, Problem
from publisher.model.issue import Issue, IssueItem, IssueState, Variant
from publisher.model.reports import ComposeReport
from publisher.model.settings import DigestSettings
from publisher.storage import Transaction, articles, events, issues
from publisher.storage.freeze import freeze

TRIES = 5
"""How often an audience is planned anew because readers changed their choice meanwhile."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An issue as it was made: its items in their words of then, its variants."""

    items: tuple[Article, ...]
    variants: tuple[Variant, ...]


def approve(runtime: Runtime, issue_id: str) -> Issue:
    """Let a draft or a held issue out, exactly as it was made; UsageError for one in another state."""
    with runtime.begin() as tx:
        issue = issues.get_issue(tx, issue_id)
        if issue.state not in (IssueState.DRAFT, IssueState.HELD):
            raise UsageError(
                f"The issue is {issue.state}: only a draft or a held one waits", issue.id, "Nothing to do."
            )
        approved = issues.set_state(tx, issue, IssueState.APPROVED, now=runtime.now())
        events.add(tx, at=runtime.now(), actor="editor", subject=issue.id, what="approved")
    return begin_sending(runtime, approved)


def begin_approved(runtime: Runtime) -> ComposeReport:
    """Begin what a process that ended had approved and not begun. One that cannot be is told; the others go on."""
    with runtime.read() as tx:
        waiting = list(issues.iter_issues(tx, states=(IssueState.APPROVED,)))
    begun, errors = [], []
    for issue in waiting:
        try:
            begun.append(begin_sending(runtime, issue))
        except PublisherError as error:
            errors.append(Problem(error.what, f"{issue.id}, {error.where}", error.hint))
    return ComposeReport(issues=tuple(begun), errors=tuple(errors))


def begin_sending(runtime: Runtime, issue: Issue, *, planned: Audience | None = None) -> Issue:
    """Freeze the audience of an approved issue: from here on nothing of it changes.

    Variants that its readers need and that were not made with it (someone chose another language since) are made
    now, of the words that the issue holds. `planned`: an audience that was read just now, for the first try.
    """
    digest = digest_settings(runtime.settings, issue.digest)
    for _ in range(TRIES):
        with runtime.read() as tx:
            stored = read_stored(tx, issue)
            audience = planned or read_audience(tx, runtime.settings, digest, stored.items, now=runtime.now())
        planned = None
        audience = replace(audience, articles=audience.articles | {one.id: one for one in stored.items})
        variants = complete(runtime, digest, issue, stored=stored, audience=audience)
        with runtime.begin() as tx:
            if is_current(tx, digest.name, audience):
                made = [one for one in variants.values() if one not in stored.variants]
                for variant in made:
                    issues.add_variant(tx, issue.number, variant)
                return freeze_audience(runtime, tx, issue, audience=audience, variants=variants)
    raise ConflictError("Readers change their choices faster than it can be frozen", issue.id, "Try again.")


def read_stored(tx: Transaction, issue: Issue) -> Stored:
    """The articles of an issue with the titles and passages that it was made with."""
    items = issues.get_items(tx, issue.number)
    found = articles.get_all(tx, [item.article_id for item in items])
    return Stored(
        tuple(as_sent(found[item.article_id], item) for item in items), tuple(issues.get_variants(tx, issue.number))
    )


def as_sent(article: Article, item: IssueItem) -> Article:
    extract = Extract(item.passages, article.extract.origin if item.passages else Origin.TITLE)
    return replace(article, title=item.title, extract=extract)


def complete(
    runtime: Runtime, digest: DigestSettings, issue: Issue, *, stored: Stored, audience: Audience
) -> dict[Rendering, Variant]:
    """The variant of each rendering that is wanted: as stored, or made now with the next number."""
    known = {Rendering(one.language, one.items): one for one in stored.variants}
    frame = Frame(issue.id, issue.date, by_hand=issue.by_hand, note=issue.note)
    missing = [one for one in audience.plan.renderings if one not in known]
    first = max((one.number for one in stored.variants), default=0) + 1
    if not missing:
        return {rendering: known[rendering] for rendering in audience.plan.renderings}
    with VariantMaker(runtime, digest, audience.articles, frame) as maker:
        for number, rendering in enumerate(missing, start=first):
            made = maker.make(rendering, number=number)
            refuse(issue.id, made.findings)
            known[rendering] = made.variant
    return {rendering: known[rendering] for rendering in audience.plan.renderings}


def freeze_audience(
    runtime: Runtime, tx: Transaction, issue: Issue, *, audience: Audience, variants: Mapping[Rendering, Variant]
) -> Issue:
    """Say who gets which variant, freeze, and begin."""
    numbers = [variants[rendering].number for rendering in audience.plan.renderings]
    issues.set_choices(tx, issue.number, {one: numbers[place] for one, place in audience.plan.choices.items()})
    personal = {reader: numbers[place] for reader, place in audience.plan.personal.items()}
    frozen = freeze(tx, issue=issue.number, digest=issue.digest, letter=audience.letter, personal=personal)
    begin(tx, runtime, issue, frozen=frozen)
    return issues.get_issue(tx, issue.id)


def begin(tx: Transaction, runtime: Runtime, issue: Issue, *, frozen: int) -> None:
    """The issue is sending: its forecast is kept, to be held against what comes."""
    now = runtime.now()
    issues.set_forecast(tx, issue.number, forecast(tx, runtime.settings, recipients=frozen, now=now))
    issues.set_state(tx, issue, IssueState.SENDING, now=now, frozen=frozen)
    events.add(tx, at=now, actor="compose", subject=issue.id, what="sending", detail={"frozen": frozen})
