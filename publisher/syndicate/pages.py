"""What the pages to subscribe from, and the OPML file, are to show: values only, rendered elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from zoneinfo import ZoneInfo

from publisher.feeds import FeedEntry, Outline, OutlineGroup
from publisher.formats.extract_line import format_extract
from publisher.html import clean_line
from publisher.model.settings import Settings
from publisher.rendering.pages import FeedAddress, FeedListing, ListingGroup, Piece, SubscribePage
from publisher.syndicate.moves import Moves
from publisher.syndicate.places import FILE_NAMES, INDEX, ISSUES, OPML, formats_of, path_of, url_of
from publisher.syndicate.selections import ALL, Selection

LABELS: Mapping[str, str] = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
MEDIA_TYPES: Mapping[str, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


@dataclass(frozen=True, slots=True)
class Shelf:
    """What the lists are made of: the site, and what of it has ended or moved and is listed no more."""

    settings: Settings
    moves: Moves

    def kinds_of(self, selection: Selection) -> tuple[str, ...]:
        """The formats in which a selection is there."""
        found = formats_of(self.settings)
        return tuple(kind for kind in found if not self.moves.is_away(path_of(selection, FILE_NAMES[kind])))

    def listed(self, selections: Sequence[Selection]) -> tuple[Selection, ...]:
        return tuple(one for one in selections if self.kinds_of(one))

    def url(self, selection: Selection, name: str) -> str:
        return url_of(self.settings, selection, name)

    def page_url(self, selection: Selection) -> str:
        """A selection's own page; of the newsletter's feed, which has none, the page of all feeds."""
        is_bare = selection.kind == ISSUES or self.moves.is_away(path_of(selection, INDEX))
        return f"{self.settings.feeds.base_url}{INDEX}" if is_bare else self.url(selection, INDEX)


def subscribe_page(shelf: Shelf, selection: Selection) -> SubscribePage:
    """The page of one selection: what it is and its addresses. It stays the same whatever is published."""
    settings = shelf.settings
    return SubscribePage(
        site_title=clean_line(settings.site.title),
        site_url=settings.site.url,
        description=clean_line(settings.site.description),
        language=settings.site.language,
        name=selection.name,
        kind=selection.kind,
        page_url=shelf.url(selection, INDEX),
        addresses=addresses_of(shelf, selection),
        index_url=f"{settings.feeds.base_url}{INDEX}",
        opml_url=f"{settings.feeds.base_url}{OPML}",
        sign_up_url=f"{settings.web.base_url}s/" if settings.web.base_url and settings.digests else "",
    )


def addresses_of(shelf: Shelf, selection: Selection) -> tuple[FeedAddress, ...]:
    site = shelf.settings.site
    title = clean_line(f"{site.title}: {selection.name}" if selection.name else site.title)
    return tuple(
        FeedAddress(LABELS[kind], MEDIA_TYPES[kind], title, shelf.url(selection, FILE_NAMES[kind]))
        for kind in shelf.kinds_of(selection)
    )


def listing_groups(shelf: Shelf, selections: Sequence[Selection]) -> Iterator[ListingGroup]:
    """All feeds by kind, in the order of the selections."""
    for kind, some in groupby(shelf.listed(selections), key=lambda one: one.kind):
        listings = tuple(
            FeedListing(one.name or shelf.settings.site.title, shelf.page_url(one), addresses_of(shelf, one))
            for one in some
        )
        yield ListingGroup(kind, listings)


def piece_of(entry: FeedEntry, settings: Settings, zone: ZoneInfo) -> Piece:
    """An article as the page shows it: its extract in the magazine's form, its licence where it is not the site's."""
    is_own = entry.licence == settings.site.licence
    return Piece(
        title=entry.title,
        url=entry.url,
        authors=entry.authors,
        day=entry.published.astimezone(zone).date(),
        language=entry.language or settings.site.language,
        extract=format_extract(entry.passages) if entry.passages else "",
        licence="" if is_own else entry.licence or "",
        rights=entry.rights,
        original_name=entry.original.name if entry.original else "",
        original_url=entry.original.url if entry.original else "",
    )


def outline_groups(
    shelf: Shelf, selections: Sequence[Selection], labels: Mapping[str, str]
) -> tuple[OutlineGroup, ...]:
    """One outline a feed, in the first XML format that is written, by kind (feeds.md G43)."""
    groups = groupby(shelf.listed(selections), key=lambda one: one.kind)
    return tuple(
        OutlineGroup("" if kind == ALL else labels[kind], tuple(outline_of(shelf, one) for one in some))
        for kind, some in groups
    )


def outline_of(shelf: Shelf, selection: Selection) -> Outline:
    kind = next((kind for kind in shelf.kinds_of(selection) if kind != "json"), "json")
    site = shelf.settings.site
    return Outline(
        selection.name or clean_line(site.title),
        shelf.url(selection, FILE_NAMES[kind]),
        shelf.page_url(selection) if selection.path else site.url,
        is_rss=kind == "rss",
    )
