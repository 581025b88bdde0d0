"""The audience of an issue, planned from the ledger (design.md 7, Compose)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.compose.audience import Plan, Rules, Stock, Switcher, plan_audience
from publisher.digest import in_order
from publisher.model.article import Article, ArticleState
from publisher.model.ids import ArticleId, SubscriberId
from publisher.model.settings import DigestSettings, Settings
from publisher.rendering.languages import mail_language
from publisher.storage import Transaction, articles, cadence
from publisher.storage.letters import Holding
from publisher.subscriptions.choices import letter_of

MEMORY = timedelta(days=400)
"""How far back the ledger is asked what a reader had: as long as it keeps its rows (design.md, `database.keep`)."""


@dataclass(frozen=True, slots=True)
class Audience:
    """A plan, the articles that its renderings are made of, and by what it can be seen to be out of date."""

    plan: Plan
    articles: dict[ArticleId, Article]
    letter: tuple[str, ...]
    switchers: tuple[tuple[SubscriberId, str], ...] = ()


def language_rule(settings: Settings) -> Callable[[str], str]:
    """From a reader's language to that of the words around the items: their own, if there is a catalogue."""
    return lambda tag: mail_language(tag, otherwise=settings.site.language)


def read_audience(
    tx: Transaction, settings: Settings, digest: DigestSettings, items: Sequence[Article], *, now: datetime
) -> Audience:
    """Plan who gets which rendering of an issue of these items (its own, in their order)."""
    letter = letter_of(settings, digest.name)
    moved = cadence.switchers(tx, digest.name, letter)
    announced = cadence.announced(tx, letter, since=now - MEMORY) if moved else []
    found = {article.id: article for article in items}
    if announced:
        more = articles.get_all(tx, {one.article_id for one in announced} - set(found))
        found |= {one: article for one, article in more.items() if article.state is ArticleState.PUBLISHED}
    had = articles_had(tx, [one.subscriber_id for one in moved], {one.issue for one in announced})

    def order(ids: Collection[ArticleId]) -> tuple[ArticleId, ...]:
        newest = sorted((found[one] for one in ids), key=lambda one: (-one.published.timestamp(), one.id))
        return tuple(article.id for article in in_order(newest, settings.mail.order))

    stock = Stock(tuple(article.id for article in items), announced, found, order)
    rules = Rules(language_rule(settings), digest.max_items, digest.sections)
    switchers = [Switcher(one, frozenset(had[one.subscriber_id])) for one in moved]
    choices = cadence.active_choices(tx, digest.name, letter)
    plan = plan_audience(stock, rules, choices=choices, switchers=switchers)
    return Audience(plan, found, letter, fingerprint(moved))


def fingerprint(switchers: Sequence[Holding]) -> tuple[tuple[SubscriberId, str], ...]:
    """Who has switched, and what they chose: a plan holds as long as this stays."""
    return tuple((one.subscriber_id, one.choice) for one in switchers)


def articles_had(
    tx: Transaction, readers: Sequence[SubscriberId], numbers: Collection[int]
) -> defaultdict[SubscriberId, set[ArticleId]]:
    """Which articles of these issues each of these readers was sent, as the ledger says."""
    had: defaultdict[SubscriberId, set[ArticleId]] = defaultdict(set)
    if not readers:
        return had
    held = cadence.variant_items(tx, sorted(numbers))
    for reader, issue, variant in cadence.delivered(tx, readers, sorted(numbers)):
        had[reader].update(held.get((issue, variant), ()))
    return had


def is_current(tx: Transaction, digest: str, audience: Audience) -> bool:
    """Whether everybody who would be frozen now is planned for."""
    known = set(audience.plan.choices) | audience.plan.without
    choices = cadence.active_choices(tx, digest, audience.letter)
    moved = cadence.switchers(tx, digest, audience.letter)
    return set(choices) <= known and fingerprint(moved) == audience.switchers
