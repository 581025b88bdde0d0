"""Keys from the environment: typed as the file's, and named where they are wrong."""

from __future__ import annotations

from typing import Any

import pytest

from publisher.config.environment import overlay


def overlaid(data: dict[str, Any] | None = None, **environ: str) -> dict[str, Any]:
    made = data if data is not None else {}
    assert overlay(made, environ).mistakes == []
    return made


@pytest.mark.parametrize(
    ("name", "text", "section", "value"),
    [
        ("PUBLISHER_RELAY__CONNECTIONS", "7", "relay", {"connections": 7}),
        ("PUBLISHER_FEEDS__ARCHIVE", "false", "feeds", {"archive": False}),
        ("PUBLISHER_SITE__TITLE", "true", "site", {"title": "true"}),
        ("PUBLISHER_SITE__TITLE", "[2026]", "site", {"title": "[2026]"}),
        ("PUBLISHER_SITE__EDITOR__NAME", "Ada", "site", {"editor": {"name": "Ada"}}),
        ("PUBLISHER_EXTRACTS__WORDS", "[30, 60]", "extracts", {"words": [30, 60]}),
        ("PUBLISHER_RELAY__FROM", "a@b.example", "relay", {"from": "a@b.example"}),
        ("PUBLISHER_SOURCES", '[{"name": "a"}]', "sources", [{"name": "a"}]),
    ],
)
def test_a_variable_has_the_type_of_its_key(name: str, text: str, section: str, value: object) -> None:
    assert overlaid(**{name: text})[section] == value


def test_an_entry_of_a_list_is_named_by_its_place() -> None:
    data = {"digests": [{"name": "daily"}, {"name": "weekly"}]}

    assert overlaid(data, PUBLISHER_DIGESTS__1__TITLE="Week")["digests"] == [
        {"name": "daily"},
        {"name": "weekly", "title": "Week"},
    ]


@pytest.mark.parametrize(
    "name",
    [
        "PUBLISHER_SITE",
        "PUBLISHER_NOW",
        "PUBLISHER_SECRET",
        "PUBLISHER_RELAY_PASSWORD",
        "PUBLISHER_INSTANCE",
        "PUBLISHER_TEST_RELAY__URL",
        "PUBLISHER_GOLDEN",
        "RELAY__URL",
    ],
)
def test_a_variable_that_is_no_setting_changes_nothing(name: str) -> None:
    assert overlaid(**{name: "x"}) == {}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("PUBLISHER_RELAI__URL", "Did you mean relay?"),
        ("PUBLISHER_RELAY__ULR", "Did you mean url?"),
        ("PUBLISHER_RELAY_URL", "Did you mean PUBLISHER_RELAY__URL?"),
        ("PUBLISHER_WEB_BASE_URL", "Did you mean PUBLISHER_WEB__BASE_URL?"),
        ("PUBLISHER_relay__url", "Did you mean PUBLISHER_RELAY__URL?"),
        ("PUBLISHER_ROOT__X", "There are: site, sources"),
        ("PUBLISHER_RELAY__", "There are: url"),
        ("PUBLISHER_DIGESTS__0__TITLE", "The first one is 0."),
    ],
)
def test_a_variable_that_names_no_key_is_a_mistake(name: str, told: str) -> None:
    data: dict[str, Any] = {"digests": []}
    found = overlay(data, {name: "canary-3c1"})

    assert [told in mistake.hint for mistake in found.mistakes] == [True]
    assert list(found.variables.values()) == [name]
    assert "canary" not in repr(found.mistakes)
    assert data == {"digests": []}
