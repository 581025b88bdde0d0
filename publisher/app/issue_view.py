"""What the templates of a mail see of an issue: articles, settings and addresses as plain values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from publisher.app.mail_renderer import MailRenderer
from publisher.app.runtime import Runtime
from publisher.digest import in_order
from publisher.feeds.entry import section_name
from publisher.model.article import Article
from publisher.model.ids import IssueId
from publisher.model.settings import DigestSettings, Settings
from publisher.rendering.licences import licence_name
from publisher.rendering.mail import IssueView, ItemView, preheader_of
from publisher.rendering.message import Placeholders
from publisher.rendering.pictures import article_picture
from publisher.rendering.subjects import correction_subject
from publisher.rendering.theme import theme_of
from publisher.syndicate.issues import issue_url


def issue_view(
    runtime: Runtime,
    digest: DigestSettings,
    articles: Sequence[Article],
    *,
    issue_id: IssueId,
    places: Placeholders,
    now: datetime,
    language: str,
    renderer: MailRenderer,
    note: str = "",
) -> IssueView:
    """What the templates see. `language` is the reader's; `note` says what an issue corrects.

    `renderer` is the one that will render it: it makes the subject.
    """
    settings = runtime.settings
    site, shown = settings.site, in_order(articles, settings.mail.order)
    titles = tuple(article.title for article in shown)
    subject = renderer.subject(titles, language=language, digest_title=digest.title)
    return IssueView(
        site_title=site.title,
        site_url=site.url,
        site_licence=site.licence if is_address(site.licence) else "",
        site_licence_name=licence_name(site.licence),
        contact=settings.relay.reply_to or site.editor.email,
        postal_address=site.postal_address,
        digest_title=digest.title,
        subject=correction_subject(subject, language=language) if note else subject,
        preheader=preheader_of(
            titles, fallbacks=(shown[0].extract.plain, f"{digest.title}, {site.title}", site.description)
        ),
        date=now,
        zone=str(runtime.digest_zone(digest)),
        language=language,
        items=item_views(shown, settings, look=digest.look or settings.mail.look),
        archive_url=issue_url(settings, issue_id),
        unsubscribe_url=f"{settings.web.base_url}u/{places.unsubscribe}",
        preferences_url=f"{settings.web.base_url}p/{places.preferences}",
        look=digest.look or settings.mail.look,
        theme=theme_of(settings.mail),
        note=note,
        site_language=site.language,
    )


def item_views(articles: Sequence[Article], settings: Settings, *, look: str) -> tuple[ItemView, ...]:
    """The items of an issue; with an order of sections, the first of each says that it begins there."""
    has_images = settings.mail.images and look == "magazine"
    views = [item_view(article, settings, has_image=has_images) for article in articles]
    if not settings.mail.order:
        return tuple(views)
    before = [None, *(view.section for view in views)]
    return tuple(
        replace(view, section_heading=view.section if view.section != last else "")
        for view, last in zip(views, before, strict=False)
    )


def item_view(article: Article, settings: Settings, *, has_image: bool = True) -> ItemView:
    """An article as the mail shows it; a licence is named where it is not the site's."""
    licence = article.licence if article.licence and article.licence != settings.site.licence else ""
    original = article.original
    image, credit = article_picture(article) if has_image else (None, "")
    return ItemView(
        title=article.title,
        url=article.url,
        authors=article.authors,
        section=section_name(article.section),
        published=article.published,
        passages=tuple(passage.text for passage in article.extract.passages),
        language=article.language,
        licence=licence if is_address(licence) else "",
        licence_name=licence_name(licence) if is_address(licence) else "",
        rights="" if is_address(licence) else licence,
        original_name=original.name if original else "",
        original_url=original.url if original and is_address(original.url) else "",
        image=image,
        image_credit=credit,
    )


def is_address(text: str) -> bool:
    return bool(re.match("https?://", text))
