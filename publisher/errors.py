"""The one tree of errors; each says what, where and what to do, and maps to an exit code (design.md 5).

PublisherError    70
  ConfigError     78
  NotFound        66
  UsageError      2
  SourceError     69: FetchError 69, ParseError 65
  DataError       65   bad lines in a file the editor gave
  RenderError     65
  StorageError    74: SchemaError 78, ConflictError 75
  RelayError      69: RelayUnavailable 75, RecipientRefused 65
  TokenError      65
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar

PASSWORD = re.compile(r"(//[^\s:/@]*):(?!\d+(?:[/?#\s]|$))\S*@")
TOKEN = re.compile(
    r"([?&;](?:[\w.\-]*(?:token|secret|passw|pwd|api_?-?key|signature|credential)[\w.\-]*|key|sig|auth|code)=)"
    r"[^&#\s'\"]+?(?=[:.,;)]?(?:[&#\s'\"]|$))",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """The same words, with `…` for a password and for what a query names a token, key or secret (reliability.md P9)."""
    return TOKEN.sub(r"\1…", PASSWORD.sub(r"\1:…@", text))


@dataclass(eq=False)
class PublisherError(Exception):
    """An error in three fields, rendered in one place: `str(error)`, without the secrets of an address in it."""

    exit_code: ClassVar[int] = 70

    what: str
    where: str = ""
    hint: str = ""

    def __str__(self) -> str:
        """`WHERE: WHAT. HINT`, leaving out what is empty."""
        text = f"{self.where}: {self.what}" if self.where else self.what
        return without_secrets(f"{text.rstrip('.')}. {self.hint}" if self.hint else text)


class ConfigError(PublisherError):
    exit_code = 78


class NotFound(PublisherError):  # noqa: N818 - the style guide names it so
    exit_code = 66


class UsageError(PublisherError):
    exit_code = 2


class SourceError(PublisherError):
    exit_code = 69


@dataclass(eq=False)
class FetchError(SourceError):
    """What could not be fetched: `status` where a server answered, `retry_after_s` where it said when to come back."""

    exit_code = 69

    status: int | None = None
    retry_after_s: float | None = None

    @property
    def is_permanent(self) -> bool:
        """The server says that there is no such thing (RFC 9110 15.5.5, 15.5.11)."""
        return self.status in (404, 410)


class ParseError(SourceError):
    exit_code = 65


class DataError(PublisherError):
    exit_code = 65


class RenderError(PublisherError):
    exit_code = 65


class StorageError(PublisherError):
    exit_code = 74


class SchemaError(StorageError):
    exit_code = 78


class ConflictError(StorageError):
    exit_code = 75


class RelayError(PublisherError):
    exit_code = 69


class RelayUnavailable(RelayError):  # noqa: N818
    exit_code = 75


class RecipientRefused(RelayError):  # noqa: N818
    exit_code = 65


class TokenError(PublisherError):
    exit_code = 65
