"""The feeds folder over HTTP, as any web server would serve it (feeds.md 3)."""

from __future__ import annotations

import re
from datetime import UTC
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from publisher.feeds.serving import (
    GONE_FILE,
    REDIRECTS_FILE,
    SAFE_HEADERS,
    Move,
    ServedSite,
    find_move,
    is_feed,
    link_header,
    read_moves,
)
from publisher.web.files import FileCache, Folder, Identity, ServedFile, identity_of

MAX_TABLE_BYTES = 1_000_000
ALLOWED = ("GET", "HEAD")


class FeedsFolder:
    """Answers for one site's feeds. What is known and unchanged is answered at once, the rest from a thread."""

    def __init__(self, site: ServedSite) -> None:
        self.site = site
        self.cache = FileCache(Folder(site.output))
        self.tables = tuple(Path(site.output, name) for name in (REDIRECTS_FILE, GONE_FILE))
        self.known_moves: tuple[object, dict[str, Move]] = (None, {})

    async def answer(self, path: str, request: Request) -> Response:
        """GET and HEAD with validators; 304 where the reader has it; 301, 410, 404; anything else is 405."""
        if request.method not in ALLOWED:
            return plain("Method not allowed\n", 405, Allow="GET, HEAD")
        # A storm of polls is 304s of files that are known: a stat each, too short for a thread.
        known = self.cache.known(path)
        if known is not None and (quick := self.quick_answer(path, known, request)):
            return quick
        return await run_in_threadpool(self.full_answer, path, request)

    def quick_answer(self, path: str, known: ServedFile, request: Request) -> Response | None:
        """Without the disk; None where the bytes are not in memory."""
        encoding = wanted_encoding(request)
        headers = self.headers(path, known, encoding)
        if is_fresh(request, known):
            return Response(status_code=304, headers=headers)
        body = self.cache.body(known, encoding)
        return None if body is None else whole(body, known, encoding, headers)

    def full_answer(self, path: str, request: Request) -> Response:
        """From the disk."""
        loaded = self.cache.load(path)
        if loaded is None:
            return self.missing_answer(path)
        file, data = loaded
        encoding = wanted_encoding(request)
        headers = self.headers(path, file, encoding)
        if is_fresh(request, file):
            return Response(status_code=304, headers=headers)
        return whole(self.cache.encoded(file, data, encoding), file, encoding, headers)

    def headers(self, path: str, file: ServedFile, encoding: str) -> dict[str, str]:
        """What a 200 and its 304 share (RFC 9110 15.4.5)."""
        headers = {
            "ETag": file.etag(encoding),
            "Last-Modified": formatdate(file.modified_s, usegmt=True),
            "Cache-Control": f"public, max-age={self.site.max_age_s}",
            "Vary": "Accept-Encoding",
            **SAFE_HEADERS,
        }
        if self.site.hub and is_feed(file.kind):
            headers["Link"] = link_header(self.site.hub, self.site.base_url + quote(path))
        return headers

    def missing_answer(self, path: str) -> Response:
        """A feed that moved has 301 for ever, one that ended 410 (S12)."""
        move = find_move(self.moves(), path)
        if move is None:
            return plain("Not found\n", 404)
        if move.is_gone:
            return plain("Gone\n", 410)
        headers = {"Location": move.address(path, self.site.base_url)}
        return plain("Moved\n", 301, f"public, max-age={self.site.max_age_s}", **headers)

    def moves(self) -> dict[str, Move]:
        """The tables that the syndicate pass leaves in the output, read again where one of them changed."""
        stamps = [stamp_of(path) for path in self.tables]
        known, moves = self.known_moves
        if known != stamps:
            redirects, gone = (read_table(path) for path in self.tables)
            moves = read_moves(redirects=redirects, gone=gone)
            self.known_moves = (stamps, moves)
        return moves


def whole(body: bytes, file: ServedFile, encoding: str, headers: dict[str, str]) -> Response:
    headers["Content-Type"] = f"{file.kind}; charset=utf-8"
    if encoding:
        headers["Content-Encoding"] = encoding
    return Response(body, headers=headers)


def plain(text: str, status: int, cache: str = "no-store", **headers: str) -> Response:
    return Response(text, status, {"Cache-Control": cache, **SAFE_HEADERS, **headers}, media_type="text/plain")


def stamp_of(path: Path) -> Identity | None:
    try:
        return identity_of(path.stat())
    except OSError:
        return None


def read_table(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(MAX_TABLE_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""


def wanted_encoding(request: Request) -> str:
    return "gzip" if wants_gzip(",".join(request.headers.getlist("accept-encoding"))) else ""


def wants_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` allows gzip by name; `q=0` forbids it (RFC 9110 12.5.3)."""
    for part in accepted.lower().split(","):
        name, *parameters = (piece.strip().replace(" ", "") for piece in part.split(";"))
        if name in ("gzip", "x-gzip"):
            return not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
    return False


def is_fresh(request: Request, file: ServedFile) -> bool:
    """Whether the reader has these bytes: If-None-Match wins over If-Modified-Since (RFC 9110 13.2.2)."""
    asked = request.headers.getlist("if-none-match")
    if asked:
        tags = {tag.strip().removeprefix("W/") for line in asked for tag in line.split(",")}
        return not tags.isdisjoint(("*", file.etag(""), file.etag("gzip")))
    since = request.headers.get("if-modified-since")
    return since is not None and seconds_of(since) >= file.modified_s


def seconds_of(date: str) -> float:
    """An HTTP date in seconds; before everything where it is none. The older forms name no zone and mean GMT."""
    try:
        read = parsedate_to_datetime(date)
        return (read if read.tzinfo else read.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError):
        return float("-inf")
