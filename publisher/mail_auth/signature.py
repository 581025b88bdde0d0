"""DKIM signatures of a received mail: what they cover, and whether they still hold (RFC 6376)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass

from publisher.mail_auth.dkim import DkimKey
from publisher.mail_auth.message import Field, Message
from publisher.mail_auth.tags import parse_tags

SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo of SHA-256 (RFC 8017 9.2)."""
FLOOR, MOST_BITS = 512, 8192
"""Nobody uses others, and longer numbers cost time (RFC 8301 3.2)."""
SIGNATURE_VALUE = re.compile(rb"((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Signature:
    """One DKIM-Signature. `header_form` and `body_form` are `simple` or `relaxed`; `covered`: names in lower case."""

    field: Field
    domain: str
    selector: str
    algorithm: str
    covered: tuple[str, ...]
    header_form: str
    body_form: str
    value: bytes
    body_hash: bytes
    has_length: bool

    @property
    def key_name(self) -> str:
        return f"{self.selector}._domainkey.{self.domain}"


def signatures_of(message: Message) -> list[Signature]:
    """The signatures that can be read, from top to bottom."""
    return [found for field in message.all("dkim-signature") if (found := parse_signature(field)) is not None]


def parse_signature(field: Field) -> Signature | None:
    tags = parse_tags(field.value)
    if tags is None or not {"a", "b", "bh", "d", "h", "s"} <= set(tags):
        return None
    header_form, _, body_form = tags.get("c", "simple/simple").lower().partition("/")
    try:
        value, body_hash = (base64.b64decode(re.sub(r"\s", "", tags[name])) for name in ("b", "bh"))
    except (binascii.Error, ValueError):
        return None
    return Signature(
        field=field,
        domain=tags["d"].rstrip(".").lower(),
        selector=tags["s"],
        algorithm=tags["a"].lower(),
        covered=tuple(name.strip().lower() for name in tags["h"].split(":")),
        header_form=header_form,
        body_form=body_form or "simple",
        value=value,
        body_hash=body_hash,
        has_length="l" in tags,
    )


def is_body_whole(signature: Signature, message: Message) -> bool:
    """Whether the body is the one that was signed. With l= nothing is said of what comes after."""
    body = canonical_body(message.body, signature.body_form)
    return hashlib.sha256(body).digest() == signature.body_hash


def holds(signature: Signature, message: Message, key: DkimKey) -> bool | None:
    """Whether the headers are those that were signed; None where it is not RSA with SHA-256 and a usual key."""
    if signature.algorithm != "rsa-sha256" or not FLOOR <= key.bits <= MOST_BITS or key.exponent >> 32:
        return None
    digest = hashlib.sha256(signed_bytes(signature, message)).digest()
    size = (key.modulus.bit_length() + 7) // 8
    padding = b"\xff" * (size - len(SHA256_PREFIX) - len(digest) - 3)
    expected = b"\0\x01" + padding + b"\0" + SHA256_PREFIX + digest
    found = pow(int.from_bytes(signature.value, "big"), key.exponent, key.modulus)
    return found.to_bytes(size, "big") == expected


def signed_bytes(signature: Signature, message: Message) -> bytes:
    """The fields in the order of h=, each name taken from the bottom up, then the signature without its b= (3.7)."""
    left: dict[str, list[Field]] = {}
    for field in message.fields:
        left.setdefault(field.name, []).append(field)
    taken = [left[name].pop() for name in signature.covered if left.get(name)]
    own = SIGNATURE_VALUE.sub(rb"\1", signature.field.raw.partition(b":")[2], count=1)
    bare = signature.field.raw.partition(b":")[0] + b":" + own.rstrip(b"\r\n") + b"\r\n"
    parts = [canonical_field(field.raw, signature.header_form) for field in taken]
    return b"".join(parts) + canonical_field(bare, signature.header_form).removesuffix(b"\r\n")


def canonical_field(raw: bytes, form: str) -> bytes:
    """RFC 6376 3.4.1, 3.4.2."""
    if form != "relaxed":
        return raw
    name, _, value = raw.partition(b":")
    unfolded = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b""))
    return name.strip().lower() + b":" + unfolded.strip(b" ") + b"\r\n"


def canonical_body(body: bytes, form: str) -> bytes:
    """RFC 6376 3.4.3, 3.4.4."""
    if form == "relaxed":
        body = re.sub(rb"[ \t]+", b" ", body).replace(b" \r\n", b"\r\n").removesuffix(b" ")
    ended = body.rstrip(b"\r\n")
    if not ended:
        return b"" if form == "relaxed" else b"\r\n"
    return ended + b"\r\n"
