"""A body, unpacked piece by piece under a cap: a bomb stops at the cap, whatever it would have become (U6)."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

PIECE_BYTES = 65_536
MEMBERS = 1_000
"""Members of one gzip body: a million empty ones cost seconds and give nothing."""
GZIP_MAGIC = b"\x1f\x8b"


class BodyError(Exception):
    """The body cannot be had: `str(error)` is what FetchError says; the hint with it."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint


class OversizeError(BodyError):
    """More than the cap."""

    @classmethod
    def past(cls, size_bytes: int) -> OversizeError:
        return cls(f"the answer is larger than {size_bytes:,} bytes", "Ask for a shorter feed or page.")


def coding_of(header: str) -> str:
    """ "gzip", "deflate" or "" of a Content-Encoding header; BodyError for others and for chains (RFC 9110 8.4)."""
    names = [name.strip().lower() for name in header.split(",")]
    names = [name for name in names if name not in ("", "identity")]
    if len(names) > 1:
        raise BodyError(f"the answer is packed {len(names)} times over", "Tell the site's operator.")
    coding = names[0].removeprefix("x-") if names else ""
    if coding not in ("", "gzip", "deflate"):
        raise BodyError(
            f"the answer is packed as {coding[:20]!r}, which was not asked for", "Tell the site's operator."
        )
    return coding


def unpacked(pieces: Iterable[bytes], coding: str, *, size_bytes: int) -> Iterator[bytes]:
    """The pieces of the body behind its coding. OversizeError past the cap, BodyError if broken or cut short."""
    total = 0
    for piece in pieces if not coding else _inflated(pieces, coding):
        total += len(piece)
        if total > size_bytes:
            raise OversizeError.past(size_bytes)
        yield piece


def unpack_gzip(data: bytes, *, size_bytes: int) -> bytes:
    """A gzip file (a `sitemap.xml.gz`) under a cap; BodyError."""
    return b"".join(unpacked([data], "gzip", size_bytes=size_bytes))


def _inflated(pieces: Iterable[bytes], coding: str) -> Iterator[bytes]:
    inflater: zlib._Decompress | None = None
    members = 0
    for piece in pieces:
        rest = piece
        while rest:
            if inflater is None or inflater.eof:
                if members and (coding != "gzip" or not GZIP_MAGIC.startswith(rest[:2])):
                    return  # padding or litter behind the end: browsers ignore it too
                members += 1
                inflater = _inflater(coding, rest, members)
            yield from _drained(inflater, rest)
            rest = inflater.unused_data
    if inflater is not None and not inflater.eof:
        raise BodyError("the packed answer ends early", "Try again later.")


def _inflater(coding: str, start: bytes, members: int) -> zlib._Decompress:
    if members > MEMBERS:
        raise OversizeError("the packed answer has too many parts", "Tell the site's operator.")
    if coding == "gzip":
        return zlib.decompressobj(wbits=31)
    # RFC 9110 8.4.1.2: deflate is zlib's format; some servers send it bare
    is_zlib = start[0] & 0x0F == 8 and (len(start) < 2 or (start[0] << 8 | start[1]) % 31 == 0)
    return zlib.decompressobj(wbits=15 if is_zlib else -15)


def _drained(inflater: zlib._Decompress, data: bytes) -> Iterator[bytes]:
    """What this input gives, in pieces of bounded size."""
    piece = b""
    while not inflater.eof and (data or len(piece) == PIECE_BYTES):  # a full piece: more may wait inside
        try:
            piece = inflater.decompress(data, PIECE_BYTES)
        except zlib.error as error:
            raise BodyError("the packed answer is broken", "Try again later.") from error
        data = inflater.unconsumed_tail
        if piece:
            yield piece
