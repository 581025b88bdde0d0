"""The preview's local server: loopback only, looking only, and only for who asks for it by its own name."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from publisher.app.preview_page import PreviewFile, PreviewPages
from publisher.errors import UsageError
from publisher.web.server import GRACE_S, KEEP_ALIVE_S, run_quietly

HOST = "127.0.0.1"
NAMES = (HOST, "localhost")
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
    "Cross-Origin-Resource-Policy": "same-origin",
}
PAGE_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'self'; connect-src 'self'; frame-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
FRAME_POLICY = (
    "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src http: https: data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
LIVE = """\
"use strict";
const shown = document.documentElement.dataset.fingerprint;
const line = document.getElementById("live");
async function look() {
  try {
    const answer = await fetch("/fingerprint", { cache: "no-store" });
    if (await answer.text() !== shown) location.reload();
    line.textContent = "This page follows your changes.";
  } catch {
    line.textContent = "The preview has ended: start it again.";
  }
  setTimeout(look, 500);
}
look();
"""


class Board:
    """The pages that are shown now; `put` replaces them all at once."""

    def __init__(self, pages: PreviewPages) -> None:
        self._pages = pages

    def put(self, pages: PreviewPages) -> None:
        self._pages = pages

    @property
    def pages(self) -> PreviewPages:
        return self._pages


def make_preview_application(board: Board) -> Starlette:
    """One route for everything: it only looks, and no path of it changes anything."""

    async def answer(request: Request) -> Response:
        return answer_to(board.pages, request)

    application = Starlette(routes=[Route("/{path:path}", answer, methods=METHODS)])
    application.router.redirect_slashes = False
    return application


def answer_to(pages: PreviewPages, request: Request) -> Response:
    """A page, a frame, the fingerprint; nothing where the host is not this machine (DNS rebinding)."""
    if not is_local(request.headers.get("host", "")):
        return plain("This preview answers to 127.0.0.1 and localhost only.\n", status=421)
    if request.method not in ("GET", "HEAD"):
        return plain("This preview only shows.\n", status=405, more={"Allow": "GET, HEAD"})
    path = request.url.path
    if path == "/fingerprint":
        return plain(pages.fingerprint)
    if path == "/live.js":
        return Response(LIVE, 200, dict(HEADERS), media_type="text/javascript")
    found = pages.files.get(path) or (pages.files["/"] if path.strip("/").isdigit() else None)
    return file_answer(found) if found else plain("There is no such page.\n", status=404)


def is_local(host: str) -> bool:
    """Whether a Host header names this machine, with or without a port."""
    name, _, port = host.partition(":")
    return name.lower() in NAMES and (not port or port.isdigit())


def file_answer(file: PreviewFile) -> Response:
    policy = FRAME_POLICY if file.is_frame else PAGE_POLICY
    return Response(file.data, 200, {**HEADERS, "Content-Security-Policy": policy, "Content-Type": file.media_type})


def plain(text: str, *, status: int = 200, more: Mapping[str, str] | None = None) -> Response:
    return Response(text, status, {**HEADERS, **(more or {})}, media_type="text/plain")


@contextmanager
def serving_preview(board: Board, *, port: int, wait: Callable[[float], None]) -> Iterator[str]:
    """Serve from a thread as long as this is open; the address. UsageError where the port is taken."""
    config = uvicorn.Config(
        make_preview_application(board),
        host=HOST,
        port=port,
        log_level="critical",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=KEEP_ALIVE_S,
        lifespan="off",
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=run_quietly, args=(server,), name="preview", daemon=True)
    thread.start()
    while not server.started and thread.is_alive():
        wait(0.02)
    if not server.started:
        raise UsageError(f"The port {port} cannot be listened on", "--port", "Give another, or 0 for any free one.")
    try:
        yield f"http://{HOST}:{server.servers[0].sockets[0].getsockname()[1]}/"
    finally:
        server.should_exit = True
        thread.join(timeout=GRACE_S)
