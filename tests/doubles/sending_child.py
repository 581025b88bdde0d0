"""A process of its own that sends issue 1 of a site until it is killed or done."""

from __future__ import annotations

from pathlib import Path

from publisher.relay import SmtpOptions, SmtpRelay, Timeouts
from publisher.storage import open_database
from tests.doubles.a_ledger import deliver


def send(root: str, port: int) -> None:
    """One pass with four connections."""
    database = open_database("sqlite:///ledger.db", root=Path(root))
    options = SmtpOptions(
        "127.0.0.1", port, "test.example", tls="none", timeouts=Timeouts(2, 2, 2, 2), waits_s=(0, 0.01, 0.01)
    )
    deliver(database, SmtpRelay(options), folder=Path(root) / "journals", group_size=20)
    database.close()
