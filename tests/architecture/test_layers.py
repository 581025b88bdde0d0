"""The import contracts hold, and each breaks when a layer is broken."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BREAKS = {
    "a core module reaches up into storage": ("publisher/retry.py", "import publisher.storage\n"),
    "a feature calls another feature": ("publisher/deliver/__init__.py", "import publisher.compose\n"),
    "a module of the core opens a socket": ("publisher/retry.py", "import socket\n"),
    "the model knows the errors' users": ("publisher/model/ids.py", "import publisher.app\n"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    return subprocess.run([program, "--no-cache"], cwd=folder, text=True, capture_output=True, check=False)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the package and its contracts, to break."""
    shutil.copytree(ROOT / "publisher", tmp_path / "publisher", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(checkout: Path) -> None:
    done = lint_imports(checkout)

    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(("file", "line"), BREAKS.values(), ids=BREAKS)
def test_a_broken_layer_is_found(checkout: Path, file: str, line: str) -> None:
    path = checkout / file
    path.write_text(path.read_text().replace("from __future__ import annotations\n", "", 1) + line)

    assert lint_imports(checkout).returncode == 1
