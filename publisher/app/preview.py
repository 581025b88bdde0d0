"""The next issue as files, without storing or sending anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.app.compose import choose_from, issue_id_of, look, too_few
from publisher.app.digest import digest_settings
from publisher.app.issue_mail import Draft, MailWriter, make_draft
from publisher.app.runtime import Runtime
from publisher.errors import NotFound, PublisherError
from publisher.model.article import Problem
from publisher.model.delivery import Counts
from publisher.model.ids import IssueId, SubscriberId
from publisher.model.issue import Issue, IssueState
from publisher.output import write_atomic
from publisher.storage import issues, subscribers
from publisher.subscriptions.addresses import parse_address

EXAMPLE = "reader@example.org"


@dataclass(frozen=True, slots=True)
class Preview:
    """What was written, relative to the site; `reason` says why there is nothing to show."""

    files: tuple[str, ...] = ()
    subject: str = ""
    item_count: int = 0
    size: int = 0
    recipients: int = 0
    reason: str = ""
    problems: tuple[Problem, ...] = ()


def preview(runtime: Runtime, name: str, *, output: str | None) -> Preview:
    """Make the next issue of a digest as it would be now; `output` None writes no files."""
    digest = digest_settings(runtime.settings, name)
    found = look(runtime, digest)
    choice = choose_from(digest, found)
    reason = too_few(digest, found, choice)
    if not choice.items:
        return Preview(reason=reason)
    issue_id = issue_id_of(digest, found)
    try:
        draft = make_draft(runtime, digest, choice, issue_id=issue_id, by_hand=False, strict=False)
    except PublisherError as error:
        return Preview(reason="it cannot be made", problems=(Problem(error.what, error.where, error.hint),))
    issue = a_preview_issue(issue_id, digest.name, draft)
    files = write_files(runtime, draft, issue, output) if output else ()
    return Preview(
        files=files,
        subject=draft.subject,
        item_count=len(draft.items),
        size=draft.size_bytes,
        recipients=found.subscriber_count,
        problems=draft.problems,
    )


def a_preview_issue(issue_id: IssueId, digest: str, draft: Draft) -> Issue:
    """The issue as it would be, for writing its mail."""
    return Issue(
        id=issue_id,
        number=0,
        digest=digest,
        slot="",
        extra=1,
        state=IssueState.DRAFT,
        subject=draft.subject,
        content_hash=draft.variant.content_hash,
        scheduled_for=draft.date,
        date=draft.date,
        by_hand=False,
        size_bytes=draft.size_bytes,
        item_count=len(draft.items),
        reason="",
        counts=Counts(),
    )


def write_files(runtime: Runtime, draft: Draft, issue: Issue, output: str) -> tuple[str, ...]:
    """The issue as HTML, as text and as a whole mail to an example address."""
    writer = MailWriter(runtime.settings, runtime.secrets[0], issue, [draft.variant])
    mail = writer.write(SubscriberId(0), EXAMPLE)
    files = {
        f"{issue.id}.html": draft.variant.html.encode(),
        f"{issue.id}.txt": draft.variant.text.encode(),
        f"{issue.id}.eml": mail.data,
    }
    return tuple(write(runtime, Path(output) / name, data) for name, data in files.items())


def write(runtime: Runtime, path: Path, data: bytes) -> str:
    target = runtime.settings.path(str(path))
    target.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(target, data, now=runtime.clock())
    return str(path)


def limit_to(runtime: Runtime, made: Sequence[Issue], address: str) -> list[str]:
    """Write exactly the mails that one subscriber would get of these issues; NotFound for someone unknown."""
    key = parse_address(address).key
    written = []
    for issue in made:
        with runtime.read() as tx:
            person = subscribers.find(tx, key)
            variants = issues.get_variants(tx, issue.number)
        if person is None:
            raise NotFound("There is no such subscriber", address, "See `publisher subscribers list`.")
        if issue.digest in person.digests:
            mail = MailWriter(runtime.settings, runtime.secrets[0], issue, variants).write(person.id, person.address)
            written.append(write(runtime, Path("var/preview") / f"{mail.name}.eml", mail.data))
    return written
