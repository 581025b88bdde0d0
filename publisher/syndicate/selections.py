"""Which article is in which feed (feeds.md 4): everything, each section, each author, each language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from babel import Locale, UnknownLocaleError

from publisher.feeds import feed_id, language_tag, person, section_name, slugify
from publisher.feeds.slugs import short_hash
from publisher.model.settings import Settings
from publisher.storage.feeds import StoredFeed
from publisher.storage.listings import Card, Listing

ALL = "all"

Key = tuple[str, str]
"""A feed: its kind (all, section, author, language) and its slug."""
WHOLE: Key = (ALL, "")


@dataclass(frozen=True, slots=True)
class Selection:
    """One feed: `kind` is all, section, author or language; `path` its folder ("" for all)."""

    kind: str
    slug: str
    name: str
    id: str
    path: str

    @property
    def key(self) -> Key:
        return self.kind, self.slug


@dataclass(frozen=True, slots=True)
class Directory:
    """All feeds of the magazine: everything first, then by `feeds.by`, each kind by slug.

    `slugs` gives the slug of a kind and an identity: what makes two spellings one feed.
    """

    kinds: tuple[str, ...]
    selections: Mapping[Key, Selection]
    slugs: Mapping[Key, str]

    def keys_of(self, card: Card) -> tuple[Key, ...]:
        """The feeds that an article belongs to, once it is out."""
        named = ((kind, identity_of(name)) for kind in self.kinds for name in names_of(kind, card))
        known = ((kind, self.slugs[kind, identity]) for kind, identity in named if (kind, identity) in self.slugs)
        return tuple(dict.fromkeys((WHOLE, *known)))

    def listings_of(self, cards: Iterable[Card], now: datetime) -> list[Listing]:
        """Where those of the articles are that are out."""
        return [
            Listing(kind, slug, card.published, card.id)
            for card in cards
            if card.is_out(now)
            for kind, slug in self.keys_of(card)
        ]

    def named_by(self, key: Key, newest: Card) -> Selection:
        """The feed, called as its newest article spells it."""
        selection = self.selections[key]
        for name in names_of(selection.kind, newest):
            if self.slugs.get((selection.kind, identity_of(name))) == selection.slug:
                return replace(selection, name=shown_name(selection.kind, name))
        return selection


def read_directory(stored: Iterable[StoredFeed], cards: Iterable[Card], settings: Settings, now: datetime) -> Directory:
    """The feeds that are known, and those that these articles (oldest first) begin.

    A section, an author or a language has a feed once a piece of it is out, and keeps it with its slug and id: readers
    know them. Of two names with one slug the later gets a hash; "later" is by the oldest piece, so that a database
    rebuilt from the articles gives the same addresses.
    """
    authority, kinds = settings.site.id_authority, tuple(dict.fromkeys(settings.feeds.by))
    known = {(row.selection, row.slug): row for row in stored if row.selection in (ALL, *kinds)}
    found = {
        key: Selection(row.selection, row.slug, row.name, row.id, f"{row.selection}/{row.slug}")
        for key, row in known.items()
        if key != WHOLE
    }
    slugs = {(row.selection, stored_identity(row)): row.slug for row in known.values() if row.selection != ALL}
    for kind, identity, name in names_out(kinds, cards, now):
        if (kind, identity) not in slugs:
            slug = free_slug(kind, identity, found)
            slugs[kind, identity] = slug
            found[kind, slug] = Selection(
                kind, slug, shown_name(kind, name), feed_id(authority, kind, slug), f"{kind}/{slug}"
            )
    whole = Selection(ALL, "", "", known[WHOLE].id if WHOLE in known else feed_id(authority, ALL), "")
    ordered = sorted(found.values(), key=lambda one: (kinds.index(one.kind), one.slug))
    return Directory(kinds, {one.key: one for one in (whole, *ordered)}, slugs)


def names_out(kinds: Sequence[str], cards: Iterable[Card], now: datetime) -> Iterator[tuple[str, str, str]]:
    """Kind, identity and spelling of every name, in the order in which they came out."""
    for card in cards:
        if card.is_out(now):
            for kind in kinds:
                named = {identity_of(name): name for name in reversed(names_of(kind, card))}
                yield from ((kind, identity, named[identity]) for identity in sorted(named))


def free_slug(kind: str, identity: str, taken: Mapping[Key, Selection]) -> str:
    slug = slugify(identity, fallback=kind)
    return f"{slug[:69].rstrip('-')}-{short_hash(identity)}" if (kind, slug) in taken else slug


def names_of(kind: str, card: Card) -> tuple[str, ...]:
    """As the entries of the feeds show them."""
    if kind == "section":
        found = [section_name(card.section)]
    elif kind == "author":
        found = [person(author) for author in card.authors]
    else:
        found = [language_tag(card.language) or ""]
    return tuple(dict.fromkeys(filter(None, found)))


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


def stored_identity(feed: StoredFeed) -> str:
    """A language's name is for readers ("suomi"); its slug is its tag."""
    return identity_of(feed.slug if feed.selection == "language" else feed.name)
