"""From the page of a source to the pages of its articles: through lists, their next pages, and sitemaps."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from publisher.errors import SourceError
from publisher.feeds.urls import article_url, without_script
from publisher.formats.listing import is_included, is_same_site, may_be_article
from publisher.formats.sitemap import Sitemap, SitemapEntry
from publisher.formats.start_page import StartPage
from publisher.model.settings import SourceSettings
from publisher.sources.page_stamp import instant

OTHER_SITEMAP = re.compile(r"(?:tag|categor|author|image|video|user|taxonom)", re.IGNORECASE)
MAX_LISTS, MAX_SITEMAPS = 20, 10

FetchStart = Callable[[str], StartPage | None]


@dataclass(frozen=True, slots=True)
class Found:
    """A page that may hold an article: its address, its key, and what a sitemap says of its last change."""

    url: str
    key: str
    lastmod: str = ""


def key_of(url: str) -> str:
    """The address without what its site may change: scheme, `www.`, `index.php/`, trailing slashes, tracking."""
    parts = urlsplit(article_url(url) or url)
    host = parts.netloc.rpartition("@")[2].lower().removeprefix("www.").rstrip(".")
    path = without_script(unquote(parts.path)).rstrip("/")
    return f"{host}{path}{'?' if parts.query else ''}{parts.query}"


@dataclass(frozen=True, slots=True)
class Links:
    """Follows lists and sitemaps of the site that `site` is an address of, as far as they hold new pages."""

    settings: SourceSettings
    site: str
    fetch_start: FetchStart
    warn: Callable[[str], None]

    def follow(self, start: StartPage, *, known: Collection[str]) -> list[Found]:
        """The pages, each once: of a list in its order, of sitemaps the latest first."""
        if start.sitemap is not None:
            return by_date(self.sitemap_pages(start.sitemap))
        found = self.wanted(start.listing.urls if start.listing else ())
        seen_lists = {self.site}
        next_url = start.listing.next_url if start.listing else None
        while next_url and next_url not in seen_lists and len(seen_lists) < MAX_LISTS:
            if self.is_enough(found.values(), known):
                break
            seen_lists.add(next_url)
            further = self.open(next_url)
            listing = further.listing if further else None
            added = {key: one for key, one in self.wanted(listing.urls if listing else ()).items() if key not in found}
            if all(key in known for key in added):
                break
            found |= added
            next_url = listing.next_url if listing else None
        return list(found.values())

    def is_enough(self, found: Collection[Found], known: Collection[str]) -> bool:
        """As many new pages as one collect fetches; or a page of the list with nothing new on it."""
        new = sum(one.key not in known for one in found)
        return new == 0 or new >= self.settings.limit

    def wanted(self, urls: Iterable[str]) -> dict[str, Found]:
        found: dict[str, Found] = {}
        for url in urls:
            found.setdefault(key_of(url), Found(article_url(url) or url, key_of(url)))
        return found

    def sitemap_pages(self, sitemap: Sitemap) -> list[Found]:
        """Of one sitemap, or of an index and the sitemaps that it names, the latest first."""
        pages = list(sitemap.pages)
        further = [entry for entry in latest_first(sitemap.sitemaps) if OTHER_SITEMAP.search(entry.url) is None]
        for entry in further[:MAX_SITEMAPS]:
            if not is_same_site(entry.url, self.site):
                continue
            opened = self.open(entry.url)
            if opened is not None and opened.sitemap is not None:
                pages.extend(opened.sitemap.pages)
        found: dict[str, Found] = {}
        for page in pages:
            if self.is_wanted(page.url):
                found.setdefault(key_of(page.url), Found(page.url, key_of(page.url), page.lastmod))
        return list(found.values())

    def is_wanted(self, url: str) -> bool:
        if article_url(url) is None or not is_same_site(url, self.site):
            return False
        return is_included(url, self.settings.include) if self.settings.include else may_be_article(url)

    def open(self, url: str) -> StartPage | None:
        try:
            return self.fetch_start(url)
        except SourceError as error:
            self.warn(str(error))
            return None


def latest_first(entries: Sequence[SitemapEntry]) -> list[SitemapEntry]:
    return sorted(entries, key=lambda entry: time_of(entry.lastmod), reverse=True)


def by_date(pages: Sequence[Found]) -> list[Found]:
    return sorted(pages, key=lambda page: time_of(page.lastmod), reverse=True)


def time_of(lastmod: str) -> float:
    found = instant(lastmod)
    return found.timestamp() if found else 0.0
