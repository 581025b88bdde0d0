"""People: a subscriber's address, their subscriptions, and the addresses that get nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from publisher.model.ids import SubscriberId


class SubscriberState(StrEnum):
    """As people see it; derived from the subscriptions and the suppressions."""

    PENDING = "pending"
    ACTIVE = "active"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"


class SubscriptionState(StrEnum):
    PENDING = "pending"
    ACTIVE = "active"
    ENDED = "ended"


class SuppressionReason(StrEnum):
    UNSUBSCRIBED = "unsubscribed"
    HARD_BOUNCE = "hard-bounce"
    COMPLAINT = "complaint"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Subscriber:
    id: SubscriberId
    address: str
    state: SubscriberState
    digests: tuple[str, ...]
    sections: tuple[str, ...]
    language: str | None
    since: datetime
    consent: str
    name: str = ""
    """As the list gives it; for the editor, it is in no mail."""


@dataclass(frozen=True, slots=True)
class Suppression:
    address: str
    reason: SuppressionReason
    since: datetime
