"""An issue as HTML and as text, from two templates and the same values (email.md 0, 3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from publisher.rendering.environment import environment, render
from publisher.rendering.headers import clean_value
from publisher.rendering.inline_css import inline_css

FIT_BYTES = 90_000
SUBJECT_LENGTH = 60
PREHEADER_LENGTH = 140
PREHEADER_LEAST = 35


@dataclass(frozen=True, slots=True)
class ItemView:
    """An article as the mail shows it. `licence` is a web address, `rights` words; both empty for the site's own."""

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
    is_short: bool = False


@dataclass(frozen=True, slots=True)
class IssueView:
    """What both templates see. `more_count`: items that did not fit at all and are only in the web version."""

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


@dataclass(frozen=True, slots=True)
class Rendered:
    """`full_count` items are whole; `short_count` after them are headline and link; the rest is on the web only."""

    html: str
    text: str
    full_count: int
    short_count: int


def subject_of(titles: tuple[str, ...], templates: Mapping[str, str], *, language: str) -> str:
    """The lead headline, cut at a word, and how many more there are (email.md 7)."""
    lead = cut(clean_value(titles[0]), SUBJECT_LENGTH)
    env = environment(templates, language=language)
    return render(env, "mail/subject.txt", {"lead": lead, "more_count": len(titles) - 1}).strip()


def preheader_of(view_titles: tuple[str, ...], *, fallbacks: tuple[str, ...]) -> str:
    """The next headlines, of 35 to 140 characters, filled from `fallbacks` where they are short (email.md E10)."""
    text = " · ".join(clean_value(title) for title in view_titles[1:4])
    for more in fallbacks:
        if len(text) < PREHEADER_LEAST:
            text = f"{text} · {clean_value(more)}".strip(" ·")
    return cut(text, PREHEADER_LENGTH)


def cut(text: str, length: int) -> str:
    """A text of at most `length` characters, cut at a word, with an ellipsis where something is missing."""
    if len(text) <= length:
        return text
    head = text[: length - 1]
    at_word = head.rsplit(" ", 1)[0] if " " in head[length // 2 :] else head
    return f"{at_word.rstrip(' ,;:–—-')}…"


def render_issue(view: IssueView, templates: Mapping[str, str]) -> Rendered:
    """Render both parts, fitted to 90,000 bytes of HTML: tail items become headline and link (email.md 3.4)."""
    total = len(view.items)
    full = largest(total, lambda count: fits(shaped(view, full=count, shown=total), templates))
    if full is not None:
        return both(shaped(view, full=full, shown=total), templates, full=full, short=total - full)
    shown = largest(total, lambda count: fits(shaped(view, full=0, shown=count), templates)) or 0
    return both(shaped(view, full=0, shown=shown), templates, full=0, short=shown)


def shaped(view: IssueView, *, full: int, shown: int) -> IssueView:
    items = tuple(replace(item, is_short=place >= full) for place, item in enumerate(view.items[:shown]))
    return replace(view, items=items, more_count=len(view.items) - shown)


def both(view: IssueView, templates: Mapping[str, str], *, full: int, short: int) -> Rendered:
    return Rendered(html_of(view, templates), text_of(view, templates), full, short)


def html_of(view: IssueView, templates: Mapping[str, str]) -> str:
    env = environment(templates, language=view.language)
    return inline_css(render(env, "mail/digest.html", {"issue": view}))


def text_of(view: IssueView, templates: Mapping[str, str]) -> str:
    env = environment(templates, language=view.language)
    return render(env, "mail/digest.txt", {"issue": view})


def fits(view: IssueView, templates: Mapping[str, str]) -> bool:
    return len(html_of(view, templates).encode()) <= FIT_BYTES


def largest(total: int, is_good: Callable[[int], bool]) -> int | None:
    """The largest count up to `total` that is good, where fewer are never worse; None where not even 0 is."""
    if is_good(total):
        return total
    low, high = -1, total
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_good(middle) else (low, middle)
    return low if low >= 0 else None


def archive_html(html: str, *, unsubscribe_url: str, archive_list_url: str) -> str:
    """The issue's page for the web: the mail's HTML, whose personal link leads to the list of feeds instead."""
    return html.replace(unsubscribe_url, archive_list_url)
