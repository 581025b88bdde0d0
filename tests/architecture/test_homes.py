"""One home per library (style guide 1): others see our names."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "publisher"
HOMES = {
    "sqlalchemy": "storage",
    "alembic": "storage",
    "requests": "fetch",
    "urllib3": "fetch",
    "protego": "fetch",
    "smtplib": "relay",
    "typer": "cli",
    "rich": "cli",
    "jinja2": "rendering",
    "premailer": "rendering",
    "feedgen": "feeds",
    "feedparser": "formats",
    "apscheduler": "daemon",
    "procrastinate": "queue",
    "starlette": "web",
    "uvicorn": "web",
    "nh3": "html",
    "trafilatura": "formats",
    "dns": "dns",
    "prometheus_client": "web",
}


def imported(path: Path) -> set[str]:
    """The top-level packages that a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize(("library", "home"), HOMES.items())
def test_a_library_is_imported_in_its_home_only(library: str, home: str) -> None:
    strangers = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if library in imported(path) and path.relative_to(PACKAGE).parts[0] != home
    ]

    assert strangers == []
