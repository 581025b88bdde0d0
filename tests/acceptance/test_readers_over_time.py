"""What readers make of a magazine that goes on (feeds.md 5, K11): a new article is unread, once; nothing else ever is,
and an edit arrives, also where two builds fall into one second (S1)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Protocol

import pytest

from publisher.app.articles import list_articles
from publisher.app.publish import collect_pass, feeds_pass
from publisher.app.runtime import open_runtime
from publisher.model.article import Article, ArticleState
from publisher.web.server import serving
from tests.acceptance.a_site import CONFIG, NOW, Site
from tests.doubles.feed_readers import FeedReader, Newsboat, Shown, readers_of, words
from tests.doubles.web_server import WebServer, conditional

TEXT = (
    "The pilot boat {name} went out before the fog had lifted, and nobody on the quay could say what it was {edit} "
    "looking for, since the ship that it should have met had been tied up at the inner pier since the evening."
)
RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"><channel><title>Up</title>
<link>https://up.example/</link><description>Up</description>{items}</channel></rss>"""
MORE = '\n[[sources]]\nname = "up"\nkind = "feed"\nurl = "{url}/rss.xml"\nallow_private = true\n'


@dataclass(frozen=True)
class Piece:
    """An article as its author has it; `updated` is empty where the author does not date an edit."""

    name: str
    hour: int
    edit: str = "that it was"
    updated: str = ""
    slug: str = ""
    tag: str = "boats"
    guid: str = "tag:up.example,2026:{name}"
    file: str = "{name}"

    @property
    def published(self) -> datetime:
        return datetime.fromisoformat(f"2026-11-23T{self.hour:02}:00:00Z")

    @property
    def text(self) -> str:
        return TEXT.format(name=self.name, edit=self.edit)


class Source(Protocol):
    def show(self, pieces: list[Piece]) -> None:
        """From now on the source has these."""


@dataclass
class FolderOfFiles:
    """Articles in the site's own folder."""

    site: Site

    def show(self, pieces: list[Piece]) -> None:
        shutil.rmtree(self.site.root / "articles", ignore_errors=True)
        for piece in pieces:
            front = {"title": f"Boat {piece.name}", "author": "[Ann Lee, Bo Ek]", "tags": f"[{piece.tag}]"}
            front |= {"date": piece.published.isoformat(), "updated": piece.updated, "slug": piece.slug}
            written = "\n".join(f"{key}: {value}" for key, value in front.items())
            self.site.write(
                f"articles/{piece.file.format(name=piece.name)}.md", f"---\n{written}\n---\n\n{piece.text}\n"
            )


@dataclass
class FeedOfOthers:
    """Articles in a feed elsewhere."""

    server: WebServer
    version: int = 0

    def show(self, pieces: list[Piece]) -> None:
        self.version += 1
        body = RSS.format(items="".join(map(self.item, pieces))).encode()
        self.server.routes["/rss.xml"] = conditional(body, etag=f'"{self.version}"', content_type="application/rss+xml")

    def item(self, piece: Piece) -> str:
        updated = f"<atom:updated>{piece.updated}</atom:updated>" if piece.updated else ""
        return (
            f"<item><title>Boat {piece.name}</title><link>https://up.example/{piece.slug or piece.name}</link>"
            f'<guid isPermaLink="false">{piece.guid.format(name=piece.name)}</guid><category>{piece.tag}</category>'
            f"<pubDate>{format_datetime(piece.published)}</pubDate>{updated}"
            f"<description>{escape(f'<p>{piece.text}</p>')}</description></item>"
        )


@dataclass
class Magazine:
    """A site with its clock, whose articles come from one source."""

    site: Site
    source: Source
    now: datetime = field(default_factory=lambda: datetime.fromisoformat(NOW))
    pieces: dict[str, Piece] = field(default_factory=dict)

    def add(self, name: str, hour: int) -> None:
        self.pieces[name] = Piece(name, hour)

    def change(self, name: str, **changes: str | int) -> None:
        self.pieces[name] = replace(self.pieces[name], **changes)  # type: ignore[arg-type]

    def change_all(self, **changes: str | int) -> None:
        for name in self.pieces:
            self.change(name, **changes)

    def publish(self) -> list[Article]:
        """Collect and build as a command would, from an opened database on; the articles as they are then."""
        self.source.show(list(self.pieces.values()))
        environment = {"PUBLISHER_NOW": self.now.isoformat()}
        with open_runtime(self.site.root, environ=environment) as opened:
            runtime = replace(opened, wait=lambda _: None)
            collected = collect_pass(runtime)
            feeds_pass(runtime)
            assert not any(one.error or one.problems for one in collected.sources), collected
            return list_articles(runtime, states=[ArticleState.PUBLISHED])


def remove(magazine: Magazine, folder: str) -> None:
    shutil.rmtree(magazine.site.root / folder)


def first(magazine: Magazine) -> None:
    for hour, name in enumerate(("Ada", "Bo", "Cora"), start=6):
        magazine.add(name, hour)


STEPS: Mapping[str, Callable[[Magazine], None]] = {
    "first": first,
    "same": lambda magazine: None,
    "an edit": lambda magazine: magazine.change("Ada", edit="it had gone", updated="2026-11-24T08:19:00Z"),
    "a silent edit": lambda magazine: magazine.change("Bo", edit="the pilot was"),
    "a date moved": lambda magazine: magazine.change("Cora", hour=11),
    "an address moved": lambda magazine: magazine.change("Ada", slug="ada-again"),
    "a new article": lambda magazine: magazine.add("Dora", 10),
    "an edit in that second": lambda magazine: magazine.change("Bo", edit="its crew was"),
    "another edit in that second": lambda magazine: magazine.change("Cora", edit="they were"),
    "a new article in that second": lambda magazine: magazine.add("Eva", 12),
    "other tags": lambda magazine: magazine.change_all(tag="ships"),
    "the date moved back": lambda magazine: magazine.change("Cora", hour=8),
    "feeds deleted": lambda magazine: remove(magazine, "feeds"),
    "database deleted": lambda magazine: remove(magazine, "var"),
    "database and feeds deleted": lambda magazine: [remove(magazine, one) for one in ("var", "feeds")] and None,
    "another edit": lambda magazine: magazine.change("Dora", edit="we are"),
    "other files and guids": lambda magazine: magazine.change_all(
        guid="https://up.example/?p={name}", file="new-{name}"
    ),
    "the last article": lambda magazine: magazine.add("Finn", 13),
}
NEW = {
    "first": ["Boat Ada", "Boat Bo", "Boat Cora"],
    "a new article": ["Boat Dora"],
    "a new article in that second": ["Boat Eva"],
    "the last article": ["Boat Finn"],
}
EDITS = {"an edit": "it had gone", "a silent edit": "the pilot was", "another edit": "we are"}
EDITS |= {"an edit in that second": "its crew was", "another edit in that second": "they were"}


@dataclass(frozen=True)
class Seen:
    """What the articles were after a step, and what each reader then had as unread and showed."""

    articles: dict[str, Article]
    unread: dict[str, list[str]]
    shown: dict[str, dict[str, Shown]]


@pytest.fixture(scope="module", params=["folder", "feed"])
def seen(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Seen]]:
    """The magazine goes through the steps, ten minutes apart, while every reader asks after each."""
    with ExitStack() as stack:
        magazine = a_magazine(request.param, tmp_path_factory.mktemp("site"), stack)
        environment = {"PUBLISHER_NOW": NOW}
        with open_runtime(magazine.site.root, environ=environment) as runtime:
            address = stack.enter_context(serving(runtime))
        readers = readers_of(f"{address}/feeds/", tmp_path_factory.mktemp("readers"), stack)
        yield {name: after(name, magazine, readers) for name in STEPS}


def a_magazine(kind: str, root: Path, stack: ExitStack) -> Magazine:
    site = Site(root)
    config = f'{CONFIG}\nlisten = "127.0.0.1:0"\n'
    if kind == "folder":
        site.write("config/publisher.toml", config)
        return Magazine(site, FolderOfFiles(site))
    server = stack.enter_context(WebServer())
    site.write("config/publisher.toml", config + MORE.format(url=server.url))
    site.root.joinpath("articles").mkdir()
    return Magazine(site, FeedOfOthers(server))


def after(step: str, magazine: Magazine, readers: Mapping[str, FeedReader]) -> Seen:
    if "in that second" not in step or step == "an edit in that second":
        magazine.now += timedelta(minutes=10)
    STEPS[step](magazine)
    articles = magazine.publish()
    for reader in readers.values():
        reader.refresh()
    return Seen(
        articles={article.id: article for article in articles},
        unread={name: reader.take_unread() for name, reader in readers.items()},
        shown={name: dict(reader.entries()) for name, reader in readers.items()},
    )


@pytest.mark.parametrize("step", STEPS)
def test_what_is_new_is_unread_and_nothing_else(seen: dict[str, Seen], step: str) -> None:
    now = seen[step]
    new = sorted(article.id for article in now.articles.values() if article.title in NEW.get(step, []))

    assert len(new) == len(NEW.get(step, []))
    assert {name: unread for name, unread in now.unread.items() if unread != new} == {}


@pytest.mark.parametrize("step", STEPS)
def test_what_readers_show_is_what_the_articles_are(seen: dict[str, Seen], step: str) -> None:
    """Thunderbird keeps the first version that it saw: of it only the ids are compared."""
    now = seen[step]

    assert EDITS.get(step, "") in " ".join(article.extract.plain for article in now.articles.values())
    for name, shown in now.shown.items():
        assert sorted(shown) == sorted(now.articles), name
        if not name.startswith("thunderbird"):
            assert {own_id: as_kept(article, shown[own_id]) for own_id, article in now.articles.items()} == shown, name


def as_kept(article: Article, shown: Shown) -> Shown:
    """An article as a reader would show it that keeps the dates which `shown` has."""
    return replace(
        shown,
        title=article.title,
        url=article.url,
        summary=words(article.extract.plain),
        published=shown.published and article.published,
        updated=shown.updated and article.updated,
    )


def test_ids_and_dates_never_change(seen: dict[str, Seen]) -> None:
    dates: dict[str, datetime] = {}
    for step, now in seen.items():
        found = {own_id: article.published for own_id, article in now.articles.items()}
        assert dates.items() <= found.items(), step
        dates = found

    assert len(dates) == len(NEW["first"]) + len(NEW) - 1


def test_newsboat_took_part(seen: dict[str, Seen]) -> None:
    if not Newsboat.is_installed():
        pytest.skip("newsboat is not installed")
    assert {"newsboat rss", "newsboat atom"} <= set(seen["first"].unread)
