"""Articles as feed entries: loaded a feed at a time, projected once while they are remembered."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publisher.feeds import FeedEntry, project
from publisher.model.article import Article, ArticleState
from publisher.model.ids import ArticleId
from publisher.model.settings import Settings

Load = Callable[[Sequence[ArticleId]], Sequence[Article]]
REMEMBERED = 2000


class Entries:
    """The entries of one build. One article is in up to five files, and most of them follow each other closely."""

    def __init__(self, load: Load, settings: Settings) -> None:
        self.load = load
        self.settings = settings
        self.known: dict[ArticleId, FeedEntry] = {}

    def get(self, ids: Sequence[ArticleId]) -> tuple[FeedEntry, ...]:
        """In the order given; what is published no more since this build began is left out."""
        missing = [one for one in ids if one not in self.known]
        if len(self.known) + len(missing) > REMEMBERED:
            self.known = {one: self.known[one] for one in ids if one in self.known}
        for article in self.load(missing) if missing else ():
            if article.state is ArticleState.PUBLISHED:
                self.known[article.id] = self.entry_of(article)
        return tuple(self.known[one] for one in ids if one in self.known)

    def entry_of(self, article: Article) -> FeedEntry:
        site, is_full = self.settings.site, self.settings.feeds.full_content
        return project(article, site_url=site.url, site_licence=site.licence, full_content=is_full)
