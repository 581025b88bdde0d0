"""One issue per slot, whoever runs and however often; woken late it is held; a copied site sends nothing."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

from tests.acceptance.a_site import CONFIG, Site, a_site
from tests.acceptance.waiting import stop, wait_until

PEOPLE = tuple(f"reader{number}@example.org" for number in range(6))


def envelopes(site: Site) -> list[str]:
    """Everyone that a mail was handed over for, in order."""
    path = site.root / "var/outbox/envelopes.jsonl"
    return [json.loads(line)["rcpt_to"] for line in path.read_text().splitlines()] if path.exists() else []


def issues_of(site: Site) -> list[tuple[str, str, int]]:
    listed = site.run("issues", "list", "--json").json
    return [(one["id"], one["state"], one["counts"]["accepted"]) for one in listed]


def test_three_publishes_at_once_and_a_running_daemon_make_one_issue(tmp_path: Path) -> None:
    site = a_site(tmp_path, subscribers=PEOPLE)

    daemons = [site.start("run") for _ in range(2)]
    hands = [
        subprocess.Popen(
            site.command("publish"), env=site.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    talks = [process.communicate(timeout=90)[1].decode() for process in hands]
    wait_until(lambda: len(envelopes(site)) >= len(PEOPLE))
    codes = sorted((daemon.poll() is None and stop(daemon)[0]) or daemon.wait() for daemon in daemons)

    assert {process.returncode for process in hands} <= {0, 75}, talks
    assert sorted(envelopes(site)) == sorted(PEOPLE)
    assert issues_of(site) == [("daily-2026-11-24", "sent", len(PEOPLE))]
    assert codes == [0, 75]


def test_woken_late_the_issue_is_held_the_editor_is_told_and_nobody_is_mailed(tmp_path: Path) -> None:
    config = CONFIG.replace("[[sources]]", 'editor = { name = "Ed", email = "ed@review.example" }\n\n[[sources]]', 1)
    site = a_site(tmp_path, config=config, subscribers=PEOPLE[:2])
    assert site.publish().code == 0
    site.article("the-next-ferry", date="2026-11-25T03:00:00Z")
    site.environ["PUBLISHER_NOW"] = "2026-11-25T15:00:00Z"

    woken = site.publish()
    again = site.publish()

    assert woken.code == 75
    assert [one["state"] for one in woken.json["issues"]] == ["held"]
    assert again.json["issues"] == []
    assert sorted(envelopes(site)) == sorted([*PEOPLE[:2], "ed@review.example"])
    released = site.run("issues", "send", "daily-2026-11-25")
    assert released.code == 0, released.err
    assert sorted(envelopes(site)) == sorted([*PEOPLE[:2], *PEOPLE[:2], "ed@review.example"])


def test_a_copied_site_refuses_and_the_original_sends_to_everybody_once(tmp_path: Path) -> None:
    site = a_site(tmp_path / "site", config=CONFIG.replace("[relay]", "[relay]\nconnections = 1"), subscribers=PEOPLE)
    assert site.publish("--no-mail").code == 0
    site.run("db", "adopt")
    copied = Site(tmp_path / "copy")
    shutil.copytree(site.root, copied.root)

    refused = copied.publish()
    sent = site.publish()

    assert refused.code == 75
    assert "a copy does not send" in refused.err
    assert envelopes(copied) == []
    assert sent.code == 0
    assert sorted(envelopes(site)) == sorted(PEOPLE)
    adopted = copied.run("db", "adopt")
    assert adopted.code == 0
