"""The preview page in Chromium: every frame has its width and its scheme, and the page comes back after a save.

PUBLISHER_TEST_PICTURES=docs/images saves the picture that the documentation shows.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.acceptance.a_site import Site
from tests.acceptance.browser import a_browser, save_picture
from tests.acceptance.test_preview_command import served

ROOT = Path(__file__).parents[2]
PICTURES = os.environ.get("PUBLISHER_TEST_PICTURES")
FRAMES = [(scheme, width) for scheme in ("light", "dark") for width in (600, 375, 320, 280)]
NARROW_MASTHEAD = '<tr><td class="masthead"><h1>An edited masthead</h1></td></tr>\n'


@pytest.fixture
def magazine(tmp_path: Path) -> Site:
    """The example magazine, which nobody has collected yet."""
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    shutil.copytree(ROOT / "config", tmp_path / "config")
    site = Site(tmp_path, {"PUBLISHER_NOW": "2026-11-23T05:30:00Z"})
    done = site.run("subscribers", "import", str(ROOT / "examples/subscribers.csv"))
    assert done.code == 0, done.err
    return site


def frame_facts(page: Page) -> list[tuple[int, int, str]]:
    """Of each frame: its width, that of what is in it, and the colour of the sheet."""
    facts = []
    for frame in page.frames[1:]:
        frame.wait_for_load_state()
        facts.append(
            (
                frame.evaluate("window.innerWidth"),
                frame.evaluate("document.documentElement.scrollWidth"),
                frame.evaluate("getComputedStyle(document.querySelector('.sheet')).backgroundColor"),
            )
        )
    return facts


def test_the_page_shows_every_width_and_follows_a_save(magazine: Site) -> None:
    with served(magazine, digest="weekly") as (_, address), a_browser() as browser:
        context = browser.new_context(viewport={"width": 1780, "height": 1520}, color_scheme="light")
        page = context.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text))
        page.goto(address)

        facts = frame_facts(page)
        dark = {colour for (scheme, _), (*_, colour) in zip(FRAMES, facts, strict=True) if scheme == "dark"}
        light = {colour for (scheme, _), (*_, colour) in zip(FRAMES, facts, strict=True) if scheme == "light"}

        assert [(width, inner) for width, inner, _ in facts] == [(width, width) for _, width in FRAMES]
        assert (light, dark) == ({"rgb(255, 255, 255)"}, {"rgb(30, 30, 30)"})
        assert not page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        if PICTURES:
            save_picture(page, ROOT / PICTURES / "preview.png", height=1520)

        magazine.write("templates/mail/masthead.html", NARROW_MASTHEAD)
        page.frame_locator("iframe >> nth=0").get_by_text("An edited masthead").wait_for(timeout=20_000)
        assert said == []
        context.close()
