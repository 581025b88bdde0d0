"""People: adding, listing, importing, exporting, leaving."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import TextIO

from publisher.app.digest import digest_settings
from publisher.app.runtime import Runtime
from publisher.errors import NotFound, UsageError
from publisher.model.choice import parse_choice
from publisher.model.subscriber import (
    Subscriber,
    SubscriberState,
    SubscriptionState,
    Suppression,
    SuppressionReason,
)
from publisher.storage import Transaction, events, letters, subscribers, suppressions
from publisher.subscriptions.addresses import parse_address
from publisher.subscriptions.choices import choose, letters_of
from publisher.subscriptions.csv_lines import COLUMNS, LANGUAGE, BadLine, Line, read_lines, to_cells
from publisher.subscriptions.record import leave, leave_everything, record_lines

GROUP = 5000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `known` were there before and stayed as they were."""

    added: int
    known: int
    bad: tuple[str, ...]


def add(runtime: Runtime, address: str, *, digests: Sequence[str] = (), language: str | None = None) -> Subscriber:
    """Add one subscriber, active at once. Suppressed addresses are refused; an ended subscription is taken up again.

    Who holds another cadence of the letter holds this one from now on.
    """
    parsed = parse_address(address)
    if language and not LANGUAGE.fullmatch(language):
        raise UsageError(f"{language!r} is no language", "--language", "Give a BCP 47 tag, such as fi or pt-BR.")
    names = [digest_settings(runtime.settings, name).name for name in digests] or [only_digest(runtime)]
    now, several = runtime.now(), letters_of(runtime.settings)
    one_cadence_each(names, several)
    line = Line(0, parsed, SubscriberState.ACTIVE, tuple(names), (), language, None, "added by the editor")
    with runtime.begin() as tx:
        blocked = suppressions.find(tx, parsed.key)
        if blocked is not None:
            hint = f"If the person asks for it: publisher suppressions remove {parsed.text}"
            raise UsageError(f"The address is suppressed ({blocked.reason})", parsed.text, hint)
        record_lines(tx, [line], now=now, letters=several)
        subscriber = get(tx, parsed.key)
        switch_cadences(tx, subscriber, names, several, now=now)
        held = letters.holdings(tx, subscriber.id, names)
        for name in set(names) - {one.digest for one in held if one.state is SubscriptionState.ACTIVE}:
            subscribers.revive(tx, subscriber.id, name, now=now)
        events.add(tx, at=now, actor="editor", subject=f"subscriber:{subscriber.id}", what="added")
        return get(tx, parsed.key)


def one_cadence_each(names: Sequence[str], several: Sequence[Sequence[str]]) -> None:
    """UsageError where two of these digests are cadences of one letter."""
    for letter in several:
        named = [name for name in names if name in letter]
        if len(named) > 1:
            what = f"{' and '.join(named)} are cadences of one letter; a reader holds one of them"
            raise UsageError(what, "--digest", "Name one of them.")


def switch_cadences(
    tx: Transaction, subscriber: Subscriber, names: Sequence[str], several: Sequence[Sequence[str]], *, now: datetime
) -> None:
    """Let a reader who holds another cadence of a letter hold the named one, with the choice that they made."""
    for letter in several:
        name = next((one for one in names if one in letter), None)
        held = next((one for one in subscriber.digests if one in letter and one != name), None)
        if name is not None and held is not None:
            holding = next(one for one in letters.holdings(tx, subscriber.id, letter) if one.digest == held)
            choice = parse_choice(holding.choice)
            choose(tx, subscriber.id, letter=letter, digest=name, choice=choice, now=now)


def only_digest(runtime: Runtime) -> str:
    """The site's only digest; UsageError where there is none or more than one."""
    names = [digest.name for digest in runtime.settings.digests]
    if len(names) != 1:
        raise UsageError("Which digest?", "--digest", f"There are: {', '.join(names) or 'none'}.")
    return names[0]


def get(tx: Transaction, key: str) -> Subscriber:
    found = subscribers.find(tx, key)
    if found is None:
        raise NotFound("There is no such subscriber", key, "See `publisher subscribers list`.")
    return found


def list_subscribers(runtime: Runtime) -> Iterator[Subscriber]:
    """Everyone, in the order they came."""
    with runtime.read() as tx:
        yield from subscribers.iter_subscribers(tx)


def show(runtime: Runtime, address: str) -> Subscriber:
    """One subscriber; NotFound otherwise."""
    with runtime.read() as tx:
        return get(tx, parse_address(address).key)


def import_csv(
    runtime: Runtime, file: TextIO, *, name: str, advance: Callable[[int], None] | None = None
) -> ImportReport:
    """Store the people of a CSV file, in groups; a bad line is named and the rest goes on (design.md 4)."""
    digests = [digest.name for digest in runtime.settings.digests]
    several = letters_of(runtime.settings)
    lines = read_lines(file, name=name, digests=digests, letters=several)
    added = total = 0
    bad: list[str] = []
    while group := list(islice(lines, GROUP)):
        good = [line for line in group if isinstance(line, Line)]
        bad += [f"{name}:{line.number}: {line.problem}" for line in group if isinstance(line, BadLine)]
        with runtime.begin() as tx:
            added += record_lines(tx, good, now=runtime.now(), letters=several)
        total += len(good)
        if advance:
            advance(len(group))
    return ImportReport(added, total - added, tuple(bad))


def export_csv(runtime: Runtime, file: TextIO) -> int:
    """Write everyone as CSV; how many."""
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(COLUMNS)
    count = 0
    for subscriber in list_subscribers(runtime):
        writer.writerow(to_cells(subscriber))
        count += 1
    return count


def unsubscribe(runtime: Runtime, address: str, *, digests: Sequence[str] = ()) -> Subscriber:
    """End subscriptions to some digests, or suppress the address for all mail."""
    parsed = parse_address(address)
    names = [digest_settings(runtime.settings, name).name for name in digests]
    now = runtime.now()
    with runtime.begin() as tx:
        subscriber = get(tx, parsed.key)
        if names:
            leave(tx, subscriber.id, digests=names, now=now)
        else:
            leave_everything(tx, key=parsed.key, address=subscriber.address, now=now)
        detail = {"digests": names}
        events.add(
            tx, at=now, actor="editor", subject=f"subscriber:{subscriber.id}", what="unsubscribed", detail=detail
        )
        return get(tx, parsed.key)


def list_suppressions(runtime: Runtime) -> list[Suppression]:
    with runtime.read() as tx:
        return list(suppressions.iter_suppressions(tx))


def suppress(runtime: Runtime, address: str) -> bool:
    """Suppress an address by hand, known or not; False where it was already."""
    parsed = parse_address(address)
    reason, now = SuppressionReason.MANUAL, runtime.now()
    with runtime.begin() as tx:
        is_new = suppressions.add(tx, key=parsed.key, address=parsed.text, reason=reason, now=now)
        if is_new:
            events.add(tx, at=now, actor="editor", subject="suppression", what="added")
        return is_new


def lift(runtime: Runtime, address: str) -> None:
    """Remove a suppression; NotFound where there is none."""
    parsed = parse_address(address)
    with runtime.begin() as tx:
        if not suppressions.remove(tx, parsed.key):
            raise NotFound("The address is not suppressed", parsed.text, "See `publisher suppressions list`.")
        events.add(tx, at=runtime.now(), actor="editor", subject="suppression", what="removed")
