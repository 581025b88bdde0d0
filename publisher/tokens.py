"""Tokens in links and addresses: signed, bound to one purpose, without an address in them (email.md 6)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from publisher.errors import TokenError
from publisher.model.ids import IssueId, SubscriberId

MESSAGE_TOKEN_LENGTH = 24
BOUNCE_TOKEN_LENGTH = 32
VERSION = 1
BODY = struct.Struct(">BQ6s")
"""Version, subscriber id, first bytes of the digest name's hash."""
MAC_SIZE = 18
LINK_TOKEN_LENGTH = (BODY.size + MAC_SIZE) * 4 // 3
CONFIRM_BODY = struct.Struct(">BQ6sI")
"""As BODY, then the second since 1970 at which it ends."""
CONFIRM_MAC_SIZE = 20
CONFIRM_TOKEN_LENGTH = (CONFIRM_BODY.size + CONFIRM_MAC_SIZE) * 4 // 3
URL_SAFE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


class Purpose(StrEnum):
    """What a link is for: a token of one purpose is worth nothing for another."""

    UNSUBSCRIBE = "unsubscribe"
    RESUBSCRIBE = "resubscribe"
    PREFERENCES = "preferences"
    CONFIRM = "confirm"


@dataclass(frozen=True, slots=True)
class LinkClaim:
    """What a verified token says: who, and of which digest (its `digest_key`)."""

    subscriber_id: SubscriberId
    digest_key: bytes


@dataclass(frozen=True, slots=True)
class ConfirmClaim(LinkClaim):
    """What a verified confirmation says; whether it still counts is for the caller's clock."""

    expires_at: datetime


def forged() -> TokenError:
    """The answer to every bad token, the same for all; made anew, since a raised error keeps its traceback."""
    return TokenError("This link is not one of ours", "", "Use the link in a newer mail.")


def mac(secret: bytes, purpose: str, data: bytes) -> bytes:
    """HMAC-SHA256 over a purpose and data: a token for one purpose is worth nothing for another."""
    return hmac.new(secret, purpose.encode() + b"\0" + data, hashlib.sha256).digest()


def message_token(secret: bytes, issue_id: IssueId, subscriber_id: SubscriberId) -> str:
    """The token of a Message-ID: the same at every attempt, 24 URL-safe characters (reliability.md 1.2)."""
    data = f"{issue_id}\0{subscriber_id}".encode()
    return base64.urlsafe_b64encode(mac(secret, "message", data)[:18]).decode()


def bounce_token(secret: bytes, issue_id: IssueId, subscriber_id: SubscriberId) -> str:
    """The token of a VERP envelope sender: BOUNCE_TOKEN_LENGTH letters and digits.

    Lower case, since local parts lose their case on the way, and at most 64 characters with `bounces+` before it
    (RFC 5321 4.5.3.1.1). It holds the subscriber's id, so that a bounce names its delivery among the few issues
    that were out.
    """
    data = f"{issue_id}\0{subscriber_id}".encode()
    return base64.b32encode(subscriber_id.to_bytes(6, "big") + mac(secret, "bounce", data)[:14]).decode().lower()


def digest_key(digest: str) -> bytes:
    """What a token holds of a digest's name."""
    return hashlib.sha256(digest.encode()).digest()[:6]


def sign_link(secret: bytes, purpose: Purpose, *, subscriber_id: SubscriberId, digest: str) -> str:
    """A token for one subscription and one purpose: LINK_TOKEN_LENGTH URL-safe characters, valid for ever."""
    body = BODY.pack(VERSION, subscriber_id, digest_key(digest))
    return base64.urlsafe_b64encode(body + mac(secret, purpose.value, body)[:MAC_SIZE]).decode()


def verify_link(secrets: Sequence[bytes], purpose: Purpose, token: str) -> LinkClaim:
    """What a token says; TokenError, the same for all, unless one of the secrets signed exactly these characters."""
    body = checked_body(secrets, purpose, token, sizes=(BODY.size, MAC_SIZE))
    version, subscriber_id, key = BODY.unpack(body)
    if version != VERSION:
        raise forged()
    return LinkClaim(SubscriberId(subscriber_id), key)


def checked_body(secrets: Sequence[bytes], purpose: Purpose, token: str, *, sizes: tuple[int, int]) -> bytes:
    """The signed part of a token of this shape (bytes of body and of MAC); TokenError unless it is ours."""
    if len(token) != sum(sizes) * 4 // 3 or not URL_SAFE.fullmatch(token):
        raise forged()
    data = base64.urlsafe_b64decode(token)
    body, given = data[: sizes[0]], data[sizes[0] :]
    # All of them, so that the time says nothing of which key it was.
    matches = [hmac.compare_digest(mac(secret, purpose.value, body)[: sizes[1]], given) for secret in secrets]
    if not any(matches):
        raise forged()
    return body


def sign_confirmation(secret: bytes, *, subscriber_id: SubscriberId, digest: str, expires_at: datetime) -> str:
    """A token by which a person confirms a sign-up: CONFIRM_TOKEN_LENGTH URL-safe characters, until `expires_at`."""
    body = CONFIRM_BODY.pack(VERSION, subscriber_id, digest_key(digest), int(expires_at.timestamp()))
    return base64.urlsafe_b64encode(body + mac(secret, Purpose.CONFIRM.value, body)[:CONFIRM_MAC_SIZE]).decode()


def verify_confirmation(secrets: Sequence[bytes], token: str) -> ConfirmClaim:
    """What a confirmation says, expired or not; TokenError as in `verify_link`."""
    body = checked_body(secrets, Purpose.CONFIRM, token, sizes=(CONFIRM_BODY.size, CONFIRM_MAC_SIZE))
    version, subscriber_id, key, seconds = CONFIRM_BODY.unpack(body)
    if version != VERSION:
        raise forged()
    return ConfirmClaim(SubscriberId(subscriber_id), key, datetime.fromtimestamp(seconds, UTC))


def hidden_key(secret: bytes, address_key: str) -> str:
    """Stands for an address where only its limits are kept: a keyed hash, 64 hexadecimal digits."""
    return mac(secret, "sign-up", address_key.encode()).hex()
