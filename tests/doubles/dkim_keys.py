"""DKIM keys for tests: records of any length, and a real key that signs."""

from __future__ import annotations

import base64
import hashlib

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

RSA_NAME = bytes.fromhex("300d06092a864886f70d0101010500")


def element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def rsa_record(bits: int, *, prefix: str = "v=DKIM1; k=rsa; p=") -> str:
    """The record of a modulus of this length (nobody has its private half)."""
    return prefix + base64.b64encode(rsa_public(bits)).decode()


def rsa_public(bits: int) -> bytes:
    number = (1 << (bits - 1)) + 1
    modulus = number.to_bytes(bits // 8 + 1, "big")
    bare = element(0x30, element(0x02, modulus) + element(0x02, b"\x01\x00\x01"))
    return element(0x30, RSA_NAME + element(0x03, b"\0" + bare))


class SigningKey:
    """A real RSA key of 2048 bits, and the DKIM-Signature that a relay would put on top (c=relaxed/relaxed)."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(65537, 2048)

    @property
    def record(self) -> str:
        kind = serialization.PublicFormat.SubjectPublicKeyInfo
        public = self._key.public_key().public_bytes(serialization.Encoding.DER, kind)
        return f"v=DKIM1; k=rsa; p={base64.b64encode(public).decode()}"

    def sign(self, data: bytes, names: str, *, domain: str, selector: str = "s1") -> bytes:
        """The mail with its signature: each header of `names` once, a body without runs of blanks."""
        head, _, body = data.partition(b"\r\n\r\n")
        fields = {line.partition(b":")[0].lower(): line for line in unfolded(head).split(b"\r\n")}
        body_hash = base64.b64encode(hashlib.sha256(relaxed_body(body)).digest()).decode()
        bare = f"v=1; a=rsa-sha256; c=relaxed/relaxed; d={domain}; s={selector}; h={names}; bh={body_hash}; b="
        lines = [relaxed_line(fields[name.encode()]) for name in names.split(":") if name.encode() in fields]
        signed = b"".join(line + b"\r\n" for line in lines) + b"dkim-signature:" + bare.encode()
        value = base64.b64encode(self._key.sign(signed, padding.PKCS1v15(), hashes.SHA256())).decode()
        folded = "\r\n ".join(value[at : at + 70] for at in range(0, len(value), 70))
        return f"DKIM-Signature: {bare}{folded}\r\n".encode() + data


def unfolded(head: bytes) -> bytes:
    return head.replace(b"\r\n ", b" ").replace(b"\r\n\t", b" ")


def relaxed_line(line: bytes) -> bytes:
    name, _, value = line.partition(b":")
    return name.lower() + b":" + b" ".join(value.split())


def relaxed_body(body: bytes) -> bytes:
    """Of a body without runs of blanks."""
    return b"\r\n".join(line.rstrip(b" ") for line in body.split(b"\r\n")).rstrip(b"\r\n") + b"\r\n"
