"""What the templates of a mail see: an issue and its items, as plain values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from publisher.rendering.theme import Picture, Theme

ImageView = Picture


@dataclass(frozen=True, slots=True)
class ItemView:
    """An article as the mail shows it. `licence` is a web address, `rights` words; both empty for the site's own.

    `original_label` is the link text of the original: one text never leads to two places (WCAG 2.4.4).
    `image_credit` says whose the image is. `section_heading` is set where a section begins, if the magazine has an
    order of sections. The size fit sets `is_short` (headline and link only), `is_lead` (the first of all) and
    `is_first_short` (the first short one after whole ones).
    """

    title: str
    url: str
    authors: tuple[str, ...]
    section: str
    published: datetime
    passages: tuple[str, ...]
    language: str
    licence: str = ""
    licence_name: str = ""
    rights: str = ""
    original_name: str = ""
    original_url: str = ""
    original_label: str = ""
    is_short: bool = False
    image: ImageView | None = None
    image_credit: str = ""
    section_heading: str = ""
    is_lead: bool = False
    is_first_short: bool = False


@dataclass(frozen=True, slots=True)
class IssueView:
    """What both templates see as `issue`.

    `language` is the reader's: the words around the items. `site_language` is that of titles and section names (empty:
    the same). `note` is the text of a correction notice. `more_count`: items that did not fit at all and are only in
    the web version.
    """

    site_title: str
    site_url: str
    site_licence: str
    site_licence_name: str
    contact: str
    postal_address: str
    digest_title: str
    subject: str
    preheader: str
    date: datetime
    zone: str
    language: str
    items: tuple[ItemView, ...]
    archive_url: str
    unsubscribe_url: str
    more_count: int = 0
    look: str = "magazine"
    theme: Theme = field(default_factory=Theme)
    preferences_url: str = ""
    note: str = ""
    site_language: str = ""

    @property
    def has_sections(self) -> bool:
        """Whether items stand under headings of sections; their titles are then one level lower."""
        return any(item.section_heading for item in self.items)


@dataclass(frozen=True, slots=True)
class Rendered:
    """`full_count` items are whole; `short_count` after them are headline and link; the rest is on the web only.

    `image_count`: of the whole ones, the first ones that kept their image, had they one.
    """

    html: str
    text: str
    full_count: int
    short_count: int
    image_count: int = 0
