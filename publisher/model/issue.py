"""An issue is what a digest sends for one slot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from publisher.model.article import Passage
from publisher.model.delivery import Counts
from publisher.model.ids import ArticleId, IssueId


class IssueState(StrEnum):
    DRAFT = "draft"
    APPROVED = "approved"
    SENDING = "sending"
    SENT = "sent"
    HELD = "held"
    PAUSED = "paused"
    CANCELLED = "cancelled"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Slot:
    """One due time of a digest, named by its local date; `at` is aware UTC."""

    name: str
    at: datetime
    local: str
    note: str | None = None
    """"gap": the local time did not exist; "overlap": it existed twice and the first was taken."""


@dataclass(frozen=True, slots=True)
class IssueItem:
    """An article in an issue, with the extract's words as sent."""

    position: int
    article_id: ArticleId
    title: str
    passages: tuple[Passage, ...]
    is_short: bool = False
    """True: headline and link only (the size fit cut it)."""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue as stored. `number` is its row; `date` the Date of its mails.

    `corrects`: the number of the issue that it corrects. `forecast`: as `issues show` prints it.
    """

    id: IssueId
    number: int
    digest: str
    slot: str
    extra: int
    state: IssueState
    subject: str
    content_hash: str
    scheduled_for: datetime
    date: datetime
    by_hand: bool
    size_bytes: int
    item_count: int
    reason: str
    counts: Counts
    corrects: int | None = None
    note: str = ""
    forecast: Mapping[str, Any] | None = None
    started: datetime | None = None
    finished: datetime | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One rendering of an issue: readers of one variant get the same bytes, but for the personal ones.

    `choice` names it: its language, and a hash of which articles it holds. `html` and `text` are the web's, without
    personal links. Variant 1 holds every article: it is the archive's page.
    """

    number: int
    choice: str
    items: tuple[ArticleId, ...]
    html: str
    text: str
    segments: bytes
    """The encoded message cut at its personal places, as `rendering.message` packs it."""
    content_hash: str
    language: str = ""
    subject: str = ""
    size_bytes: int = 0
