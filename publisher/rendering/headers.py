"""Header lines: clean, encode, fold (RFC 5322 2.2.3, RFC 2047). The standard library's writer can be injected (O4)."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Callable, Iterator

WIDTH = 76
"""RFC 5322 wishes 78, RFC 2047 2 allows 76 for a line with an encoded-word."""
WORD_LENGTH = 75
HEAD, TAIL = "=?utf-8?", "?="
UNSHOWN = ("Cc", "Cs", "Zl", "Zp", "Cn")
DIRECTIONS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
ATOM = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+", re.ASCII)
Q_SAFE = re.compile(r"[A-Za-z0-9!*+/-]", re.ASCII)


def clean_value(text: str) -> str:
    """One line without controls, lone surrogates and separators: nothing in it can begin another header (M-15)."""
    kept = "".join(" " if unicodedata.category(char) in UNSHOWN else char for char in DIRECTIONS.sub("", text))
    return " ".join(kept.split())


def unstructured(name: str, text: str) -> bytes:
    """A header of free words, such as Subject. ASCII stays as it is unless it holds `=?` (M-14, M-16)."""
    value = clean_value(text)
    if value.isascii() and "=?" not in value:
        return fold(name, value.split(" "))
    return fold(name, list(encoded_words(value, used=len(name) + 2)))


def mailbox(name: str, display: str, address: str) -> bytes:
    """A header of one mailbox with a display name, such as From (RFC 5322 3.4)."""
    value = clean_value(display)
    if not value:
        return fold(name, [address])
    return fold(name, [*phrase(value, used=len(name) + 2), f"<{address}>"])


def phrase(value: str, *, used: int) -> list[str]:
    """A display name as words: plain, quoted, or encoded; `used`: columns that the header's name takes."""
    if not value.isascii() or "=?" in value:
        return list(encoded_words(value, used=used))
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


def encoded_words(text: str, *, used: int) -> Iterator[str]:
    """Encoded-words of at most 75 characters that split no character (RFC 2047 2, 5), in the shorter encoding.

    The first leaves room for the header's name on its line. `=?` of the text lies in two words, so that no
    reader decodes what was meant literally a second time.
    """
    as_q = [f"{HEAD}q?{q_encoded(part)}{TAIL}" for part in chunks(text, q_encoded, used=used)]
    as_b = [f"{HEAD}b?{b_encoded(part)}{TAIL}" for part in chunks(text, b_encoded, used=used)]
    yield from min(as_q, as_b, key=lambda words: sum(map(len, words)))


def chunks(text: str, encode: Callable[[str], str], *, used: int) -> Iterator[str]:
    """The text in parts whose encoded form fits one word."""
    fixed = len(HEAD) + 2 + len(TAIL)
    room = min(WORD_LENGTH, WIDTH - used) - fixed
    part = ""
    for char in text:
        if part and (len(encode(part + char)) > room or (part[-1] == "=" and char == "?")):
            yield part
            part, room = "", WORD_LENGTH - fixed
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
