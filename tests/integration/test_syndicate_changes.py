"""A build does what changed asks for: which files are written after which change, and what stays as it is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from publisher.app.rehearse import rehearsal
from publisher.app.syndicate import build_feeds, plan_all
from publisher.errors import ConfigError
from publisher.model.article import Article, ArticleState
from publisher.storage import listings
from tests.builders import NOW, an_article
from tests.doubles.feeds_site import FeedsSite

ATOM = "{http://www.w3.org/2005/Atom}"
FORMATS = ("rss.xml", "atom.xml", "feed.json")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[FeedsSite]:
    made = FeedsSite(tmp_path, entries=3)
    yield made
    made.close()


def at(hours: float, number: int, **changes: object) -> Article:
    """An article that came out some hours before now."""
    when = NOW - timedelta(hours=hours)
    return an_article(number, published=when, updated=when, **changes)


def titles(site: FeedsSite, path: str = "feed.json") -> list[str]:
    return [item["title"] for item in json.loads(site.read(path))["items"]]


def test_a_second_build_writes_nothing_and_touches_nothing(site: FeedsSite) -> None:
    site.put(at(1, 1), at(2, 2))
    first = site.build()
    before = {path: path.stat().st_mtime_ns for path in (site.root / "feeds").rglob("*")}

    second = site.build(now=NOW + timedelta(days=1))

    assert len(first.written) == 3 * 4 + 4 + 1
    assert (second.written, second.unchanged, second.removed) == ((), len(first.written), ())
    assert {path: path.stat().st_mtime_ns for path in (site.root / "feeds").rglob("*")} == before


def test_one_more_article_writes_its_feeds_the_list_and_the_first_page_alone(site: FeedsSite) -> None:
    others = [at(n, n, section=f"s{n}", authors=(f"A{n}",), language="fi") for n in range(3, 9)]
    site.put(*others, at(2, 2))
    site.build()

    site.put(at(1, 1))

    folders = ("", "section/culture/", "author/ada-berg/", "language/en/")
    wanted = [f"{folder}{name}" for folder in folders for name in FORMATS]
    assert sorted(site.written()) == sorted([*wanted, "feeds.opml", "index.html"])


def test_a_piece_that_moves_leaves_its_old_section_for_the_new_one(site: FeedsSite) -> None:
    site.put(at(1, 1), at(2, 2))
    site.build()

    site.put(at(1, 1, section="science"))
    site.build()

    assert titles(site, "section/culture/feed.json") == ["Article 2"]
    assert titles(site, "section/science/feed.json") == ["Article 1"]


@pytest.mark.parametrize("state", [ArticleState.HELD, ArticleState.WITHDRAWN])
def test_what_is_withdrawn_or_held_leaves_every_feed_and_comes_back(site: FeedsSite, state: ArticleState) -> None:
    site.put(at(1, 1, section="science"), at(2, 2))
    site.build()

    site.put(at(1, 1, section="science", state=state))
    site.build()
    without = [titles(site, path) for path in ("feed.json", "section/science/feed.json", "author/ada-berg/feed.json")]
    site.put(at(1, 1, section="science"))
    site.build()

    assert without == [["Article 2"], [], ["Article 2"]]
    assert titles(site) == ["Article 1", "Article 2"]


def test_an_embargoed_piece_comes_out_when_it_is_due_and_not_before(site: FeedsSite) -> None:
    site.put(at(1, 1), at(-2, 2, section="secret"))
    site.build()
    early = (titles(site), site.written(now=NOW + timedelta(hours=1)))

    site.build(now=NOW + timedelta(hours=2))

    assert early == (["Article 1"], [])
    assert titles(site) == ["Article 2", "Article 1"]
    assert (site.root / "feeds/section/secret/rss.xml").is_file()


def test_where_the_clock_goes_back_what_is_not_due_again_waits_again(site: FeedsSite) -> None:
    site.put(at(1, 1), at(-2, 2))
    site.build(now=NOW + timedelta(days=1))

    site.build(now=NOW)

    assert titles(site) == ["Article 1"]


@pytest.mark.parametrize("path", ["atom.xml", "section/culture/feed.json", "author/ada-berg/index.html", "feeds.opml"])
def test_a_file_that_is_missing_or_cut_off_is_written_again_and_no_other(site: FeedsSite, path: str) -> None:
    site.put(at(1, 1), at(2, 2))
    site.build()
    whole = site.read(path)

    (site.root / "feeds" / path).unlink()
    missing = site.written()
    (site.root / "feeds" / path).write_bytes(whole[:-9])

    assert (missing, site.written()) == ([path], [path])
    assert site.read(path) == whole


def test_a_changed_setting_builds_everything_again_and_writes_what_differs(site: FeedsSite) -> None:
    site.put(at(1, 1), at(2, 2))
    site.build()

    site.set(entries=3, hub="https://hub.example/")
    written = site.written()

    assert sum(path.endswith((*FORMATS,)) for path in written) == 3 * 4
    assert len(written) == 3 * 4
    assert b"hub.example" in site.read("author/ada-berg/atom.xml")
    assert site.written() == []


def test_a_build_that_was_killed_is_made_again(site: FeedsSite) -> None:
    site.put(at(1, 1))
    site.build()
    wanted = site.files()
    with site.database.begin() as tx:
        listings.set_build_state(tx, replace(listings.get_build_state(tx), is_open=True))
    (site.root / "feeds/rss.xml").write_bytes(b"x" * len(wanted["rss.xml"]))
    (site.root / "feeds/section/culture/.publisher-1.part").write_bytes(b"half")

    assert site.written() == ["rss.xml"]
    assert site.files() == wanted
    assert site.written() == []


def test_a_rehearsal_says_what_would_be_written_and_keeps_nothing(site: FeedsSite) -> None:
    site.put(at(1, 1))
    with rehearsal(site.runtime) as dry:
        said = build_feeds(dry)

    assert not (site.root / "feeds").exists()
    assert site.rows() == {}
    assert said.written == site.build().written


def test_a_check_makes_every_file_and_changes_nothing(site: FeedsSite) -> None:
    site.put(at(1, 1))
    site.build()

    plan = plan_all(site.runtime)

    assert {file.path: file.data for file in plan.files} == site.files()
    assert site.written() == []


def test_the_same_articles_in_another_order_and_in_steps_give_the_same_bytes(site: FeedsSite, tmp_path: Path) -> None:
    pieces = [at(n, n, section=f"S {n % 3}", authors=(f"A {n % 4}",)) for n in range(1, 12)]
    other = FeedsSite(tmp_path / "other", entries=3)
    other.put(*pieces[::-1])
    other.build()
    for piece in reversed(pieces):
        site.put(piece)
        site.build()

    one, two = site.files(), other.files()
    other.close()

    assert one == two


def test_ids_and_dates_outlive_the_files_the_database_the_host_tags_and_slugs(site: FeedsSite, tmp_path: Path) -> None:
    pieces = [at(n, n) for n in range(1, 4)]
    site.put(*pieces)
    site.build()
    known = identities(site)
    for path in (site.root / "feeds").rglob("*.*"):
        path.unlink()
    site.build()
    rebuilt = identities(site)
    moved = FeedsSite(tmp_path / "moved", entries=3, base_url="https://new.example/f/")
    moved.put(
        *(replace(one, slug=f"new-{one.slug}", url=f"https://new.example/{one.slug}", tags=("x",)) for one in pieces)
    )
    moved.build()
    elsewhere = identities(moved)
    moved.close()

    assert known == rebuilt == elsewhere
    assert len(known["rss.xml"]) == 4


def identities(site: FeedsSite) -> dict[str, list[tuple[str | None, ...]]]:
    """Of each feed its own id, and of each entry id and date."""
    found: dict[str, list[tuple[str | None, ...]]] = {}
    for path, data in site.files().items():
        if path.endswith("atom.xml"):
            root = etree.fromstring(data)
            entries = root.findall(f"{ATOM}entry")
            found[path] = [(root.findtext(f"{ATOM}id"),)]
            found[path] += [(one.findtext(f"{ATOM}id"), one.findtext(f"{ATOM}published")) for one in entries]
        elif path.endswith("rss.xml"):
            items = etree.fromstring(data).findall("channel/item")
            found[path] = [(path,), *((one.findtext("guid"), one.findtext("pubDate")) for one in items)]
    return found


def test_an_empty_site_writes_feeds_without_entries(site: FeedsSite) -> None:
    assert sorted(site.written()) == ["atom.xml", "feed.json", "feeds.opml", "index.html", "rss.xml"]
    assert titles(site) == []
    assert site.written(now=NOW + timedelta(days=1)) == []


def test_a_database_that_lost_its_articles_empties_no_feed(site: FeedsSite, tmp_path: Path) -> None:
    site.put(at(1, 1))
    site.build()
    before = site.files()
    (tmp_path / "var").rename(tmp_path / "lost")
    empty = FeedsSite(tmp_path, entries=3)

    written = empty.written()
    empty.put(at(1, 1))
    empty.build()
    after = empty.files()
    empty.close()

    assert written == []
    assert after == before


def test_an_ended_feed_is_removed_listed_as_gone_and_left_out_of_the_lists(site: FeedsSite) -> None:
    site.put(at(1, 1), at(2, 2, section="old"))
    site.build()

    site.set(entries=3, gone=("section/old/",))
    report = site.build()

    assert report.removed == tuple(f"feeds/section/old/{name}" for name in sorted((*FORMATS, "index.html")))
    assert {row.state for path, row in site.rows().items() if path.startswith("section/old/")} == {"gone"}
    assert site.read("_gone.txt") == b"section/old/\n"
    assert b"section/old" not in site.read("index.html") + site.read("feeds.opml")
    assert titles(site) == ["Article 1", "Article 2"]
    assert (site.build().written, site.build().removed) == ((), ())


def test_an_ended_feed_comes_back_with_its_id_when_the_line_is_taken_away(site: FeedsSite) -> None:
    site.put(at(2, 2, section="old"))
    site.build()
    before = site.files()
    site.set(entries=3, gone=("section/old/",))
    site.build()

    site.set(entries=3)
    site.build()

    assert site.read("_gone.txt") == b""
    assert {path: data for path, data in site.files().items() if path != "_gone.txt"} == before


def test_a_moved_feed_is_removed_and_its_old_address_leads_to_the_new_one(site: FeedsSite) -> None:
    site.put(at(1, 1), at(2, 2, section="old"))
    site.build()

    moves = {"section/old/rss.xml": "section/culture/rss.xml", "blog.xml": "rss.xml"}
    site.set(entries=3, redirects=moves)
    report = site.build()

    assert report.removed == ("feeds/section/old/rss.xml",)
    row = site.rows()["section/old/rss.xml"]
    assert (row.state, row.moved_to) == ("moved", "section/culture/rss.xml")
    assert site.read("_redirects.txt") == b"blog.xml rss.xml\nsection/old/rss.xml section/culture/rss.xml\n"
    assert b"section/old/rss.xml" not in site.read("index.html")
    assert b"section/old/atom.xml" in site.read("index.html")


def test_a_mistaken_redirect_takes_nothing_away(site: FeedsSite) -> None:
    site.put(at(1, 1))
    site.build()
    before = site.files()

    site.set(entries=3, redirects={"section/culture/": "section/clture/"})
    with pytest.raises(ConfigError, match="where no feed is"):
        site.build()
    site.set(entries=3)
    site.build()

    assert site.files() == before


def test_a_file_of_another_below_an_ended_folder_stays(site: FeedsSite, tmp_path: Path) -> None:
    site.put(at(2, 2, section="old"))
    site.build()
    (tmp_path / "feeds/section/old/notes.txt").write_text("mine")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "rss.xml").write_text("mine")
    (tmp_path / "feeds/section/link").symlink_to(outside)

    site.set(entries=3, gone=("section/",))
    site.build()

    assert (tmp_path / "feeds/section/old/notes.txt").read_text() == "mine"
    assert (outside / "rss.xml").read_text() == "mine"
    assert not (tmp_path / "feeds/section/old/rss.xml").exists()
