"""`publisher init`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from publisher.app import init as use_case
from publisher.app.runtime import clock_from
from publisher.cli import show


def init(folder: Annotated[str, typer.Argument(metavar="DIR", help="The new site's folder.")]) -> None:
    """Make a site that works at once.

    Example: publisher init my-magazine
    """
    made = use_case.init_site(Path(folder).absolute(), now=clock_from(os.environ)())
    for name in made.files:
        show.talk(f"wrote {folder}/{name}")
    show.out(f"A site is in {folder}. Next: publisher --site {folder} publish")
