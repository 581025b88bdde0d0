"""The main job: collect, syndicate, compose what is due, deliver it and every issue begun before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from publisher.app.collect import collect
from publisher.app.compose import compose_digest, compose_draft, compose_due
from publisher.app.compose import joined as joined_issues
from publisher.app.deliver import deliver_all, open_issues
from publisher.app.instance import require_own
from publisher.app.notices import tell_editor
from publisher.app.runtime import Runtime
from publisher.app.syndicate import build_feeds
from publisher.errors import ConflictError, RelayError
from publisher.model.issue import Issue
from publisher.model.reports import CollectReport, ComposeReport, FeedsReport, HubReport, PublishReport
from publisher.model.settings import DigestSettings
from publisher.storage import issues


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a `publish` was asked for: digests by name (empty: all that are due), one more issue, no mail."""

    digests: tuple[DigestSettings, ...] = ()
    extra: bool = False
    mail: bool = True


def collect_pass(runtime: Runtime, *, only_due: bool = False) -> CollectReport:
    """Collect under its lock."""
    with runtime.hold("collect"):
        return collect(runtime, only_due=only_due)


def feeds_pass(runtime: Runtime, *, reads: bool = False) -> FeedsReport:
    """Syndicate under its lock; `reads`: the files on the disk are read, and mended where they were changed."""
    with runtime.hold("syndicate"):
        return build_feeds(runtime, reads=reads)


def hub_pass(runtime: Runtime) -> HubReport:
    """Tell the hub under a lock of its own: a pass that writes feeds never waits for it, nor for who tells it now."""
    if not runtime.settings.feeds.hub or runtime.is_rehearsal:
        return HubReport()
    from publisher.app.hub import ping_hub  # with the client that it needs: only a site with a hub waits for it

    try:
        with runtime.hold("hub", wait_s=0):
            return ping_hub(runtime)
    except ConflictError:
        return HubReport()


def compose_pass(runtime: Runtime, wanted: Wanted) -> ComposeReport:
    """Compose under its lock: what is due, or what a person named."""
    with runtime.hold("compose"):
        require_own(runtime)
        if not wanted.digests:
            return compose_due(runtime)
        reports = [compose_digest(runtime, digest, extra=wanted.extra) for digest in wanted.digests]
    return joined_issues(reports)


def draft_pass(runtime: Runtime, digest: DigestSettings) -> ComposeReport:
    """Make, or make anew, the draft of a digest's current slot."""
    with runtime.hold("compose"):
        require_own(runtime)
        return compose_draft(runtime, digest)


def deliver_pass(runtime: Runtime, *, only: Sequence[str] = ()) -> list[Issue]:
    """Deliver under its lock; the issues it moved."""
    with runtime.hold("deliver"):
        require_own(runtime)
        return deliver_all(runtime, only=only)


def waiting_issues(runtime: Runtime, *, only: Sequence[str] = ()) -> list[Issue]:
    """What `deliver` would work on: the issues that are sending."""
    return open_issues(runtime, only=only)


def scheduled(runtime: Runtime) -> PublishReport:
    """What a tick of `run` does: sources that are due, feeds, slots that are due, deliveries that can go."""
    return publish(runtime, Wanted(), only_due=True)


Report = TypeVar("Report")


def publish(
    runtime: Runtime,
    wanted: Wanted,
    *,
    only_due: bool = False,
) -> PublishReport:
    """Run the passes one after the other; a pass that another process holds is left out, and its holder named."""
    busy: list[str] = []

    def attempt(one_pass: Callable[[], Report], otherwise: Report) -> Report:
        try:
            return otherwise if runtime.stop() else one_pass()
        except (ConflictError, RelayError) as error:
            busy.append(str(error))
            return otherwise

    collected = attempt(lambda: collect_pass(runtime, only_due=only_due), CollectReport())
    feeds = attempt(lambda: feeds_pass(runtime), FeedsReport())
    if not wanted.mail:
        hub = attempt(lambda: hub_pass(runtime), HubReport())
        return PublishReport(collect=collected, feeds=feeds, hub=hub, busy="; ".join(busy))
    composed = attempt(lambda: compose_pass(runtime, wanted), ComposeReport())
    archived = attempt(lambda: feeds_pass(runtime), FeedsReport()) if composed.issues else FeedsReport()
    hub = attempt(lambda: hub_pass(runtime), HubReport())
    delivered = attempt(lambda: deliver_pass(runtime), open_issues(runtime))
    moved = as_they_are(runtime, [*composed.issues, *delivered])
    notes: list[str] = attempt(lambda: tell_editor(runtime, moved), [])
    return PublishReport(
        collect=collected,
        feeds=joined(feeds, archived),
        hub=hub,
        issues=moved,
        skipped=composed.skipped,
        errors=composed.errors,
        busy="; ".join(dict.fromkeys(busy)),
        notes=tuple(notes),
    )


def joined(first: FeedsReport, second: FeedsReport) -> FeedsReport:
    """Two builds of one run as one report: each file once."""
    if second == FeedsReport():
        return first
    written = tuple(dict.fromkeys(first.written + second.written))
    total = len(second.written) + second.unchanged
    removed = tuple(dict.fromkeys(first.removed + second.removed))
    return FeedsReport(written=written, unchanged=total - len(written), removed=removed)


def as_they_are(runtime: Runtime, touched: Sequence[Issue]) -> tuple[Issue, ...]:
    """Each issue once, as it is now: another process may have sent meanwhile what was composed here."""
    names = dict.fromkeys(issue.id for issue in touched)
    with runtime.read() as tx:
        return tuple(issues.get_issue(tx, name) for name in names)
