"""What is remembered of a page: its validators, its date in the sitemap, the day it was last asked for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from publisher.errors import ParseError
from publisher.fetch import Page
from publisher.formats.dates import parse_date

VALIDATOR_LENGTH = 300
AGAIN = timedelta(days=1)
"""A page that a list names is asked for again after this long, and one without an article after a week."""
AGAIN_WITHOUT_ARTICLE = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Stamp:
    """All texts; `checked` is a date, `has_article` false for a page that held none."""

    etag: str = ""
    last_modified: str = ""
    lastmod: str = ""
    checked: str = ""
    has_article: bool = True

    @classmethod
    def read(cls, text: str) -> Stamp:
        """A stored stamp; an empty one where it cannot be read."""
        try:
            etag, last_modified, lastmod, checked, has_article = json.loads(text)
        except (ValueError, TypeError):
            return cls()
        return cls(str(etag), str(last_modified), str(lastmod), str(checked), bool(has_article))

    def write(self) -> str:
        values = [self.etag, self.last_modified, self.lastmod, self.checked, self.has_article]
        return json.dumps(values, ensure_ascii=True, separators=(",", ":"))

    def is_due(self, lastmod: str, *, today: date) -> bool:
        """Whether to ask for the page again: its sitemap has a later date; without one, a day has gone by."""
        if lastmod:
            return lastmod != self.lastmod and not is_before(lastmod, self.lastmod)
        try:
            since = today - date.fromisoformat(self.checked)
        except ValueError:
            return True
        return since >= (AGAIN if self.has_article else AGAIN_WITHOUT_ARTICLE) or since < timedelta()


def stamp_of(page: Page, *, lastmod: str, today: date, has_article: bool = True) -> Stamp:
    etag, last_modified = page.etag or "", page.last_modified or ""
    return Stamp(
        etag=etag if len(etag) <= VALIDATOR_LENGTH else "",
        last_modified=last_modified if len(last_modified) <= VALIDATOR_LENGTH else "",
        lastmod=lastmod,
        checked=today.isoformat(),
        has_article=has_article,
    )


def is_before(one: str, other: str) -> bool:
    """Both as sitemaps write them; False where one cannot be read."""
    first, second = instant(one), instant(other)
    return first is not None and second is not None and first < second


def instant(text: str) -> datetime | None:
    try:
        found = parse_date(text, where="")
    except ParseError:
        return None
    if not isinstance(found, datetime):
        return datetime(found.year, found.month, found.day, tzinfo=UTC)
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)
