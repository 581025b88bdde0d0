"""Listed extracts wait for their article, and find it when it arrives (design.md 2)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from publisher.collect.intake import free_time
from publisher.collect.resolve import with_extract
from publisher.extracts import choose
from publisher.extracts.verbatim import locate
from publisher.model.article import Article, Origin
from publisher.model.settings import Settings
from publisher.storage import Transaction, articles

FRAGMENT = re.compile(r"[A-Za-z0-9 ]{12,60}")


def fragment_of(passage: str) -> str:
    """The longest run of plain letters of a passage: found to the letter wherever the passage is."""
    return max(FRAGMENT.findall(passage), key=len, default="").strip()


def holds(article: Article, passages: Sequence[str]) -> bool:
    """Whether every passage stands in the article's body (extracts.md 1.5, loosely)."""
    return bool(passages) and all(locate(article.body.text, passage) is not None for passage in passages)


def attach_waiting(tx: Transaction, arrived: Iterable[Article], settings: Settings, *, now: datetime) -> int:
    """Give each article that arrived the listed extract that waited for it; how many found theirs."""
    waiting = articles.iter_waiting(tx)
    count = 0
    for article in arrived:
        for page, position, _, passages in waiting:
            fragment = fragment_of(passages[0]) if passages else ""
            if fragment in article.body.text and holds(article, passages):
                attach(tx, article, page, position, passages, settings=settings, now=now)
                count += 1
                break
    return count


def attach_listed(
    tx: Transaction, page: str, keys: Iterable[tuple[str, int]], settings: Settings, *, now: datetime
) -> int:
    """Look for the articles of listed extracts that were just stored; how many were found."""
    waiting = {(one[0], one[1]): one[3] for one in articles.iter_waiting(tx) if one[0] == page}
    count = 0
    for key in keys:
        passages = waiting.get(key, ())
        fragment = fragment_of(passages[0]) if passages else ""
        found = articles.find_holding(tx, fragment) if fragment else []
        article = next((one for one in found if holds(one, passages)), None)
        if article is not None:
            attach(tx, article, *key, passages, settings=settings, now=now)
            count += 1
    return count


def attach(
    tx: Transaction,
    article: Article,
    page: str,
    position: int,
    passages: Sequence[str],
    *,
    settings: Settings,
    now: datetime,
) -> None:
    """Attach one; it becomes the article's extract unless its own file gives one."""
    articles.attach_listed(tx, page, position, article.id)
    if articles.given_of(tx, article.id) or article.extract.origin is Origin.EDITOR:
        return
    extract, warnings = choose(
        article.body,
        title=article.title,
        language=article.language,
        given=tuple(passages),
        summary=None,
        settings=settings.extracts,
    )
    hashed = with_extract(article, extract)
    is_out = article.first_seen < now
    updated = free_time(tx, now, by_other_than=article.id) if is_out else article.updated
    articles.set_extract(tx, replace(article, extract=extract, content_hash=hashed, updated=updated, warnings=warnings))
