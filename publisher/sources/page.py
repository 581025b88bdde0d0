"""A web site without a feed as a source: a list of articles, a sitemap, or one page (design.md 4, issue 4).

The list is asked for conditionally. New pages are fetched, at most `limit` a collect and as slowly as robots.txt asks;
known ones again when their sitemap gives a later date, or, in a list that gives none, once a day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from publisher.errors import FetchError, ParseError
from publisher.fetch import Client, Page, Robots
from publisher.formats.article_page import parse_article_page
from publisher.formats.listing import is_same_site
from publisher.formats.start_page import StartPage, parse_start_page
from publisher.model.article import ParsedFile
from publisher.model.settings import SourceSettings
from publisher.sources.bounded import Bounded, seconds_for
from publisher.sources.page_links import Found, Links, key_of
from publisher.sources.page_stamp import Stamp, stamp_of
from publisher.sources.port import Memory, Outcome, Reading, Seen

ACCEPT = "text/html, application/xhtml+xml;q=0.9, application/xml;q=0.8, */*;q=0.1"
WAITED_S = 300.0
"""Longer than this one collect does not wait for the sake of politeness; the rest comes with the next."""
WARNINGS_SHOWN = 10
BUSY = (429, 503)
LIST_HINT = "Set sources.url to a list of articles, a sitemap or an article, or name its articles in sources.include."


class Later(Exception):  # noqa: N818 - not an error: the rest of the pages comes with the next collect
    """No more pages are asked for this time."""


@dataclass
class Notes:
    """What went wrong in part during a read."""

    texts: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    is_complete: bool = True
    is_cut: bool = False
    """New pages were left for the next time."""

    def fail(self, text: str) -> None:
        self.texts.append(text)
        self.is_complete = False

    def warnings(self) -> tuple[str, ...]:
        texts = self.texts[:WARNINGS_SHOWN]
        if more := len(self.texts) - len(texts):
            texts.append(f"and {more} more")
        if self.refused:
            count = "1 page is" if len(self.refused) == 1 else f"{len(self.refused)} pages are"
            texts.append(f"{count} not fetched: robots.txt forbids it ({self.refused[0]})")
        return tuple(texts)


@dataclass
class PageSource:
    """Reads the pages that `settings.url` leads to. `wait` takes seconds, `now` is aware."""

    settings: SourceSettings
    client: Client = field(kw_only=True)
    robots: Robots = field(kw_only=True)
    bounded: Bounded = field(kw_only=True)
    now: Callable[[], datetime] = field(kw_only=True)
    wait: Callable[[float], None] = field(kw_only=True)
    _outcome: Outcome = field(default=Outcome(), init=False)
    _notes: Notes = field(default_factory=Notes, init=False)
    _waited_s: float = field(default=0.0, init=False)
    _asked: int = field(default=0, init=False)
    _site: str = field(default="", init=False)

    @property
    def name(self) -> str:
        return self.settings.name

    @property
    def outcome(self) -> Outcome:
        return self._outcome

    @property
    def today(self) -> date:
        return self.now().date()

    def read(self, memory: Memory) -> Iterator[Reading]:
        """Yield the page's article, or those of the pages that it lists.

        FetchError or ParseError where the page itself cannot be had or read, or leads to no article.
        """
        self._outcome, self._notes, self._waited_s, self._asked = Outcome(), Notes(), 0.0, 0
        url = self.settings.url
        if problem := self.robots.problem(url):
            raise FetchError(f"The page is not fetched: {problem}", url, "Ask the site's operator to let Publisher in.")
        is_due = self.is_list_due(memory)
        page = self.client.get(
            url,
            accept=ACCEPT,
            etag=None if is_due else memory.etag,
            last_modified=None if is_due else memory.last_modified,
        )
        if page.status == 304:
            self._outcome = Outcome(memory.etag, memory.last_modified)
            return
        start, self._site = self.parse_start(page), page.url
        yield from self.read_single(page, start, memory) if start.article else self.read_linked(page, start, memory)
        # The sitemaps that an index names change without it.
        done = self._notes.is_complete and not (start.sitemap and start.sitemap.sitemaps)
        # With something left to fetch, the list is wanted in full the next time, changed or not.
        self._outcome = Outcome(
            page.etag if done else None,
            page.last_modified if done else None,
            self._notes.warnings(),
            is_complete=not self._notes.is_cut,
        )

    def is_list_due(self, memory: Memory) -> bool:
        """Once a day the list is read though it has not changed: its pages may have. A sitemap would tell so itself."""
        stamps = [Stamp.read(seen.stamp) for seen in memory.seen.values()]
        days = [stamp.checked for stamp in stamps if not stamp.lastmod]
        return not stamps or (bool(days) and max(days) != self.today.isoformat())

    def parse_start(self, page: Page) -> StartPage:
        return self.bounded.run_for(
            seconds_for(len(page.body)),
            parse_start_page,
            page.body,
            where=page.url,
            url=page.url,
            content_type=page.content_type,
            include=self.settings.include,
        )

    def read_single(self, page: Page, start: StartPage, memory: Memory) -> Iterator[Reading]:
        """The one page, and the further pages of the list at its foot: their listed extracts only."""
        assert start.article is not None
        key = key_of(page.url)
        reading = self.reading(key, page, start.article, lastmod="")
        is_known = key in memory.seen and memory.seen[key].fingerprint == reading.fingerprint
        yield replace(reading, parsed=None, warnings=()) if is_known else reading
        for url in start.more[: self.settings.limit]:
            found = Found(url, key_of(url))
            try:
                for reading in self.read_found(found, memory.seen.get(found.key)):
                    yield without_article(reading)
            except Later as reason:
                self._notes.fail(str(reason))
                return

    def read_linked(self, page: Page, start: StartPage, memory: Memory) -> Iterator[Reading]:
        links = Links(self.settings, page.url, self.fetch_start, self._notes.fail)
        found = links.follow(start, known=memory.seen.keys())
        if not found:
            raise ParseError("No link to an article was found on the page", page.url, LIST_HINT)
        new = [one for one in found if one.key not in memory.seen]
        known = [one for one in found if one.key in memory.seen]
        if len(new) > self.settings.limit:
            self._notes.is_complete, self._notes.is_cut = False, True
        try:
            for one in new[: self.settings.limit]:
                yield from self.read_found(one, None)
        except Later as reason:
            self._notes.is_cut = True
            self._notes.fail(f"{reason}; the other new pages are fetched the next time")
        yield from self.read_known(known, memory)

    def read_known(self, known: Sequence[Found], memory: Memory) -> Iterator[Reading]:
        """Those that are due are asked for again, the longest unasked first; the others are as they were."""
        stamps = {one.key: Stamp.read(memory.seen[one.key].stamp) for one in known}
        due = [one for one in known if stamps[one.key].is_due(one.lastmod, today=self.today)]
        due.sort(key=lambda one: stamps[one.key].checked)
        left = {one.key: one for one in known}
        try:
            for one in due[: max(0, self.settings.limit - self._asked)]:
                yield from self.read_found(left.pop(one.key), memory.seen[one.key])
        except Later as reason:
            self._notes.fail(f"{reason}; the other pages are looked at the next time")
        for one in left.values():
            yield Reading(one.key, memory.seen[one.key].fingerprint, memory.seen[one.key].stamp)

    def read_found(self, found: Found, seen: Seen | None) -> Iterator[Reading]:
        """One page: an article, a page without one, nothing new, or nothing at all where it cannot be had."""
        if not self.robots.allows(found.url):
            self._notes.refused.append(found.url)
            return
        stamp = Stamp.read(seen.stamp) if seen else Stamp()
        try:
            page = self.fetch(found.url, stamp)
        except FetchError as error:
            if seen is not None:
                yield Reading(found.key, seen.fingerprint, self.failed_stamp(error, stamp, found))
            if seen is None or not error.is_permanent:
                self._notes.fail(str(error))
            if error.status in BUSY:
                raise Later(f"{error.what}") from error
            return
        if page.status == 304 and seen is not None:
            kept = replace(stamp, lastmod=found.lastmod, checked=self.today.isoformat())
            yield Reading(found.key, seen.fingerprint, kept.write())
            return
        if seen is not None and seen.fingerprint == fingerprint(page):
            current = stamp_of(page, lastmod=found.lastmod, today=self.today, has_article=stamp.has_article)
            yield Reading(found.key, seen.fingerprint, current.write())
            return
        yield self.parse(found, page)

    def failed_stamp(self, error: FetchError, stamp: Stamp, found: Found) -> str:
        """A page that is gone stays as it was, and is not asked for again today."""
        gone = replace(stamp, lastmod=found.lastmod, checked=self.today.isoformat())
        return (gone if error.is_permanent else stamp).write()

    def parse(self, found: Found, page: Page) -> Reading:
        """The page's article. One without is remembered, so that it is not fetched for nothing again and again."""
        try:
            if not is_same_site(page.url, self._site):
                raise ParseError("The page leads to another site", found.url)
            parsed = self.bounded.run_for(
                seconds_for(len(page.body)),
                parse_article_page,
                page.body,
                where=found.url,
                url=page.url,
                content_type=page.content_type,
            )
        except ParseError as error:
            stamp = stamp_of(page, lastmod=found.lastmod, today=self.today, has_article=False)
            return Reading(found.key, fingerprint(page), stamp.write(), warnings=(str(error),))
        return self.reading(found.key, page, parsed, lastmod=found.lastmod)

    def reading(self, key: str, page: Page, parsed: ParsedFile, *, lastmod: str) -> Reading:
        stamp = stamp_of(page, lastmod=lastmod, today=self.today)
        return Reading(key, fingerprint(page), stamp.write(), parsed=parsed, warnings=parsed.warnings)

    def fetch_start(self, url: str) -> StartPage | None:
        """A further page of the list, or a further sitemap; None where robots.txt forbids it."""
        if not self.robots.allows(url):
            self._notes.refused.append(url)
            return None
        try:
            page = self.fetch(url, Stamp())
        except Later as reason:
            self._notes.fail(f"{reason}; the rest of the list is read the next time")
            return None
        return self.parse_start(page)

    def fetch(self, url: str, stamp: Stamp) -> Page:
        """Ask for a page, after the pause that its site wants."""
        pause_s = self.robots.delay_s(url)
        if self._waited_s + pause_s > WAITED_S:
            raise Later(f"robots.txt asks for {pause_s:g} s between two pages")
        if pause_s:
            self.wait(pause_s)
            self._waited_s += pause_s
        self._asked += 1
        return self.client.get(url, accept=ACCEPT, etag=stamp.etag or None, last_modified=stamp.last_modified or None)


def fingerprint(page: Page) -> str:
    return hashlib.sha256(page.body).hexdigest()


def without_article(reading: Reading) -> Reading:
    """A further page of a magazine page holds the same article again: only its list is wanted."""
    if reading.parsed is None:
        return reading
    return replace(reading, parsed=replace(reading.parsed, article=None))
