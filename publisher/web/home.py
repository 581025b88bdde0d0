"""The small page at `web.base_url`: sign-up, archive, feeds."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from publisher.app.metrics import newest_issues
from publisher.web.pages import Pages, not_allowed


class HomePage:
    """What can be got here, for somebody who cut an address short."""

    def __init__(self, pages: Pages) -> None:
        self.pages, self.runtime = pages, pages.runtime

    async def answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return not_allowed("GET, HEAD")
        return await run_in_threadpool(self.page)

    def page(self) -> Response:
        settings = self.runtime.settings
        return self.pages.page(
            "home.html",
            description=settings.site.description,
            has_digests=bool(settings.digests),
            issues=newest_issues(self.runtime),
            archive_feed=f"{settings.feeds.base_url}issues/{FEED_FILES[settings.feeds.formats[0]]}",
            zone=settings.site.timezone,
        )


FEED_FILES = {"rss": "rss.xml", "atom": "atom.xml", "json": "feed.json"}
