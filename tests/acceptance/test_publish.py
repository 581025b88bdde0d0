"""The main job, as an editor runs it."""

from __future__ import annotations

import json
import re
from html import unescape
from pathlib import Path

import feedparser
import pytest

from tests.acceptance.a_site import CONFIG, a_site


def test_articles_go_in_and_feeds_and_a_mail_come_out(tmp_path: Path) -> None:
    site = a_site(tmp_path)

    done = site.publish()

    report = done.json
    assert done.code == 0, done.err
    assert report["collect"]["new"] == 1
    assert "feeds/rss.xml" in report["feeds"]["written"]
    assert [(one["id"], one["state"]) for one in report["issues"]] == [("daily-2026-11-24", "sent")]
    assert report["issues"][0]["counts"]["accepted"] == 1
    assert list(site.mails) == ["ada@example.org"]


def test_the_newsletter_has_a_feed_and_a_page_of_its_own(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.publish()

    [entry] = feedparser.parse((tmp_path / "feeds/issues/atom.xml").read_bytes()).entries
    page = (tmp_path / "feeds/issues/daily-2026-11-24.html").read_text()

    assert entry.link == "https://review.example/feeds/issues/daily-2026-11-24.html"
    assert "The last ferry" in page
    assert "/mail/u/" not in page
    for listing in ("index.html", "feeds.opml"):
        assert "https://review.example/feeds/issues/" in (tmp_path / "feeds" / listing).read_text()


def test_a_second_publish_sends_nothing_and_writes_nothing(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.publish()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "feeds").rglob("*")}

    report = site.publish().json

    assert report["issues"] == []
    assert report["feeds"]["written"] == []
    assert report["skipped"] == [{"digest": "daily", "slot": "2026-11-24", "reason": "already sent"}]
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "feeds").rglob("*")} == before
    assert len(site.mails) == 1


def test_the_extract_has_the_same_words_in_every_feed_and_both_mail_parts(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.publish()

    article = site.run("articles", "list", "--json").json[0]
    shown = site.run("articles", "show", article["slug"], "--json").json
    words = article["extract"]["passages"][0]["text"]
    folded = " ".join(words.split())

    passage = article["extract"]["passages"][0]
    assert article["extract"]["origin"] == "automatic"
    assert shown["body"][passage["start"] : passage["end"]] == words
    assert json.loads((tmp_path / "feeds/feed.json").read_text())["items"][0]["summary"] == words
    for name in ("rss.xml", "atom.xml"):
        entry = feedparser.parse((tmp_path / "feeds" / name).read_bytes()).entries[0]
        assert unescape(entry.summary) == words
    for part in site.mails["ada@example.org"].walk():
        if part.get_content_maintype() == "text":
            text = unescape(re.sub(r"<[^>]+>", " ", part.get_payload(decode=True).decode()))
            assert folded in " ".join(text.split())


def test_one_bad_article_is_named_and_the_rest_goes_out(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.write("articles/latin.md", "---\ntitle: Ä\n---\n\nÄlgar".encode("latin-1"))
    site.write("articles/date.md", "---\ntitle: T\ndate: Febtober 3\n---\n\nText that is long enough.\n")
    site.write("articles/empty.md", b"")
    site.write("articles/bomb.md", "---\na: &a [x]\nb: [*a, *a]\ntitle: T\n---\n\nText.\n")

    done = site.publish()

    assert done.code == 65
    assert done.json["collect"]["quarantined"] == 4
    assert done.json["issues"][0]["state"] == "sent"
    assert "Traceback" not in done.err
    for name in ("latin.md", "date.md:3", "empty.md", "bomb.md"):
        assert name in done.err
    assert site.publish().code == 0
    assert len(site.run("articles", "quarantine", "--json").json) == 4


def test_a_corrected_article_leaves_the_quarantine(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.write("articles/date.md", "---\ntitle: T\ndate: Febtober 3\n---\n\nText that is long enough.\n")
    site.publish()
    site.write("articles/date.md", "---\ntitle: T\ndate: 2026-11-23\n---\n\nText that is long enough.\n")

    report = site.publish().json

    assert (report["collect"]["new"], report["collect"]["quarantined"]) == (1, 0)
    assert site.run("articles", "quarantine", "--json").json == []


def test_a_dry_run_stores_writes_and_sends_nothing(tmp_path: Path) -> None:
    site = a_site(tmp_path)

    done = site.publish("--dry-run")

    assert done.code == 0, done.err
    assert done.json["collect"]["new"] == 1
    assert "feeds/rss.xml" in done.json["feeds"]["written"]
    assert done.json["issues"][0]["counts"]["frozen"] == 1
    assert not (tmp_path / "feeds/rss.xml").exists()
    assert not (tmp_path / "var/outbox").exists() or not site.mails
    assert site.run("articles", "list", "--json").json == []


def test_a_dry_run_writes_the_mail_of_one_address_for_a_look(tmp_path: Path) -> None:
    site = a_site(tmp_path, subscribers=("ada@example.org", "bo@example.org"))

    done = site.publish("--dry-run", "--limit-to", "ada@example.org")

    written = sorted(path.suffix for path in (tmp_path / "var/preview").iterdir())
    assert done.code == 0, done.err
    assert written == [".eml"]
    site.publish()
    [preview] = (tmp_path / "var/preview").glob("*.eml")
    assert preview.read_bytes() == (tmp_path / "var/outbox" / preview.name).read_bytes()


def test_an_extra_issue_holds_only_what_is_new_since(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.publish()
    site.article("a-late-piece", date="2026-11-24T07:30:00Z")

    done = site.publish("--digest", "daily", "--extra")

    [issue] = done.json["issues"]
    assert (issue["id"], issue["items"], issue["state"]) == ("daily-2026-11-24-2", 1, "sent")
    assert site.publish("--digest", "daily").json["issues"] == []


def test_without_mail_only_feeds_are_written(tmp_path: Path) -> None:
    site = a_site(tmp_path)

    report = site.publish("--no-mail").json

    assert report["issues"] == []
    assert (tmp_path / "feeds/rss.xml").is_file()


def test_an_edited_article_goes_out_in_the_feeds_and_is_not_mailed_again(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.publish()
    before = site.run("articles", "list", "--json").json[0]
    site.article("the-last-ferry", title="The very last ferry")
    site.environ["PUBLISHER_NOW"] = "2026-11-25T08:00:00Z"

    report = site.publish().json

    after = site.run("articles", "list", "--json").json[0]
    assert report["collect"]["changed"] == 1
    assert report["skipped"][0]["reason"] == "nothing new"
    assert (after["id"], after["published"], after["slug"]) == (before["id"], before["published"], before["slug"])
    assert after["updated"] > before["updated"]
    assert len(site.mails) == 1


def test_a_file_that_moves_stays_the_same_article(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.publish()
    before = site.run("articles", "list", "--json").json
    (tmp_path / "articles/2026").mkdir()
    (tmp_path / "articles/the-last-ferry.md").rename(tmp_path / "articles/2026/ferry.md")

    site.publish()

    after = site.run("articles", "list", "--json").json
    assert [(one["id"], one["slug"]) for one in after] == [(one["id"], one["slug"]) for one in before]


def test_ids_and_dates_survive_a_lost_database(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.publish("--no-mail")
    keys = ("id", "published", "slug", "url")
    before = [{key: one[key] for key in keys} for one in site.run("articles", "list", "--json").json]
    for path in (tmp_path / "var").glob("publisher.db*"):
        path.unlink()

    site.publish("--no-mail")

    after = [{key: one[key] for key in keys} for one in site.run("articles", "list", "--json").json]
    assert after == before


def test_nobody_subscribed_means_no_issue_and_the_articles_stay(tmp_path: Path) -> None:
    site = a_site(tmp_path, subscribers=())

    first = site.publish().json
    site.run("subscribers", "add", "ada@example.org")
    second = site.publish("--digest", "daily").json

    assert first["skipped"][0]["reason"] == "no subscriber"
    assert second["issues"][0]["items"] == 1


@pytest.mark.parametrize(
    ("now", "reason"), [("2026-11-24T04:59:00Z", "passed over"), ("2026-11-24T12:00:00Z", "passed over")]
)
def test_the_first_slot_is_passed_over_when_it_is_late(tmp_path: Path, now: str, reason: str) -> None:
    site = a_site(tmp_path)
    site.environ["PUBLISHER_NOW"] = now

    report = site.publish().json

    assert report["issues"] == []
    assert reason in report["skipped"][0]["reason"]


def test_what_an_issue_cannot_hold_comes_first_in_the_next(tmp_path: Path) -> None:
    site = a_site(tmp_path, config=CONFIG.replace("[relay]", "max_items = 1\n\n[relay]"))
    site.article("newer", date="2026-11-24T07:00:00Z")
    first = site.publish().json
    site.environ["PUBLISHER_NOW"] = "2026-11-25T08:00:00Z"
    site.article("newest", date="2026-11-25T07:00:00Z")

    second = site.publish().json

    assert first["issues"][0]["subject"] == "Newer · The Daily Test"
    assert second["issues"][0]["subject"] == "The last ferry"


def test_a_withdrawn_piece_leaves_every_feed_and_comes_back(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.publish("--no-mail")
    path = site.root / "articles/the-last-ferry.md"
    text = path.read_text()
    path.write_text(text.replace("---\ntitle", "---\ndraft: true\ntitle", 1))

    withdrawn = site.publish("--no-mail").json
    feeds = [tmp_path / "feeds" / name for name in ("rss.xml", "section/culture/rss.xml", "author/ada-berg/atom.xml")]

    assert withdrawn["collect"]["changed"] == 1
    assert [path for path in feeds if b"last-ferry" in path.read_bytes()] == []

    path.write_text(text)
    site.publish("--no-mail")

    assert [path for path in feeds if b"last-ferry" not in path.read_bytes()] == []
