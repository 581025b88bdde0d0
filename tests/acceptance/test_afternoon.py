"""The editor's afternoon, followed to the letter: every command of it, in its order, in one shell."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from email import message_from_bytes
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.acceptance.a_site import Site
from tests.acceptance.browser import a_browser, save_picture
from tests.acceptance.test_preview_command import served

ROOT = Path(__file__).parents[2]
STORY = (ROOT / "docs/tutorial/an-afternoon.md").read_text()
NOW = "2026-11-23T12:00:00Z"
BLUE, RED = "rgb(11, 74, 111)", "rgb(122, 31, 61)"
PICTURES = Path(os.environ["PUBLISHER_TEST_PICTURES"]) if "PUBLISHER_TEST_PICTURES" in os.environ else None


def blocks(kind: str) -> list[str]:
    """The fenced blocks of a kind: what is typed (no kind), what is shown (`text`)."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```$", STORY, re.MULTILINE | re.DOTALL)
    return [content for name, content in fenced if name == kind]


def run_story(folder: Path, *, until: str = "") -> subprocess.CompletedProcess[str]:
    """Type the commands, up to the block that holds `until`."""
    typed = blocks("")
    last = next((place for place, block in enumerate(typed) if until and until in block), len(typed))
    publisher = f'publisher() {{ {shlex.quote(sys.executable)} -m publisher "$@"; }}\nset -e\n'
    return subprocess.run(
        ["bash", "-c", publisher + "\n".join(typed[:last])],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_")},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A folder with the examples of the checkout, as its commands expect."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


def test_every_command_of_the_afternoon_does_what_it_says(checkout: Path) -> None:
    done = run_story(checkout)

    assert done.returncode == 0, done.stderr
    said = [*done.stdout.splitlines(), *done.stderr.splitlines()]
    assert [line for block in blocks("text") for line in block.splitlines() if line not in said] == []
    outbox = checkout / "harbour/var/outbox"
    mails = [message_from_bytes(path.read_bytes()) for path in outbox.glob("*.eml")]
    people = sorted(str(mail["To"]) for mail in mails)
    readers = ["ada@example.org", "bo@example.org", "cleo@example.org"]
    editor = ["editor@magazine.example"]
    assert people == sorted([*readers, *readers, *editor, *editor]), "the test mail, and that the issue is paused"
    page = (checkout / "harbour/feeds/issues/weekly-2026-w48.html").read_text()
    assert "weekly-2026-w48-2.html" in page


def test_the_pictures_of_the_afternoon_are_of_its_preview(checkout: Path) -> None:
    site = Site(checkout / "harbour", {"PUBLISHER_NOW": NOW})
    assert run_story(checkout, until="cat >> config").returncode == 0

    with a_browser() as browser:
        before = picture(browser, site, "before")
        config = (site.root / "config/publisher.toml").read_text()
        site.write("config/publisher.toml", config + '\n[mail]\ncolours = { accent = "#7a1f3d" }\n')
        assert site.run("digest", "compose", "weekly").code == 0
        after = picture(browser, site, "after")

    assert (before, after) == (BLUE, RED)
    assert '[mail]\ncolours = { accent = "#7a1f3d" }\n' in STORY


def picture(browser: Browser, site: Site, name: str) -> str:
    """Take a picture of the preview of the draft; the colour of its first headline."""
    with served(site, digest="weekly", issue="weekly-2026-w48") as (_, address):
        page = browser.new_page(viewport={"width": 1780, "height": 900}, color_scheme="light")
        page.goto(address)
        mail = page.frames[1]
        mail.wait_for_load_state()
        colour = str(mail.evaluate("getComputedStyle(document.querySelector('.headline')).color"))
        save_picture(page, (PICTURES or site.root) / f"afternoon-{name}.png")
        page.close()
    return colour
