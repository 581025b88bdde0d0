"""Where a key stands in the file, and that one mistake does not hide another."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.config.explain import line_numbers, shown
from publisher.config.load import load_settings
from publisher.errors import ConfigError
from tests.acceptance.a_site import CONFIG

TEXT = '''\
# [relay]
[site]
title = "# no comment, [no table]"
description = """
[relay]
url = "not a key"
"""
editor = { name = "Ada" }   # said """ here
site.url = 1
[[digests]]
name = "one"

[[ digests ]]   # the second
"name" = 'two'
sections = [
  "a",
]
[feeds]
\'\'\'quoted\'\'\' = 1
'''


def mistakes(root: Path, text: str, **environ: str) -> list[str]:
    (root / "config").mkdir(exist_ok=True)
    (root / "config/publisher.toml").write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_settings(root, environ=environ)
    return str(caught.value).splitlines()


def test_every_key_has_its_line() -> None:
    lines = line_numbers(TEXT.replace("'''quoted'''", "quoted"))

    assert lines["site", "title"] == 3
    assert lines["site", "description"] == 4
    assert lines["site", "editor"] == 8
    assert lines["site", "site", "url"] == 9
    assert lines["digests", 0, "name"] == 11
    assert lines["digests", 1] == 13
    assert lines["digests", 1, "name"] == 14
    assert lines["digests", 1, "sections"] == 15
    assert lines["feeds", "quoted"] == 19
    assert ("relay",) not in lines


def test_a_wrong_type_does_not_hide_a_contradiction(tmp_path: Path) -> None:
    text = CONFIG.replace('title = "The Test Review"', "title = 3").replace('path = "articles"', 'every = "soon"')
    text = text.replace('"https://review.example/feeds/"', '"review.example"').replace('"daily 07:00"', '"never"')
    told = "\n".join(mistakes(tmp_path, text.replace("[web]", "[wbe]"), PUBLISHER_RELAY__CONNECTIONS="0"))

    for part in (
        "config/publisher.toml:3: site.title: 3 was given; allowed: text in quotes.",
        "config/publisher.toml:11: sources[1].path: is required for a folder and missing.",
        "config/publisher.toml:14: sources[1].every: 'soon' was given; allowed: a duration",
        "feeds.base_url: 'review.example' was given; allowed: an absolute web address",
        "digests[1].schedule: 'never' is no schedule",
        "wbe: is no key of the configuration. Did you mean web?",
        "web.base_url: is required with a digest and missing",
        "the environment, PUBLISHER_RELAY__CONNECTIONS: relay.connections: 0 was given; allowed: at least 1",
    ):
        assert part in told
    assert "stand-in" not in told.lower()


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[feeds]", '[feeds]\nentries = "20"', "'20' was given; allowed: a whole number"),
        ("[feeds]", "[feeds]\nentries = true", "true was given; allowed: a whole number"),
        ("[feeds]", "[feeds]\nentries = 20.0", "20.0 was given; allowed: a whole number"),
        ("[feeds]", '[feeds]\narchive = "yes"', "allowed: true or false"),
        ("[feeds]", '[feeds]\nformats = "rss"', "allowed: a list in brackets"),
        ("[feeds]", '[feeds]\nformats = ["rss", 3]', "feeds.formats[2]: 3 was given; allowed: rss, atom or json"),
        ("[feeds]", "[extracts]\nwords = [40]\n[feeds]", "extracts.words"),
        ("[feeds]", "[extracts]\nwords = [90, 40]\n[feeds]", "[90, 40] was given; allowed: the smaller number first"),
        ('language = "en"', "language = 2026-11-24", "2026-11-24 was given; allowed: text in quotes"),
        ("[site]", 'root = "/"\n[site]', "root: is no key of the configuration"),
        ("[site]", "sources = 3\n[site]", None),
        ("[web]", '[web]\nlisten = "localhost:²"', "an address and port"),
        ("[web]", '[web]\ntrusted_proxies = ["10.0.0.0/8", "proxy"]', "web.trusted_proxies[2]: 'proxy' was given"),
        ("[relay]", '[relay]\nrate = "14/s"', "not there in this version"),
        ("[relay]", '[relay]\nreply_to = "a@b.example\\rBcc: x@y.example"', "one mailbox"),
        ("[relay]", '[database]\nurl = "mysql://ada:canary-1@db/x"\n[relay]', "'mysql://ada:…@db/x' was given"),
        ("[relay]", '[relay]\nurl = "smpt://ada:canary-1@ca/nary-1@host"', "'smpt://ada:…@host' was given"),
        ('kind = "folder"', 'kind = "feed"', "sources[1].url: is required for a feed and missing"),
        ('kind = "folder"', 'kind = "page"\nurl = "culture"', "'culture' was given; allowed: an absolute address"),
        ('kind = "folder"', 'kind = "ftp"', "'ftp' was given; allowed: folder, feed, page or wordpress"),
        ('name = "articles"', 'name = "import"', "it is the source of `publisher import`"),
        ("[feeds]", '[feeds]\nhub = "hub.example"', "allowed: a hub's address"),
        ("[feeds]", '[feeds]\nredirects = { "../a" = "b" }', "allowed: paths below base_url"),
        ("[feeds]", '[feeds]\nredirects = { "a.xml" = 3 }', "3 was given; allowed: text in quotes"),
        ("[feeds]", '[feeds]\ngone = ["/etc/passwd"]', "allowed: a path below base_url"),
    ],
)
def test_a_mistake_is_told_in_the_words_of_the_file(tmp_path: Path, before: str, after: str, told: str | None) -> None:
    text = "\n".join(mistakes(tmp_path, CONFIG.replace(before, after, 1)))

    assert (told or "no TOML") in text
    assert "canary" not in text


def test_a_loopback_relay_may_go_without_tls(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    text = CONFIG.replace("[relay]", '[relay]\ntls = "none"\nurl = "smtp://127.0.0.2:25"')
    (tmp_path / "config/publisher.toml").write_text(text)

    assert load_settings(tmp_path, environ={}).relay.tls == "none"


def test_an_empty_file_names_everything_that_is_required(tmp_path: Path) -> None:
    told = "\n".join(mistakes(tmp_path, ""))

    assert "site: is required and missing" in told
    assert "feeds: is required and missing" in told


@pytest.mark.parametrize("text", ["a = " + "[" * 5000, "\0", "[site", "[site]\n[site]\n"])
def test_what_is_no_toml_is_one_mistake(tmp_path: Path, text: str) -> None:
    [line] = mistakes(tmp_path, text)

    assert line.startswith("config/publisher.toml")


def test_a_value_is_shown_short() -> None:
    assert len(shown("x" * 5000)) == 78
