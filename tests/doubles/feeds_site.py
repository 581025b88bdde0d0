"""A site with a real database and a real folder of feeds, whose articles a test puts there itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from publisher.app.runtime import Runtime
from publisher.app.syndicate import build_feeds
from publisher.model.article import Article, ArticleState
from publisher.model.reports import FeedsReport
from publisher.model.settings import FeedSettings, Settings, SiteSettings
from publisher.storage import articles, open_database
from publisher.storage.articles import Traits
from publisher.storage.feeds import StoredFeed, iter_feeds
from publisher.storage.tables import metadata
from tests.builders import NOW

SITE = {
    "title": "The Harbour Review",
    "url": "https://harbour.example/",
    "language": "en",
    "timezone": "Europe/Helsinki",
    "id_authority": "harbour.example,2026",
}


def settings_with(*, site: Mapping[str, Any] | None = None, **feeds: Any) -> Settings:
    values = {"base_url": "https://harbour.example/feeds/"} | feeds
    return Settings(site=SiteSettings(**(SITE | dict(site or {}))), feeds=FeedSettings(**values))


class FeedsSite:
    """`put` stores articles, `build` runs the pass; `now` and the settings may change between builds."""

    def __init__(self, root: Path, *, url: str = "sqlite:///var/publisher.db", **feeds: Any) -> None:
        self.root = root
        self.now = NOW
        self.settings = settings_with(**feeds)
        self.database = open_database(url, root=root)
        metadata.create_all(self.database.engine)

    def set(self, *, site: Mapping[str, Any] | None = None, **feeds: Any) -> None:
        self.settings = settings_with(site=site, **feeds)

    @property
    def runtime(self) -> Runtime:
        return Runtime(self.root, self.settings, self.database, clock=lambda: self.now, environ={})

    def put(self, *given: Article) -> None:
        """Add, or replace what has the same id."""
        with self.database.begin() as tx:
            for article in given:
                write = articles.replace if articles.find_by_id(tx, article.id) else articles.add
                write(tx, article, Traits(f"{article.number:064x}"))

    def withdraw(self, article: Article) -> None:
        self.put(replace(article, state=ArticleState.WITHDRAWN))

    def build(self, *, now: datetime | None = None) -> FeedsReport:
        self.now = now or self.now
        return build_feeds(self.runtime)

    def written(self, *, now: datetime | None = None) -> list[str]:
        """Build, and say which files were written, below the output."""
        return [path.removeprefix("feeds/") for path in self.build(now=now).written]

    def rows(self) -> dict[str, StoredFeed]:
        with self.database.read() as tx:
            return {row.path: row for row in iter_feeds(tx)}

    def read(self, path: str) -> bytes:
        return (self.root / "feeds" / path).read_bytes()

    def files(self) -> dict[str, bytes]:
        output = self.root / "feeds"
        return {str(path.relative_to(output)): path.read_bytes() for path in output.rglob("*") if path.is_file()}

    def close(self) -> None:
        self.database.close()
