"""One piece of the magazine: its body as blocks, its extract as passages, where it came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from publisher.model.ids import ArticleId


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    QUOTE = "quote"
    LIST = "list"
    CODE = "code"
    FIGURE = "figure"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Block:
    """`body.text[start:end]` is the block's text (of a figure: its caption, may be empty)."""

    kind: BlockKind
    start: int
    end: int
    alt: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Body:
    """The sanitised HTML of an article, and its text: the blocks' texts, joined by one blank line."""

    html: str
    text: str
    blocks: tuple[Block, ...]


class Origin(StrEnum):
    EDITOR = "editor"
    SOURCE = "source"
    AUTOMATIC = "automatic"
    LEAD = "lead"
    TITLE = "title"


@dataclass(frozen=True, slots=True)
class Passage:
    """Words quoted from the body, which stand at `body.text[start:end]`.

    `text` is that slice; only where an editor typed other quotes, dashes or edge ellipses, `text` is as typed.
    Both offsets are None where an editor's words are not in the body.
    """

    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Extract:
    passages: tuple[Passage, ...]
    origin: Origin

    @property
    def plain(self) -> str:
        """The words as one text: passages joined by a blank line; the same in every feed and mail."""
        return "\n\n".join(passage.text for passage in self.passages)


@dataclass(frozen=True, slots=True)
class OriginFeed:
    """The feed that an article came from elsewhere, as it told of itself (RFC 4287 4.2.11). `updated` is RFC 3339."""

    id: str
    title: str
    updated: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Original:
    """Where a republished article was first published."""

    name: str
    url: str
    feed: OriginFeed | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that belongs to an article, such as its recording. `length` in bytes."""

    url: str
    type: str
    length: int


class ArticleState(StrEnum):
    PUBLISHED = "published"
    HELD = "held"
    QUARANTINED = "quarantined"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ParsedArticle:
    """What a source gives: text turned into values, before ids, slugs and defaults.

    `published` and `updated`: an aware datetime, a naive one (local time of the site), a date alone
    (midnight in the site's zone), or None (first seen). `given` are the editor's passages as given (edge
    ellipses kept), `summary` the source's own summary.
    """

    title: str
    body: Body
    authors: tuple[str, ...] = ()
    published: datetime | date | None = None
    updated: datetime | date | None = None
    entry_id: str | None = None
    slug: str | None = None
    url: str | None = None
    section: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    image: str | None = None
    image_size: tuple[int, int] | None = None
    """Width and height in pixels, where the source gives them."""
    attachments: tuple[Attachment, ...] = ()
    licence: str | None = None
    original: Original | None = None
    given: tuple[str, ...] = ()
    summary: str | None = None
    is_draft: bool = False


@dataclass(frozen=True, slots=True)
class ListedExtract:
    """A dated extract in the list at a magazine page's foot, seen without its article."""

    position: int
    dated_on: date
    passages: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """All that one file held: an article (None for a draft-less list page), listed extracts, warnings."""

    article: ParsedArticle | None
    listed: tuple[ListedExtract, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something waits or was refused: an error's three fields, kept."""

    what: str
    where: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Article:
    """An article as stored. Times are aware UTC."""

    id: ArticleId
    number: int
    source: str
    source_key: str
    slug: str
    url: str
    title: str
    authors: tuple[str, ...]
    section: str
    language: str
    tags: tuple[str, ...]
    published: datetime
    updated: datetime
    first_seen: datetime
    image: str | None
    licence: str | None
    original: Original | None
    body: Body
    extract: Extract
    content_hash: str
    state: ArticleState
    problem: Problem | None = None
    warnings: tuple[str, ...] = ()
    image_size: tuple[int, int] | None = None
    attachments: tuple[Attachment, ...] = ()
