"""An issue as HTML and as text, from two templates and the same values (email.md 0, 3)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from jinja2 import Environment

from publisher.rendering.environment import environment, render
from publisher.rendering.headers import clean_value
from publisher.rendering.inline_css import inline_css
from publisher.rendering.safe import one_line, web_address, words
from publisher.rendering.subjects import calm

FIT_BYTES = 90_000
ENCODED_BYTES = 180_000
"""Both parts in quoted-printable, where a byte outside ASCII takes three; filters look at mails past 200 kB."""
SUBJECT_LENGTH = 70
LEAD_LENGTH = 60
PERSONAL = re.compile(r'<p class="[^"]*\bpersonal\b[^"]*".*?</p>\n?', re.DOTALL)
ITEM_LEAST = 150
"""No headline with its link and its inlined styles is shorter."""
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
    """The lead headline, cut at a word, and how many more there are: at most 70 characters (email.md 7)."""
    env = environment(templates, language=language)
    lead = calm(clean_value(titles[0]))
    rest = len(subject_with(env, "", more_count=len(titles) - 1))
    return subject_with(env, cut(lead, min(LEAD_LENGTH, SUBJECT_LENGTH - rest - 1)), more_count=len(titles) - 1)


def subject_with(env: Environment, lead: str, *, more_count: int) -> str:
    return render(env, "mail/subject.txt", {"lead": lead, "more_count": more_count}).strip()


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
    view, env = cleaned(view), environment(templates, language=view.language)
    total = len(view.items)
    most = min(total, FIT_BYTES // ITEM_LEAST)
    whole = both(shaped(view, full=most, shown=most), env, full=most, short=0)
    if most == total and is_small(whole.html, whole.text):
        return whole
    full = largest(total, lambda count: fits(shaped(view, full=count, shown=total), env)) if most == total else None
    if full is not None:
        return both(shaped(view, full=full, shown=total), env, full=full, short=total - full)
    shown = largest(most, lambda count: fits(shaped(view, full=0, shown=count), env)) or 0
    return both(shaped(view, full=0, shown=shown), env, full=0, short=shown)


def cleaned(view: IssueView) -> IssueView:
    """The view with everything that articles brought made harmless: the templates escape, this drops."""
    return replace(view, items=tuple(map(cleaned_item, view.items)), preheader=one_line(view.preheader))


def cleaned_item(item: ItemView) -> ItemView:
    """A headline is never empty; an address that is not of the web is left out, and its headline is no link."""
    url, original_url = web_address(item.url), web_address(item.original_url)
    return replace(
        item,
        title=one_line(item.title) or url,
        url=url,
        authors=tuple(name for name in map(one_line, item.authors) if name),
        section=one_line(item.section),
        passages=tuple(map(words, item.passages)),
        licence=web_address(item.licence),
        rights=one_line(item.rights),
        original_name=one_line(item.original_name),
        original_url=original_url,
    )


def shaped(view: IssueView, *, full: int, shown: int) -> IssueView:
    items = tuple(replace(item, is_short=place >= full) for place, item in enumerate(view.items[:shown]))
    return replace(view, items=items, more_count=len(view.items) - shown)


def both(view: IssueView, env: Environment, *, full: int, short: int) -> Rendered:
    return Rendered(html_of(view, env), text_of(view, env), full, short)


def html_of(view: IssueView, env: Environment) -> str:
    return inline_css(render(env, "mail/digest.html", {"issue": view}))


def text_of(view: IssueView, env: Environment) -> str:
    return render(env, "mail/digest.txt", {"issue": view})


def fits(view: IssueView, env: Environment) -> bool:
    html = html_of(view, env)
    return wire_bytes(html) <= FIT_BYTES and is_small(html, text_of(view, env))


def is_small(html: str, text: str) -> bool:
    return wire_bytes(html) <= FIT_BYTES and encoded_bytes(html) + encoded_bytes(text) <= ENCODED_BYTES


def wire_bytes(text: str) -> int:
    """What a client counts: bytes of UTF-8, a line end being two."""
    return len(text.encode()) + text.count("\n")


def encoded_bytes(text: str) -> int:
    """About the size in quoted-printable."""
    outside = sum(len(char.encode()) for char in text if not char.isascii())
    return wire_bytes(text) + 2 * (outside + text.count("="))


def largest(total: int, is_good: Callable[[int], bool]) -> int | None:
    """The largest count up to `total` that is good, where fewer are never worse; None where not even 0 is."""
    if is_good(total):
        return total
    if not is_good(0):
        return None
    low, high = 0, total
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if is_good(middle) else (low, middle)
    return low


def archive_html(html: str, *, unsubscribe_url: str, archive_list_url: str) -> str:
    """The issue's page for the web: the mail's HTML without the paragraphs of class `personal`.

    A personal link that a template of the editor's has elsewhere leads to the list of feeds instead.
    """
    return PERSONAL.sub("", html).replace(unsubscribe_url, archive_list_url)
