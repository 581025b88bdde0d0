"""The gates of the style guide: sizes of functions and modules, and what no module may hold."""

from __future__ import annotations

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "publisher"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "versions" not in path.parts)
FORBIDDEN_NAMES = {"manager", "helper", "utils", "base", "common", "misc", "handler", "processor", "service"}


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of the body, without the docstring."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_is_short_and_so_are_its_functions(path: Path) -> None:
    assert lines(path) <= 400
    long = {one.name: (one.end_lineno or 0) - one.lineno + 1 for one in functions(path)}
    assert {name: count for name, count in long.items() if count > 60} == {}


def test_most_functions_are_very_short() -> None:
    sizes = sorted(body_lines(one) for path in MODULES for one in functions(path))

    assert statistics.median(sizes) <= 8
    assert sizes[int(len(sizes) * 0.9)] <= 25


def test_no_module_has_a_name_that_says_nothing() -> None:
    assert [path for path in MODULES if path.stem in FORBIDDEN_NAMES] == []


def test_only_the_daemon_the_relay_and_the_web_know_of_threads_and_loops() -> None:
    allowed = {"relay", "web", "daemon"}
    found = [
        str(path.relative_to(PACKAGE))
        for path in MODULES
        if path.relative_to(PACKAGE).parts[0] not in allowed and "async def" in path.read_text()
    ]

    assert found == []
