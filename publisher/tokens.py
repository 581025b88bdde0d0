"""Tokens in links and addresses: signed, bound to one purpose, without an address in them (email.md 6)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
from collections.abc import Sequence
from dataclasses import dataclass

from publisher.errors import TokenError
from publisher.model.ids import IssueId, SubscriberId

MESSAGE_TOKEN_LENGTH = 24
BOUNCE_TOKEN_LENGTH = 32
VERSION = 1
BODY = struct.Struct(">BQ6s")
"""Version, subscriber id, first bytes of the digest name's hash."""
MAC_SIZE = 18
UNSUBSCRIBE_TOKEN_LENGTH = (BODY.size + MAC_SIZE) * 4 // 3
URL_SAFE = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class UnsubscribeClaim:
    """What a verified token says: who, and of which digest (its `digest_key`)."""

    subscriber_id: SubscriberId
    digest_key: bytes


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


def sign_unsubscribe(secret: bytes, *, subscriber_id: SubscriberId, digest: str) -> str:
    """A token that ends one subscription: UNSUBSCRIBE_TOKEN_LENGTH URL-safe characters, valid for ever."""
    body = BODY.pack(VERSION, subscriber_id, digest_key(digest))
    return base64.urlsafe_b64encode(body + mac(secret, "unsubscribe", body)[:MAC_SIZE]).decode()


def verify_unsubscribe(secrets: Sequence[bytes], token: str) -> UnsubscribeClaim:
    """What a token says; TokenError, the same for all, unless one of the secrets signed exactly these characters."""
    if len(token) != UNSUBSCRIBE_TOKEN_LENGTH or not URL_SAFE.fullmatch(token):
        raise forged()
    data = base64.urlsafe_b64decode(token)
    body, given = data[: BODY.size], data[BODY.size :]
    matches = [hmac.compare_digest(mac(secret, "unsubscribe", body)[:MAC_SIZE], given) for secret in secrets]
    version, subscriber_id, key = BODY.unpack(body)
    if not any(matches) or version != VERSION:
        raise forged()
    return UnsubscribeClaim(SubscriberId(subscriber_id), key)
