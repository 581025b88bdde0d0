"""What the pages to subscribe from, and the OPML file, are to show: values only, rendered elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from zoneinfo import ZoneInfo

from publisher.feeds import FeedEntry, Outline, OutlineGroup
from publisher.formats.extract_line import format_extract
from publisher.html import clean_line
from publisher.model.settings import Settings
from publisher.rendering.pages import FeedAddress, FeedListing, ListingGroup, Piece, SubscribePage
from publisher.syndicate.places import FILE_NAMES, INDEX, ISSUES, OPML, url_of
from publisher.syndicate.selections import ALL, Selection

LABELS: Mapping[str, str] = {"rss": "RSS", "atom": "Atom", "json": "JSON Feed"}
MEDIA_TYPES: Mapping[str, str] = {
    "rss": "application/rss+xml",
    "atom": "application/atom+xml",
    "json": "application/feed+json",
}


def subscribe_page(selection: Selection, selections: Sequence[Selection], settings: Settings) -> SubscribePage:
    """The page of one selection, with the list of all."""
    zone = ZoneInfo(settings.site.timezone)
    whole = selections[0]
    return SubscribePage(
        site_title=clean_line(settings.site.title),
        site_url=settings.site.url,
        description=clean_line(settings.site.description),
        language=settings.site.language,
        name=selection.name,
        page_url=url_of(settings, selection, INDEX),
        addresses=addresses_of(selection, settings),
        groups=tuple(listing_groups(selections, settings)),
        index_url=url_of(settings, whole, INDEX),
        opml_url=f"{settings.feeds.base_url}{OPML}",
        sign_up_url="",
        pieces=tuple(piece_of(entry, settings, zone) for entry in selection.entries),
    )


def addresses_of(selection: Selection, settings: Settings) -> tuple[FeedAddress, ...]:
    title = clean_line(f"{settings.site.title}: {selection.name}" if selection.name else settings.site.title)
    return tuple(
        FeedAddress(LABELS[kind], MEDIA_TYPES[kind], title, url_of(settings, selection, FILE_NAMES[kind]))
        for kind in dict.fromkeys(settings.feeds.formats)
    )


def listing_groups(selections: Sequence[Selection], settings: Settings) -> Iterator[ListingGroup]:
    """All feeds by kind, in the order of the selections."""
    for kind, some in groupby(selections, key=lambda one: one.kind):
        listings = tuple(
            FeedListing(one.name or settings.site.title, page_url(one, settings), addresses_of(one, settings))
            for one in some
        )
        yield ListingGroup(kind, listings)


def page_url(selection: Selection, settings: Settings) -> str:
    """A selection's own page; of the newsletter's feed, which has none, the page of all feeds."""
    return f"{settings.feeds.base_url}{INDEX}" if selection.kind == ISSUES else url_of(settings, selection, INDEX)


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
    selections: Sequence[Selection], settings: Settings, labels: Mapping[str, str]
) -> tuple[OutlineGroup, ...]:
    """One outline a feed, in the first XML format that is written, by kind (feeds.md G43)."""
    # Readers import RSS and Atom; of several formats all would be subscribed to, and every piece shown as often.
    kind_of_file = next((kind for kind in settings.feeds.formats if kind != "json"), "json")
    is_rss = kind_of_file == "rss"
    return tuple(
        OutlineGroup(
            "" if kind == ALL else labels[kind],
            tuple(
                Outline(
                    one.name or clean_line(settings.site.title),
                    url_of(settings, one, FILE_NAMES[kind_of_file]),
                    page_url(one, settings) if one.path else settings.site.url,
                    is_rss,
                )
                for one in some
            ),
        )
        for kind, some in groupby(selections, key=lambda one: one.kind)
    )
