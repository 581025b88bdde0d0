"""`publisher extracts` as installed: figures to stdout, bad lines to stderr, exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.acceptance.a_site import ARTICLE, Site, a_site

BODY = ARTICLE.partition("---\n\n")[2]
LINE = json.dumps({"title": "Eels", "body": BODY, "extracts": [BODY.split("\n\n")[1]], "subset": "eels"})


def test_evaluate_prints_figures_and_names_bad_lines(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.write("in.jsonl", f"{LINE}\nnope\n")
    file = str(tmp_path / "in.jsonl")

    table = site.run("extracts", "evaluate", file)
    found = site.run("extracts", "evaluate", file, "--subset", "eels", "--json")

    assert (table.code, found.code) == (65, 65)
    rows = [line.split() for line in table.out.splitlines()]
    assert rows[1][:4] == ["eels", "1", "picker", "100.0"]
    assert [row[0] for row in rows[2:]] == ["lead", "random", "all", "lead", "random"]
    assert f"{file}:2: The line is not JSON" in table.err
    [eels, every] = found.json["results"]
    assert (eels["subset"], every["subset"]) == ("eels", None)
    assert (eels["picker"]["hits_pct"], eels["verbatim_pct"], eels["crossing"]) == (100, 100, 0)
    assert (found.json["missing_passages"], len(found.json["bad_lines"])) == (0, 1)


def test_learn_wants_two_hundred_extracts_and_says_how_many_there_are(tmp_path: Path) -> None:
    site = a_site(tmp_path, subscribers=())

    done = site.run("extracts", "learn")

    assert done.code == 65
    assert "0 articles have an editor's extract" in done.err
    assert not (tmp_path / "var/extracts.json").exists()


def test_lines_of_plain_text_are_quoted_without_loading_databases_mails_or_feeds() -> None:
    code = """
import sys
from publisher.cli import commands, main
commands.register(main.app, names={"extract"})
main.main(["extract", "--jsonl"])
print([name for name in ("sqlalchemy", "feedgen", "premailer", "uvicorn", "markdown_it") if name in sys.modules])
"""
    command = [sys.executable, "-c", code]

    done = subprocess.run(command, input=LINE.encode(), capture_output=True, check=True, timeout=60)

    quoted, loaded = done.stdout.decode().splitlines()
    assert json.loads(quoted)["origin"] == "automatic"
    assert loaded == "[]"
