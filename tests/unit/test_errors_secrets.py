"""What an error says of an address: neither its password nor its token (reliability.md P9)."""

from __future__ import annotations

import pytest

from publisher.errors import ConfigError, FetchError, without_secrets


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ada:pass@up.example/feed: gone", "https://ada:…@up.example/feed: gone"),
        ("https://ada:#/?@pass@up.example/", "https://ada:…@up.example/"),
        ("postgresql//ada:pass@", "postgresql//ada:…@"),
        ("https://up.example/feed?token=abc: it took too long.", "https://up.example/feed?token=…: it took too long."),
        ("https://up.example/?a=b&api_key=abc&c=d#e", "https://up.example/?a=b&api_key=…&c=d#e"),
        ("'https://up.example/?access_token=abc' was given", "'https://up.example/?access_token=…' was given"),
        ("(https://up.example/?KEY=abc)", "(https://up.example/?KEY=…)"),
    ],
)
def test_what_gives_entry_is_left_out(text: str, shown: str) -> None:
    assert without_secrets(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://up.example:8080/@ada/feed?page=2",
        "articles/keys.md:3: The key 'id' has a wrong value",
        "https://up.example/?keyword=sea&author=Ada",
        "mailto:ada@up.example",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert without_secrets(text) == text


def test_every_error_is_shown_without_them() -> None:
    error = FetchError("moved to https://up.example/?sig=abc", "https://ada:pass@up.example/", "Set it")

    assert "pass" not in str(error)
    assert "abc" not in str(error)
    assert "pass" not in str(ConfigError("x", "smtp://ada:pass@relay.example"))
