"""The feeds folder over HTTP, as any web server would serve it (feeds.md 3)."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import stat
from dataclasses import dataclass
from email.utils import formatdate, parsedate_to_datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    "atom.xml": "application/atom+xml; charset=utf-8",
    "rss.xml": "application/rss+xml; charset=utf-8",
    ".xml": "application/xml; charset=utf-8",
    ".json": "application/feed+json; charset=utf-8",
    ".opml": "text/x-opml; charset=utf-8",
    ".html": "text/html; charset=utf-8",
}
MAX_AGE_S = 300
SAFE = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "script-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
}
GONE = "_gone.txt"
MAX_GONE_BYTES = 1_000_000


@dataclass(frozen=True, slots=True)
class ServedFile:
    data: bytes
    content_type: str
    modified_s: int

    def etag(self, encoding: str) -> str:
        """Strong, from the bytes, another one for each encoding (RFC 9110 8.8.3.3)."""
        return f'"{hashlib.sha256(self.data).hexdigest()[:32]}{encoding and "-"}{encoding}"'


def find_file(root: Path, path: str) -> ServedFile | None:
    """The file at a path below `root`; None for anything hidden, outside, of another kind, or no plain file."""
    parts = [part for part in path.split("/") if part]
    if any(part.startswith(".") or "\\" in part or "\0" in part for part in parts):
        return None
    target = root.joinpath(*parts)
    if path.endswith("/") or not parts:
        target /= "index.html"
    content_type = TYPES.get(target.name) or TYPES.get(target.suffix)
    if content_type is None or not target.resolve().is_relative_to(root.resolve()):
        return None
    try:
        descriptor = os.open(target, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    with os.fdopen(descriptor, "rb") as file:
        found = os.fstat(descriptor)
        if not stat.S_ISREG(found.st_mode):
            return None
        return ServedFile(file.read(), content_type, int(found.st_mtime))


def serve(root: Path, path: str, request: Request) -> Response:
    """GET and HEAD with validators; 304 where the reader has it; 410 for a feed that ended; anything else is 405."""
    if request.method not in ("GET", "HEAD"):
        return plain("Method not allowed\n", 405, Allow="GET, HEAD")
    found = find_file(root, path)
    if found is None and path in gone_paths(root):
        return plain("Gone\n", 410)
    if found is None:
        return plain("Not found\n", 404)
    encoding = "gzip" if wants_gzip(request.headers.get("accept-encoding", "")) else ""
    headers = {
        "ETag": found.etag(encoding),
        "Last-Modified": formatdate(found.modified_s, usegmt=True),
        "Cache-Control": f"public, max-age={MAX_AGE_S}",
        "Vary": "Accept-Encoding",
        **SAFE,
    }
    if is_fresh(request, found):
        return Response(status_code=304, headers=headers)
    headers |= {"Content-Type": found.content_type} | ({"Content-Encoding": encoding} if encoding else {})
    return Response(gzip.compress(found.data, 6, mtime=0) if encoding else found.data, headers=headers)


def plain(text: str, status: int, **headers: str) -> Response:
    return Response(text, status, {"Cache-Control": "no-store", **SAFE, **headers}, media_type="text/plain")


def gone_paths(root: Path) -> frozenset[str]:
    """The paths below `root` of feeds that ended, one a line of `_gone.txt` (feeds.md S12)."""
    try:
        with (root / GONE).open("rb") as file:
            return frozenset(file.read(MAX_GONE_BYTES).decode("utf-8", "replace").split("\n")) - {""}
    except OSError:
        return frozenset()


def wants_gzip(accepted: str) -> bool:
    """Whether `Accept-Encoding` allows gzip by name; `q=0` forbids it (RFC 9110 12.5.3)."""
    for part in accepted.lower().split(","):
        name, *parameters = (piece.strip().replace(" ", "") for piece in part.split(";"))
        if name in ("gzip", "x-gzip"):
            return not any(re.fullmatch(r"q=0(\.0*)?", parameter) for parameter in parameters)
    return False


def is_fresh(request: Request, found: ServedFile) -> bool:
    """Whether the reader has these bytes: If-None-Match wins over If-Modified-Since (RFC 9110 13.2.2)."""
    asked = request.headers.get("if-none-match")
    if asked is not None:
        tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
        return bool(tags & {"*", found.etag(""), found.etag("gzip")})
    since = request.headers.get("if-modified-since")
    if since is None:
        return False
    try:
        return parsedate_to_datetime(since).timestamp() >= found.modified_s
    except (ValueError, TypeError, OverflowError):
        return False
