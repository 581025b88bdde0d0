"""Who did what to an issue, a subscriber, a suppression: append-only."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert

from publisher.storage.engine import Transaction
from publisher.storage.tables import events


def add(
    tx: Transaction, *, at: datetime, actor: str, subject: str, what: str, detail: Mapping[str, Any] | None = None
) -> None:
    """Write one event. `subject` is an id (of an issue, an article, `subscriber:7`), never an address."""
    values = {"at": at, "actor": actor, "subject": subject, "what": what, "detail": dict(detail or {})}
    tx.execute(insert(events).values(values))
