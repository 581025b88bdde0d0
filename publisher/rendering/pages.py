"""Pages for readers: the one that shows a magazine's feeds and its newest pieces (feeds.md G44)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from babel.dates import format_date
from jinja2 import Environment

from publisher.rendering.environment import render
from publisher.rendering.languages import day_locale, direction, translations

SUBSCRIBE = "feeds/subscribe.html"


@dataclass(frozen=True, slots=True)
class FeedAddress:
    """One file of a feed: its format as people call it, its media type, and the title of an autodiscovery line."""

    label: str
    media_type: str
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class FeedListing:
    """A feed in the list of all: `page_url` is its own page."""

    name: str
    page_url: str
    addresses: tuple[FeedAddress, ...]


@dataclass(frozen=True, slots=True)
class ListingGroup:
    """All feeds of one kind: all, section, author, language, issues."""

    kind: str
    listings: tuple[FeedListing, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """An article as the page shows it. `day` is its date in the magazine's zone; `extract` is a line such as
    `EXTRACT: "…"`. `licence` is an address, `rights` are words; `original_url` may be empty where a name is known.
    """

    title: str
    url: str
    authors: tuple[str, ...]
    day: date
    language: str
    extract: str
    licence: str = ""
    rights: str = ""
    original_name: str = ""
    original_url: str = ""


@dataclass(frozen=True, slots=True)
class SubscribePage:
    """One page: the feed `name` with its `addresses`.

    `name` is empty on the page of the whole magazine, which alone lists all feeds in `groups` and the newest `pieces`:
    the others stay as they are whatever is published. `kind` is all, section, author or language.
    `sign_up_url` is empty where the newsletter has no web page.
    """

    site_title: str
    site_url: str
    description: str
    language: str
    name: str
    kind: str
    page_url: str
    addresses: tuple[FeedAddress, ...]
    index_url: str
    opml_url: str
    sign_up_url: str = ""
    groups: tuple[ListingGroup, ...] = ()
    pieces: tuple[Piece, ...] = ()


def render_subscribe_page(env: Environment, view: SubscribePage) -> bytes:
    """The page in UTF-8. RenderError names the template, where an editor's own does not fit."""
    values = {
        "view": view,
        "labels": group_labels(view.language),
        "show_day": day_in(view.language),
        "direction": direction,
    }
    return f"{render(env, SUBSCRIBE, values).rstrip()}\n".encode()


def group_labels(language: str) -> Mapping[str, str]:
    """The headings of the kinds of feeds, in a language; also the folders of the OPML file."""
    _ = translations(language).gettext
    return {
        "all": _("The whole magazine"),
        "section": _("Sections"),
        "author": _("Authors"),
        "language": _("Languages"),
        "issues": _("Newsletter"),
    }


def day_in(language: str) -> Callable[[date], str]:
    """A function that writes a day as readers of that language do."""
    locale = day_locale(language)
    return lambda day: format_date(day, format="long", locale=locale)
