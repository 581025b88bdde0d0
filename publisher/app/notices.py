"""Telling the editor: a mail to `site.editor` when an issue is held, paused, or ends with unknown or failed ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from email.utils import parseaddr

from publisher.app.one_mail import send_one, transactional
from publisher.app.runtime import Runtime
from publisher.errors import PublisherError, RenderError
from publisher.model.delivery import Delivery, DeliveryState
from publisher.model.issue import Issue, IssueItem
from publisher.rendering.environment import environment, render
from publisher.storage import Transaction, events, issues, ledger, notices
from publisher.storage.ledger import ErrorGroup
from publisher.storage.notices import NOT_TOLD, TOLD, Occasion

MAX_ADDRESSES = 20
REMEMBERED = timedelta(days=2)
"""An end that nobody could be told of is tried again this long; a held or paused issue as long as it is one."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a notice is written from."""

    issue: Issue
    items: Sequence[IssueItem]
    unknown: Sequence[Delivery]
    failed: Sequence[Delivery]
    errors: Sequence[ErrorGroup]


def tell_editor(runtime: Runtime, moved: Sequence[Issue] = ()) -> list[str]:
    """Write to `site.editor.email` of whatever it was not told yet; what could not be told, one line each.

    Exactly once for an issue and an occasion: the event `told` is committed before the mail goes, so a process that
    dies between them loses one notice and never sends two. Where the relay does not take it an event `not-told`
    follows, and the next pass tries again, later ones more rarely; that never fails a pass. Besides the issues that
    this pass `moved`, those are looked at of which a pass that was killed, or whose relay was away, told nobody.
    """
    address = parseaddr(runtime.settings.site.editor.email)[1]
    if not address or runtime.is_rehearsal:
        return []
    with runtime.read() as tx:
        now, numbers = runtime.now(), [issue.number for issue in moved]
        waiting = notices.find_untold(tx, moved=numbers, ended_after=now - REMEMBERED, now=now)
    return [problem for one in waiting if (problem := tell(runtime, one, to=address))]


def tell(runtime: Runtime, occasion: Occasion, *, to: str) -> str:
    """Send one notice; why it could not be sent, empty where it was (or where another process did)."""
    facts = begin_telling(runtime, occasion)
    if facts is None:
        return ""
    name = f"notice.{occasion.issue_id}.{occasion.name}"
    try:
        subject, text = write(runtime, facts)
        data = transactional(runtime.settings, to=to, subject=subject, text=text, date=runtime.now(), name=name)
        send_one(runtime, to=to, data=data, name=name)
    except (PublisherError, ValueError) as error:
        with runtime.begin() as tx:
            note(tx, runtime, occasion, what=NOT_TOLD)
        return f"The editor was not told that {occasion.issue_id} is {occasion.state}: {error}"
    return ""


def begin_telling(runtime: Runtime, occasion: Occasion) -> Facts | None:
    """Note that this is told now; None where it was told meanwhile, or the issue has moved on."""
    with runtime.begin() as tx:
        ledger.lock_issue(tx, occasion.issue_id)
        issue = issues.get_issue(tx, occasion.issue_id)
        if issue.state is not occasion.state or notices.is_told(tx, occasion):
            return None
        note(tx, runtime, occasion, what=TOLD)
        return Facts(
            issue=issue,
            items=issues.get_items(tx, issue.number),
            unknown=ledger.in_states(tx, issue.number, states=[DeliveryState.UNKNOWN], limit=MAX_ADDRESSES),
            failed=ledger.in_states(tx, issue.number, states=[DeliveryState.FAILED], limit=MAX_ADDRESSES),
            errors=ledger.errors(tx, issue.number),
        )


def note(tx: Transaction, runtime: Runtime, occasion: Occasion, *, what: str) -> None:
    detail = {"occasion": occasion.name}
    events.add(tx, at=runtime.now(), actor="publisher", subject=occasion.issue_id, what=what, detail=detail)


def write(runtime: Runtime, facts: Facts) -> tuple[str, str]:
    """Subject and text of a notice: the first line of its template, and what follows the empty line."""
    name = f"notices/{facts.issue.state}.txt"
    made = environment(runtime.templates, language="en")
    subject, gap, text = render(made, name, values_of(runtime, facts)).partition("\n\n")
    if not gap or "\n" in subject:
        raise RenderError(
            "A notice has no subject", f"templates/{name}:1", "Begin with one line, then leave one empty."
        )
    return subject, text


def values_of(runtime: Runtime, facts: Facts) -> dict[str, object]:
    """What a template sees: plain values."""
    issue, site = facts.issue, runtime.settings.site
    shown = [*facts.unknown, *facts.failed][:MAX_ADDRESSES]
    return {
        "site": {"title": site.title, "editor": site.editor.name, "zone": site.timezone},
        "issue": {
            "id": issue.id,
            "digest": issue.digest,
            "subject": issue.subject,
            "reason": issue.reason,
            "due": issue.scheduled_for,
        },
        "titles": [item.title for item in facts.items],
        "counts": asdict(issue.counts),
        "deliveries": [address_of(one) for one in shown],
        "more": issue.counts.unknown + issue.counts.failed - len(shown),
        "errors": [error_of(one) for one in facts.errors],
    }


def address_of(one: Delivery) -> dict[str, object]:
    return {"address": one.address, "state": one.state.value, "reason": " ".join((one.reply or "").split())}


def error_of(one: ErrorGroup) -> dict[str, object]:
    example = " ".join(one.example.split())
    return {"state": one.state.value, "code": one.code, "count": one.count, "example": example}
