"""`publisher run`: the same passes on their times."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.a_site import Site, a_site
from tests.acceptance.waiting import stop, wait_until


def issue_states(site: Site) -> list[tuple[str, str]]:
    return [(one["id"], one["state"]) for one in site.run("issues", "list", "--json").json]


def test_a_slot_that_comes_while_it_runs_goes_out_once(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.environ["PUBLISHER_NOW"] = "2026-11-24T04:59:58Z"
    site.article("the-last-ferry", date="2026-11-24T04:00:00Z")

    process = site.start("run", "--tick", "1")
    wait_until(lambda: issue_states(site) == [("daily-2026-11-24", "sent")], process=process)
    code, seconds = stop(process)

    assert code == 0
    assert seconds < 10
    assert list(site.mails) == ["ada@example.org"]
    envelopes = (tmp_path / "var/outbox/envelopes.jsonl").read_text().splitlines()
    assert len(envelopes) == 1

    site.environ["PUBLISHER_NOW"] = "2026-11-24T05:10:00Z"
    again = site.start("run", "--tick", "1")
    wait_until(lambda: (tmp_path / "var/locks/run.lock").read_text().startswith(f"process {again.pid} "), process=again)
    by_hand = site.publish()
    assert by_hand.code == 0, by_hand.err
    assert stop(again)[0] == 0
    assert (tmp_path / "var/outbox/envelopes.jsonl").read_text().splitlines() == envelopes


def test_a_second_run_says_who_holds_the_site_and_stops(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    first = site.start("run", "--tick", "1")
    lock = tmp_path / "var/locks/run.lock"
    wait_until(lambda: lock.exists() and lock.read_text().startswith("process"), process=first)

    second = site.run("run")

    assert second.code == 75
    assert f"process {first.pid} on" in second.err
    assert stop(first)[0] == 0


def test_a_new_article_is_in_the_feeds_after_the_sources_interval(tmp_path: Path) -> None:
    site = a_site(tmp_path)
    site.write(
        "config/publisher.toml",
        (tmp_path / "config/publisher.toml")
        .read_text()
        .replace('path = "articles"', 'path = "articles"\nevery = "1s"'),
    )
    process = site.start("run", "--tick", "1")
    feed = tmp_path / "feeds/rss.xml"
    wait_until(feed.exists, process=process)

    site.article("a-second-piece", date="2026-11-24T07:00:00Z")

    wait_until(lambda: b"a-second-piece" in feed.read_bytes(), process=process)
    assert stop(process)[0] == 0
