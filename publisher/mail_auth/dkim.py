"""DKIM keys in the DNS (RFC 6376 3.6.1, RFC 8301, RFC 8463): is there one, and is it long enough."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass

from publisher.mail_auth.tags import parse_tags

FLOOR_BITS, ADVISED_BITS = 1024, 2048
ED25519_BYTES = 32
INTEGER, BIT_STRING, SEQUENCE = 0x02, 0x03, 0x30

USUAL_NAMES = "default dkim mail google selector1 selector2 s1 s2 k1 k2 k3 pm fm1 fm2 fm3 mailjet brevo mandrill"
USUAL_SELECTORS = (*USUAL_NAMES.split(" "), "smtp", "key1", "sig1", "zmail")
"""What relays and mail servers call their keys unless told otherwise."""


@dataclass(frozen=True, slots=True)
class DkimKey:
    """A key record. `bits` of an RSA modulus (256 for ed25519); 0 for a revoked key or one with a `fault`."""

    algorithm: str = ""
    bits: int = 0
    modulus: int = 0
    exponent: int = 0
    is_revoked: bool = False
    is_testing: bool = False
    fault: str = ""


def parse_key(text: str) -> DkimKey | None:
    """Read a TXT of `SELECTOR._domainkey.DOMAIN`; None where it is no key record at all."""
    tags = parse_tags(text)
    if tags is None or "p" not in tags:
        return None
    if tags.get("v", "DKIM1") != "DKIM1" or ("v" in tags and next(iter(tags)) != "v"):
        return DkimKey(fault="v= is not DKIM1, or not the first tag")
    algorithm = tags.get("k", "rsa").lower()
    packed = re.sub(r"\s", "", tags["p"])
    if not packed:
        return DkimKey(algorithm, is_revoked=True)
    is_testing = "y" in tags.get("t", "").replace(" ", "").split(":")
    try:
        data = base64.b64decode(packed, validate=True)
    except (binascii.Error, ValueError):
        return DkimKey(algorithm, fault="p= is not base64: a character is missing or was added")
    if algorithm == "rsa":
        return rsa_key(data, is_testing=is_testing)
    if algorithm == "ed25519":
        fault = "" if len(data) == ED25519_BYTES else f"an ed25519 key has {ED25519_BYTES} bytes, this {len(data)}"
        return DkimKey(algorithm, 0 if fault else 256, is_testing=is_testing, fault=fault)
    return DkimKey(algorithm, fault=f"k={algorithm} is not known")


def rsa_key(data: bytes, *, is_testing: bool) -> DkimKey:
    try:
        modulus, exponent = rsa_numbers(data)
        if not modulus or not exponent:
            raise ValueError("zero")
    except (ValueError, IndexError):
        return DkimKey("rsa", fault="p= is no RSA key: it was cut or changed")
    return DkimKey("rsa", modulus.bit_length(), modulus, exponent, is_testing=is_testing)


def rsa_numbers(data: bytes) -> tuple[int, int]:
    """Modulus and exponent of a SubjectPublicKeyInfo (RFC 5280 4.1) or a bare RSAPublicKey (RFC 8017 A.1.1)."""
    kind, body, _ = read_element(data)
    first, content, rest = read_element(body)
    if kind != SEQUENCE:
        raise ValueError("no sequence")
    if first == SEQUENCE:  # the algorithm, then the key in a bit string
        kind, packed, _ = read_element(rest)
        if kind != BIT_STRING or not packed or packed[0]:
            raise ValueError("no bit string")
        return rsa_numbers(packed[1:])
    second, exponent, _ = read_element(rest)
    if (first, second) != (INTEGER, INTEGER):
        raise ValueError("no integers")
    return int.from_bytes(content, "big"), int.from_bytes(exponent, "big")


def read_element(data: bytes) -> tuple[int, bytes, bytes]:
    """Tag, content and what follows of one DER element (X.690 8.1); ValueError, IndexError where it is cut."""
    size, start = data[1], 2
    if size & 0x80:
        count = size & 0x7F
        if not 1 <= count <= 3:
            raise ValueError("a length of no use here")
        size, start = int.from_bytes(data[2 : 2 + count], "big"), 2 + count
    if len(data) < start + size:
        raise ValueError("cut")
    return data[0], data[start : start + size], data[start + size :]
