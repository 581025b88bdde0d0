"""A letter in four cadences, its readers, and days going by: the real compose, freeze and claim, without rendering."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import create_engine, select
from sqlalchemy.pool import StaticPool

from publisher.app import compose
from publisher.app.issue_mail import Draft, choice_of, issue_items
from publisher.app.runtime import Runtime
from publisher.compose.audience import Rendering
from publisher.compose.decide import Step, decide
from publisher.config.load import load_settings
from publisher.model.choice import ReaderChoice
from publisher.model.delivery import DeliveryState
from publisher.model.ids import ArticleId, SubscriberId
from publisher.model.issue import IssueState, Variant
from publisher.model.settings import DigestSettings
from publisher.model.subscriber import SubscriptionState
from publisher.storage import Database, articles, cadence, issues, subscribers
from publisher.storage.articles import Traits
from publisher.storage.deliveries import Settlement, claim, settle, take_range
from publisher.storage.subscribers import Person, Wish
from publisher.storage.tables import metadata
from publisher.subscriptions import choices
from tests.acceptance.a_site import CONFIG
from tests.builders import an_article

BEGIN = datetime(2026, 11, 2, 5, 0, tzinfo=UTC)
CADENCES = ("instant", "daily", "weekly", "monthly")
SECTIONS = ("arts", "books", "cities")
SCHEDULES = {
    "instant": "instant",
    "daily": "daily 07:00",
    "weekly": "weekly mon 07:00",
    "monthly": "monthly 1 07:00",
}


def configuration(*, max_items: int = 1000) -> str:
    """A site with the four cadences of one letter."""
    digests = "".join(
        f'[[digests]]\nname = "{name}"\ntitle = "The {name} letter"\nschedule = "{SCHEDULES[name]}"\n'
        f'group = "letter"\nmax_items = {max_items}\nmax_lateness = "40d"\n\n'
        for name in CADENCES
    )
    before, _, rest = CONFIG.partition("[[digests]]")
    return before + digests + "[relay]" + rest.partition("[relay]")[2]


@dataclass
class Reader:
    """Who reads, and since when each section has been wanted without a break; `gone` once they left."""

    id: SubscriberId
    since: dict[str, datetime]
    sections: tuple[str, ...] = ()
    got: Counter[ArticleId] = field(default_factory=Counter)

    def wants(self, section: str) -> bool:
        return not self.sections or section in self.sections


class Letter:
    """The site in memory. `tick` is what a tick of `run` does about mail."""

    def __init__(self, root: Path, *, max_items: int = 1000) -> None:
        (root / "config").mkdir(exist_ok=True)
        (root / "config/publisher.toml").write_text(configuration(max_items=max_items))
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        metadata.create_all(engine)
        self.now = BEGIN
        self.runtime = Runtime(
            root=root,
            settings=load_settings(root, environ={}),
            database=Database(engine, where="memory"),
            clock=lambda: self.now,
            environ={},
        )
        self.sections: dict[ArticleId, str] = {}
        self.published: dict[ArticleId, datetime] = {}
        self.readers: list[Reader] = []
        self.unwanted: list[tuple[SubscriberId, ArticleId]] = []
        self.variants: dict[int, dict[int, tuple[ArticleId, ...]]] = defaultdict(dict)

    def join(self, cadence_: str, sections: tuple[str, ...]) -> Reader:
        key = f"r{len(self.readers)}@example.org"
        with self.runtime.begin() as tx:
            subscribers.add_people(tx, [Person(key, key, None, self.now)])
            subscribers.add_wishes(tx, [Wish(key, cadence_, SubscriptionState.ACTIVE, sections, self.now)])
            [reader_id] = subscribers.ids_of(tx, [key]).values()
        reader = Reader(reader_id, dict.fromkeys(sections or SECTIONS, self.now), sections)
        self.readers.append(reader)
        return reader

    def switch(self, reader: Reader, cadence_: str, sections: tuple[str, ...], language: str = "") -> None:
        with self.runtime.begin() as tx:
            choices.choose(
                tx,
                reader.id,
                letter=CADENCES,
                digest=cadence_,
                choice=ReaderChoice(language, sections),
                now=self.now,
            )
        wanted = sections or SECTIONS
        reader.since = {section: reader.since.get(section, self.now) for section in wanted}
        reader.sections = sections

    def publish(self, section: str) -> ArticleId:
        number = len(self.sections) + 1
        when = {"published": self.now, "updated": self.now, "first_seen": self.now}
        article = an_article(number, section=section, **when)
        with self.runtime.begin() as tx:
            articles.add(tx, article, Traits(f"t{number}"))
        self.sections[article.id], self.published[article.id] = section, self.now
        return article.id

    def tick(self, *, delivers: bool = True) -> None:
        for digest in self.runtime.settings.digests:
            self.compose(digest)
        if delivers:
            self.deliver()

    def compose(self, digest: DigestSettings) -> None:
        """As `compose_one`, with variants that hold no mail."""
        found = compose.look(self.runtime, digest)
        decision = decide(digest, found.situation)
        if decision.step is not Step.MAKE:
            return
        chosen = compose.choose_from(self.runtime, digest, found)
        if chosen.reason or chosen.audience is None:
            compose.skip(self.runtime, digest, found, chosen.reason)
            return
        made = [bare(one, number) for number, one in enumerate(chosen.audience.plan.renderings, start=1)]
        items = issue_items(chosen.items, full_count=len(chosen.items))
        draft = Draft(tuple(made), items, self.now, ())
        compose.store(self.runtime, digest, found, decision, chosen=chosen, draft=draft)

    def deliver(self) -> None:
        with self.runtime.read() as tx:
            sending = list(issues.iter_issues(tx, states=(IssueState.SENDING,)))
        for issue in sorted(sending, key=lambda one: one.number):
            self.send(issue.number)
            with self.runtime.begin() as tx:
                issues.set_state(tx, issues.get_issue(tx, issue.id), IssueState.SENT, now=self.now)

    def send(self, issue: int) -> None:
        with self.runtime.begin() as tx:
            held = cadence.variant_items(tx, [issue])
            while part := take_range(tx, issue=issue, owner="me", epoch=1, now=self.now):
                claims = claim(tx, part, epoch=1, limit=1000, now=self.now)
                if not claims:
                    break
                answers = [Settlement(one.subscriber_id, one.attempt, DeliveryState.ACCEPTED) for one in claims]
                settle(tx, answers, issue=issue, epoch=1, now=self.now)
                for one in claims:
                    self.receive(one.subscriber_id, held[issue, one.variant])

    def receive(self, reader_id: SubscriberId, items: tuple[ArticleId, ...]) -> None:
        reader = next(one for one in self.readers if one.id == reader_id)
        reader.got.update(items)

    def missed(self, *, until: datetime) -> list[tuple[SubscriberId, ArticleId]]:
        """What a reader wanted all the time since it came out, and never got."""
        return [
            (reader.id, article)
            for reader in self.readers
            for article, section in self.sections.items()
            if reader.wants(section)
            and section in reader.since
            and reader.since[section] <= self.published[article] <= until
            and not reader.got[article]
        ]

    def repeated(self) -> list[tuple[SubscriberId, ArticleId]]:
        return [(one.id, article) for one in self.readers for article, count in one.got.items() if count > 1]


def bare(rendering: Rendering, number: int) -> Variant:
    return Variant(
        number, choice_of(rendering), rendering.items, "", "", b"", "", language=rendering.language, size_bytes=1
    )


def play(root: Path, chance: random.Random, *, max_items: int = 1000) -> tuple[Letter, datetime]:
    """One history: two weeks and more of publishing, joining, switching and ticking; then quiet weeks until all is out.

    Returned with the instant after which nothing is asked for any more.
    """
    letter = Letter(root, max_items=max_items)
    for _ in range(3):
        letter.join(chance.choice(CADENCES), some_sections(chance))
    for _ in range(chance.randrange(12, 30)):
        letter.now += timedelta(minutes=chance.randrange(1, 60 * 30))
        event(letter, chance)
        letter.tick(delivers=chance.random() < 0.8)
    until = letter.now
    for _ in range(5):
        letter.now += timedelta(days=8)
        for section in SECTIONS:
            letter.publish(section)
        letter.now += timedelta(minutes=1)
        letter.tick()
        letter.now += timedelta(days=1)
        letter.tick()
    return letter, until


def event(letter: Letter, chance: random.Random) -> None:
    what = chance.random()
    if what < 0.5:
        letter.publish(chance.choice(SECTIONS))
    elif what < 0.9:
        reader = chance.choice(letter.readers)
        sections = reader.sections if chance.random() < 0.6 else some_sections(chance)
        letter.switch(reader, chance.choice(CADENCES), sections, chance.choice(("", "", "de")))
    else:
        letter.join(chance.choice(CADENCES), some_sections(chance))


def some_sections(chance: random.Random) -> tuple[str, ...]:
    return tuple(sorted(chance.sample(SECTIONS, chance.choice((0, 0, 1, 2)))))


def deliveries_of(letter: Letter) -> int:
    with letter.runtime.read() as tx:
        return len(tx.execute(select(metadata.tables["deliveries"].c.issue)).all())
