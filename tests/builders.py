"""Values for tests: what a test does not name is filled in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from publisher.feeds import FeedInfo
from publisher.model.article import (
    Article,
    ArticleState,
    Block,
    BlockKind,
    Body,
    Extract,
    Origin,
    ParsedArticle,
    Passage,
)
from publisher.model.ids import ArticleId

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def a_body(*paragraphs: str) -> Body:
    """A body of paragraphs, with their offsets."""
    texts = paragraphs or ("The ferry left at six. Nobody was on it.",)
    blocks, at = [], 0
    for text in texts:
        blocks.append(Block(BlockKind.PARAGRAPH, at, at + len(text)))
        at += len(text) + 2
    return Body("".join(f"<p>{text}</p>" for text in texts), "\n\n".join(texts), tuple(blocks))


def a_parsed_article(title: str = "The last ferry", **changes: Any) -> ParsedArticle:
    return ParsedArticle(**({"title": title, "body": a_body(), "authors": ("Ada Berg",)} | changes))


def an_article(number: int = 1, **changes: Any) -> Article:
    """A stored article with a distinct id, slug and title."""
    body = changes.pop("body", a_body())
    first = body.blocks[0]
    values: dict[str, Any] = {
        "id": ArticleId(f"tag:harbour.example,2026:article/articles/{number}"),
        "number": number,
        "source": "articles",
        "source_key": f"{number}.md",
        "slug": f"article-{number}",
        "url": f"https://harbour.example/culture/article-{number}",
        "title": f"Article {number}",
        "authors": ("Ada Berg",),
        "section": "culture",
        "language": "en",
        "tags": (),
        "published": NOW,
        "updated": NOW,
        "first_seen": NOW,
        "image": None,
        "licence": None,
        "original": None,
        "body": body,
        "extract": Extract((Passage(body.text[first.start : first.end], first.start, first.end),), Origin.AUTOMATIC),
        "content_hash": f"{number:064x}",
        "state": ArticleState.PUBLISHED,
    }
    return Article(**(values | changes))


def a_feed_info(**changes: Any) -> FeedInfo:
    """What the feed of everything says of itself."""
    values: dict[str, Any] = {
        "id": "tag:harbour.example,2026:feed/all",
        "path": "",
        "title": "The Harbour Review",
        "description": "",
        "language": "en",
        "home_url": "https://harbour.example/",
        "author": "The Harbour Review",
        "updated": NOW,
    }
    return FeedInfo(**(values | changes))
