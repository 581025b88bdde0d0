"""The routes: unsubscribe below `web.base_url`, feeds below `feeds.base_url`, health at the root."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from publisher.app.doctor import look_at_database
from publisher.app.runtime import Runtime
from publisher.app.serving import served_site
from publisher.errors import PublisherError, StorageError
from publisher.web.static import FeedsFolder
from publisher.web.unsubscribe import HEADERS
from publisher.web.unsubscribe import unsubscribe as unsubscribe_answer

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def make_application(runtime: Runtime) -> Starlette:
    """The pages of one site. Where two paths are the same, the unsubscribe page wins over the feeds."""
    settings = runtime.settings
    folder = FeedsFolder(served_site(settings))
    pages = urlsplit(settings.web.base_url or f"{settings.site.url}mail/").path
    feeds = unquote(urlsplit(settings.feeds.base_url).path)

    async def leave(request: Request) -> Response:
        return await unsubscribe_answer(runtime, request)

    async def feed(request: Request) -> Response:
        return await folder.answer(request.path_params.get("path", ""), request)

    async def health(_: Request) -> Response:
        return await run_in_threadpool(health_answer, runtime)

    application = Starlette(
        routes=[
            Route("/health", health, methods=["GET"]),
            Route(f"{pages}u/{{token}}", leave, methods=METHODS),
            Route(f"{feeds}{{path:path}}", feed, methods=METHODS),
        ],
        exception_handlers={StorageError: busy, 500: broken},
    )
    # Starlette would answer `/mail/u/TOKEN/` with a redirect to whatever the Host header says (reliability.md W12).
    application.router.redirect_slashes = False
    return application


def health_answer(runtime: Runtime) -> Response:
    """200 where the database answers; 503 otherwise, without saying more."""
    headers = {"Cache-Control": "no-store"}
    try:
        look_at_database(runtime)
    except PublisherError:
        return JSONResponse({"status": "failing", "database": "failing"}, 503, headers)
    return JSONResponse({"status": "ok", "database": "ok"}, 200, headers)


def busy(_request: Request, _error: Exception) -> Response:
    """The database does not answer now: whoever posted asks again later."""
    headers = {**HEADERS, "Retry-After": "60"}
    return Response("Please try again in a minute.\n", 503, headers, media_type="text/plain")


def broken(_request: Request, _error: Exception) -> Response:
    """A bug: nothing of it is shown."""
    return Response("Something went wrong on our side. Please try again later.\n", 500, dict(HEADERS))
