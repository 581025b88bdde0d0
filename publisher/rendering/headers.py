"""Header lines: clean, encode, fold (RFC 5322 2.2.3, RFC 2047). The standard library's writer can be injected (O4)."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Callable, Iterator

WIDTH = 78
WORD_LENGTH = 75
HEAD, TAIL = "=?utf-8?", "?="
ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+", re.ASCII)
Q_SAFE = re.compile(r"[A-Za-z0-9!*+/-]", re.ASCII)


def clean_value(text: str) -> str:
    """One line without controls, lone surrogates and separators: nothing in it can begin another header (M-15)."""
    kept = "".join(" " if unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp", "Cn") else char for char in text)
    return " ".join(kept.split())


def unstructured(name: str, text: str) -> bytes:
    """A header of free words, such as Subject. ASCII stays as it is unless it holds `=?` (M-14, M-16)."""
    value = clean_value(text)
    if value.isascii() and "=?" not in value:
        return fold(name, value.split(" "))
    return fold(name, list(encoded_words(value)))


def mailbox(name: str, display: str, address: str) -> bytes:
    """A header of one mailbox with a display name, such as From (RFC 5322 3.4)."""
    value = clean_value(display)
    if not value:
        return fold(name, [address])
    return fold(name, [*phrase(value), f"<{address}>"])


def phrase(value: str) -> list[str]:
    """A display name as words: plain, quoted, or encoded."""
    if not value.isascii() or "=?" in value:
        return list(encoded_words(value))
    if ATOM.fullmatch(value):
        return value.split(" ")
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'.split(" ")


def structured(name: str, *tokens: str) -> bytes:
    """A header of tokens that must stay whole, such as the URIs of List-Unsubscribe: ASCII, no white space inside."""
    for token in tokens:
        if not token.isascii() or re.search(r"[\x00-\x20\x7f]", token):
            raise ValueError(f"{name}: not one ASCII token: {token!r}")
    return fold(name, list(tokens))


def fold(name: str, words: list[str]) -> bytes:
    """The header's lines, broken between words only; one word longer than a line stays whole (M-2)."""
    lines = [f"{name}:"]
    for word in words:
        is_bare = lines == [f"{name}:"]
        if not is_bare and len(lines[-1]) + 1 + len(word) > WIDTH:
            lines.append("")
        lines[-1] += f" {word}"
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def encoded_words(text: str) -> Iterator[str]:
    """Encoded-words of at most 75 characters that split no character (RFC 2047 2, 5), in the shorter encoding."""
    as_q = list(chunks(text, q_encoded))
    as_b = list(chunks(text, b_encoded))
    if sum(len(q_encoded(part)) for part in as_q) <= sum(len(b_encoded(part)) for part in as_b):
        yield from (f"{HEAD}q?{q_encoded(part)}{TAIL}" for part in as_q)
        return
    yield from (f"{HEAD}b?{b_encoded(part)}{TAIL}" for part in as_b)


def chunks(text: str, encode: Callable[[str], str]) -> Iterator[str]:
    """The text in parts whose encoded form fits one word."""
    room = WORD_LENGTH - len(HEAD) - 2 - len(TAIL)
    part = ""
    for char in text:
        if part and len(encode(part + char)) > room:
            yield part
            part = ""
        part += char
    if part:
        yield part


def q_encoded(text: str) -> str:
    return "".join(q_char(char) for char in text)


def q_char(char: str) -> str:
    if Q_SAFE.fullmatch(char):
        return char
    return "_" if char == " " else "".join(f"={byte:02X}" for byte in char.encode())


def b_encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode("ascii")
