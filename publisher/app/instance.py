"""The clone guard: a copied database does not send what it believes unsent (design.md 7, Deliver; peers.md F9)."""

from __future__ import annotations

import hashlib
import json
import socket
from dataclasses import dataclass
from pathlib import Path

from publisher.app.runtime import Runtime
from publisher.errors import ConflictError
from publisher.storage import Transaction, events, facts

FACT = "instance"
MACHINE_ID = Path("/etc/machine-id")
HINT = (
    "If this is a copy, nothing is to be done: it must not send. If the site was moved, or the original is gone for "
    "good, say so with `publisher db adopt`. In containers set PUBLISHER_INSTANCE to one name for ever."
)


@dataclass(frozen=True, slots=True)
class Instance:
    """Which installation this is: `mark` is compared, `shown` is for people."""

    mark: str
    shown: str

    @property
    def fact(self) -> str:
        return json.dumps({"mark": self.mark, "shown": self.shown})


def own_instance(runtime: Runtime, tx: Transaction) -> Instance:
    """PUBLISHER_INSTANCE; else the machine and the site's folder, on PostgreSQL the cluster and the database."""
    named = runtime.environ.get("PUBLISHER_INSTANCE", "").strip()
    if named:
        return Instance(f"name:{named}", named)
    if not runtime.database.is_sqlite:
        identity = facts.server_identity(tx)
        return Instance(digest_of(identity), identity)
    folder = str(runtime.root.resolve())
    return Instance(digest_of(f"{machine_id()}\0{folder}"), f"{folder} on {socket.gethostname()}")


def digest_of(text: str) -> str:
    return hashlib.sha256(f"publisher instance\0{text}".encode()).hexdigest()[:32]


def machine_id() -> str:
    """The machine's own id; empty where it has none (then the folder alone decides)."""
    try:
        return MACHINE_ID.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def require_own(runtime: Runtime) -> None:
    """ConflictError where this database belongs to another installation; the first that sends makes it its own."""
    if runtime.is_rehearsal:
        return
    with runtime.read() as tx:
        own = own_instance(runtime, tx)
        stated = facts.get(tx, FACT)
    if stated is None:
        with runtime.begin() as tx:
            stated = facts.put_first(tx, FACT, own.fact)
    if mark_of(stated) != own.mark:
        what = f"The site sends from {shown_of(stated)}; this is {own.shown}, and a copy does not send"
        raise ConflictError(what, "database", HINT)


def mark_of(stated: str) -> str:
    return str(json.loads(stated)["mark"])


def shown_of(stated: str) -> str:
    return str(json.loads(stated)["shown"])


def adopt(runtime: Runtime) -> Instance:
    """From now on this installation sends, and no other: because a person says so."""
    with runtime.begin() as tx:
        own = own_instance(runtime, tx)
        before = facts.get(tx, FACT)
        facts.put(tx, FACT, own.fact)
        detail = {"from": shown_of(before) if before else "", "to": own.shown}
        events.add(tx, at=runtime.now(), actor="editor", subject="database", what="adopted", detail=detail)
    return own
