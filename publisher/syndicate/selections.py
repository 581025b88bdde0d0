"""Which article is in which feed (feeds.md 4): everything, each section, each author, each language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from babel import Locale, UnknownLocaleError

from publisher.feeds import FeedEntry, feed_id, slugify
from publisher.feeds.slugs import short_hash
from publisher.model.settings import Settings
from publisher.storage.feeds import StoredFeed

ALL = "all"


@dataclass(frozen=True, slots=True)
class Selection:
    """One feed before it is written: `kind` is all, section, author or language; `path` its folder ("" for all).

    `entries` are the newest ones that are out, newest first (G10).
    """

    kind: str
    slug: str
    name: str
    id: str
    path: str
    entries: tuple[FeedEntry, ...]


def select_feeds(
    entries: Sequence[FeedEntry], settings: Settings, *, stored: Iterable[StoredFeed] = (), now: datetime
) -> list[Selection]:
    """All feeds of the magazine: everything first, then by `feeds.by`, each kind by slug.

    What is dated in the future is in none. A section, an author or a language has a feed once a piece of it is out,
    and keeps it: `stored` gives the slugs and ids that readers know.
    """
    known = tuple(stored)
    due = newest_first(entry for entry in entries if entry.published <= now)
    whole = Selection(ALL, "", "", stored_id(known, ALL, "") or feed_id(settings.site.id_authority, ALL), "", due)
    found = [whole]
    for kind in dict.fromkeys(settings.feeds.by):
        found.extend(select_kind(kind, due, known, settings.site.id_authority))
    return [replace(selection, entries=selection.entries[: settings.feeds.entries]) for selection in found]


def newest_first(entries: Iterable[FeedEntry]) -> tuple[FeedEntry, ...]:
    by_id = sorted(entries, key=lambda entry: entry.id)
    return tuple(sorted(by_id, key=lambda entry: entry.published, reverse=True))


def distinct_updates(entries: Iterable[FeedEntry]) -> list[FeedEntry]:
    """The entries with no two `updated` alike: of equal ones the later by id moves on by a second (G9).

    Collect keeps them apart already; this holds for a site whose articles came another way. It is decided over all
    articles of the site, so that an entry has one date in every feed.
    """
    found: list[FeedEntry] = []
    for entry in sorted(entries, key=lambda entry: (entry.updated, entry.id)):
        earliest = found[-1].updated + timedelta(seconds=1) if found else entry.updated
        found.append(entry if entry.updated >= earliest else replace(entry, updated=earliest))
    return found


def select_kind(
    kind: str, due: Sequence[FeedEntry], known: Sequence[StoredFeed], authority: str
) -> Iterator[Selection]:
    groups = grouped(kind, due)
    slugs = slugs_of(kind, groups, known)
    for identity, slug in sorted(slugs.items(), key=lambda pair: pair[1]):
        name, entries = groups[identity]
        id_ = stored_id(known, kind, slug) or feed_id(authority, kind, slug)
        yield Selection(kind, slug, name, id_, f"{kind}/{slug}", tuple(entries))
    for slug, feed in sorted({feed.slug: feed for feed in known if feed.selection == kind}.items()):
        if slug not in slugs.values():  # its last piece was withdrawn or held: the feed stays, without it
            yield Selection(kind, slug, feed.name, feed.id, f"{kind}/{slug}", ())


def grouped(kind: str, due: Sequence[FeedEntry]) -> dict[str, tuple[str, list[FeedEntry]]]:
    """Name and entries by identity. The name is the newest entry's spelling."""
    groups: dict[str, tuple[str, list[FeedEntry]]] = {}
    for entry in due:
        for name in dict.fromkeys(names_of(kind, entry)):
            _, entries = groups.setdefault(identity_of(name), (shown_name(kind, name), []))
            if not entries or entries[-1] is not entry:
                entries.append(entry)
    return groups


def names_of(kind: str, entry: FeedEntry) -> tuple[str, ...]:
    if kind == "section":
        return (entry.section_name,) if entry.section_name else ()
    if kind == "author":
        return entry.authors
    return (entry.language,) if entry.language else ()


def identity_of(name: str) -> str:
    """What makes two spellings one: `Current Affairs` and `current-affairs` are one section."""
    return " ".join(name.casefold().replace("-", " ").replace("_", " ").split())


def shown_name(kind: str, name: str) -> str:
    """A language by its own name, everything else as it is written."""
    if kind != "language":
        return name
    try:
        return Locale.parse(name, sep="-").get_display_name() or name
    except (UnknownLocaleError, ValueError):
        return name


def slugs_of(
    kind: str, groups: Mapping[str, tuple[str, list[FeedEntry]]], known: Sequence[StoredFeed]
) -> dict[str, str]:
    """A slug for each identity: the stored one, else its own, and of two with one slug the later gets a hash.

    "Later" is by the oldest entry, which is how they came; a rebuild from the articles gives the same addresses.
    """
    stored = {stored_identity(feed): feed.slug for feed in known if feed.selection == kind}
    taken = set(stored.values())
    slugs = {identity: stored[identity] for identity in groups if identity in stored}
    for identity in sorted(set(groups) - set(stored), key=lambda key: oldest(groups[key][1], key)):
        slug = slugify(identity, fallback=kind)
        if slug in taken:
            slug = f"{slug[:69].rstrip('-')}-{short_hash(identity)}"
        taken.add(slug)
        slugs[identity] = slug
    return slugs


def stored_identity(feed: StoredFeed) -> str:
    """A language's name is for readers ("suomi"); its slug is its tag."""
    return identity_of(feed.slug if feed.selection == "language" else feed.name)


def oldest(entries: Sequence[FeedEntry], identity: str) -> tuple[datetime, str, str]:
    return entries[-1].published, entries[-1].id, identity


def stored_id(known: Sequence[StoredFeed], kind: str, slug: str) -> str | None:
    return next((feed.id for feed in known if (feed.selection, feed.slug) == (kind, slug)), None)
