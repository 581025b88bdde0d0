"""The clone guard: whoever has a copy of the database sends nothing from it, until a person says so (peers.md F9)."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.app import instance
from publisher.app.publish import Wanted, publish
from publisher.app.runtime import Runtime, open_runtime
from publisher.config.load import load_settings
from publisher.errors import ConflictError
from publisher.storage import Database
from tests.acceptance.a_site import CONFIG

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture
def runtime(database: Database, tmp_path: Path) -> Runtime:
    root = tmp_path / "site"
    (root / "config").mkdir(parents=True)
    (root / "config/publisher.toml").write_text(CONFIG)
    settings = load_settings(root, environ={})
    return Runtime(root=root, settings=settings, database=database, clock=lambda: NOW, environ={})


def named(runtime: Runtime, name: str) -> Runtime:
    return replace(runtime, environ={"PUBLISHER_INSTANCE": name})


def test_the_first_that_sends_makes_the_database_its_own(runtime: Runtime) -> None:
    instance.require_own(runtime)
    instance.require_own(runtime)

    with pytest.raises(ConflictError, match="a copy does not send"):
        instance.require_own(named(runtime, "blue"))


def test_a_name_stays_wherever_the_container_runs(runtime: Runtime) -> None:
    instance.require_own(named(runtime, "blue"))

    instance.require_own(replace(named(runtime, "blue"), root=runtime.root.parent))
    with pytest.raises(ConflictError):
        instance.require_own(named(runtime, "green"))


def test_a_person_can_say_that_the_site_was_moved(runtime: Runtime) -> None:
    instance.require_own(named(runtime, "blue"))

    instance.adopt(named(runtime, "green"))

    instance.require_own(named(runtime, "green"))
    with pytest.raises(ConflictError):
        instance.require_own(named(runtime, "blue"))


def test_a_dry_run_of_a_copy_sends_nothing_and_may_look(runtime: Runtime) -> None:
    instance.require_own(named(runtime, "blue"))

    instance.require_own(replace(named(runtime, "green"), is_rehearsal=True))

    with pytest.raises(ConflictError):
        instance.require_own(named(runtime, "green"))


def test_a_copied_folder_collects_and_does_not_mail(tmp_path: Path) -> None:
    site, copy = tmp_path / "site", tmp_path / "copy"
    (site / "config").mkdir(parents=True)
    (site / "articles").mkdir()
    (site / "config/publisher.toml").write_text(CONFIG)
    environ = {"PUBLISHER_NOW": "2026-11-24T08:00:00Z"}
    with open_runtime(site, environ=environ) as original:
        publish(original, Wanted())
    shutil.copytree(site, copy)

    with open_runtime(copy, environ=environ) as copied:
        report = publish(copied, Wanted())
    with open_runtime(site, environ=environ) as original:
        again = publish(original, Wanted())

    assert "a copy does not send" in report.busy
    assert [source.name for source in report.collect.sources] == ["articles"]
    assert again.busy == ""
