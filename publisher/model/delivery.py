"""A delivery is one issue to one subscriber: its states and the outcome of one attempt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from publisher.model.ids import IssueId, SubscriberId


class DeliveryState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    FAILED = "failed"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"


class Outcome(StrEnum):
    """What a relay said of one message. UNKNOWN: the final dot was handed over and no reply was read."""

    ACCEPTED = "accepted"
    DEFERRED = "deferred"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    UNSENT = "unsent"
    """Provably not handed over and not this recipient's fault (relay gone, stop asked for): queued again."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one attempt with the relay's own words."""

    subscriber_id: SubscriberId
    attempt: int
    outcome: Outcome
    relay: str
    code: int = 0
    reply: str = ""
    phase: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """A delivery claimed for one attempt, with what is needed to write its mail."""

    subscriber_id: SubscriberId
    variant: int
    attempt: int
    address: str


@dataclass(frozen=True, slots=True)
class Mail:
    """One message for one recipient, ready for the wire: `b"".join(chunks)` is CRLF-ended and needs no dot-stuffing.

    `name` is the left part of the Message-ID.
    """

    subscriber_id: SubscriberId
    attempt: int
    name: str
    mail_from: str
    rcpt_to: str
    chunks: tuple[bytes, ...]

    @property
    def data(self) -> bytes:
        return b"".join(self.chunks)


@dataclass(frozen=True, slots=True)
class DeliveryRange:
    """A run of subscriber ids of one issue that one owner works through."""

    issue: int
    number: int
    first: SubscriberId
    last: SubscriberId


@dataclass(frozen=True, slots=True)
class Counts:
    """The ledger of one issue. `frozen` is what was frozen; it adds up when the states' sum equals it."""

    frozen: int = 0
    queued: int = 0
    claimed: int = 0
    accepted: int = 0
    deferred: int = 0
    failed: int = 0
    suppressed: int = 0
    unknown: int = 0

    @property
    def adds_up(self) -> bool:
        states = (self.queued, self.claimed, self.accepted, self.deferred, self.failed, self.suppressed, self.unknown)
        return self.frozen == sum(states)

    @property
    def is_open(self) -> bool:
        """Something can still be sent."""
        return bool(self.queued or self.claimed or self.deferred)


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the ledger as people see it."""

    issue: IssueId
    subscriber_id: SubscriberId
    address: str
    state: DeliveryState
    attempt: int
    relay: str | None
    code: int | None
    reply: str | None
    next_try_at: datetime | None
    updated_at: datetime | None
    phase: str | None = None
    """Where an unknown one was lost: `dot`, or `crash` and `power` after a process or a machine died."""
