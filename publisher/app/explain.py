"""Why a person did or did not get an issue, and why an article is or is not in it (peers.md F11)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from publisher.app.runtime import Runtime
from publisher.digest import why_not
from publisher.errors import NotFound
from publisher.model.article import Article
from publisher.model.delivery import Delivery, DeliveryState
from publisher.model.ids import ArticleId
from publisher.model.issue import Issue, IssueItem, IssueState
from publisher.model.settings import DigestSettings, Settings
from publisher.model.subscriber import Subscriber, SubscriptionState
from publisher.storage import Transaction, articles, issues, ledger, letters, subscribers, suppressions
from publisher.storage.letters import Holding
from publisher.subscriptions.addresses import parse_address
from publisher.subscriptions.choices import letter_of


@dataclass(frozen=True, slots=True)
class Explanation:
    answer: str
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked of one issue, in one read."""

    tx: Transaction
    settings: Settings
    issue: Issue

    @property
    def rules(self) -> DigestSettings | None:
        """The digest's rules as they are now; None where it has left the configuration."""
        return next((one for one in self.settings.digests if one.name == self.issue.digest), None)


def explain(runtime: Runtime, issue_id: str, name: str) -> Explanation:
    """The answer and its reasons for an address, or for an article's slug or id; NotFound."""
    with runtime.read() as tx:
        question = Question(tx, runtime.settings, issues.get_issue(tx, issue_id))
        if "@" in name and not name.startswith(("tag:", "http://", "https://")):
            return of_address(question, name)
        return of_article(question, articles.get(tx, name))


def of_address(question: Question, address: str) -> Explanation:
    tx, issue = question.tx, question.issue
    key = parse_address(address).key
    delivery = find_delivery(tx, issue.number, key)
    because = list(suppressed(question, key))
    if delivery is None:
        because += why_not_frozen(question, key)
        return Explanation(f"{address} is not in the audience of {issue.id}.", tuple(because))
    because += of_delivery(issue, delivery)
    got = {
        DeliveryState.ACCEPTED: f"{address} was sent {issue.id}: the relay took it.",
        DeliveryState.UNKNOWN: f"It is not known whether {address} got {issue.id}: the relay's reply was lost.",
    }
    return Explanation(got.get(delivery.state, f"{address} has not got {issue.id}."), tuple(because))


def suppressed(question: Question, key: str) -> Iterator[str]:
    found = suppressions.find(question.tx, key)
    if found is not None:
        yield f"The address is suppressed ({found.reason}) since {moment(found.since)}."


def find_delivery(tx: Transaction, issue: int, key: str) -> Delivery | None:
    """The delivery to a folded address; None where it is not in the audience."""
    try:
        return ledger.get_delivery(tx, issue, key)
    except NotFound:
        return None


def of_delivery(issue: Issue, delivery: Delivery) -> Iterator[str]:
    """What the ledger says of one row."""
    tries = f"{delivery.attempt} attempt{'' if delivery.attempt == 1 else 's'}"
    at = f", at {moment(delivery.updated_at)}" if delivery.updated_at else ""
    yield f"The ledger says {delivery.state} after {tries}{at}."
    if delivery.reply and delivery.state is DeliveryState.SUPPRESSED:
        yield f"It was left out when its turn came: {delivery.reply}."
    elif delivery.reply:
        code = f"{delivery.code} " if delivery.code else ""
        relay = f"The relay {delivery.relay}" if delivery.relay else "The answer"
        yield f"{relay} said: {code}{delivery.reply}"
    if delivery.next_try_at is not None:
        yield f"The next try is at {moment(delivery.next_try_at)}."
    if delivery.state in (DeliveryState.QUEUED, DeliveryState.DEFERRED) and issue.state is not IssueState.SENDING:
        yield f"The issue is {issue.state}{f': {issue.reason}' if issue.reason else ''}."


def why_not_frozen(question: Question, key: str) -> Iterator[str]:
    """Why an address is not in the audience: as far as the database knows today what was true at the freeze."""
    issue = question.issue
    subscriber = subscribers.find(question.tx, key)
    if subscriber is None:
        yield "There is no such subscriber."
        return
    if issue.started is None:
        yield f"The issue is {issue.state}: its audience is not frozen yet."
    if issue.corrects is not None:
        yield "It is a correction: it goes to those only who got a corrected article with the original."
    letter = letter_of(question.settings, issue.digest)
    held = letters.holdings(question.tx, subscriber.id, letter)
    mine = next((one for one in held if one.digest == issue.digest), None)
    yield from of_holding(question, mine, issue.started)
    yield from of_other_cadences(issue, held)
    if mine is not None and mine.state is SubscriptionState.ACTIVE:
        yield from of_sections(question, subscriber, mine)


def of_holding(question: Question, mine: Holding | None, frozen_at: datetime | None) -> Iterator[str]:
    digest = question.issue.digest
    if mine is None:
        yield f"The subscriber does not hold the digest {digest}."
    elif mine.state is SubscriptionState.ENDED:
        yield f"The subscription of {digest} has ended."
    elif mine.state is SubscriptionState.PENDING:
        yield f"The subscription of {digest} is not confirmed."
    elif frozen_at is not None and mine.since > frozen_at:
        yield (
            f"The subscription of {digest} began at {moment(mine.since)}, "
            f"after the audience was frozen at {moment(frozen_at)}."
        )


def of_other_cadences(issue: Issue, held: Iterable[Holding]) -> Iterator[str]:
    """Digests of one group are one letter: a reader holds one of them."""
    for one in held:
        if one.digest != issue.digest and one.state is SubscriptionState.ACTIVE:
            yield f"The subscriber holds {one.digest}, another cadence of the same letter, since {moment(one.since)}."


def of_sections(question: Question, subscriber: Subscriber, mine: Holding) -> Iterator[str]:
    """What the subscriber's choice of sections, and what came by other cadences, leave of the issue."""
    issue = question.issue
    items = issues.get_items(question.tx, issue.number)
    sections = {item.article_id: articles.get(question.tx, item.article_id).section for item in items}
    wanted = [item for item in items if not mine.sections or sections[item.article_id] in mine.sections]
    if items and not wanted:
        there = ", ".join(sorted(set(sections.values())))
        yield f"The subscriber chose {', '.join(mine.sections)}; the issue has {there} only."
        return
    letter = [name for name in letter_of(question.settings, issue.digest) if name != issue.digest]
    had = ledger.had_articles(question.tx, subscriber.id, digests=letter) if letter else {}
    if wanted and all(item.article_id in had for item in wanted):
        brought = ", ".join(sorted({had[item.article_id] for item in wanted}))
        yield f"The subscriber had every article of it before, with {brought}."


def of_article(question: Question, article: Article) -> Explanation:
    issue = question.issue
    items = {item.article_id: item for item in issues.get_items(question.tx, issue.number)}
    item = items.get(article.id)
    if item is None:
        return Explanation(f"«{article.title}» is not in {issue.id}.", tuple(why_left_out(question, article)))
    because = [f"It was published at {moment(article.published)} and was new to the digest."]
    if item.is_short:
        because.append("It stands there as headline and link only, so that no mail program cuts the mail off.")
    because += changed_since(question, article, item)
    return Explanation(f"«{article.title}» is in {issue.id}, at place {item.position}.", tuple(because))


def changed_since(question: Question, article: Article, item: IssueItem) -> Iterator[str]:
    if article.updated > question.issue.date:
        yield f"It was changed at {moment(article.updated)}; the mail has it as it was before, «{item.title}»."


def why_left_out(question: Question, article: Article) -> list[str]:
    """The rules as they are now, on what was known when the issue was made."""
    issue, tx = question.issue, question.tx
    because = [f"The article is {article.state}{problem_of(article)}."] if article.state != "published" else []
    if article.published > issue.date:
        because.append(f"Its date is {moment(article.published)}: the issue was made before, at {moment(issue.date)}.")
    if article.first_seen > issue.date:
        because.append(f"It was first seen at {moment(article.first_seen)}, after the issue was made.")
    other = issues.find_holding(tx, issue.digest, article.id)
    if other is not None:
        because.append(f"It is in {other}, and an article is new in one issue of a digest only.")
    because += cut_off(question, article.id)
    because += by_the_rules(question, article)
    return because or ["Nothing in today's rules leaves it out: they, or the article, were others then."]


def problem_of(article: Article) -> str:
    return f": {article.problem.what}" if article.problem else ""


def by_the_rules(question: Question, article: Article) -> Iterator[str]:
    """The reason of the digest's own rules: floor, sections, max_age (as `compose` finds it)."""
    issue, rules = question.issue, question.rules
    if rules is None:
        yield f"The digest {issue.digest} is not in the configuration any more."
        return
    floor = issues.get_floor(question.tx, issue.digest)
    if floor is None or article.state != "published" or article.published > issue.date:
        return
    reason = why_not(article, rules=rules, now=issue.date, floor=floor, already=frozenset())
    details = {
        "it was published before the digest's floor": f", {moment(floor)}",
        f"its section is {article.section}": f"; {rules.name} takes {', '.join(rules.sections)}",
    }
    if reason:
        yield f"{reason[0].upper()}{reason[1:]}{details.get(reason, '')}."


def cut_off(question: Question, article_id: ArticleId) -> Iterator[str]:
    """Whether `max_items` cut it off, in this issue or another."""
    if article_id not in issues.cut_off(question.tx, question.issue.digest):
        return
    rules = question.rules
    is_carried = rules is None or rules.overflow == "carry"
    yield f"max_items cut it off; {'it is chosen first next time' if is_carried else 'overflow = drop'}."


def moment(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
