"""A digest that came back from a mailbox: what was signed, what changed, what the receiver found (email.md D6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import parseaddr
from pathlib import Path

from publisher.app.doctor_findings import Finding, Remark, Verdict, failed, passed, summed, warned
from publisher.errors import DataError, NotFound
from publisher.mail_auth import Resolver, domain_of, shown
from publisher.mail_auth.dkim import parse_key
from publisher.mail_auth.message import Message, parse_message
from publisher.mail_auth.results import results_of
from publisher.mail_auth.signature import Signature, holds, is_body_whole, signatures_of
from publisher.model.settings import Settings

MOST_BYTES = 20_000_000
WANTED = ("from", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post")
ONCE = (*WANTED, "to", "list-id", "mime-version", "content-type")
METHODS = ("spf", "dkim", "dmarc")
RELAY_HINT = "Have the relay sign these headers (its list of signed headers, h=)."
TOKEN = re.compile(r"[A-Za-z0-9_-]{22,}", re.ASCII)
"""A reader's own link is not for a terminal or an issue tracker."""
DATE = re.compile(r"\w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}.*")


def read_received(path: Path) -> Message:
    """A mail saved with all its headers (.eml). NotFound, DataError."""
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        hint = "Save the received mail with all its headers."
        raise NotFound(f"It cannot be read: {error.strerror}", str(path), hint) from error
    message = parse_message(data[:MOST_BYTES])
    if message.first("From") is None:
        raise DataError("This is no mail", str(path), "Save the original with all its headers (.eml).")
    return message


def look_at_received(settings: Settings, message: Message, *, resolver: Resolver | None) -> Iterator[Finding]:
    """What the received copy shows. Without a resolver the signature's key is not asked for."""
    yield summed("received-headers", header_remarks(settings, message), good="as they were sent")
    signature = own_signature(message)
    if signature is None:
        hint = "Turn on DKIM signing for this domain at the relay."
        yield failed("received-dkim", "no DKIM signature of From's domain", hint, where=author_of(message))
    else:
        yield look_at_cover(signature)
        yield look_at_validity(signature, message, resolver)
    yield look_at_results(message)


def author_of(message: Message) -> str:
    field = message.first("From")
    return domain_of(parseaddr(field.value)[1]) if field else ""


def own_signature(message: Message) -> Signature | None:
    """The signature aligned with From that covers most of what is wanted; None if none is."""
    author = author_of(message)
    own = [one for one in signatures_of(message) if is_near(one.domain, author)]
    return max(own, key=lambda one: len(set(WANTED) & set(one.covered)), default=None)


def is_near(one: str, other: str) -> bool:
    """The same domain, or one above the other: relaxed alignment as far as names tell."""
    return one == other or one.endswith(f".{other}") or ("." in one and other.endswith(f".{one}"))


def look_at_cover(signature: Signature) -> Finding:
    """RFC 8058 4: both headers of one-click must be signed; RFC 6376 5.4: From must."""
    missing = [name for name in WANTED if name not in signature.covered]
    where = f"d={signature.domain}, s={signature.selector}"
    if missing:
        return failed("received-dkim", f"not signed: {', '.join(missing)}", RELAY_HINT, where=where)
    if signature.has_length:
        hint = "Have the relay sign without l=: text can be added behind it."
        return warned("received-dkim", "l= leaves the end of the body unsigned", hint, where=where)
    return passed("received-dkim", f"signed: {', '.join(WANTED)}", where=where)


def look_at_validity(signature: Signature, message: Message, resolver: Resolver | None) -> Finding:
    """Whether body and headers are those that were signed: no relay behind the signer refolded them."""
    name = "received-signature"
    where = signature.key_name
    if not is_body_whole(signature, message):
        what = "the body is not the one that was signed"
        hint = "Save the mail as it came (.eml), not as a copy; else ask the relay what it changes after signing."
        return warned(name, what, hint, where=where)
    if resolver is None:
        return passed(name, "the body is the one that was signed; the key was not asked for", where=where)
    answer = resolver.look_up(where, "TXT")
    key = next((key for text in answer.values if (key := parse_key(text)) is not None), None)
    is_valid = holds(signature, message, key) if key else None
    if is_valid is None:
        why = f"a={signature.algorithm}" if key else "its key is not found"
        return warned(name, f"the body is whole, the headers cannot be verified: {shown(why)}", "", where=where)
    if not is_valid:
        what = f"the headers were changed or refolded after signing (c={signature.header_form})"
        hint = "Have the relay sign last, with c=relaxed/relaxed."
        return failed(name, what, hint, where=where)
    return passed(name, "body and headers are those that were signed", where=where)


def look_at_results(message: Message) -> Finding:
    """What the receiving server found (RFC 8601)."""
    results = results_of(message)
    if not results:
        hint = "Send the test to a mailbox that adds this header: Gmail, Outlook.com, Yahoo."
        return warned("received-results", "no Authentication-Results", hint)
    told = ", ".join(f"{method}={results.get(method, 'not told')}" for method in METHODS)
    wrong = [method for method in METHODS if results.get(method, "pass") != "pass"]
    if wrong:
        return failed("received-results", told, f"See {', '.join(wrong)} above.")
    if len(results) < len(METHODS):
        return warned("received-results", told, "Look at the mail in the receiver's own view of its source.")
    return passed("received-results", told)


def header_remarks(settings: Settings, message: Message) -> Iterator[Remark]:
    """What is no longer as Publisher writes it (email.md 4)."""
    changed = "Ask the relay to pass headers on unchanged."
    counts = {name: len(message.all(name)) for name in ONCE}
    if missing := [name for name, count in counts.items() if not count]:
        yield Verdict.FAIL, f"missing: {', '.join(missing)}", f"Send an issue, as Publisher made it. {changed}"
    if twice := [name for name, count in counts.items() if count > 1]:
        yield Verdict.FAIL, f"more than once: {', '.join(twice)}", changed
    if broken := [name for name in ONCE if any(one.is_broken_inside for one in message.all(name))]:
        yield Verdict.FAIL, f"refolded inside <…>: {', '.join(broken)}", f"{changed} Gmail shows no button then."
    for name, wrong in wrong_values(settings, message):
        yield Verdict.FAIL, f"{name} is {shown(TOKEN.sub('…', wrong))}", changed


def wrong_values(settings: Settings, message: Message) -> Iterator[tuple[str, str]]:
    """Headers whose value is not of the form that was sent."""
    domain = re.escape(domain_of(settings.relay.from_address))
    link = rf"<{re.escape(settings.web.base_url)}u/[A-Za-z0-9_-]+>, ?<mailto:[^<>]+>"
    forms = {
        "Message-ID": rf"<[^<>@\s]+@{domain}>",
        "Date": DATE.pattern,
        "List-Unsubscribe": link,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    author = message.first("From")
    if author and parseaddr(author.value)[1].lower() != settings.relay.from_address.lower():
        yield "From", author.value
    for name, form in forms.items():
        field = message.first(name)
        if field and re.fullmatch(form, field.value, re.ASCII) is None:
            yield name, field.value
