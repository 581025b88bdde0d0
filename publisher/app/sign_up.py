"""Signing up with double opt-in: a form asks, a mail asks back, a button in its page confirms (reliability.md W4, W5).

Whoever fills in the form learns nothing of an address: the answer is given before anything is looked up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from publisher.app.one_mail import mail_name, send_one, transactional
from publisher.app.pages import PageWriter
from publisher.app.reader import held_of, title_of
from publisher.app.runtime import Runtime
from publisher.errors import PublisherError, UsageError
from publisher.model.choice import ReaderChoice
from publisher.model.ids import SubscriberId
from publisher.model.settings import Settings
from publisher.model.subscriber import SubscriptionState, SuppressionReason
from publisher.storage import Transaction, events, letters, sign_ups, subscribers, suppressions
from publisher.storage.letters import Holding
from publisher.storage.sign_ups import Known
from publisher.storage.subscribers import Person, Wish
from publisher.subscriptions.addresses import Address, parse_address
from publisher.subscriptions.choices import choose, letter_of
from publisher.tokens import ConfirmClaim, digest_key, hidden_key, sign_confirmation, verify_confirmation

LIFE = timedelta(days=3)
HOURLY_CAP = 500
"""Confirmations an hour over all addresses: what an attack from everywhere can make this site send."""
ASKED = "asked on the web, not confirmed"
DOTLESS = ("gmail.com", "googlemail.com")


class Asked(StrEnum):
    """What became of a request. The person who made it is told the same in every case."""

    MAILED = "mailed"
    LIMITED = "limited"
    SUPPRESSED = "suppressed"
    CLOSED = "closed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SignUp:
    """A request whose words are in order: an address that mail can be sent to, and a digest that there is."""

    address: Address
    digest: str


@dataclass(frozen=True, slots=True)
class Confirming:
    """What a confirmation link stands for. `state`: asks, done, expired."""

    state: str
    title: str = ""
    digest: str = ""
    subscriber_id: SubscriberId | None = None
    language: str = ""


def read_sign_up(settings: Settings, address: str, digest: str) -> SignUp:
    """A form's words; UsageError for a digest that there is not, DataError for what is no address."""
    names = [one.name for one in settings.digests]
    if digest not in names:
        raise UsageError("This newsletter is not offered", "digest")
    return SignUp(parse_address(address, where="address"), digest)


def limit_address(address: Address) -> str:
    """The mailbox that an address stands for: its tags and, at Gmail, its dots are left out (W4)."""
    local, _, domain = address.key.rpartition("@")
    local = local.partition("+")[0] or local
    if domain in DOTLESS:
        return f"{local.replace('.', '')}@gmail.com"
    return f"{local}@{domain}"


def ask(runtime: Runtime, wish: SignUp, writer: PageWriter) -> Asked:
    """Mail a confirmation, unless the address had one of late, is suppressed, or too many were sent this hour.

    Nothing is changed for somebody who is known; a new person is stored as pending. Not inside a transaction.
    """
    now, secret = runtime.now(), runtime.secrets[0]
    key = hidden_key(secret, limit_address(wish.address))
    with runtime.begin() as tx:
        if is_refused(tx, wish.address):
            return Asked.SUPPRESSED
        if sign_ups.count_confirmations(tx, since=now - timedelta(hours=1)) >= HOURLY_CAP:
            return Asked.CLOSED
        if not sign_ups.claim_confirmation(tx, key, now=now):
            return Asked.LIMITED
        person = get_or_add(tx, wish, now=now)
    try:
        mail_confirmation(runtime, person, wish.digest, writer, now=now)
    except PublisherError:
        with runtime.begin() as tx:
            sign_ups.release_confirmation(tx, key, now=now)
        return Asked.FAILED
    return Asked.MAILED


def is_refused(tx: Transaction, address: Address) -> bool:
    """Whoever left everything may come back by a confirmation; complaints, bounces and the editor's word stand."""
    blocked = suppressions.find(tx, address.key)
    return blocked is not None and blocked.reason is not SuppressionReason.UNSUBSCRIBED


def get_or_add(tx: Transaction, wish: SignUp, *, now: datetime) -> Known:
    """The person of an address; a new one with a pending subscription, which nothing is sent to."""
    key = wish.address.key
    if key not in subscribers.ids_of(tx, [key]):
        subscribers.add_people(tx, [Person(key, wish.address.text, None, now, ASKED)])
        subscribers.add_wishes(tx, [Wish(key, wish.digest, SubscriptionState.PENDING, (), now)])
    known = sign_ups.get_known(tx, subscribers.ids_of(tx, [key])[key])
    if known is None:
        raise LookupError(key)
    return known


def mail_confirmation(runtime: Runtime, person: Known, digest: str, writer: PageWriter, *, now: datetime) -> None:
    """The mail that asks back: no word of whoever filled in the form is in it."""
    settings = runtime.settings
    token = sign_confirmation(runtime.secrets[0], subscriber_id=person.id, digest=digest, expires_at=now + LIFE)
    url = f"{writer.base_url}c/{token}"
    subject, text = writer.confirmation(person.language, title=title_of(settings, digest), url=url)
    name = mail_name("confirm", token.encode())
    data = transactional(settings, to=person.address, subject=subject, text=text, date=now, name=name)
    send_one(runtime, to=person.address, data=data, name=name)


def forget_unconfirmed(runtime: Runtime) -> int:
    """Forget who asked and never confirmed, a day after their link ended; how many."""
    now = runtime.now()
    with runtime.begin() as tx:
        sign_ups.forget_limits(tx, now=now)
        return sign_ups.forget_unconfirmed(tx, consent=ASKED, before=now - LIFE - timedelta(days=1))


def look_at_confirmation(runtime: Runtime, token: str) -> Confirming:
    """What a link would confirm, changing nothing; TokenError for one that is not ours."""
    claim = verify_confirmation(runtime.secrets, token)
    with runtime.read() as tx:
        return confirming(runtime, tx, claim)


def confirm(runtime: Runtime, token: str) -> Confirming:
    """Begin the subscription, or switch to the cadence asked for; again is the same."""
    claim = verify_confirmation(runtime.secrets, token)
    with runtime.begin() as tx:
        found = confirming(runtime, tx, claim)
        person = sign_ups.get_known(tx, claim.subscriber_id)
        if found.state != "asks" or person is None:
            return found
        suppressions.remove(tx, person.key)
        begin_subscription(runtime, tx, person, found.digest, asked=claim.expires_at - LIFE)
        return confirming(runtime, tx, claim)


def begin_subscription(runtime: Runtime, tx: Transaction, person: Known, digest: str, *, asked: datetime) -> None:
    now, letter = runtime.now(), letter_of(runtime.settings, digest)
    held = held_of(letters.holdings(tx, person.id, letter))
    choice = ReaderChoice(person.language, held.sections if held else ())
    choose(tx, person.id, letter=letter, digest=digest, choice=choice, now=now)
    consent = f"asked on the web {stamp(asked)}, confirmed by the link in a mail {stamp(now)}"
    sign_ups.set_consent(tx, person.id, consent)
    before = {} if person.consent in ("", ASKED) else {"consent_before": person.consent}
    detail = {"digests": [digest], **before}
    events.add(tx, at=now, actor="subscriber", subject=f"subscriber:{person.id}", what="confirmed", detail=detail)


def confirming(runtime: Runtime, tx: Transaction, claim: ConfirmClaim) -> Confirming:
    """Done where it is held; expired where its time is over, or the person left after asking."""
    person = sign_ups.get_known(tx, claim.subscriber_id)
    digest = next((one for one in runtime.settings.digests if digest_key(one.name) == claim.digest_key), None)
    if person is None or digest is None:
        return Confirming("expired")
    blocked = suppressions.find(tx, person.key)
    held = next(iter(letters.holdings(tx, person.id, [digest.name])), None)
    if blocked is None and is_active(held):
        return Confirming("done", digest.title, digest.name, person.id, person.language)
    asked = claim.expires_at - LIFE
    is_refused_since = blocked is not None and (
        blocked.reason is not SuppressionReason.UNSUBSCRIBED or blocked.since > asked
    )
    left = sign_ups.ended_at(tx, person.id, [digest.name]).get(digest.name)
    if runtime.now() >= claim.expires_at or is_refused_since or (left is not None and left > asked):
        return Confirming("expired", language=person.language)
    return Confirming("asks", digest.title, digest.name, person.id, person.language)


def is_active(held: Holding | None) -> bool:
    return held is not None and held.state is SubscriptionState.ACTIVE


def stamp(at: datetime) -> str:
    return re.sub(r"\+00:00$", "Z", at.isoformat())
