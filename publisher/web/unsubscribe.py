"""The unsubscribe page: GET and HEAD show one button, POST leaves (RFC 8058; email.md 6)."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from publisher.app.pages import unsubscribe_page
from publisher.app.runtime import Runtime
from publisher.app.subscriptions import Leaving, leave_by_token, look_at_token
from publisher.errors import TokenError

MAX_BODY_BYTES = 64 * 1024
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")
HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex",
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}


async def unsubscribe(runtime: Runtime, request: Request) -> Response:
    """One address, two meanings: looking changes nothing, posting the form (or One-Click) leaves."""
    token = request.path_params["token"]
    if request.method in ("GET", "HEAD"):
        return await run_in_threadpool(look, runtime, token)
    if request.method != "POST":
        return Response(status_code=405, headers={**HEADERS, "Allow": "GET, HEAD, POST"})
    if not await asks_to_leave(request):
        return page(runtime, None, status=400)
    return await run_in_threadpool(leave, runtime, token)


def look(runtime: Runtime, token: str) -> Response:
    try:
        return page(runtime, look_at_token(runtime, token))
    except TokenError:
        return page(runtime, None, status=404)


def leave(runtime: Runtime, token: str) -> Response:
    try:
        return page(runtime, leave_by_token(runtime, token))
    except TokenError:
        return page(runtime, None, status=404)


async def asks_to_leave(request: Request) -> bool:
    """Whether a body is the one of RFC 8058, urlencoded or multipart: our own button sends the same."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in FORM_TYPES:
        return False
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return False
    return await is_one_click(request, body)


async def is_one_click(request: Request, body: bytes) -> bool:
    async def replay() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        form = await Request(request.scope, replay).form(max_files=1, max_fields=10)
    except Exception:  # noqa: BLE001 - a body that no parser reads asks for nothing
        return False
    return form.get("List-Unsubscribe") == "One-Click"


def page(runtime: Runtime, found: Leaving | None, *, status: int = 200) -> Response:
    html = unsubscribe_page(runtime, found)
    return Response(html, status, dict(HEADERS), media_type="text/html; charset=utf-8")
