"""All payloads at once in a real browser: no dialog opens and nothing of theirs is asked for (P3, O5)."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Dialog, Request, Route

from tests.acceptance.browser import a_browser
from tests.doubles.hostile_markup import CANARY, payloads
from tests.doubles.proving import some
from tests.integration.test_hostile_markup import fill, published, written_config

GROUP = 100
PLACE = "https://review.example/page"


def contents_of(feed: Path) -> list[str]:
    """The bodies as a reader puts them into a page: all formats hold the same ones."""
    return [item["content_html"] for item in json.loads(feed.read_text())["items"] if "content_html" in item]


def pages_of(root: Path) -> list[str]:
    """Digests, the page of the feeds, and the bodies of a feed, a group to a page."""
    whole = [path.read_text() for path in [*(root / "var/preview").glob("*.html"), root / "feeds/index.html"]]
    bodies = contents_of(root / "feeds/feed.json")
    groups = ["".join(f"<div>{one}</div>" for one in bodies[at : at + GROUP]) for at in range(0, len(bodies), GROUP)]
    return whole + [f"<!doctype html><title>Reader</title>{group}" for group in groups]


def fired(browser: Browser, html: str) -> list[str]:
    """What happens when the page is opened and everything in it that can be focused or hovered is."""
    found: list[str] = []

    def refuse(dialog: Dialog) -> None:
        found.append(dialog.message)
        dialog.dismiss()

    def note(request: Request) -> None:
        if urlsplit(request.url).hostname == CANARY:
            found.append(request.url)

    def answer(route: Route) -> None:
        if route.request.url == PLACE:
            route.fulfill(body=html, content_type="text/html; charset=utf-8")
        else:
            route.abort()

    context = browser.new_context()
    page = context.new_page()
    page.on("dialog", refuse)
    page.on("request", note)
    page.route("**/*", answer)
    page.goto(PLACE, wait_until="domcontentloaded")
    page.evaluate(
        """async () => {
            for (const one of document.querySelectorAll('*')) {
                one.dispatchEvent(new Event('mouseover')); one.dispatchEvent(new Event('error')); one.focus?.();
                if (one.matches('a[href]') && !/^(https?|mailto|tel):$/.test(one.protocol)) alert(one.protocol);
            }
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
        }"""
    )
    page.wait_for_timeout(50)
    context.close()
    return found


def test_a_browser_runs_nothing_of_what_articles_bring(tmp_path: Path) -> None:
    chosen = some(payloads(), 30)
    fill(tmp_path / "articles", chosen)
    published(tmp_path, written_config())
    pages = pages_of(tmp_path)

    with a_browser() as browser:
        assert "1" in fired(browser, "<img src=x onerror=alert(1)>")
        assert re.match("https?://canary", "".join(fired(browser, f"<link rel=stylesheet href='//{CANARY}/x'>")))
        happened = [one for html in pages for one in fired(browser, html)]

    assert len(pages) > len(chosen) / GROUP
    assert happened == []
