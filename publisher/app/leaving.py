"""Leaving by the link of a mail, and undoing it: looking changes nothing, again is the same."""

from __future__ import annotations

from publisher.app.reader import Reader, find_reader
from publisher.app.runtime import Runtime
from publisher.model.choice import ReaderChoice
from publisher.model.ids import SubscriberId
from publisher.storage import Transaction, events, letters, suppressions
from publisher.subscriptions.record import leave, leave_everything
from publisher.tokens import Purpose, verify_link


def look_at_link(runtime: Runtime, purpose: Purpose, token: str) -> Reader:
    """Whose link it is, changing nothing; TokenError for one that is not ours."""
    claim = verify_link(runtime.secrets, purpose, token)
    with runtime.read() as tx:
        return find_reader(runtime, tx, claim)


def leave_by_token(runtime: Runtime, token: str) -> Reader:
    """End whichever cadence of the link's letter is held: an old mail's link ends what it has become (email.md 6)."""
    claim = verify_link(runtime.secrets, Purpose.UNSUBSCRIBE, token)
    with runtime.begin() as tx:
        reader = find_reader(runtime, tx, claim)
        ended = leave(tx, reader.id, digests=reader.letter, now=runtime.now())
        if ended:
            note(runtime, tx, reader.id, "unsubscribed", digests=ended)
        return find_reader(runtime, tx, claim)


def leave_everything_by_token(runtime: Runtime, token: str) -> Reader:
    """The link's reader gets no mail at all any more."""
    claim = verify_link(runtime.secrets, Purpose.UNSUBSCRIBE, token)
    with runtime.begin() as tx:
        reader = find_reader(runtime, tx, claim)
        if leave_everything(tx, key=reader.key, address=reader.address, now=runtime.now()):
            note(runtime, tx, reader.id, "unsubscribed", digests=[])
        return find_reader(runtime, tx, claim)


def come_back(runtime: Runtime, token: str) -> Reader:
    """Undo leaving: what was held comes back as it was, so that nothing is missed in between.

    Nothing comes back that was never held, that ended long ago, or that a complaint, a bounce or the editor ended.
    """
    claim = verify_link(runtime.secrets, Purpose.RESUBSCRIBE, token)
    with runtime.begin() as tx:
        reader = find_reader(runtime, tx, claim)
        if not reader.back:
            return reader
        suppressions.remove(tx, reader.key)
        if reader.held is None:
            restore(tx, reader)
        note(runtime, tx, reader.id, "resubscribed", digests=[reader.back])
        return find_reader(runtime, tx, claim)


def restore(tx: Transaction, reader: Reader) -> None:
    before = next(one for one in letters.holdings(tx, reader.id, reader.letter) if one.digest == reader.back)
    choice = ReaderChoice(reader.language, before.sections)
    letters.hold(tx, reader.id, before.digest, choice=choice, entitled=before.entitled, since=before.since)


def note(runtime: Runtime, tx: Transaction, subscriber_id: SubscriberId, what: str, *, digests: list[str]) -> None:
    """An event of the reader's own doing; no digests: all of them."""
    subject, detail = f"subscriber:{subscriber_id}", {"digests": digests}
    events.add(tx, at=runtime.now(), actor="subscriber", subject=subject, what=what, detail=detail)
