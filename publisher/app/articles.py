"""Looking at what was collected, and holding or releasing it."""

from __future__ import annotations

from collections.abc import Sequence

from publisher.app.runtime import Runtime
from publisher.errors import UsageError
from publisher.model.article import Article, ArticleState
from publisher.storage import articles, events

HOLD = {ArticleState.PUBLISHED: ArticleState.HELD}
RELEASE = {ArticleState.HELD: ArticleState.PUBLISHED}


def list_articles(runtime: Runtime, *, states: Sequence[ArticleState] = tuple(ArticleState)) -> list[Article]:
    """Newest first."""
    with runtime.read() as tx:
        return list(articles.iter_articles(tx, states=states))


def list_quarantine(runtime: Runtime) -> list[Article]:
    """What waits with a reason: new articles that could not be read, and bad new versions of published ones."""
    return [article for article in list_articles(runtime) if article.problem is not None]


def show_article(runtime: Runtime, name: str) -> Article:
    """An article by id or slug; NotFound otherwise."""
    with runtime.read() as tx:
        return articles.get(tx, name)


def hold(runtime: Runtime, names: Sequence[str]) -> list[Article]:
    """Take published articles out of feeds and coming issues until they are released."""
    return [_move(runtime, name, HOLD, "held") for name in names]


def release(runtime: Runtime, names: Sequence[str]) -> list[Article]:
    """Let held articles out."""
    return [_move(runtime, name, RELEASE, "released") for name in names]


def _move(runtime: Runtime, name: str, arrows: dict[ArticleState, ArticleState], what: str) -> Article:
    with runtime.begin() as tx:
        article = articles.get(tx, name)
        if article.state not in arrows:
            allowed = " or ".join(arrows)
            raise UsageError(f"The article is {article.state}, not {allowed}", article.slug, "Nothing was changed.")
        articles.set_state(tx, article.id, arrows[article.state])
        events.add(tx, at=runtime.now(), actor="editor", subject=article.id, what=what)
        return articles.get(tx, article.id)
