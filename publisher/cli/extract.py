"""`publisher extract`."""

from __future__ import annotations

import json as json_module
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, BinaryIO

import click
import typer

from publisher.app import extract as use_case
from publisher.app.extract import Quoted
from publisher.cli import show
from publisher.cli.site import exit_with
from publisher.errors import NotFound
from publisher.model.article import Origin
from publisher.model.settings import ExtractSettings

STYLES = ("body", "lead")


def extract(
    file: Annotated[str, typer.Argument(help="A text, Markdown or HTML file; - for standard input.")] = "",
    *,
    title: Annotated[str, typer.Option(help="The article's title, if the text has none.")] = "",
    passages: Annotated[int, typer.Option(min=1, max=4, help="Passages at most.")] = 1,
    style: Annotated[str, typer.Option(help="body: from the article's body; lead: its opening.")] = "body",
    jsonl: Annotated[bool, typer.Option("--jsonl", help="An article a line in, its passages a line out.")] = False,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Show what would be quoted from a text, with offsets; needs no site.

    Example: publisher extract draft.txt --passages 2
    """
    if style not in STYLES:
        raise click.UsageError(f"--style is {style!r}; allowed: {', '.join(STYLES)}")
    if not file and sys.stdin.isatty():
        raise click.UsageError("Name a FILE, or - to read standard input")
    settings = ExtractSettings.model_validate({"style": style, "passages": passages})
    where = "standard input" if file in ("", "-") else file
    with opened(file) as stream:
        if jsonl:
            exit_with([65] if show_lines(stream, where=where, settings=settings) else [])
            return
        quoted = use_case.extract_file(where, stream.read(), title=title, settings=settings)
    for warning in quoted.warnings:
        show.talk(f"{where}: {warning}")
    if json:
        show.json(quoted_object(quoted))
    else:
        show.out(text_of(quoted))


@contextmanager
def opened(file: str) -> Iterator[BinaryIO]:
    """The bytes of a file, or of standard input; NotFound if there is no such file."""
    if file in ("", "-"):
        yield sys.stdin.buffer
        return
    path = Path(file)
    if not path.exists() or path.is_dir():
        raise NotFound("There is no such file", file, "Name a text file, or - for standard input.")
    with path.open("rb") as stream:
        yield stream


def show_lines(stream: Iterable[bytes], *, where: str, settings: ExtractSettings) -> int:
    """Print one answer a line; how many lines could not be read."""
    bad_count = 0
    for quoted in use_case.extract_lines(stream, where=where, settings=settings):
        if quoted.problem is not None:
            bad_count += 1
            show.err(f"Error: {quoted.problem}")
        show.out(json_module.dumps(quoted_object(quoted)))  # ASCII: half a surrogate pair cannot be printed
    return bad_count


def quoted_object(quoted: Quoted) -> dict[str, Any]:
    """`{"passages":[{"start","end","text"}],"origin"}`, of a bad line with its `error` (design.md 5)."""
    passages = [{"start": one.start, "end": one.end, "text": one.text} for one in quoted.extract.passages]
    found = {"passages": passages, "origin": quoted.extract.origin.value}
    return found if quoted.problem is None else {**found, "error": str(quoted.problem)}


def text_of(quoted: Quoted) -> str:
    """The line in the magazine's grammar, then where its passages stand and who chose them."""
    from publisher.formats.extract_line import (
        format_extract,  # here: lines of plain text start in half the time without
    )

    passages = quoted.extract.passages
    if quoted.extract.origin is Origin.TITLE:
        return "\n".join([*(one.text for one in passages), f"origin   {quoted.extract.origin}"])
    places = [
        f"passage  {one.start}-{one.end}, {len(one.text.split())} words"
        if one.start is not None
        else f"passage  not in the text, {len(one.text.split())} words"
        for one in passages
    ]
    line = format_extract([one.text for one in passages])
    return "\n".join([line, *places, f"origin   {quoted.extract.origin}"])
