"""What the linter is told about a mail, and what it says of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from publisher.mail_lint.registry import RULES
from publisher.mail_lint.rule import Rule, Severity
from publisher.model.article import Problem

MOST = 10
"""Findings of one rule that are told one by one."""
SHOWN = 100


class Kind(StrEnum):
    """A mail of a list, or one that a person asked for just now, such as a confirmation (email.md 4)."""

    LIST = "list"
    PERSONAL = "personal"


@dataclass(frozen=True, slots=True)
class Expected:
    """What the mail must hold. `words`: all that articles and configuration themselves say.

    Braces, tags and `None` that stand in `words` are somebody's words and no leftover (email.md E17).
    An empty `unsubscribe_url` or `postal_address` is not looked for; an `unsubscribe_url` that ends in a slash stands
    for every address that begins so.
    """

    unsubscribe_url: str
    postal_address: str
    subject: str
    words: str = ""
    kind: Kind = Kind.LIST

    def is_unsubscribe(self, address: str) -> bool:
        """Whether this address is the one to unsubscribe at."""
        wanted = self.unsubscribe_url
        return address == wanted or (wanted.endswith("/") and address.startswith(wanted))


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that the mail breaks. `where` is the part and its line, such as `HTML, line 12`."""

    rule: Rule
    what: str
    where: str
    hint: str

    @property
    def is_error(self) -> bool:
        return self.rule.severity is Severity.ERROR


def found(rule_id: str, what: str, where: str) -> Finding:
    """A finding of the rule with this id."""
    rule = RULES[rule_id]
    return Finding(rule, what, where, rule.hint)


def limited(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Errors first, in the order of the rules; of one rule at most ten, the last of them with the count of the rest."""
    by_rule: dict[str, list[Finding]] = {}
    for one in findings:
        by_rule.setdefault(one.rule.id, []).append(one)
    told = [one for rule_id in RULES if rule_id in by_rule for one in first_of(by_rule[rule_id])]
    return tuple(sorted(told, key=lambda one: not one.is_error))


def first_of(found_: list[Finding]) -> Iterator[Finding]:
    yield from found_[:MOST]
    rest = found_[MOST:]
    if rest:
        yield Finding(rest[0].rule, f"{len(rest)} more of the same", rest[0].where, rest[0].hint)


def problems(findings: Iterable[Finding], *, severity: Severity) -> tuple[Problem, ...]:
    """The findings of one severity as the problems that reports show: the rule's id stands before what is wrong."""
    chosen = (one for one in findings if one.rule.severity is severity)
    return tuple(Problem(f"{one.rule.id}: {one.what}", one.where, one.hint) for one in chosen)


def shown(text: str) -> str:
    """Words of the mail for a message: one line, quoted, not long."""
    line = " ".join(text.split())
    return repr(line if len(line) <= SHOWN else f"{line[: SHOWN - 1]}…")
