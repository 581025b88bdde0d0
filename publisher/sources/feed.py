"""A feed of another site as a source (design.md 7; feeds.md G3; reliability.md U1-U6, U13)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from publisher.errors import FetchError, ParseError, SourceError
from publisher.feeds.ids import kept_id
from publisher.fetch import Client, Page
from publisher.formats.feed import FeedItem, ParsedFeed, parse_feed
from publisher.model.article import ParsedFile
from publisher.model.settings import SourceSettings
from publisher.sources.bounded import Bounded
from publisher.sources.port import Memory, Outcome, Reading

ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"
MAX_PAGES = 50
READ_S = 20.0
"""Of processor time, for one feed of 10 MB with 1,000 articles in it."""


class FeedSource:
    """Reads a feed: RSS, Atom or JSON. The first time also its archive (RFC 5005), later only what is in it now."""

    def __init__(self, settings: SourceSettings, client: Client, *, authority: str, bounded: Bounded | None = None):
        """`authority`: the site's `id_authority`. With `bounded`, feeds are read in its child process."""
        self.name = settings.name
        self.outcome = Outcome()
        self._settings = settings
        self._client = client
        self._authority = authority
        self._bounded = bounded

    def read(self, memory: Memory) -> Iterator[Reading]:
        """Yield each entry; nothing where the server says that the feed is the same.

        SourceError where it cannot be had or read, or is empty though it was not before: what is stored stays.
        """
        self.outcome = Outcome(memory.etag, memory.last_modified)
        page = self._fetch(memory)
        moved = (moved_words(page, self.name),) if page.moved_to else ()
        if page.status == 304:
            self.outcome = replace(self.outcome, warnings=moved)
            return
        feed = self._parse(page, memory)
        if not feed.entries and memory.seen:
            what = f"The feed has no entries any more, and had {len(memory.seen)}"
            raise ParseError(what, page.url, "What was collected before stays.")
        warnings = [*moved, *feed.warnings]
        done: set[str] = set()
        yield from self._readings(feed, done)
        if not memory.seen:
            yield from self._older(feed, page.url, done, warnings)
        self.outcome = Outcome(page.etag, page.last_modified, tuple(warnings))

    def _fetch(self, memory: Memory) -> Page:
        """With the validators of the last time, if anything of that time is remembered."""
        if not memory.seen:
            memory = Memory()
        page = self._client.get(self._settings.url, accept=ACCEPT, etag=memory.etag, last_modified=memory.last_modified)
        if page.status == 304 and not memory.etag and not memory.last_modified:
            raise FetchError(
                "The server says “not modified” though it was not asked that", page.url, "Try again later."
            )
        return page

    def _parse(self, page: Page, memory: Memory) -> ParsedFeed:
        known = {key: seen.fingerprint for key, seen in memory.seen.items()}
        if self._bounded is None:
            return parse_feed(page.body, content_type=page.content_type, url=page.url, known=known)
        try:
            return self._bounded.run_for(
                READ_S, parse_feed, page.body, content_type=page.content_type, url=page.url, known=known
            )
        except ParseError as error:
            error.where = error.where or page.url
            raise

    def _older(self, feed: ParsedFeed, url: str, done: set[str], warnings: list[str]) -> Iterator[Reading]:
        """The pages before this one, at most 50; one that cannot be had ends it with a warning."""
        visited = {url}
        for _ in range(MAX_PAGES - 1):
            url = feed.archive_url or feed.next_url
            if not url or url in visited:
                return
            visited.add(url)
            try:
                feed = self._parse(self._client.get(url, accept=ACCEPT), Memory())
            except SourceError as error:
                warnings.append(f"{self.name}: older entries were not read: {error}")
                return
            warnings.extend(feed.warnings)
            before = len(done)
            yield from self._readings(feed, done)
            if len(done) == before:
                return
        warnings.append(f"{self.name}: the archive is longer than {MAX_PAGES} pages; what is older was not read")

    def _readings(self, feed: ParsedFeed, done: set[str]) -> Iterator[Reading]:
        for item in feed.entries:
            if item.source_key not in done:
                done.add(item.source_key)
                yield reading_of(item, self._settings, authority=self._authority)


def reading_of(item: FeedItem, settings: SourceSettings, *, authority: str, stamp: str = "") -> Reading:
    """The reading of an entry, with the id that it keeps (feeds.md G3)."""
    parsed = None
    if item.parsed is not None:
        keeps = settings.keep_ids and bool(item.upstream_id)
        entry_id = kept_id(authority, settings.name, item.upstream_id) if keeps else None
        parsed = ParsedFile(replace(item.parsed, entry_id=entry_id))
    return Reading(item.source_key, item.fingerprint, stamp, parsed=parsed, problem=item.problem)


def moved_words(page: Page, name: str) -> str:
    return f"{name}: the feed has moved for good: set the source's url to {page.moved_to}"
