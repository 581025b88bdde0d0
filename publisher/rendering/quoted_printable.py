"""Quoted-printable (RFC 2045 6.7), lines of at most 76, that breaks no placeholder (email.md M-4, M-5, 2.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

WIDTH = 76
GUARD = 2
"""What `guarded` may add to a line."""
PLAIN = frozenset(chr(code) for code in range(33, 127) if chr(code) != "=") | {" ", "\t"}


def encode(text: str, *, unbreakable: Sequence[str] = ()) -> bytes:
    """Encode text of any line ends as CRLF lines; each string of `unbreakable` stays whole on one line."""
    pattern = re.compile("|".join(map(re.escape, unbreakable))) if unbreakable else None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "".join(f"{encoded}\r\n" for line in lines for encoded in encode_line(line, pattern)).encode("ascii")


def encode_line(line: str, pattern: re.Pattern[str] | None) -> Iterator[str]:
    """One line as one or more, joined by soft breaks."""
    atoms = list(atoms_of(line, pattern))
    if atoms and atoms[-1] in (" ", "\t"):
        atoms[-1] = f"={ord(atoms[-1]):02X}"
    current = ""
    for number, atom in enumerate(atoms):
        room = WIDTH - GUARD - (0 if number == len(atoms) - 1 else 1)
        if current and len(current) + len(atom) > room:
            yield f"{guarded(current)}="
            current = ""
        current += atom
    yield guarded(current)


def atoms_of(line: str, pattern: re.Pattern[str] | None) -> Iterator[str]:
    """What must not be broken: a placeholder, an encoded byte's group, a character."""
    at = 0
    for match in pattern.finditer(line) if pattern else ():
        yield from map(atom, line[at : match.start()])
        yield match[0]
        at = match.end()
    yield from map(atom, line[at:])


def atom(char: str) -> str:
    if char in PLAIN:
        return char
    return "".join(f"={byte:02X}" for byte in char.encode("utf-8", "replace"))


def guarded(line: str) -> str:
    """No line begins with a dot, or with `From `: nothing on the way has to change it."""
    if line.startswith("."):
        return f"=2E{line[1:]}"
    return f"=46{line[1:]}" if line.startswith("From ") else line
