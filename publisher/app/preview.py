"""The next issue, or a stored one, as it would be sent: made and looked at, nothing of it stored or sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from publisher.app.audience import Audience, read_audience
from publisher.app.collect import collect_source
from publisher.app.compose import choose_from, issue_id_of, look
from publisher.app.digest import digest_settings
from publisher.app.forecast import forecast
from publisher.app.issue_mail import SAMPLE, Draft, Frame, MailWriter, make_draft
from publisher.app.rehearse import rehearsal
from publisher.app.runtime import Runtime
from publisher.app.sources import collected_sources
from publisher.compose.audience import Rendering
from publisher.errors import NotFound, PublisherError
from publisher.mail_lint import Expected, Finding, Severity, lint
from publisher.mail_lint import problems as problems_of
from publisher.model.article import Article, Problem
from publisher.model.delivery import Counts
from publisher.model.ids import ArticleId, IssueId, SubscriberId
from publisher.model.issue import Issue, IssueItem, IssueState, Variant
from publisher.model.settings import DigestSettings, Settings
from publisher.model.subscriber import SubscriberState
from publisher.output import write_atomic
from publisher.storage import Transaction, articles, cadence, issues, letters, subscribers
from publisher.subscriptions.addresses import parse_address

EXAMPLE = SAMPLE
"""Whom the mails of a preview are addressed to."""
NOBODY = SubscriberId(0)
"""Whom their links are for: a forwarded preview unsubscribes no one."""
WAITING = (IssueState.DRAFT, IssueState.HELD)
Shape = tuple[str, tuple[ArticleId, ...]]
"""What makes two renderings the same: language and articles."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Who an issue is for: how many get each rendering, who gets nothing and why, and how long sending will take."""

    counts: Mapping[Shape, int] = field(default_factory=dict)
    excluded: Mapping[str, int] = field(default_factory=dict)
    foreseen: Mapping[str, Any] = field(default_factory=dict)
    audience: Audience | None = None

    def count(self, variant: Variant) -> int | None:
        """How many get this variant; None where that is not known."""
        return self.counts.get((variant.language, variant.items), 0) if self.audience else None


@dataclass(frozen=True, slots=True)
class Shown:
    """An issue with all its mails, as a preview shows it. `unmade`: variants left out, as too many."""

    issue: Issue
    variants: tuple[Variant, ...]
    items: tuple[IssueItem, ...]
    findings: tuple[Finding, ...]
    reach: Reach
    unmade: int = 0

    def mail(self, settings: Settings, secret: bytes, variant: Variant) -> bytes:
        """The whole mail of a variant, to the example's address, with links of nobody."""
        return MailWriter(settings, secret, self.issue, [variant]).write(NOBODY, EXAMPLE, variant=variant.number).data


@dataclass(frozen=True, slots=True)
class Preview:
    """What was made. `reason` says why there would be no issue now; `problems` what must be mended first."""

    shown: Shown | None = None
    files: tuple[str, ...] = ()
    reason: str = ""
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()

    @property
    def subject(self) -> str:
        return self.shown.issue.subject if self.shown else ""

    @property
    def item_count(self) -> int:
        return self.shown.issue.item_count if self.shown else 0

    @property
    def size(self) -> int:
        """Of the largest variant, as sent."""
        return self.shown.issue.size_bytes if self.shown else 0

    @property
    def recipients(self) -> int:
        return int(self.shown.reach.foreseen.get("recipients", 0)) if self.shown else 0


@dataclass(frozen=True, slots=True)
class Material:
    """What one read says of the next issue: enough to make it without the database."""

    issue_id: IssueId
    articles: tuple[Article, ...]
    reach: Reach
    reason: str


def preview(runtime: Runtime, name: str, *, output: str | None, issue: str = "") -> Preview:
    """Make the next issue of a digest as it would be now, or show a stored `issue`; `output` None writes no files."""
    digest = digest_settings(runtime.settings, name)
    if issue:
        return finished(runtime, stored_issue(runtime, digest, issue), output=output)
    return made_of(runtime, digest, read_next(runtime, digest), output=output)


def preview_as_found(runtime: Runtime, name: str, *, output: str | None, issue: str = "", most: int = 0) -> Preview:
    """As `preview`, of the folders' articles as they are on the disk now, whatever was collected.

    `most`: so many variants are made (0: all).
    """
    digest = digest_settings(runtime.settings, name)
    if issue:
        return finished(runtime, stored_issue(runtime, digest, issue), output=output)
    with as_found(runtime) as (site, problems):
        material = read_next(site, digest)
    made = made_of(runtime, digest, material, output=output, most=most)
    return replace(made, problems=(*problems, *made.problems))


@contextmanager
def as_found(runtime: Runtime) -> Iterator[tuple[Runtime, tuple[Problem, ...]]]:
    """The site as if its folders had been collected now, and what is wrong with their files. Nothing is kept."""
    with rehearsal(runtime) as site:
        folders = [source for source in collected_sources(site) if source.kind == "folder"]
        reports = [collect_source(site, source) for source in folders]
        failed = [Problem(one.error, one.name, "Mend the source.") for one in reports if one.error]
        yield site, (*failed, *(problem for one in reports for problem in one.problems))


def read_next(runtime: Runtime, digest: DigestSettings) -> Material:
    """The articles of the next issue, and who would get them."""
    found = look(runtime, digest)
    chosen = choose_from(runtime, digest, found)
    reach = Reach()
    if chosen.audience is not None:
        with runtime.read() as tx:
            reach = reach_of(tx, runtime.settings, digest, chosen.audience, now=runtime.now())
    reason = chosen.reason
    waiting = found.situation.existing
    if not chosen.items and waiting is not None and waiting.state in WAITING:
        reason = f"{reason}; {waiting.id} waits: see it with --issue {waiting.id}"
    return Material(issue_id_of(digest, found), chosen.items, reach, reason)


def made_of(
    runtime: Runtime, digest: DigestSettings, material: Material, *, output: str | None, most: int = 0
) -> Preview:
    """Render every variant; a template that fails is a problem with its file and line."""
    if not material.articles:
        return Preview(reason=material.reason)
    audience = material.reach.audience
    renderings = audience.plan.renderings if audience else ()
    unmade = max(len(renderings) - most, 0) if most else 0
    if audience and unmade:
        audience = replace(audience, plan=replace(audience.plan, renderings=renderings[:most]))
    frame = Frame(material.issue_id, runtime.now())
    try:
        draft = make_draft(runtime, digest, material.articles, frame=frame, audience=audience, strict=False)
    except PublisherError as error:
        return Preview(reason="it cannot be made", problems=(Problem(error.what, error.where, error.hint),))
    issue = a_preview_issue(material.issue_id, digest.name, draft)
    shown = Shown(issue, draft.variants, draft.items, draft.findings, material.reach, unmade=unmade)
    return replace(finished(runtime, shown, output=output), reason=material.reason)


def finished(runtime: Runtime, shown: Shown, *, output: str | None) -> Preview:
    return Preview(
        shown=shown,
        files=write_files(runtime, shown, output) if output else (),
        problems=problems_of(shown.findings, severity=Severity.ERROR),
        warnings=problems_of(shown.findings, severity=Severity.WARNING),
    )


def a_preview_issue(issue_id: IssueId, digest: str, draft: Draft) -> Issue:
    """The issue as it would be, for writing its mail."""
    return Issue(
        id=issue_id,
        number=0,
        digest=digest,
        slot="",
        extra=1,
        state=IssueState.DRAFT,
        subject=draft.subject,
        content_hash=draft.content_hash,
        scheduled_for=draft.date,
        date=draft.date,
        by_hand=False,
        size_bytes=draft.size_bytes,
        item_count=len(draft.items),
        reason="",
        counts=Counts(),
    )


def stored_issue(runtime: Runtime, digest: DigestSettings, issue_id: str) -> Shown:
    """An issue exactly as it is stored, looked at again; NotFound where this digest has none of this name."""
    with runtime.read() as tx:
        shown = read_stored(tx, runtime.settings, digest, issue_id, now=runtime.now())
    findings = dict.fromkeys(found for one in shown.variants for found in look_again(runtime, shown, one))
    return replace(shown, findings=tuple(findings))


def read_stored(tx: Transaction, settings: Settings, digest: DigestSettings, issue_id: str, *, now: datetime) -> Shown:
    issue = issues.get_issue(tx, issue_id)
    variants = tuple(issues.get_variants(tx, issue.number))
    items = tuple(issues.get_items(tx, issue.number))
    if issue.digest != digest.name or not variants:
        raise NotFound(f"{digest.name} has no such issue", issue_id, "See `publisher issues list`.")
    return Shown(issue, variants, items, (), reach_of_stored(tx, settings, digest, issue, items, now=now))


def look_again(runtime: Runtime, shown: Shown, variant: Variant) -> tuple[Finding, ...]:
    """What the linter says of a stored mail. Its own words are words: they were looked at when it was made."""
    settings = runtime.settings
    expected = Expected(
        unsubscribe_url=f"{settings.web.base_url}u/",
        postal_address=settings.site.postal_address,
        subject=variant.subject or shown.issue.subject,
        words=variant.text,
    )
    return lint(shown.mail(settings, runtime.secrets[0], variant), expected)


def reach_of(
    tx: Transaction, settings: Settings, digest: DigestSettings, audience: Audience, *, now: datetime
) -> Reach:
    """Count a planned audience, and say how long it takes to send to it."""
    plan, choices = audience.plan, cadence.active_choices(tx, digest.name, audience.letter)
    per_place = Counter(plan.personal.values())
    for choice, place in plan.choices.items():
        per_place[place] += choices.get(choice, 0)
    counts = {shape_of(one): per_place[place] for place, one in enumerate(plan.renderings)}
    without = sum(choices.get(one, 0) for one in plan.without) + len(plan.readers_without)
    suppressed = plan.count + without - subscribers.count_active(tx, digest.name)
    foreseen = forecast(tx, settings, recipients=plan.count, now=now)
    return Reach(counts, {"nothing_for_them": without, "suppressed": suppressed}, foreseen, audience)


def shape_of(rendering: Rendering) -> Shape:
    return (rendering.language, rendering.items)


def reach_of_stored(
    tx: Transaction,
    settings: Settings,
    digest: DigestSettings,
    issue: Issue,
    items: Sequence[IssueItem],
    *,
    now: datetime,
) -> Reach:
    """Who a stored issue is for: those frozen, or those who would be frozen now."""
    if issue.counts.frozen or issue.corrects is not None:
        return Reach(foreseen=issue.forecast or {"recipients": issue.counts.frozen})
    found = articles.get_all(tx, [item.article_id for item in items])
    held = [found[item.article_id] for item in items if item.article_id in found]
    audience = read_audience(tx, settings, digest, held, now=now)
    return reach_of(tx, settings, digest, audience, now=now)


@dataclass(frozen=True, slots=True)
class MailParts:
    """A mail as it is read: its header lines as sent, both parts decoded, and all its bytes."""

    headers: str
    text: str
    html: str
    data: bytes


def read_mail(data: bytes) -> MailParts:
    """Take a mail apart. Line ends become `\\n`."""
    message = message_from_bytes(data, _class=EmailMessage, policy=default)
    parts = {part.get_content_type(): str(part.get_content()) for part in message.iter_parts()}
    text, html = (parts[kind].replace("\r\n", "\n") for kind in ("text/plain", "text/html"))
    headers = data.partition(b"\r\n\r\n")[0].decode("ascii").replace("\r\n", "\n")
    return MailParts(headers, text, html, data)


def write_files(runtime: Runtime, shown: Shown, output: str) -> tuple[str, ...]:
    """Both parts of each variant's mail, and the whole mail, to an example address."""
    written: list[str] = []
    for variant in shown.variants:
        name = shown.issue.id if variant.number == 1 else f"{shown.issue.id}.v{variant.number}"
        mail = read_mail(shown.mail(runtime.settings, runtime.secrets[0], variant))
        parts = (("html", mail.html.encode()), ("txt", mail.text.encode()), ("eml", mail.data))
        written += [write(runtime, Path(output) / f"{name}.{suffix}", data) for suffix, data in parts]
    return tuple(written)


def write(runtime: Runtime, path: Path, data: bytes) -> str:
    target = runtime.settings.path(str(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, data, now=runtime.clock())
    return str(path)


def variant_for(tx: Transaction, shown: Shown, subscriber_id: SubscriberId) -> int | None:
    """The number of the variant that a subscriber would get; None for who gets nothing of this issue."""
    audience, digest = shown.reach.audience, shown.issue.digest
    if shown.issue.number:
        frozen = cadence.delivered(tx, [subscriber_id], [shown.issue.number])
        if found := next((variant for _, _, variant in frozen), None):
            return found
    if audience is None:
        return None
    held = letters.holdings(tx, subscriber_id, [digest])
    choice = next((one.choice for one in held if one.state == "active"), None)
    place = audience.plan.personal.get(subscriber_id)
    if place is None and choice is not None:
        place = audience.plan.choices.get(choice)
    if place is None or subscriber_id in audience.plan.readers_without:
        return None
    wanted = shape_of(audience.plan.renderings[place])
    return next((one.number for one in shown.variants if (one.language, one.items) == wanted), None)


def limit_to(runtime: Runtime, made: Sequence[Issue], address: str) -> list[str]:
    """Write exactly the mails that one subscriber would get of these issues; NotFound for someone unknown."""
    written = []
    for issue in made:
        with runtime.read() as tx:
            person = subscribers.find(tx, parse_address(address).key)
            digest = digest_settings(runtime.settings, issue.digest)
            shown = read_stored(tx, runtime.settings, digest, issue.id, now=runtime.now())
            number = variant_for(tx, shown, person.id) if person else None
        if person is None:
            raise NotFound("There is no such subscriber", address, "See `publisher subscribers list`.")
        if number is not None and person.state is SubscriberState.ACTIVE:
            writer = MailWriter(runtime.settings, runtime.secrets[0], issue, shown.variants)
            mail = writer.write(person.id, person.address, variant=number)
            written.append(write(runtime, Path("var/preview") / f"{mail.name}.eml", mail.data))
    return written
