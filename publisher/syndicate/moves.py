"""Feeds that ended and feeds that moved (feeds.md S12): what is written no more, and what a server answers there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from publisher.errors import ConfigError
from publisher.feeds.serving import NEW, OLD, Move, find_move, is_absolute, leads_back
from publisher.model.settings import FeedSettings


@dataclass(frozen=True, slots=True)
class Moves:
    """By old path below the output; one that ends with `/` stands for all below it."""

    by_path: Mapping[str, Move]

    def find(self, path: str) -> Move | None:
        """What became of the file; None: it is written."""
        return find_move(self.by_path, path)

    def is_away(self, path: str) -> bool:
        return self.find(path) is not None

    @property
    def gone_lines(self) -> bytes:
        """One path a line, as servers read it."""
        return lines(old for old, move in self.by_path.items() if move.is_gone)

    @property
    def redirect_lines(self) -> bytes:
        """`OLD NEW` a line."""
        return lines(f"{old} {move.new}" for old, move in self.by_path.items() if not move.is_gone)


def lines(found: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in sorted(found)).encode()


def moves_of(settings: FeedSettings) -> Moves:
    """What the configuration says of feeds that are away; each redirect leads to its last place.

    ConfigError for a path that is none below the output, for a circle, and for a path that is both.
    """
    for path in settings.gone:
        check_old(path, "feeds.gone")
        if path in settings.redirects:
            raise ConfigError(f"{path!r} has moved and is gone too", "feeds.gone", "Name it in one of the two.")
    ended = {path: Move(path, "") for path in settings.gone}
    for old, new in settings.redirects.items():
        check_old(old, "feeds.redirects")
        if not NEW.fullmatch(new) or leads_back(old, new):
            raise ConfigError(
                f"{old!r} cannot lead to {new!r}", "feeds.redirects", "Give another path such as section/new/rss.xml."
            )
    moved = {old: Move(old, last_place(old, settings.redirects)) for old in settings.redirects}
    return Moves(ended | moved)


def check_old(path: str, where: str) -> None:
    """Nothing but a path below the output can be meant: a mistake must not reach anything else."""
    if not OLD.fullmatch(path) or "//" in path:
        raise ConfigError(
            f"{path!r} is no path below the feeds", where, "Write it as section/old/rss.xml; section/old/ is all below."
        )


def last_place(old: str, redirects: Mapping[str, str]) -> str:
    """Where a chain of redirects ends."""
    place, seen = redirects[old], {old}
    while place in redirects:
        if place in seen:
            raise ConfigError(f"The redirects of {old!r} go in a circle", "feeds.redirects", "Let one lead to a feed.")
        seen.add(place)
        place = redirects[place]
    return place


def check_targets(moves: Moves, live: Collection[str]) -> None:
    """A redirect leads to what is there: else readers would lose the feed that its mistake takes away (S13).

    `live` are the paths that are written. ConfigError names the first redirect that does not.
    """
    for move in moves.by_path.values():
        if move.is_gone or is_absolute(move.new):
            continue
        is_there = any(path.startswith(move.new) for path in live) if move.new.endswith("/") else move.new in live
        if not is_there or moves.is_away(move.new):
            raise ConfigError(
                f"{move.old!r} leads to {move.new!r}, where no feed is",
                "feeds.redirects",
                "Give the path of a feed that is written, such as section/new/rss.xml.",
            )
