"""Names that lead out of the output, and what is planted in it: nothing outside changes (O1-O3)."""

from __future__ import annotations

import hashlib
import html
import itertools
import json
import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from publisher.app.publish import Wanted, publish
from publisher.app.runtime import open_runtime
from publisher.feeds import slugify
from publisher.output import temporary_for
from tests.acceptance.a_site import CONFIG, NOW, Site, a_site
from tests.doubles.hostile_paths import paths
from tests.doubles.proving import some
from tests.doubles.web_server import Reply, WebServer

NAME = re.compile(r"[a-z0-9-]{1,80}")
OWN_FILES = frozenset(("rss.xml", "atom.xml", "feed.json", "index.html", "feeds.opml"))


@pytest.fixture
def upstream() -> Iterator[WebServer]:
    with WebServer() as server:
        yield server


def tree(root: Path, *, but: Sequence[str]) -> dict[str, str]:
    """Every file below a folder with its hash, without what the program may write."""
    found = {}
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root).as_posix()
        if not inside.startswith(tuple(but)) and path.is_file():
            found[inside] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def check_names(feeds: Path) -> int:
    """Every folder has a plain name, every file one of ours; how many there are."""
    found = list(feeds.rglob("*"))
    for path in found:
        is_archive = re.fullmatch(r"(rss|atom)-[0-9]+\.xml", path.name)
        assert NAME.fullmatch(path.name) if path.is_dir() else path.name in OWN_FILES or is_archive, path
    return len(found)


def article(text: str) -> str:
    keys = "\n".join(f"{key}: {json.dumps(text)}" for key in ("title", "author", "section"))
    return f"---\n{keys}\ntags: [{json.dumps(text)}]\ndate: 2026-11-23\n---\n\nWords of it.\n"


def test_there_are_as_many_names_as_the_reference_asks_for() -> None:
    assert len(paths()) >= 2_000
    assert all(NAME.fullmatch(slugify(one, fallback="x")) for one in paths())


def test_no_name_leads_out_of_the_output(tmp_path: Path, upstream: WebServer) -> None:
    chosen = some(paths()[:: max(1, len(paths()) // 2_500)], 25)
    items = "".join(
        f"<item><title>{html.escape(one)}</title><guid>{n}</guid><link>{upstream.url}/{html.escape(one)}</link>"
        f"<author>{html.escape(one)}</author><category>{html.escape(one)}</category><description>{n}</description></item>"
        for n, one in enumerate(chosen)
        if one.isprintable()
    )
    upstream.routes["/feed"] = Reply(200, f"<rss><channel><title>x</title>{items}</channel></rss>".encode())
    source = f'[[sources]]\nname = "up"\nkind = "feed"\nurl = "{upstream.url}/feed"\nallow_private = true\n\n'
    root = tmp_path / "deep/er/site"
    (root / "config").mkdir(parents=True)
    (root / "articles").mkdir()
    (root / "config/publisher.toml").write_text(CONFIG.replace("[feeds]", f"{source}[feeds]"))
    (tmp_path / "canary").write_text("untouched")
    for number, one in enumerate(chosen):
        (root / f"articles/{number}.md").write_text(article(one))
        (root / f"articles/slug-{number}.md").write_text(f"---\nslug: {json.dumps(one)}\n---\n\nOf a slug {number}.\n")
    before = tree(tmp_path, but=("deep/er/site/feeds", "deep/er/site/var"))

    with open_runtime(root, environ={"PUBLISHER_NOW": NOW}) as runtime:
        report = publish(runtime, Wanted(mail=False))

    assert tree(tmp_path, but=("deep/er/site/feeds", "deep/er/site/var")) == before
    assert check_names(root / "feeds") > len(chosen)
    assert sum(one.new for one in report.collect.sources) > len(chosen)


def test_file_names_lead_nowhere_else(tmp_path: Path) -> None:
    site = a_site(tmp_path / "site", subscribers=())
    outside = tree(tmp_path, but=("site/feeds", "site/var", "site/articles"))
    for number, one in enumerate(some(paths()[:: len(paths()) // 600], 40)):
        name = re.sub(r"[/\x00]", "", one)[:60]
        if name.encode("utf-8", "replace").strip(b"._-"):
            site.write(f"articles/{name[:60]}{number}.md", f"# Boat {number}\n\nWords of boat {number}.")

    done = site.publish("--no-mail")

    assert done.code == 0, done.err
    assert tree(tmp_path, but=("site/feeds", "site/var", "site/articles")) == outside
    slugs = [one["slug"] for one in site.run("articles", "list", "--json").json]
    assert len(slugs) > 20
    assert all(NAME.fullmatch(slug) for slug in slugs)


def written(site: Site) -> list[Path]:
    return [path for path in (site.root / "feeds").rglob("*") if path.is_file()]


KINDS = ("symbolic link", "hard link", "pipe", "link to a folder", "dangling link")


@pytest.mark.parametrize(("where", "kind"), some(list(itertools.product(("output", "temporary"), KINDS)), 4))
def test_what_is_planted_in_the_output_is_replaced_and_never_followed(tmp_path: Path, where: str, kind: str) -> None:
    site = a_site(tmp_path / "site", subscribers=())
    assert site.publish("--no-mail").code == 0
    outputs = written(site)
    canaries = [plant(tmp_path, path if where == "output" else temporary_for(path), kind) for path in outputs]
    site.article("another-ferry")

    done = site.publish("--no-mail")

    assert done.code == 0, done.err
    assert "Another ferry" in (site.root / "feeds/rss.xml").read_text()
    for path in outputs:
        assert path.is_file()
        assert not path.is_symlink()
    assert [canary.read_text() for canary in canaries] == ["untouched"] * len(canaries)
    assert not list((site.root / "feeds").rglob(".publisher-*"))
    assert not (tmp_path / "nowhere").exists()


def plant(folder: Path, place: Path, kind: str) -> Path:
    """Put something in the way; the file that must stay as it is."""
    target = folder / "canaries" / hashlib.sha256(str(place).encode()).hexdigest()[:8]
    target.mkdir(parents=True)
    canary = target / "canary"
    canary.write_text("untouched")
    place.unlink(missing_ok=True)
    if kind == "symbolic link":
        place.symlink_to(canary)
    elif kind == "hard link":
        os.link(canary, place)
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.symlink_to(target if kind == "link to a folder" else folder / "nowhere")
    return canary


def test_behind_a_folder_of_the_output_that_leads_elsewhere_nothing_is_overwritten(tmp_path: Path) -> None:
    site = a_site(tmp_path / "site", subscribers=())
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "rss.xml").write_text("untouched")
    (site.root / "feeds").mkdir()
    (site.root / "feeds/section").symlink_to(elsewhere)

    site.publish("--no-mail")

    assert (elsewhere / "rss.xml").read_text() == "untouched"
