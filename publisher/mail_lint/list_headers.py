"""The headers of a list (RFC 2369, 2919, 8058; email.md 4)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.mail_lint.addresses import DOMAIN, MAIL_URI, WEB_URI
from publisher.mail_lint.findings import Expected, Finding, Kind, found, shown
from publisher.mail_lint.reading import Field, Mail

LIST_ID = re.compile(rf".*<{DOMAIN}>", re.DOTALL)
FEEDBACK = re.compile(r"[^:\s]*(?::[^:\s]*){0,2}:[A-Za-z0-9_-]{5,15}", re.ASCII)
TOKEN = re.compile(r"[A-Za-z0-9._~-]{22,}$", re.ASCII)
ADDRESSES = ("List-Help", "List-Archive", "Archived-At")
LONGEST_ID = 255


def check_list_headers(mail: Mail, expected: Expected) -> Iterator[Finding]:
    """What a list's mail must say, or what a mail to one person must not."""
    if expected.kind is Kind.PERSONAL:
        yield from check_none(mail)
        return
    yield from check_unsubscribe(mail, expected)
    yield from check_list_id(mail)
    yield from check_addresses(mail)
    feedback = mail.first("Feedback-ID")
    if feedback is None or not FEEDBACK.fullmatch(feedback.value):
        value = shown(feedback.value) if feedback else "missing"
        yield found("list-feedback-id", f"Feedback-ID is {value}", feedback.where if feedback else "headers")


def check_none(mail: Mail) -> Iterator[Finding]:
    for field in mail.fields:
        if field.key.startswith("list-") or field.key in ("feedback-id", "precedence"):
            yield found("list-none", f"{field.name} is of a list", field.where)


def check_unsubscribe(mail: Mail, expected: Expected) -> Iterator[Finding]:
    field, post = mail.first("List-Unsubscribe"), mail.first("List-Unsubscribe-Post")
    if post is None or post.value != "List-Unsubscribe=One-Click":
        value = shown(post.value) if post else "missing"
        yield found("list-unsubscribe-post", f"List-Unsubscribe-Post is {value}", post.where if post else "headers")
    if field is None:
        yield found("list-unsubscribe", "List-Unsubscribe is missing", "headers")
        return
    fault = unsubscribe_fault(field, expected)
    if fault:
        yield found("list-unsubscribe", fault, field.where)
        return
    address = re.split(r",\s*", field.value)[0][1:-1]
    reader = mail.first("To")
    if not TOKEN.search(address) or (reader is not None and reader.value and reader.value in address):
        yield found("list-unsubscribe-token", f"{shown(address)} can be guessed", field.where)


def unsubscribe_fault(field: Field, expected: Expected) -> str:
    """What is wrong with List-Unsubscribe; "" if nothing is."""
    uris = re.split(r",\s*", field.value)
    webs = [uri for uri in uris if WEB_URI.fullmatch(uri)]
    if len(webs) != 1 or uris[0] != webs[0]:
        return f"It begins with no single <https://…>: {shown(field.value)}"
    if len(uris) != 2 or not MAIL_URI.fullmatch(uris[1]):
        return f"It goes on with no single <mailto:…>: {shown(field.value)}"
    if expected.unsubscribe_url and not expected.is_unsubscribe(webs[0][1:-1]):
        return f"{shown(webs[0])} is not the address that the mail shows"
    return ""


def check_list_id(mail: Mail) -> Iterator[Finding]:
    field = mail.first("List-Id")
    value = field.value if field else ""
    match = LIST_ID.fullmatch(value)
    ident = value.rpartition("<")[2]
    if field is None or match is None or len(ident) > LONGEST_ID:
        yield found(
            "list-id", f"List-Id is {shown(value) if field else 'missing'}", field.where if field else "headers"
        )


def check_addresses(mail: Mail) -> Iterator[Finding]:
    """Where the list is on the web, and that nobody posts to it."""
    for name in ADDRESSES:
        for field in mail.all(name):
            if not WEB_URI.fullmatch(field.value):
                yield found("list-addresses", f"{name} is {shown(field.value)}", field.where)
    for field in mail.all("List-Post"):
        if field.value != "NO":
            yield found("list-addresses", f"List-Post is {shown(field.value)}", field.where)
    missing = [name for name in ADDRESSES[1:] if mail.first(name) is None]
    if missing:
        yield found("list-archive", f"{' and '.join(missing)} missing", "headers")


def check_automatic(mail: Mail, _: Expected) -> Iterator[Finding]:
    """What keeps answering machines quiet (RFC 3834)."""
    for name, wanted in (("Auto-Submitted", "auto-generated"), ("Precedence", "list")):
        for field in mail.all(name):
            if field.value != wanted:
                yield found("list-auto-submitted", f"{name} is {shown(field.value)}", field.where)
