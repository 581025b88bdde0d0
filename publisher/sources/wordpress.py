"""A WordPress site as a source: its REST API, and its feed where that is switched off (design.md 4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from urllib.parse import urlencode

from publisher.errors import FetchError, ParseError, SourceError
from publisher.fetch import Client, Page
from publisher.formats.feed_text import decode_feed
from publisher.formats.site_links import find_feeds, find_rest_api
from publisher.formats.wordpress import ParsedPosts, parse_posts
from publisher.model.settings import SourceSettings
from publisher.sources.bounded import Bounded
from publisher.sources.feed import READ_S, FeedSource, reading_of
from publisher.sources.port import Memory, Outcome, Reading

ACCEPT = "application/json"
PER_PAGE = 100
MAX_PAGES = 100
"""Of posts in one collect; the rest come with the next."""
OFF = frozenset({400, 401, 403, 404, 405, 410, 451})
"""What the API answers where it is switched off, or closed to the world."""


class ApiOff(Exception):  # noqa: N818 - becomes the feed in place of the API at once
    """The site has no REST API for us."""


@dataclass
class Walk:
    """One read through the pages of posts."""

    api: str
    query: Mapping[str, str]
    known: Mapping[str, str]
    pages: int
    totals: set[str]
    done: set[str] = field(default_factory=set)
    repeat_count: int = 0

    @property
    def is_shifted(self) -> bool:
        """Posts were edited or deleted meanwhile: later ones moved up a page, and may have been passed over."""
        return self.repeat_count > 0 or len(self.totals) > 1


class WordPressSource:
    """Reads the public posts of a WordPress site, the longest unchanged first; later only what changed since."""

    def __init__(self, settings: SourceSettings, client: Client, *, authority: str, bounded: Bounded | None = None):
        """`settings.url` is the site's front page. `authority`: the site's `id_authority`."""
        self.name = settings.name
        self.outcome = Outcome()
        self._settings = settings
        self._client = client
        self._authority = authority
        self._bounded = bounded
        self._warnings: list[str] = []
        self._is_cut = False

    def read(self, memory: Memory) -> Iterator[Reading]:
        """Yield each post. SourceError where neither the API nor the feed can be read.

        A page of posts that cannot be had ends the read with a warning: what came before it counts, and the next
        read goes on from there.
        """
        self.outcome, self._warnings, self._is_cut = Outcome(), [], False
        front = self._front_page()
        query = {"orderby": "modified", "order": "asc", "per_page": str(PER_PAGE), "_embed": EMBED}
        query |= modified_after(memory)
        known = {key: seen.fingerprint for key, seen in memory.seen.items()}
        try:
            api, page, posts = self._open(front, query, known)
        except ApiOff as reason:
            yield from self._read_feed(front, memory, str(reason))
            return
        walk = Walk(api, query, known, page_count(page), {page.headers.get("x-wp-total", "")})
        yield from self._readings(posts, walk)
        yield from self._pages(walk, first=2)
        if walk.is_shifted:
            yield from self._pages(walk, first=1)
        self.outcome = Outcome(warnings=tuple(self._warnings), is_complete=not self._is_cut)

    def _front_page(self) -> Page | None:
        """The site's page, for what it says of its API and feeds; a site may well hide it and have both."""
        try:
            page = self._client.get(self._settings.url)
        except FetchError as error:
            if error.status in OFF:
                return None
            raise
        if page.moved_to:
            self._warnings.append(f"{self.name}: the site has moved for good: set the source's url to {page.moved_to}")
        return page

    def _open(
        self, front: Page | None, query: Mapping[str, str], known: Mapping[str, str]
    ) -> tuple[str, Page, ParsedPosts]:
        """The address of the posts, and their first page; ApiOff where no address has any."""
        reason = ""
        for root in self._roots(front):
            address = f"{root.rstrip('/')}/wp/v2/posts"
            try:
                page = self._client.get(with_query(address, query), accept=ACCEPT)
                return address, page, self._parse(page, known)
            except FetchError as error:
                if error.status not in OFF:
                    raise
                reason = reason or error.what
            except ParseError as error:
                reason = reason or error.what
        raise ApiOff(reason)

    def _roots(self, front: Page | None) -> list[str]:
        site = f"{(front.url if front else self._settings.url).partition('?')[0].rstrip('/')}/"
        named = find_rest_api(text_of(front), header=front.headers.get("link", ""), url=front.url) if front else ""
        return list(dict.fromkeys(root for root in (named, f"{site}wp-json/", f"{site}?rest_route=/") if root))

    def _parse(self, page: Page, known: Mapping[str, str]) -> ParsedPosts:
        if self._bounded is None:
            return parse_posts(page.body, content_type=page.content_type, url=page.url, known=known)
        return self._bounded.run_for(
            READ_S, parse_posts, page.body, content_type=page.content_type, url=page.url, known=known
        )

    def _pages(self, walk: Walk, *, first: int) -> Iterator[Reading]:
        for number in range(first, min(walk.pages, MAX_PAGES) + 1):
            try:
                page = self._client.get(with_query(walk.api, {**walk.query, "page": str(number)}), accept=ACCEPT)
                posts = self._parse(page, walk.known)
            except SourceError as error:
                what = f"{self.name}: page {number} of {walk.pages} was not read; the next collect goes on. {error}"
                self._cut(what)
                return
            walk.totals.add(page.headers.get("x-wp-total", ""))
            yield from self._readings(posts, walk)
        if walk.pages > MAX_PAGES:
            self._cut(f"{self.name}: {MAX_PAGES} of {walk.pages} pages were read; the next collect goes on")

    def _cut(self, what: str) -> None:
        self._warnings.append(what)
        self._is_cut = True

    def _readings(self, posts: ParsedPosts, walk: Walk) -> Iterator[Reading]:
        self._warnings.extend(one for one in posts.warnings if one not in self._warnings)
        for post in posts.posts:
            walk.repeat_count += post.item.source_key in walk.done
            if post.item.source_key not in walk.done:
                walk.done.add(post.item.source_key)
                yield reading_of(post.item, self._settings, authority=self._authority, stamp=post.stamp)

    def _read_feed(self, front: Page | None, memory: Memory, reason: str) -> Iterator[Reading]:
        url = front.url if front else self._settings.url
        found = find_feeds(text_of(front), url=url) if front else ()
        address = found[0] if found else f"{url.partition('?')[0].rstrip('/')}/feed/"
        settings = self._settings.model_copy(update={"url": address})
        feed = FeedSource(settings, self._client, authority=self._authority, bounded=self._bounded)
        yield from feed.read(memory)
        note = f"{self.name}: the site's REST API cannot be used ({reason}); its feed {address} was read instead"
        self.outcome = replace(feed.outcome, warnings=(*self._warnings, note, *feed.outcome.warnings))


EMBED = "author,wp:term,wp:featuredmedia"


def text_of(page: Page | None) -> str:
    return decode_feed(page.body, content_type=page.content_type) if page else ""


def with_query(address: str, query: Mapping[str, str]) -> str:
    """`?rest_route=/wp/v2/posts` has its question mark already."""
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query, safe=':,')}"


def modified_after(memory: Memory) -> dict[str, str]:
    """Since the newest change that is known, less a second: others of the same second may not have been read."""
    stamps = [seen.stamp for seen in memory.seen.values() if seen.stamp]
    if not stamps:
        return {}
    try:
        newest = datetime.fromisoformat(max(stamps))
    except ValueError:
        return {}
    return {"modified_after": f"{newest - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"}


def page_count(page: Page) -> int:
    digits = page.headers.get("x-wp-totalpages", "").strip()
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 8 else 1
