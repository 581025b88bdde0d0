"""`init`: a site that works at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publisher.errors import StorageError, UsageError
from publisher.resources import shipped_file


@dataclass(frozen=True, slots=True)
class Made:
    """The files that `init` wrote, relative to the site."""

    root: Path
    files: tuple[str, ...]


def init_site(root: Path, *, now: datetime) -> Made:
    """Write a configuration, a first article and the folders; UsageError where a site is already."""
    if (root / "config" / "publisher.toml").exists():
        raise UsageError("There is a site here already", str(root), "Choose another folder.")
    year = str(now.year)
    files = {
        "config/publisher.toml": shipped_file("init/publisher.toml").replace("YEAR", year),
        "articles/welcome.md": shipped_file("init/welcome.md").replace("DATE", now.strftime("%Y-%m-%dT%H:%M:%SZ")),
    }
    try:
        for name, text in files.items():
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        for folder in ("templates", "feeds"):
            (root / folder).mkdir(exist_ok=True)
        (root / "var").mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"Cannot write: {error.strerror}", str(error.filename), "Check the folder's owner."
        ) from error
    return Made(root, tuple(files))
