"""The mail of an issue: from chosen articles to frozen variants, and from a claim to one reader's bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from publisher.app.audience import Audience, language_rule
from publisher.app.issue_view import issue_view
from publisher.app.mail_renderer import MailRenderer
from publisher.app.runtime import Runtime
from publisher.compose.audience import Rendering
from publisher.errors import RecipientRefused, RenderError
from publisher.mail_lint import Expected, Finding, lint
from publisher.model.article import Article
from publisher.model.delivery import Claim, Mail
from publisher.model.ids import ArticleId, IssueId, SubscriberId
from publisher.model.issue import Issue, IssueItem, Variant
from publisher.model.settings import DigestSettings, Settings
from publisher.rendering.mail import IssueView, Rendered, archive_html
from publisher.rendering.message import MailHeaders, Segments, encode_message, make_placeholders
from publisher.tokens import (
    LINK_TOKEN_LENGTH,
    MESSAGE_TOKEN_LENGTH,
    Purpose,
    bounce_token,
    message_token,
    sign_link,
)

SAMPLE = "reader@example.org"


@dataclass(frozen=True, slots=True)
class Frame:
    """What all variants of an issue have in common. `by_hand`: a person asked for it. `note`: what it corrects."""

    issue_id: IssueId
    date: datetime
    by_hand: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """One variant, what the linter says of it, and how many of its items are whole."""

    variant: Variant
    findings: tuple[Finding, ...]
    full_count: int


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue that was made and is not stored yet. The first variant holds every article."""

    variants: tuple[Variant, ...]
    items: tuple[IssueItem, ...]
    date: datetime
    findings: tuple[Finding, ...]

    @property
    def subject(self) -> str:
        return self.variants[0].subject

    @property
    def content_hash(self) -> str:
        return self.variants[0].content_hash

    @property
    def size_bytes(self) -> int:
        return max(variant.size_bytes for variant in self.variants)


def make_draft(
    runtime: Runtime,
    digest: DigestSettings,
    articles: Sequence[Article],
    *,
    frame: Frame,
    audience: Audience | None = None,
    strict: bool = True,
) -> Draft:
    """Make every variant of an issue of these articles; RenderError where the linter finds an error (`strict`).

    `audience`: its renderings are made; without one, what a reader gets who chose nothing.
    """
    everything = Rendering(language_rule(runtime.settings)(""), tuple(article.id for article in articles))
    renderings = audience.plan.renderings if audience else (everything,)
    found = audience.articles if audience else {article.id: article for article in articles}
    with VariantMaker(runtime, digest, found, frame) as maker:
        made = [maker.make(rendering, number=number) for number, rendering in enumerate(renderings, start=1)]
    findings = tuple(dict.fromkeys(finding for one in made for finding in one.findings))
    if strict:
        refuse(frame.issue_id, findings)
    return Draft(
        variants=tuple(one.variant for one in made),
        items=issue_items(articles, full_count=made[0].full_count),
        date=frame.date,
        findings=findings,
    )


def refuse(issue_id: IssueId, findings: Sequence[Finding]) -> None:
    """RenderError for the first error: such an issue is not stored."""
    wrong = next((finding for finding in findings if finding.is_error), None)
    if wrong is not None:
        raise RenderError(f"{wrong.rule.id}: {wrong.what}", f"{issue_id}, {wrong.where}", wrong.hint)


class VariantMaker:
    """Renders, fits, checks and encodes the variants of one issue. To be used in `with`: it may have a child."""

    def __init__(
        self, runtime: Runtime, digest: DigestSettings, articles: Mapping[ArticleId, Article], frame: Frame
    ) -> None:
        self._runtime, self._digest, self._articles, self._frame = runtime, digest, articles, frame
        self._renderer = MailRenderer(runtime.templates)
        self._places = make_placeholders(
            frame.issue_id,
            message_length=MESSAGE_TOKEN_LENGTH,
            link_length=LINK_TOKEN_LENGTH,
            avoid=" ".join(" ".join(words_of(article)) for article in articles.values()),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._renderer.close()

    def make(self, rendering: Rendering, *, number: int) -> Made:
        """One variant as it would be sent."""
        articles = [self._articles[one] for one in rendering.items]
        view = issue_view(
            self._runtime,
            self._digest,
            articles,
            issue_id=self._frame.issue_id,
            places=self._places,
            now=self._frame.date,
            language=rendering.language,
            note=self._frame.note,
            renderer=self._renderer,
        )
        rendered = self._renderer.issue(view)
        headers = mail_headers(
            self._runtime.settings,
            self._digest,
            view,
            issue_id=self._frame.issue_id,
            is_automatic=not self._frame.by_hand,
        )
        segments = encode_message(headers, html=rendered.html, text=rendered.text, placeholders=self._places)
        variant = to_variant(rendering, rendered, segments, view)
        expected = expected_of(view, articles)
        return Made(replace(variant, number=number), lint(self._sample(segments), expected), rendered.full_count)

    def _sample(self, segments: Segments) -> bytes:
        places = self._places
        return b"".join(
            segments.fill(
                to=SAMPLE,
                message=places.message,
                unsubscribe=places.unsubscribe,
                preferences=places.preferences,
            )
        )


def words_of(article: Article) -> Iterator[str]:
    """All that an article brings into a mail."""
    yield from (article.title, article.extract.plain, article.section, article.url, *article.authors)
    if article.original is not None:
        yield from (article.original.name, article.original.url)
    yield article.licence or ""


def expected_of(view: IssueView, articles: Sequence[Article]) -> Expected:
    """What the linter must find: braces in an article's own words are words."""
    own = [view.site_title, view.digest_title, view.postal_address, view.note, view.contact]
    return Expected(
        unsubscribe_url=view.unsubscribe_url,
        postal_address=view.postal_address,
        subject=view.subject,
        words=" ".join([*own, *(word for article in articles for word in words_of(article))]),
    )


def mail_headers(
    settings: Settings, digest: DigestSettings, view: IssueView, *, issue_id: IssueId, is_automatic: bool
) -> MailHeaders:
    address, reply_to = settings.relay.from_address, settings.relay.reply_address
    domain = address.rpartition("@")[2]
    return MailHeaders(
        issue_id=issue_id,
        from_name=settings.relay.from_name or settings.site.title,
        from_address=address,
        reply_to=reply_to,
        subject=view.subject,
        date=view.date,
        list_name=digest.name,
        list_id=f"{digest.name}.{domain}",
        list_title=digest.title,
        unsubscribe_base=f"{settings.web.base_url}u/",
        unsubscribe_address=reply_to or settings.site.editor.email or address,
        archive_url=view.archive_url,
        archive_list_url=f"{settings.feeds.base_url}index.html",
        is_automatic=is_automatic,
    )


def to_variant(rendering: Rendering, rendered: Rendered, segments: Segments, view: IssueView) -> Variant:
    """A variant to store. The HTML kept is the web's: without the personal links."""
    packed = segments.pack()
    index = view.archive_url.rpartition("/issues/")[0] + "/index.html"
    return Variant(
        number=1,
        choice=choice_of(rendering),
        items=rendering.items,
        html=archive_html(
            rendered.html,
            unsubscribe_url=view.unsubscribe_url,
            preferences_url=view.preferences_url,
            archive_list_url=index,
        ),
        text=rendered.text.replace(view.unsubscribe_url, index).replace(view.preferences_url, index),
        segments=packed,
        content_hash=hashlib.sha256(packed).hexdigest(),
        language=rendering.language,
        subject=view.subject,
        size_bytes=segments.size_bytes,
    )


def choice_of(rendering: Rendering) -> str:
    """What names a variant in its issue: its language and which articles it holds."""
    held = hashlib.sha256("\n".join(rendering.items).encode()).hexdigest()[:16]
    return f"{rendering.language}#{held}"


def issue_items(articles: Sequence[Article], *, full_count: int) -> tuple[IssueItem, ...]:
    return tuple(
        IssueItem(place, article.id, article.title, article.extract.passages, is_short=place > full_count)
        for place, article in enumerate(articles, start=1)
    )


class MailWriter:
    """Writes one reader's mail of an issue: a join of ready bytes and three values (email.md 2.3)."""

    def __init__(self, settings: Settings, secret: bytes, issue: Issue, variants: Sequence[Variant]) -> None:
        self._settings, self._secret, self._issue = settings, secret, issue
        self._from_address = settings.relay.from_address
        self._segments = {variant.number: Segments.unpack(variant.segments) for variant in variants}

    def __call__(self, claim: Claim) -> Mail:
        """The mail of a claim; RecipientRefused for an address that cannot stand in a header."""
        return self.write(claim.subscriber_id, claim.address, variant=claim.variant, attempt=claim.attempt)

    def write(self, subscriber_id: SubscriberId, address: str, *, variant: int = 1, attempt: int = 1) -> Mail:
        token = message_token(self._secret, self._issue.id, subscriber_id)
        leave, prefer = (
            sign_link(self._secret, purpose, subscriber_id=subscriber_id, digest=self._issue.digest)
            for purpose in (Purpose.UNSUBSCRIBE, Purpose.PREFERENCES)
        )
        try:
            chunks = self._segments[variant].fill(to=address, message=token, unsubscribe=leave, preferences=prefer)
        except ValueError as error:
            raise RecipientRefused(f"The address cannot be used: {error}", self._issue.id, "Correct it.") from error
        return Mail(
            subscriber_id=subscriber_id,
            attempt=attempt,
            name=f"{self._issue.id}.{token}",
            mail_from=self.envelope_sender(subscriber_id),
            rcpt_to=address,
            chunks=chunks,
        )

    def envelope_sender(self, subscriber_id: SubscriberId) -> str:
        """VERP where `relay.envelope_domain` is set, so that a bounce names its delivery; else the from address."""
        domain = self._settings.relay.envelope_domain
        if not domain:
            return self._from_address
        return f"bounces+{bounce_token(self._secret, self._issue.id, subscriber_id)}@{domain}"
