"""What moved, how long an answer stays good, and the lines for other web servers."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.feeds.servers import ServerKind, server_lines
from publisher.feeds.serving import (
    ServedSite,
    cache_seconds,
    find_move,
    link_header,
    media_type,
    read_moves,
)

BASE = "https://harbour.example/feeds/"
HOW_TO = Path(__file__).parents[2] / "docs/how-to/serve-feeds.md"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("rss.xml", "application/rss+xml"),
        ("rss-12.xml", "application/rss+xml"),
        ("atom.xml", "application/atom+xml"),
        ("feed.json", "application/feed+json"),
        ("feeds.opml", "text/x-opml"),
        ("index.html", "text/html"),
        ("sitemap.xml", None),
        ("rss.xml.bak", None),
        ("rss.xml\n", None),
        ("", None),
    ],
)
def test_a_name_has_one_type_or_is_not_served(name: str, kind: str | None) -> None:
    assert media_type(name) == kind


@pytest.mark.parametrize(
    ("minutes", "seconds"), [([15, 60], 450), ([1], 60), ([1440], 3600), ([], 300), ([2.1], 63), ([0.001], 60)]
)
def test_an_answer_stays_good_for_half_the_shortest_interval(minutes: list[float], seconds: int) -> None:
    assert cache_seconds(timedelta(minutes=one) for one in minutes) == seconds


def test_the_nearest_rule_says_where_a_feed_is() -> None:
    moves = read_moves(
        redirects="old/ new/\nold/b/ other/rss.xml\nold/b/rss.xml https://x.example/f?a=b%20c\nold/gone/ x/\n",
        gone="old/gone/rss.xml\nended/\nold/gone/\n",
    )
    paths = ["old/a/rss.xml", "old/", "old/b/c/d", "old/b/rss.xml", "old/gone/feed.json"]
    found = [find_move(moves, path) for path in paths]

    assert [move and move.address(path, BASE) for move, path in zip(found, paths, strict=True)] == [
        f"{BASE}new/a/rss.xml",
        f"{BASE}new/",
        f"{BASE}other/rss.xml",
        "https://x.example/f?a=b%20c",
        f"{BASE}x/feed.json",
    ]
    assert [(move := find_move(moves, path)) and move.is_gone for path in ("old/gone/rss.xml", "ended/x/y")] == [
        True
    ] * 2
    assert [find_move(moves, path) for path in ("older/rss.xml", "old", "", "/", "//", "ended")] == [None] * 6


@pytest.mark.parametrize(
    "line",
    [
        "",
        "old.xml",
        "old.xml ",
        " new.xml",
        "old.xml //evil.example/",
        "old.xml /etc/passwd",
        "old.xml javascript:alert(1)",
        "old.xml ../secret.xml",
        "old.xml a/../../secret.xml",
        "../old.xml new.xml",
        "/old.xml new.xml",
        "old.xml https://a.example/ b",
        'old.xml https://a.example/"',
        "old.xml new\\x",
        "old.xml old.xml",
        "old/ old/deeper/",
        "old.xml https://käse.example/",
        "old.xml https://a.example/\r",
    ],
)
def test_a_line_that_is_no_move_is_left_out_and_hides_no_other(line: str) -> None:
    moves = read_moves(redirects=f"{line}\na.xml b.xml\n", gone="\n /x \nc.xml\n")
    found = {path: move for path, move in moves.items() if path not in ("a.xml", "c.xml")}

    assert {"a.xml", "c.xml"} <= moves.keys()
    assert all(move.new == "https://a.example/" for move in found.values())


def test_an_address_is_ascii() -> None:
    moves = read_moves(redirects="küche/ ä/\n", gone="")
    move = find_move(moves, "küche/ö x.xml")

    assert move is not None
    assert move.address("küche/ö x.xml", BASE) == f"{BASE}%C3%A4/%C3%B6%20x.xml"


def test_a_hub_cannot_leave_its_brackets() -> None:
    assert link_header('https://hub.example/>; rel="x"', BASE) == (
        f'<https://hub.example/%3E;%20rel=%22x%22>; rel="hub", <{BASE}>; rel="self"'
    )


def a_site(**changes: object) -> ServedSite:
    moves = read_moves(redirects="old/ new/\n", gone='ended.xml\nx";}evil{".xml\ny;}evil{$uri.xml\n')
    values = {"output": "/srv/harbour/feeds", "base_url": BASE, "moves": moves, "max_age_s": 450} | changes
    return ServedSite(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ServerKind)
def test_each_server_is_told_all_of_it(kind: ServerKind) -> None:
    text = "\n".join(server_lines(kind, a_site(hub="https://hub.example/")))

    for part in (
        "/feeds/",
        "/srv/harbour/feeds",
        "max-age=450",
        "nosniff",
        "application/feed+json",
        "301",
        "hub.example",
    ):
        assert part in text, part
    assert "410" in text or "[G,L]" in text
    assert "evil" not in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("kind", ServerKind)
def test_a_site_without_a_hub_names_none(kind: ServerKind) -> None:
    assert not re.search("Link|hub", "\n".join(server_lines(kind, a_site(hub=""))))


def test_the_sample_in_the_manual_is_what_is_printed() -> None:
    sample = re.search(r"```nginx\n(.*?)```", HOW_TO.read_text(), re.DOTALL)

    assert sample is not None
    assert sample[1].splitlines() == server_lines(ServerKind.NGINX, a_site(moves={}))
