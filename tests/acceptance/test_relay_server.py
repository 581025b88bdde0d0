"""A real SMTP server with STARTTLS and login: mails are read back from its mailbox, refusals from the ledger."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.acceptance.a_site import CONFIG, Site, a_site
from tests.conftest import free_port

PASSWORD = "canary-password-7731"
ANSWERS = {"slow@example.org": "450 4.2.0 come back later", "gone@example.org": "550 5.1.1 no such user"}


@dataclass
class Mailbox:
    """What the server took, and whether each session was encrypted and logged in."""

    mails: dict[str, bytes] = field(default_factory=dict)
    sessions: list[tuple[bool, bool]] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in ANSWERS:
            return ANSWERS[address]
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 fine"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        [recipient] = envelope.rcpt_tos
        assert recipient not in self.mails, f"{recipient} was mailed twice"
        self.mails[recipient] = envelope.content
        self.sessions.append((session.ssl is not None, session.authenticated))
        return "250 2.0.0 queued as 42"


@pytest.fixture
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority: trustme.CA) -> Iterator[tuple[Controller, Mailbox]]:
    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        is_right = isinstance(data, LoginPassword) and data.password == PASSWORD.encode()
        return AuthResult(success=is_right, handled=False)

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    mailbox = Mailbox()
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
        auth_required=True,
        auth_require_tls=True,
    )
    controller.start()
    yield controller, mailbox
    controller.stop()


def a_site_with(server: Controller, authority: trustme.CA, root: Path, *people: str) -> Site:
    url = f'url = "smtp://letters@localhost:{server.port}"'
    site = a_site(root, config=CONFIG.replace("[relay]", f"[relay]\n{url}"), subscribers=people)
    authority.cert_pem.write_to_path(root / "ca.pem")
    site.environ |= {"PUBLISHER_RELAY_PASSWORD": PASSWORD}
    site.more = {"SSL_CERT_FILE": str(root / "ca.pem")}
    return site


def test_mails_arrive_and_refusals_are_in_the_ledger(
    server: tuple[Controller, Mailbox], authority: trustme.CA, tmp_path: Path
) -> None:
    controller, mailbox = server
    people = ("ada@example.org", "slow@example.org", "gone@example.org", "bo@example.org")
    site = a_site_with(controller, authority, tmp_path, *people)

    done = site.publish()

    counts = done.json["issues"][0]["counts"]
    assert done.code == 75, done.err
    assert (counts["frozen"], counts["accepted"], counts["deferred"], counts["failed"]) == (4, 2, 1, 1)
    assert set(mailbox.mails) == {"ada@example.org", "bo@example.org"}
    assert set(mailbox.sessions) == {(True, True)}
    audit = site.run("issues", "audit", "daily-2026-11-24", "--json").json
    assert audit["adds_up"] is True
    told = {one["address"]: (one["state"], one["reason"]) for one in audit["not_accepted"]}
    assert told["slow@example.org"][0] == "deferred"
    assert "come back later" in told["slow@example.org"][1]
    assert told["gone@example.org"][0] == "failed"
    assert "no such user" in told["gone@example.org"][1]
    assert PASSWORD not in done.err + done.out

    site.environ["PUBLISHER_NOW"] = "2026-11-24T08:05:00Z"
    ANSWERS.pop("slow@example.org")
    again = site.run("deliver", "--json")
    ANSWERS["slow@example.org"] = "450 4.2.0 come back later"

    assert again.code == 0, again.err
    assert again.json[0]["state"] == "sent"
    assert len(mailbox.mails) == 3


def test_a_wrong_password_pauses_nothing_and_loses_nobody(
    server: tuple[Controller, Mailbox], authority: trustme.CA, tmp_path: Path
) -> None:
    controller, mailbox = server
    site = a_site_with(controller, authority, tmp_path, "ada@example.org")
    site.environ["PUBLISHER_RELAY_PASSWORD"] = "wrong-canary-552"

    done = site.publish()

    assert done.code == 75
    assert "wrong-canary-552" not in done.err + done.out
    assert mailbox.mails == {}
    issue = site.run("issues", "show", "daily-2026-11-24", "--json").json
    assert (issue["state"], issue["counts"]["queued"]) == ("sending", 1)
    assert site.run("doctor").code == 69


def test_without_a_trusted_certificate_nothing_is_sent(
    server: tuple[Controller, Mailbox], authority: trustme.CA, tmp_path: Path
) -> None:
    controller, mailbox = server
    site = a_site_with(controller, authority, tmp_path, "ada@example.org")
    site.more = {}

    done = site.publish()

    assert done.code == 75
    assert "certificate" in done.err
    assert mailbox.mails == {}
