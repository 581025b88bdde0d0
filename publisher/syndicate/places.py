"""Where the files of a selection are, below the output and on the web."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from publisher.model.settings import Settings
from publisher.syndicate.selections import Selection

FILE_NAMES: Mapping[str, str] = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
OPML = "feeds.opml"
INDEX = "index.html"
ISSUES = "issues"
"""The folder and the kind of the newsletter's own feed."""


def path_of(selection: Selection, name: str) -> str:
    """Such as `section/culture/rss.xml`."""
    return f"{selection.path}/{name}" if selection.path else name


def url_of(settings: Settings, selection: Selection, name: str) -> str:
    """Where the file is served."""
    return f"{settings.feeds.base_url}{path_of(selection, name)}"


def hash_of(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
