"""People: adding, listing, importing, exporting, leaving."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TextIO

from publisher.app.digest import digest_settings
from publisher.app.runtime import Runtime
from publisher.errors import NotFound, UsageError
from publisher.model.ids import SubscriberId
from publisher.model.subscriber import Subscriber, SubscriberState, Suppression, SuppressionReason
from publisher.storage import Transaction, events, subscribers, suppressions
from publisher.subscriptions.addresses import parse_address
from publisher.subscriptions.csv_lines import COLUMNS, LANGUAGE, BadLine, Line, read_lines, to_cells
from publisher.subscriptions.record import leave, leave_everything, record_lines
from publisher.tokens import UnsubscribeClaim, digest_key, forged, verify_unsubscribe

GROUP = 5000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did. `known` were there before and stayed as they were."""

    added: int
    known: int
    bad: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Leaving:
    """Whom a link is of: the digest's title, and whether the subscription is held still."""

    subscriber_id: SubscriberId
    digest: str
    title: str
    is_held: bool


def add(runtime: Runtime, address: str, *, digests: Sequence[str] = (), language: str | None = None) -> Subscriber:
    """Add one subscriber, active at once. Suppressed addresses are refused; an ended subscription is taken up again."""
    parsed = parse_address(address)
    if language and not LANGUAGE.fullmatch(language):
        raise UsageError(f"{language!r} is no language", "--language", "Give a BCP 47 tag, such as fi or pt-BR.")
    names = [digest_settings(runtime.settings, name).name for name in digests] or [only_digest(runtime)]
    now = runtime.now()
    line = Line(0, parsed, SubscriberState.ACTIVE, tuple(names), (), language, None, "added by the editor")
    with runtime.begin() as tx:
        blocked = suppressions.find(tx, parsed.key)
        if blocked is not None:
            hint = f"If the person asks for it: publisher suppressions remove {parsed.text}"
            raise UsageError(f"The address is suppressed ({blocked.reason})", parsed.text, hint)
        record_lines(tx, [line], now=now)
        subscriber = get(tx, parsed.key)
        for name in set(names) - set(subscriber.digests):
            subscribers.revive(tx, subscriber.id, name, now=now)
        events.add(tx, at=now, actor="editor", subject=f"subscriber:{subscriber.id}", what="added")
        return get(tx, parsed.key)


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
    lines = read_lines(file, name=name, digests=digests)
    added = total = 0
    bad: list[str] = []
    while group := list(islice(lines, GROUP)):
        good = [line for line in group if isinstance(line, Line)]
        bad += [f"{name}:{line.number}: {line.problem}" for line in group if isinstance(line, BadLine)]
        with runtime.begin() as tx:
            added += record_lines(tx, good, now=runtime.now())
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


def look_at_token(runtime: Runtime, token: str) -> Leaving:
    """Whose link it is, changing nothing; TokenError for one that is not ours."""
    claim = verify_unsubscribe(runtime.secrets, token)
    with runtime.read() as tx:
        return leaving(runtime, tx, claim)


def leave_by_token(runtime: Runtime, token: str) -> Leaving:
    """End the subscription that a link names; again is the same. TokenError for a link that is not ours."""
    claim = verify_unsubscribe(runtime.secrets, token)
    now = runtime.now()
    with runtime.begin() as tx:
        found = leaving(runtime, tx, claim)
        if leave(tx, found.subscriber_id, digests=[found.digest], now=now):
            subject, detail = f"subscriber:{found.subscriber_id}", {"digests": [found.digest]}
            events.add(tx, at=now, actor="subscriber", subject=subject, what="unsubscribed", detail=detail)
        return leaving(runtime, tx, claim)


def leaving(runtime: Runtime, tx: Transaction, claim: UnsubscribeClaim) -> Leaving:
    """Who and what a claim names; the digest may have left the configuration, the subscription ends all the same."""
    digests = subscribers.digests_of(tx, claim.subscriber_id)
    name = next((one for one in digests if digest_key(one) == claim.digest_key), None)
    if name is None:
        raise forged()
    title = next((one.title for one in runtime.settings.digests if one.name == name), name)
    return Leaving(claim.subscriber_id, name, title, is_held=digests[name])
