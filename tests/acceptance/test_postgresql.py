"""The same main job with PostgreSQL as the database."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.a_site import CONFIG, a_site


def test_the_main_job_does_the_same_on_postgresql(postgres_database_url: str, tmp_path: Path) -> None:
    config = f'{CONFIG}\n[database]\nurl = "{postgres_database_url}"\n'
    site = a_site(tmp_path, config=config, subscribers=("ada@example.org", "bo@example.org"))

    rehearsed = site.publish("--dry-run")
    assert rehearsed.code == 0, rehearsed.err
    first = site.publish()
    assert first.code == 0, first.err
    second = site.publish().json

    assert rehearsed.code == 0, rehearsed.err
    assert rehearsed.json["issues"][0]["counts"]["frozen"] == 2
    assert first.code == 0, first.err
    assert first.json["issues"][0]["counts"]["accepted"] == 2
    assert set(site.mails) == {"ada@example.org", "bo@example.org"}
    assert second["issues"] == []
    assert site.run("issues", "audit", "daily-2026-11-24", "--json").json["adds_up"] is True
    assert site.run("db", "check").code == 0
