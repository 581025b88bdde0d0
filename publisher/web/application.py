"""The routes: pages of subscriptions below `web.base_url`, feeds below `feeds.base_url`, the rest at the root."""

from __future__ import annotations

import time
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from publisher.app.metrics import is_answering
from publisher.app.pages import pages_url
from publisher.app.runtime import Runtime
from publisher.app.serving import served_site
from publisher.errors import PublisherError, StorageError
from publisher.web.home import HomePage
from publisher.web.metrics import MetricsPage
from publisher.web.pages import HEADERS, Act, Look, Pages, token_answer
from publisher.web.preferences import PreferencesPages
from publisher.web.sign_up import SignUpPages
from publisher.web.static import FeedsFolder
from publisher.web.unsubscribe import LeavingPages

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def make_application(runtime: Runtime) -> Starlette:
    """The pages of one site. Where two paths are the same, these pages win over the feeds.

    `state.sign_up` are the sign-up pages, whose work after the answer a server waits for when it ends.
    """
    settings = runtime.settings
    folder = FeedsFolder(served_site(settings))
    base = urlsplit(pages_url(settings)).path
    feeds = unquote(urlsplit(settings.feeds.base_url).path)
    sign_up = SignUpPages(Pages(runtime))

    async def feed(request: Request) -> Response:
        return await folder.answer(request.path_params.get("path", ""), request)

    application = Starlette(
        routes=[
            *status_routes(runtime, sign_up),
            *page_routes(base, sign_up, has_home=base != feeds),
            Route(f"{feeds}{{path:path}}", feed, methods=METHODS),
        ],
        exception_handlers={StorageError: busy, 404: not_found, 500: broken},
    )
    application.state.sign_up = sign_up
    # Starlette would answer `/mail/u/TOKEN/` with a redirect to whatever the Host header says (reliability.md W12).
    application.router.redirect_slashes = False
    return application


def status_routes(runtime: Runtime, sign_up: SignUpPages) -> list[BaseRoute]:
    """What machines ask at the root of the listener."""
    metrics = MetricsPage(runtime, sign_ups=sign_up.desk.counts, clock_s=time.monotonic)

    async def health(_: Request) -> Response:
        return await run_in_threadpool(health_answer, runtime)

    return [Route("/health", health, methods=["GET"]), Route("/metrics", metrics.answer, methods=METHODS)]


def page_routes(base: str, sign_up: SignUpPages, *, has_home: bool) -> list[BaseRoute]:
    """The pages for people; without `has_home` the feeds' own index stands at the same address."""
    pages = sign_up.pages
    leaving, preferences = LeavingPages(pages), PreferencesPages(pages)
    routes: list[BaseRoute] = [
        token_route(pages, f"{base}u", leaving.look, leaving.leave),
        token_route(pages, f"{base}r", leaving.look_back, leaving.come_back),
        token_route(pages, f"{base}p", preferences.look, preferences.save),
        token_route(pages, f"{base}c", sign_up.look, sign_up.confirm),
        Route(f"{base}s/", sign_up.answer, methods=METHODS),
    ]
    return [*routes, Route(base, HomePage(pages).answer, methods=METHODS)] if has_home else routes


def token_route(pages: Pages, path: str, look: Look, act: Act) -> BaseRoute:
    async def answer(request: Request) -> Response:
        return await token_answer(pages, request, look, act)

    return Route(f"{path}/{{token}}", answer, methods=METHODS)


def health_answer(runtime: Runtime) -> Response:
    """200 where the database answers; 503 otherwise, without saying more."""
    headers = {"Cache-Control": "no-store"}
    try:
        is_answering(runtime)
    except PublisherError:
        return JSONResponse({"status": "failing", "database": "failing"}, 503, headers)
    return JSONResponse({"status": "ok", "database": "ok"}, 200, headers)


def not_found(_request: Request, _error: Exception) -> Response:
    """No page: without a word of what was asked for."""
    return Response("Not found\n", 404, dict(HEADERS), media_type="text/plain")


def busy(_request: Request, _error: Exception) -> Response:
    """The database does not answer now: whoever posted asks again later."""
    headers = {**HEADERS, "Retry-After": "60"}
    return Response("Please try again in a minute.\n", 503, headers, media_type="text/plain")


def broken(_request: Request, _error: Exception) -> Response:
    """A bug: nothing of it is shown."""
    return Response("Something went wrong on our side. Please try again later.\n", 500, dict(HEADERS))
