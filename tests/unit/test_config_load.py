"""The configuration: every mistake named at once, with file, line, key, what was given and what is allowed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from publisher.config.load import load_secret, load_settings, relay_password
from publisher.errors import ConfigError
from publisher.model.settings import Settings
from tests.acceptance.a_site import CONFIG


def write(root: Path, text: str) -> Path:
    (root / "config").mkdir(exist_ok=True)
    (root / "config/publisher.toml").write_text(text)
    return root


def load(root: Path, text: str = CONFIG, **environ: str) -> Settings:
    return load_settings(write(root, text), environ=environ)


def mistakes(root: Path, text: str, **environ: str) -> str:
    with pytest.raises(ConfigError) as caught:
        load(root, text, **environ)
    assert caught.value.exit_code == 78
    return str(caught.value)


def test_what_is_left_out_has_the_documented_default(tmp_path: Path) -> None:
    settings = load(tmp_path)

    assert settings.sources[0].every == timedelta(minutes=15)
    assert settings.extracts.words == (40, 90)
    assert settings.relay.url == "folder:var/outbox"
    assert settings.relay.retry[0] == timedelta(minutes=1)
    assert settings.digests[0].max_lateness == timedelta(hours=6)


def test_an_unknown_key_is_named_with_its_line_and_the_nearest_one(tmp_path: Path) -> None:
    text = mistakes(tmp_path, CONFIG.replace("language =", "langauge ="))

    assert "config/publisher.toml:5: site.langauge: is no key of the configuration. Did you mean language?" in text
    assert "site.language: is required and missing" in text


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    bad = CONFIG.replace('"daily 07:00"', '"sometimes"').replace("Europe/Helsinki", "Mars/Crater")
    text = mistakes(tmp_path, bad.replace('base_url = "https://review.example/mail/"', 'base_url = "review"'))

    for part in ("site.timezone: 'Mars/Crater'", "digests[1].schedule: 'sometimes'", "web.base_url: 'review'"):
        assert part in text
    assert "Allowed: daily 07:00" in text


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('name = "articles"', 'name = "Articles!"', "lower-case letters, digits and hyphens"),
        ('path = "articles"', 'path = "articles"\nevery = "soon"', "a duration such as 30s, 15m, 6h or 2d"),
        ('kind = "folder"', 'kind = "gopher"', "allowed: folder, feed, page or wordpress"),
        ('path = "articles"', 'path = ""', "is required for a folder and missing"),
        ("[relay]", '[relay]\ntls = "none"\nurl = "smtp://mail.example.org:25"', "unless the host is localhost"),
        ("[relay]", '[relay]\nurl = "pigeon://loft"', "folder:PATH, smtp://user@host:587"),
        ('id_authority = "review.example,2026"', 'id_authority = "review"', "a domain and a year"),
        ('postal_address = "The Test Review, 1 Quay, 00100 Helsinki"', "", "site.postal_address: is required"),
        ('from = "The Test Review <letters@review.example>"', 'from = "letters"', "one mailbox"),
        ("[feeds]", "[feeds]\nentries = true", "feeds.entries"),
        ("[relay]", "min_items = 13\n[relay]", "at most max_items, which is 12"),
        ("[web]", '[web]\nlisten = "8080"', "an address and port"),
    ],
)
def test_a_mistake_says_what_is_allowed(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in CONFIG

    assert told in mistakes(tmp_path, CONFIG.replace(before, after))


def test_a_password_in_the_relays_address_is_not_shown(tmp_path: Path) -> None:
    text = mistakes(tmp_path, CONFIG.replace("[relay]", '[relay]\nurl = "smtp://me:canary-9f3@mail.example.org:587"'))

    assert "PUBLISHER_RELAY_PASSWORD" in text
    assert "canary-9f3" not in text


def test_a_key_can_come_from_the_environment(tmp_path: Path) -> None:
    settings = load(tmp_path, PUBLISHER_RELAY__URL="smtp://localhost:2525", PUBLISHER_FEEDS__BY='["author"]')

    assert settings.relay.url == "smtp://localhost:2525"
    assert settings.feeds.by == ("author",)


def test_a_bad_key_of_the_environment_is_named(tmp_path: Path) -> None:
    text = mistakes(tmp_path, CONFIG, PUBLISHER_RELAY__CONNECTIONS="many")

    assert "the environment, PUBLISHER_RELAY__CONNECTIONS: relay.connections: 'many' was given" in text


def test_variables_that_are_no_keys_are_left_alone(tmp_path: Path) -> None:
    settings = load(tmp_path, PUBLISHER_SITE="elsewhere", PUBLISHER_NOW="x", PUBLISHER_TEST_POSTGRES_URL="x")

    assert settings.site.title == "The Test Review"


def test_a_file_that_is_no_toml_is_named_with_its_line(tmp_path: Path) -> None:
    assert "line 1" in mistakes(tmp_path, "[site\n")


def test_a_folder_without_a_site_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="publisher init"):
        load_settings(tmp_path, environ={})


def test_the_secret_is_made_once_and_is_private(tmp_path: Path) -> None:
    settings = load(tmp_path)

    first, second = load_secret(settings, {}), load_secret(settings, {})

    assert first == second
    assert (tmp_path / "var/secret").stat().st_mode & 0o777 == 0o600


def test_a_secret_that_others_may_read_is_refused(tmp_path: Path) -> None:
    settings = load(tmp_path)
    load_secret(settings, {})
    (tmp_path / "var/secret").chmod(0o644)

    with pytest.raises(ConfigError, match="chmod 600"):
        load_secret(settings, {})


def test_the_relays_password_comes_from_the_environment_or_a_private_file(tmp_path: Path) -> None:
    settings = load(tmp_path, CONFIG.replace("[relay]", '[relay]\npassword_file = "config/password"'))
    (tmp_path / "config/password").write_text("from the file\n")
    (tmp_path / "config/password").chmod(0o600)

    assert relay_password(settings, {}) == "from the file"
    assert relay_password(settings, {"PUBLISHER_RELAY_PASSWORD": "given"}) == "given"
