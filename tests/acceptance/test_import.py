"""`publisher import`: saved pages, their articles and the extracts that they list."""

from __future__ import annotations

from html import escape
from pathlib import Path

import pytest

from tests.acceptance.a_site import Site, a_site

PAGE = """{date}

{title}

by Ada Berg

{body}

Browse articles by author

More Current Affairs

Nov 20th 2026
EXTRACT: "It had taken the council nine years to notice that the quay was sinking." ---- "Nobody had measured it."
Nov 19th 2026
EXTRACTS: "The ice came early this year, and with it the bill."
"""

ICE = PAGE.format(
    date="Nov 19th 2026",
    title="Who pays for the ice",
    body="The ice came early this year, and with it the bill. Nobody asked for either.\n\nThe council has met twice.",
)
QUAY = PAGE.format(
    date="Nov 20th 2026",
    title="A quay that sinks",
    body="It had taken the council nine years to notice that the quay was sinking. Nobody had measured it.\n\n"
    "The engineers came in spring.",
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return a_site(tmp_path / "site", subscribers=())


def test_a_page_gives_its_article_and_its_list(site: Site, tmp_path: Path) -> None:
    page = tmp_path / "Who pays?.txt"
    page.write_text(ICE)

    done = site.run("import", str(page), "--json")
    [article] = done.json["articles"]

    assert done.code == 0, done.err
    assert (article["source"], article["title"], article["new"]) == ("import", "Who pays for the ice", True)
    assert article["published"] == "2026-11-18T22:00:00Z"
    assert article["extract"]["passages"][0]["text"] == "The ice came early this year, and with it the bill."
    assert [(one["date"], one["article"], len(one["passages"])) for one in done.json["listed_extracts"]] == [
        ("2026-11-20", None, 2),
        ("2026-11-19", article["id"], 1),
    ]
    assert [warning.partition(": ")[2] for warning in done.json["warnings"]] == [
        "the line says EXTRACT and holds 2 passages in 'It had taken the council nine years to n'",
        "the line says EXTRACTS and holds 1 passage in 'The ice came early this year, and with i'",
    ]
    assert (site.root / "articles/imported/who-pays.txt").read_text() == ICE


def test_a_listed_extract_waits_for_its_article_and_finds_it(site: Site, tmp_path: Path) -> None:
    for name, text in (("ice.txt", ICE), ("quay.txt", QUAY)):
        (tmp_path / name).write_text(text)
    site.run("import", str(tmp_path / "ice.txt"))

    done = site.run("import", str(tmp_path / "quay.txt"), "--json")
    [article] = done.json["articles"]

    assert article["extract"]["origin"] == "editor"
    assert [one["text"] for one in article["extract"]["passages"]] == [
        "It had taken the council nine years to notice that the quay was sinking.",
        "Nobody had measured it.",
    ]
    assert None not in [one["article"] for one in done.json["listed_extracts"]]


def test_many_at_once_and_again_give_nothing_new(site: Site, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    saved.mkdir()
    (saved / "ice.txt").write_text(ICE)
    (saved / "quay.txt").write_text(QUAY)
    (saved / "ice-page-2.txt").write_text(ICE.replace("Nov 20th 2026\n", "Nov 18th 2026\n"))
    first = site.run("import", str(saved), "--json")
    listed = site.run("articles", "list", "--json").json

    again = site.run("import", str(saved), str(saved / "ice.txt"), "--json")

    assert [one["new"] for one in first.json["articles"]] == [True, True]
    assert [one["new"] for one in again.json["articles"]] == [False, False]
    assert again.code == 0, again.err
    assert site.run("articles", "list", "--json").json == listed
    assert site.publish("--no-mail").json["collect"]["new"] == 1  # the site's own article


def test_a_page_saved_again_is_an_edit(site: Site, tmp_path: Path) -> None:
    page = tmp_path / "ice.txt"
    page.write_text(ICE)
    before = site.run("import", str(page), "--json").json["articles"][0]
    page.write_text(ICE.replace("has met twice", "has met three times"))

    after = site.run("import", str(page), "--json").json["articles"][0]

    assert (after["id"], after["new"]) == (before["id"], False)
    assert "three times" in site.run("articles", "show", after["slug"], "--json").json["body"]
    assert len(list((site.root / "articles/imported").iterdir())) == 1


def test_two_pages_of_one_name_are_both_kept(site: Site, tmp_path: Path) -> None:
    for folder, text in (("a", ICE), ("b", QUAY)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "index.txt").write_text(text)

    done = site.run("import", str(tmp_path / "a/index.txt"), str(tmp_path / "b/index.txt"), "--json")

    assert {one["title"] for one in done.json["articles"]} == {"Who pays for the ice", "A quay that sinks"}
    assert len(list((site.root / "articles/imported").iterdir())) == 2


def test_one_page_in_two_forms_is_one_article(site: Site, tmp_path: Path) -> None:
    (tmp_path / "saved-as-text.txt").write_text(ICE)
    rows = "".join(f"<tr><td>{escape(line)}</td></tr>" for line in ICE.replace("with it", "with  it").split("\n"))
    (tmp_path / "a.html").write_text(f"<html><body><table>{rows}</table></body></html>")
    first = site.run("import", str(tmp_path / "saved-as-text.txt"), "--json").json["articles"][0]

    second = site.run("import", str(tmp_path / "a.html"), "--json").json

    kept = sorted(path.name for path in (site.root / "articles/imported").iterdir())
    assert [(one["id"], one["new"]) for one in second["articles"]] == [(first["id"], False)]
    assert kept == ["saved-as-text.txt", "saved-as-text.txt.2.html"]
    assert len(second["warnings"]) == 2
    for path in (site.root / "var").glob("publisher.db*"):
        path.unlink()
    site.run("collect")
    assert [one["id"] for one in site.run("articles", "list", "--json").json if one["source"] == "import"] == [
        first["id"]
    ]


def test_a_lost_database_is_rebuilt_from_what_was_imported(site: Site, tmp_path: Path) -> None:
    (tmp_path / "ice.txt").write_text(ICE)
    (tmp_path / "quay.txt").write_text(QUAY)
    site.run("import", str(tmp_path / "ice.txt"), str(tmp_path / "quay.txt"))
    before = {one["id"]: one["extract"] for one in site.run("articles", "list", "--json").json}
    for path in (site.root / "var").glob("publisher.db*"):
        path.unlink()

    collected = site.run("collect", "--json")

    after = {one["id"]: one["extract"] for one in site.run("articles", "list", "--json").json}
    assert collected.code == 0, collected.err
    assert {key: after[key] for key in before} == before
    assert [one["name"] for one in collected.json["sources"]] == ["articles", "import"]


def test_a_page_that_is_none_stops_no_other(site: Site, tmp_path: Path) -> None:
    (tmp_path / "ice.txt").write_text(ICE)
    (tmp_path / "note.txt").write_text("Buy bread.\n")

    done = site.run("import", *(str(tmp_path / name) for name in ("note.txt", "gone.txt", "ice.txt")), "--json")

    assert done.code == 65
    assert len(done.json["articles"]) == 1
    assert f"{tmp_path}/note.txt:1: The file does not begin with a date line." in done.err
    assert f"{tmp_path}/gone.txt: There is no such file." in done.err
    assert len(list((site.root / "articles/imported").iterdir())) == 1
