"""Answers that are pages: their headers, the page of a link that is not ours, the shape of a page with a token."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from publisher.app.pages import PageWriter
from publisher.app.runtime import Runtime
from publisher.errors import RenderError, TokenError
from publisher.web.forms import read_form

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
"""For every page, since most of their addresses hold a token (reliability.md W13)."""


class Pages:
    """The pages of one site, written for whoever asks."""

    def __init__(self, runtime: Runtime) -> None:
        self.runtime = runtime
        self.writer = PageWriter(runtime)

    def page(self, name: str, language: str = "", *, status: int = 200, **values: Any) -> Response:
        """A page. An editor's broken template takes nobody's answer away: what was done is said in plain words."""
        try:
            html = self.writer.page(name, language, **values)
        except RenderError:
            words = "Done.\n" if status == 200 else "Nothing was changed.\n"
            return Response(words, status, dict(HEADERS), media_type="text/plain")
        return Response(html, status, dict(HEADERS), media_type="text/html; charset=utf-8")

    def unknown(self, status: int = 404) -> Response:
        """The same page for every token that is not ours."""
        return self.page("unknown.html", status=status)


Look = Callable[[str], Response]
Act = Callable[[str, FormData], Response]


async def token_answer(pages: Pages, request: Request, look: Look, act: Act) -> Response:
    """One address, two meanings: looking changes nothing, posting a form acts. Both run in a thread."""
    token = request.path_params["token"]
    if request.method in ("GET", "HEAD"):
        return await run_in_threadpool(answered, pages, look, token)
    if request.method != "POST":
        return not_allowed()
    form = await read_form(request)
    if form is None:
        return pages.unknown(400)
    return await run_in_threadpool(answered, pages, act, token, form)


def answered(pages: Pages, answer: Callable[..., Response], *given: Any) -> Response:
    try:
        return answer(*given)
    except TokenError:
        return pages.unknown()


def not_allowed(allowed: str = "GET, HEAD, POST") -> Response:
    return Response(status_code=405, headers={**HEADERS, "Allow": allowed})
