"""Pictures, recordings and files of an entry: which one is its image, which are attachments."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath
from urllib.parse import urlsplit

from publisher.feeds.urls import ascii_url
from publisher.model.article import Attachment

MAX_PIXELS = 100_000
MAX_BYTES = 10**12
MANY = 20
TYPES = {
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".pdf": "application/pdf",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
}


@dataclass(frozen=True, slots=True)
class Medium:
    """A file that an entry names, as given. `medium` is Media RSS's word for its kind."""

    url: str
    type: str = ""
    medium: str = ""
    length: object = 0
    width: object = 0
    height: object = 0


@dataclass(frozen=True, slots=True)
class Picture:
    url: str = ""
    size: tuple[int, int] | None = None


def picture_of(media: list[Medium]) -> Picture:
    """The widest of the pictures; the first where none tells its size."""
    pictures = [Picture(url, size_of(one)) for one in media if is_picture(one) and (url := ascii_url(one.url))]
    return max(pictures, key=lambda picture: picture.size or (0, 0), default=Picture())


def attachments_of(media: list[Medium]) -> tuple[Attachment, ...]:
    """Recordings, films and documents, each once."""
    found: dict[str, Attachment] = {}
    for one in media:
        url, kind = ascii_url(one.url), type_of(one)
        if url and (kind.startswith(("audio/", "video/")) or kind == "application/pdf"):
            found.setdefault(url, Attachment(url, kind, number(one.length, limit=MAX_BYTES)))
    return tuple(found.values())[:MANY]


def is_picture(one: Medium) -> bool:
    return one.medium == "image" or type_of(one).startswith("image/")


def type_of(one: Medium) -> str:
    """The media type given, else by the end of the address; "" where neither tells."""
    given = one.type.partition(";")[0].strip().lower()
    if "/" in given and len(given) < 100:
        return given
    try:
        return TYPES.get(PurePosixPath(urlsplit(one.url).path).suffix.lower(), "")
    except ValueError:
        return ""


def size_of(one: Medium) -> tuple[int, int] | None:
    width, height = number(one.width, limit=MAX_PIXELS), number(one.height, limit=MAX_PIXELS)
    return (width, height) if width and height else None


def number(given: object, *, limit: int) -> int:
    """A whole number from 0 to the limit, as a number or as digits; 0 for anything else."""
    if isinstance(given, str):
        digits = given.strip()
        given = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 20 else 0
    return given if isinstance(given, int) and not isinstance(given, bool) and 0 <= given <= limit else 0
