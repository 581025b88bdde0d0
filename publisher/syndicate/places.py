"""Where the files of the feeds are, below the output and on the web."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping

from publisher.model.settings import Settings
from publisher.syndicate.selections import Selection

FILE_NAMES: Mapping[str, str] = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
OPML = "feeds.opml"
INDEX = "index.html"
ISSUES = "issues"
"""The folder and the kind of the newsletter's own feed."""
ARCHIVE_PATH = re.compile(r"archive/(rss|atom)-([1-9][0-9]{0,8})\.xml")


def path_of(selection: Selection, name: str) -> str:
    """Such as `section/culture/rss.xml`."""
    return f"{selection.path}/{name}" if selection.path else name


def url_of(settings: Settings, selection: Selection, name: str) -> str:
    """Where the file is served."""
    return f"{settings.feeds.base_url}{path_of(selection, name)}"


def archive_path(kind: str, number: int) -> str:
    """The closed page `number` (from 1, the oldest) of the feed of everything."""
    return f"archive/{kind}-{number}.xml"


def formats_of(settings: Settings) -> tuple[str, ...]:
    """The formats that are written, each once."""
    return tuple(dict.fromkeys(settings.feeds.formats))


def hash_of(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
