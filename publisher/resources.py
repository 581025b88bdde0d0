"""Templates and other shipped files: in a checkout beside the package, in a wheel inside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from publisher.errors import RenderError

PACKAGE = Path(__file__).parent
SHIPPED = next((path for path in (PACKAGE / "_templates", PACKAGE.parent / "templates") if path.is_dir()), PACKAGE)
SUFFIXES = (".html", ".txt", ".css")
MAX_SIZE_BYTES = 200_000


class Templates(dict[str, str]):
    """Every template by name (`mail/digest.html`). `own` are the names that the site's folder holds."""

    def __init__(self, texts: Mapping[str, str], *, own: Iterable[str] = ()) -> None:
        super().__init__(texts)
        self.own = frozenset(own)


def load_templates(site_root: Path) -> Templates:
    """The shipped templates, and over them what the site's folder holds.

    RenderError names a template of the site that is too large, not UTF-8, or no plain file below its folder.
    """
    found = shipped_templates()
    folder = site_root / "templates"
    own = read_folder(folder) if folder.is_dir() and folder.resolve() != SHIPPED.resolve() else {}
    return Templates(found | own, own=own)


def shipped_templates() -> dict[str, str]:
    """The templates that come with the program."""
    return read_folder(SHIPPED)


def read_folder(folder: Path) -> dict[str, str]:
    paths = [path for path in sorted(folder.rglob("*")) if path.suffix in SUFFIXES and not path.is_dir()]
    return {path.relative_to(folder).as_posix(): read_template(path, folder) for path in paths}


def read_template(path: Path, folder: Path) -> str:
    if not path.is_file() or not path.resolve().is_relative_to(folder.resolve()):
        raise RenderError("This template is no file of this folder", str(path), "Links out of it are not followed.")
    if path.stat().st_size > MAX_SIZE_BYTES:
        raise RenderError("This template is larger than 200 kB", str(path), "Make it smaller.")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise RenderError("This template is not UTF-8", str(path), "Save it as UTF-8.") from error


def shipped_file(name: str) -> str:
    """The text of another file that is shipped, such as `init/publisher.toml`."""
    return (SHIPPED / name).read_text(encoding="utf-8")
