"""Pages for readers: a magazine's feeds and newest pieces (feeds.md G44), and those of a subscription (email.md 6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date
from jinja2 import Environment

from publisher.rendering.environment import environment, render
from publisher.rendering.languages import CATALOGUES, day_locale, direction, locale_of, translations

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


@dataclass(frozen=True, slots=True)
class Frame:
    """What stands around every page of a subscription. `base_path` is where these pages are, on this host: `/mail/`.

    `language` is that of the words (`words_language`), `site_language` that of the magazine's own name.
    """

    site_title: str
    site_url: str
    site_language: str
    postal_address: str
    base_path: str
    feeds_url: str
    language: str


class PageTemplates:
    """The templates of `templates/pages/`, made ready once for each of the few languages of `words_language`."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        self.templates = templates
        self.environments: dict[str, Environment] = {}

    def render(self, name: str, language: str, values: Mapping[str, Any]) -> str:
        """A page; RenderError names the template, where an editor's own does not fit."""
        made = self.environments.get(language)
        if made is None:
            made = self.environments[language] = environment(self.templates, language=language)
        return f"{render(made, f'pages/{name}', values).rstrip()}\n"


def words_language(language: str) -> str:
    """The language that a page's words come in: its catalogue's, else English, whose words the templates hold."""
    found = locale_of(language).language
    return str(found) if found in CATALOGUES else "en"


def language_name(language: str) -> str:
    """A language as its speakers call it: English, Deutsch, suomi."""
    locale = locale_of(language)
    return str(locale.get_display_name(locale) or language)
