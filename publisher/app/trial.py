"""A test mail: exactly the mail of an issue, to named addresses only (peers.md 6, 5 and 9). No ledger, no reader."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from publisher.app.issue_mail import MailWriter
from publisher.app.one_mail import send_one
from publisher.app.preview import NOBODY, Shown, variant_for
from publisher.app.runtime import Runtime
from publisher.errors import RecipientRefused, RelayError
from publisher.model.delivery import Outcome
from publisher.model.ids import IssueId
from publisher.model.issue import Variant
from publisher.storage import events, subscribers
from publisher.subscriptions.addresses import Address, parse_address
from publisher.tokens import message_token


@dataclass(frozen=True, slots=True)
class Trial:
    """One test mail: which variant it was; `error` where the relay did not take it."""

    address: str
    variant: int
    data: bytes = b""
    error: str = ""
    is_unknown: bool = False


@dataclass(frozen=True, slots=True)
class Trials:
    """What became of the test mails. `stopped`: the relay is not there; those after it were not tried."""

    sent: tuple[Trial, ...] = ()
    refused: tuple[Trial, ...] = ()
    stopped: RelayError | None = None


def read_addresses(texts: Sequence[str]) -> tuple[Address, ...]:
    """Each address once; DataError for what is none, before anything is sent."""
    found: dict[str, Address] = {}
    for text in texts:
        address = parse_address(text, where="--test")
        found.setdefault(address.key, address)
    return tuple(found.values())


def send_trials(runtime: Runtime, shown: Shown, addresses: Sequence[Address]) -> Trials:
    """Send the mail of an issue to these addresses, and note how many got it, never who.

    A subscriber of the digest gets the variant that would be theirs, everyone else the first. The subject and the bytes
    are those of the issue; the Message-ID is another each time, so that no mail program hides it as known, and the
    links are those of nobody, so that a forwarded test unsubscribes no one. One that is refused stops no other.
    """
    sent: list[Trial] = []
    refused: list[Trial] = []
    stopped = None
    for address in addresses:
        variant = own_variant(runtime, shown, address)
        data, name = write_trial(runtime, shown, variant, address)
        try:
            answer = send_one(runtime, to=address.text, data=data, name=name)
        except RecipientRefused as error:
            refused.append(Trial(address.text, variant.number, error=str(error)))
            continue
        except RelayError as error:
            stopped = error
            break
        is_unknown = answer.outcome is Outcome.UNKNOWN
        sent.append(Trial(address.text, variant.number, data, is_unknown=is_unknown))
    if sent and not runtime.is_rehearsal:
        note(runtime, shown, len(sent))
    return Trials(tuple(sent), tuple(refused), stopped)


def own_variant(runtime: Runtime, shown: Shown, address: Address) -> Variant:
    with runtime.read() as tx:
        person = subscribers.find(tx, address.key)
        number = variant_for(tx, shown, person.id) if person else None
    return next((one for one in shown.variants if one.number == number), shown.variants[0])


def write_trial(runtime: Runtime, shown: Shown, variant: Variant, address: Address) -> tuple[bytes, str]:
    """The bytes of a test mail and the left part of its Message-ID.

    Address and instant stand in for the issue where its token is made, and nowhere else.
    """
    secret, issue = runtime.secrets[0], shown.issue
    alias = IssueId(f"{issue.id} test {address.key} {runtime.clock().isoformat()}")
    writer = MailWriter(runtime.settings, secret, replace(issue, id=alias), [variant])
    mail = writer.write(NOBODY, address.text, variant=variant.number)
    return mail.data, f"{issue.id}.{message_token(secret, alias, NOBODY)}"


def note(runtime: Runtime, shown: Shown, count: int) -> None:
    with runtime.begin() as tx:
        events.add(tx, at=runtime.now(), actor="editor", subject=shown.issue.id, what="tested", detail={"count": count})
