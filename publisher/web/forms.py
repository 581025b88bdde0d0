"""Bodies of forms: two types, 64 kB, ten seconds; anything else is no form (RFC 8058 3.2, reliability.md W15)."""

from __future__ import annotations

import asyncio

from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request

MAX_BODY_BYTES = 64 * 1024
MAX_FIELDS = 200
BODY_S = 10.0
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


async def read_form(request: Request) -> FormData | None:
    """The fields of a form; None for a body that is none, is too large, too slow, or holds a file."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in FORM_TYPES:
        return None
    try:
        async with asyncio.timeout(BODY_S):
            body = await read_body(request)
    except (TimeoutError, ClientDisconnect):
        return None
    return None if body is None else await parsed(request, body)


async def read_body(request: Request) -> bytes | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return body


async def parsed(request: Request, body: bytes) -> FormData | None:
    async def replay() -> dict[str, object]:
        return {"type": "http.request", "body": body, "more_body": False}

    try:
        return await Request(request.scope, replay).form(max_files=0, max_fields=MAX_FIELDS)
    except Exception:  # noqa: BLE001 - a body that no parser reads asks for nothing
        return None


def field(form: FormData, name: str) -> str:
    """A field's words; empty where it is not there, comes more than once or is a file."""
    values = form.getlist(name)
    return values[0].strip() if len(values) == 1 and isinstance(values[0], str) else ""


def fields(form: FormData, name: str) -> tuple[str, ...]:
    return tuple(value for value in form.getlist(name) if isinstance(value, str))
