"""The mail of an issue: from chosen articles to a frozen variant, and from a claim to one reader's bytes."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from publisher.app.runtime import Runtime
from publisher.compose.check import check_issue
from publisher.digest import Choice
from publisher.errors import RecipientRefused, RenderError
from publisher.feeds.entry import section_name
from publisher.model.article import Article, Problem
from publisher.model.delivery import Claim, Mail
from publisher.model.ids import IssueId, SubscriberId
from publisher.model.issue import Issue, IssueItem, Variant
from publisher.model.settings import DigestSettings, Settings
from publisher.rendering.licences import licence_name
from publisher.rendering.mail import (
    IssueView,
    ItemView,
    Rendered,
    archive_html,
    preheader_of,
    render_issue,
    subject_of,
)
from publisher.rendering.message import MailHeaders, Placeholders, Segments, encode_message, make_placeholders
from publisher.syndicate.issues import issue_url
from publisher.tokens import (
    MESSAGE_TOKEN_LENGTH,
    UNSUBSCRIBE_TOKEN_LENGTH,
    bounce_token,
    message_token,
    sign_unsubscribe,
)


@dataclass(frozen=True, slots=True)
class Draft:
    """An issue that was made and is not stored yet."""

    variant: Variant
    items: tuple[IssueItem, ...]
    subject: str
    date: datetime
    size_bytes: int
    problems: tuple[Problem, ...]


def make_draft(
    runtime: Runtime, digest: DigestSettings, choice: Choice, *, issue_id: IssueId, by_hand: bool, strict: bool = True
) -> Draft:
    """Render, inline, fit, check and encode, once; RenderError where the check finds an error (`strict`)."""
    now = runtime.now()
    words = " ".join(
        " ".join((one.title, one.extract.plain, one.section, one.url, *one.authors)) for one in choice.items
    )
    places = make_placeholders(
        issue_id, message_length=MESSAGE_TOKEN_LENGTH, unsubscribe_length=UNSUBSCRIBE_TOKEN_LENGTH, avoid=words
    )
    view = issue_view(runtime, digest, choice, issue_id=issue_id, places=places, now=now)
    rendered = render_issue(view, runtime.templates)
    problems = check_issue(view, rendered)
    if problems and strict:
        raise RenderError(problems[0].what, f"{issue_id}, {problems[0].where}", problems[0].hint)
    headers = mail_headers(runtime.settings, digest, view, issue_id=issue_id, is_automatic=not by_hand)
    segments = encode_message(headers, html=rendered.html, text=rendered.text, placeholders=places)
    return Draft(
        variant=to_variant(choice, rendered, segments, view),
        items=issue_items(choice, rendered),
        subject=view.subject,
        date=now,
        size_bytes=segments.size_bytes,
        problems=problems,
    )


def issue_view(
    runtime: Runtime, digest: DigestSettings, choice: Choice, *, issue_id: IssueId, places: Placeholders, now: datetime
) -> IssueView:
    """What the templates see."""
    settings = runtime.settings
    site, titles = settings.site, tuple(article.title for article in choice.items)
    return IssueView(
        site_title=site.title,
        site_url=site.url,
        site_licence=site.licence if re.match("https?://", site.licence) else "",
        site_licence_name=licence_name(site.licence),
        contact=settings.relay.reply_to or site.editor.email,
        postal_address=site.postal_address,
        digest_title=digest.title,
        subject=subject_of(titles, runtime.templates, language=site.language),
        preheader=preheader_of(
            titles, fallbacks=(choice.items[0].extract.plain, f"{digest.title}, {site.title}", site.description)
        ),
        date=now,
        zone=str(runtime.digest_zone(digest)),
        language=site.language,
        items=tuple(item_view(article, settings) for article in choice.items),
        archive_url=issue_url(settings, issue_id),
        unsubscribe_url=f"{settings.web.base_url}u/{places.unsubscribe}",
    )


def item_view(article: Article, settings: Settings) -> ItemView:
    """An article as the mail shows it; a licence is named where it is not the site's."""
    licence = article.licence if article.licence and article.licence != settings.site.licence else ""
    is_link = bool(re.match("https?://", licence))
    original = article.original
    has_link = original is not None and bool(re.match("https?://", original.url))
    return ItemView(
        title=article.title,
        url=article.url,
        authors=article.authors,
        section=section_name(article.section),
        published=article.published,
        passages=tuple(passage.text for passage in article.extract.passages),
        language=article.language,
        licence=licence if is_link else "",
        licence_name=licence_name(licence) if is_link else "",
        rights="" if is_link else licence,
        original_name=original.name if original else "",
        original_url=original.url if original and has_link else "",
    )


def mail_headers(
    settings: Settings, digest: DigestSettings, view: IssueView, *, issue_id: IssueId, is_automatic: bool
) -> MailHeaders:
    name, address = parseaddr(settings.relay.from_)
    domain = address.rpartition("@")[2]
    return MailHeaders(
        issue_id=issue_id,
        from_name=name or settings.site.title,
        from_address=address,
        reply_to=parseaddr(settings.relay.reply_to)[1],
        subject=view.subject,
        date=view.date,
        list_name=digest.name,
        list_id=f"{digest.name}.{domain}",
        list_title=digest.title,
        unsubscribe_base=f"{settings.web.base_url}u/",
        unsubscribe_address=parseaddr(settings.relay.reply_to)[1] or settings.site.editor.email or address,
        archive_url=view.archive_url,
        archive_list_url=f"{settings.feeds.base_url}index.html",
        is_automatic=is_automatic,
    )


def to_variant(choice: Choice, rendered: Rendered, segments: Segments, view: IssueView) -> Variant:
    """The one rendering there is as yet. The HTML kept is the web's: without the personal link."""
    packed = segments.pack()
    index = view.archive_url.rpartition("/issues/")[0] + "/index.html"
    return Variant(
        number=1,
        choice="",
        items=tuple(article.id for article in choice.items),
        html=archive_html(rendered.html, unsubscribe_url=view.unsubscribe_url, archive_list_url=index),
        text=rendered.text.replace(view.unsubscribe_url, index),
        segments=packed,
        content_hash=hashlib.sha256(packed).hexdigest(),
    )


def issue_items(choice: Choice, rendered: Rendered) -> tuple[IssueItem, ...]:
    return tuple(
        IssueItem(place, article.id, article.title, article.extract.passages, is_short=place > rendered.full_count)
        for place, article in enumerate(choice.items, start=1)
    )


class MailWriter:
    """Writes one reader's mail of an issue: a join of ready bytes and three values (email.md 2.3)."""

    def __init__(self, settings: Settings, secret: bytes, issue: Issue, variants: Sequence[Variant]) -> None:
        self._settings, self._secret, self._issue = settings, secret, issue
        self._segments = {variant.number: Segments.unpack(variant.segments) for variant in variants}
        self._from = parseaddr(settings.relay.from_)[1]

    def __call__(self, claim: Claim) -> Mail:
        """The mail of a claim; RecipientRefused for an address that cannot stand in a header."""
        return self.write(claim.subscriber_id, claim.address, variant=claim.variant, attempt=claim.attempt)

    def write(self, subscriber_id: SubscriberId, address: str, *, variant: int = 1, attempt: int = 1) -> Mail:
        token = message_token(self._secret, self._issue.id, subscriber_id)
        leave = sign_unsubscribe(self._secret, subscriber_id=subscriber_id, digest=self._issue.digest)
        try:
            chunks = self._segments[variant].fill(to=address, message=token, unsubscribe=leave)
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
            return self._from
        return f"bounces+{bounce_token(self._secret, self._issue.id, subscriber_id)}@{domain}"
