"""What people see: the mail and the pages in Chromium, the feed in newsboat.

PUBLISHER_TEST_PICTURES=docs/images saves the pictures that the documentation shows.
"""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from email.message import Message
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Page

from tests.acceptance.a_site import Site
from tests.acceptance.browser import a_browser, a_page, save_picture, scrolls_sideways
from tests.acceptance.waiting import wait_until

ROOT = Path(__file__).parents[2]
PICTURES = os.environ.get("PUBLISHER_TEST_PICTURES")


@pytest.fixture(scope="module")
def magazine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The example magazine, published in a folder of its own."""
    yield published(tmp_path_factory.mktemp("magazine"), look="magazine")


@pytest.fixture(scope="module")
def letter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The same, whose mail is a plain letter."""
    yield published(tmp_path_factory.mktemp("letter"), look="letter")


def published(root: Path, *, look: str) -> Site:
    shutil.copytree(ROOT / "examples", root / "examples")
    shutil.copytree(ROOT / "config", root / "config")
    site = Site(root, {"PUBLISHER_NOW": "2026-11-23T05:30:00Z", "PUBLISHER_MAIL__LOOK": look})
    site.run("subscribers", "import", str(ROOT / "examples/subscribers.csv"))
    done = site.publish()
    assert done.code == 0, done.err
    return site


def html_part(mail: Message) -> str:
    [part] = [part for part in mail.walk() if part.get_content_type() == "text/html"]
    return part.get_payload(decode=True).decode()  # type: ignore[union-attr]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [280, 320, 375, 600])
def test_the_mail_fits_every_width(magazine: Site, letter: Site, width: int, scheme: Literal["light", "dark"]) -> None:
    with a_browser() as browser:
        for site, name in ((magazine, "digest"), (letter, "digest-letter")):
            mail = html_part(site.mails["ada@example.org"])
            with a_page(browser, mail, width=width, scheme=scheme) as page:
                assert not scrolls_sideways(page)
                assert page.locator("h1").count() == 1
                assert darkness(page) == scheme
                if PICTURES and (width, scheme) in ((375, "dark"), (600, "light")):
                    save_picture(page, ROOT / PICTURES / f"{name}-{width}-{scheme}.png", height=900)


def darkness(page: Page) -> str:
    """Whether what is drawn is dark on all grounds, or light on all."""
    grounds = page.eval_on_selector_all(
        "body, table, td",
        "all => all.map(one => getComputedStyle(one).backgroundColor).filter(one => one != 'rgba(0, 0, 0, 0)')",
    )
    dark = {sum(map(int, re.findall(r"\d+", ground)[:3])) < 384 for ground in grounds}
    return {frozenset((True,)): "dark", frozenset((False,)): "light"}.get(frozenset(dark), "both")


@pytest.mark.parametrize(("path", "shown"), [("index.html", "EXTRACT: "), ("section/culture/index.html", "/rss.xml")])
@pytest.mark.parametrize("width", [320, 1000])
def test_the_pages_to_subscribe_from_fit_every_width(magazine: Site, path: str, shown: str, width: int) -> None:
    text = (magazine.root / "feeds" / path).read_text()
    with a_browser() as browser, a_page(browser, text, width=width) as page:
        assert not scrolls_sideways(page)
        assert shown in page.inner_text("body")
        if PICTURES and path == "index.html" and width == 1000:
            save_picture(page, ROOT / PICTURES / "subscribe.png", height=800)


def test_newsboat_shows_every_article_with_its_title(magazine: Site, tmp_path: Path) -> None:
    if shutil.which("newsboat") is None or shutil.which("tmux") is None:
        pytest.skip("newsboat or tmux is not installed")
    (tmp_path / "urls").write_text(f"file://{magazine.root}/feeds/atom.xml\n")
    (tmp_path / "config").write_text("browser true\nshow-read-articles yes\n")
    arguments = ["-u", f"{tmp_path}/urls", "-c", f"{tmp_path}/cache.db", "-C", f"{tmp_path}/config"]

    unread = subprocess.run(
        ["newsboat", *arguments, "-x", "reload", "print-unread"], capture_output=True, text=True, check=False
    )
    screen = screen_of(["newsboat", *arguments], keys=["Enter"], waits_for="Articles in feed", folder=tmp_path)

    titles = [one["title"] for one in magazine.run("articles", "list", "--json").json]
    assert unread.stdout.split()[0] == str(len(titles))
    assert titles[0][:30] in screen
    if PICTURES:
        with (
            a_browser() as browser,
            a_page(browser, terminal_page(re.sub(r" - file:\S*", "", screen)), width=900) as page,
        ):
            save_picture(page, ROOT / PICTURES / "newsboat.png", height=460)


def screen_of(command: list[str], *, keys: list[str], waits_for: str, folder: Path) -> str:
    """What a terminal program shows after some keys."""
    tmux = ["tmux", "-S", str(folder / "tmux")]
    environment = os.environ | {"HOME": str(folder), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}

    def shown() -> str:
        return subprocess.run([*tmux, "capture-pane", "-p"], capture_output=True, text=True, check=False).stdout

    subprocess.run([*tmux, "new-session", "-d", "-x", "110", "-y", "26", *command], env=environment, check=True)
    try:
        wait_until(lambda: "Your feeds" in shown())
        for key in keys:
            subprocess.run([*tmux, "send-keys", key], check=True)
        wait_until(lambda: waits_for in shown())
        return shown()
    finally:
        subprocess.run([*tmux, "kill-server"], check=False)


def terminal_page(screen: str) -> str:
    style = "margin:0;padding:16px;background:#14171a;color:#e6e6e6;font:14px/1.2 'DejaVu Sans Mono',monospace"
    shown = html.escape(screen.rstrip())
    return f'<!DOCTYPE html><html><body style="margin:0"><pre style="{style}">{shown}</pre></body></html>'
