"""Files beside what is read from them. `PUBLISHER_GOLDEN=write` makes the expected files anew; review the diff."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from publisher.errors import ParseError
from publisher.formats import parse_file

CASES = Path(__file__).parent / "formats"
IS_WRITING = os.environ.get("PUBLISHER_GOLDEN") == "write"
"""Read when the tests are collected: later the variables of the product are gone."""


def outcome(path: Path) -> dict[str, Any]:
    """What a file is read as, in plain JSON; of a body its HTML and its blocks with their words."""
    try:
        parsed = parse_file(path.name, path.read_bytes(), where=path.name)
    except ParseError as error:
        return {"error": {"what": error.what, "where": error.where, "hint": error.hint}}
    found = asdict(parsed)
    body = found["article"].pop("body")
    blocks = [[block["kind"], body["text"][block.pop("start") : block.pop("end")], block] for block in body["blocks"]]
    for block in blocks:
        block[2] = {name: value for name, value in block[2].items() if value and name != "kind"}
    found["article"] = {name: value for name, value in found["article"].items() if value}
    return {**found, "html": body["html"].split("\n"), "blocks": blocks}


@pytest.mark.parametrize("path", sorted(CASES.glob("*/input.*")), ids=lambda path: path.parent.name)
def test_a_file_is_read_as_its_golden_says(path: Path) -> None:
    found = json.loads(json.dumps(outcome(path), default=str, ensure_ascii=False))
    golden = path.parent / "expected.json"
    if IS_WRITING:
        golden.write_text(json.dumps(found, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert json.loads(golden.read_text(encoding="utf-8")) == found


def test_every_case_has_what_is_expected() -> None:
    folders = [folder for folder in CASES.iterdir() if folder.is_dir()]
    assert len(folders) >= 6
    assert all((folder / "expected.json").is_file() for folder in folders)
