"""Who gets which rendering of an issue: readers by their choice, readers who switched cadence by what they had.

Pure: from what the ledger says to a plan (docs/design/0008-cadences.md).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from publisher.model.article import Article
from publisher.model.choice import Entitled, ReaderChoice, entitled_since, parse_choice
from publisher.model.ids import ArticleId, SubscriberId
from publisher.storage.cadence import Announced
from publisher.storage.letters import Holding


@dataclass(frozen=True, slots=True)
class Rendering:
    """One variant that somebody gets: the language around the items, and the items in the order of reading."""

    language: str
    items: tuple[ArticleId, ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """Which renderings there are, the first one holding every article, and who gets which (by place).

    `choices` of which the issue holds nothing are in `without`; so are readers. `count` of readers in all.
    """

    renderings: tuple[Rendering, ...]
    choices: Mapping[str, int]
    without: frozenset[str]
    personal: Mapping[SubscriberId, int] = field(default_factory=dict)
    readers_without: frozenset[SubscriberId] = frozenset()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Rules:
    """How choices are read: the language of a tag, which sections the digest has, how many items an issue holds."""

    language_of: Callable[[str], str]
    max_items: int
    sections: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Switcher:
    """A reader who has held another cadence of the letter, and the articles of its issues that they had."""

    holding: Holding
    had: frozenset[ArticleId]


@dataclass(frozen=True, slots=True)
class Stock:
    """What an issue can hold: its own items in their order; what any issue of the letter announced; the articles."""

    items: tuple[ArticleId, ...]
    announced: Sequence[Announced]
    articles: Mapping[ArticleId, Article]
    in_order: Callable[[Collection[ArticleId]], tuple[ArticleId, ...]]


class Planner:
    """Collects renderings; the same one is made once."""

    def __init__(self, stock: Stock, rules: Rules) -> None:
        self._stock, self._rules = stock, rules
        self._places: dict[Rendering, int] = {}
        self.place_of(rules.language_of(""), stock.items)

    def place_of(self, language: str, items: tuple[ArticleId, ...]) -> int | None:
        """The place of a rendering, None where there is nothing to render."""
        if not items:
            return None
        return self._places.setdefault(Rendering(language, items), len(self._places))

    def by_choice(self, text: str) -> int | None:
        choice = parse_choice(text)
        items = tuple(one for one in self._stock.items if choice.wants(self._stock.articles[one].section))
        return self.place_of(self._rules.language_of(choice.language), items)

    def by_history(self, switcher: Switcher) -> int | None:
        choice = parse_choice(switcher.holding.choice)
        owed = self._owed(choice, switcher)
        return self.place_of(self._rules.language_of(choice.language), self._stock.in_order(owed))

    def _owed(self, choice: ReaderChoice, switcher: Switcher) -> list[ArticleId]:
        """What this reader was not sent, oldest first, as many as an issue holds; the rest waits for the next."""
        fresh = [one for one in self._stock.items if choice.wants(self._stock.articles[one].section)]
        missed = [
            one.article_id for one in self._stock.announced if self._is_for(one, choice, switcher.holding.entitled)
        ]
        owed = dict.fromkeys(one for one in [*missed, *fresh] if one not in switcher.had)
        return list(owed)[: self._rules.max_items]

    def _is_for(self, announced: Announced, choice: ReaderChoice, entitled: Entitled) -> bool:
        article = self._stock.articles.get(announced.article_id)
        if article is None or not choice.wants(article.section):
            return False
        if self._rules.sections and article.section not in self._rules.sections:
            return False
        since = entitled_since(entitled, article.section)
        return since is not None and announced.date >= since

    @property
    def renderings(self) -> tuple[Rendering, ...]:
        return tuple(self._places)


def plan_audience(stock: Stock, rules: Rules, *, choices: Mapping[str, int], switchers: Sequence[Switcher]) -> Plan:
    """Plan an issue: `choices` with how many made each, and those who switched."""
    planner = Planner(stock, rules)
    by_choice = {choice: planner.by_choice(choice) for choice in sorted(choices)}
    by_reader = {one.holding.subscriber_id: planner.by_history(one) for one in switchers}
    chosen = {choice: place for choice, place in by_choice.items() if place is not None}
    personal = {reader: place for reader, place in by_reader.items() if place is not None}
    return Plan(
        renderings=planner.renderings,
        choices=chosen,
        without=frozenset(by_choice) - frozenset(chosen),
        personal=personal,
        readers_without=frozenset(by_reader) - frozenset(personal),
        count=sum(choices[one] for one in chosen) + len(personal),
    )
