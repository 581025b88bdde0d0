"""`publisher import`: saved pages of a magazine."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from publisher.app.imports import ImportedPage, ImportReport, import_pages
from publisher.cli import show
from publisher.cli.shapes import article_object
from publisher.cli.site import exit_with, open_runtime


def import_(
    pages: Annotated[list[str], typer.Argument(help="Saved pages, as text or HTML, or folders of them.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Take in saved magazine pages: each one's article, and the extracts that it lists for others.

    The pages are kept under articles/imported/. Imported again, they give nothing new.

    Example: publisher import saved/current-affairs.html --json
    """
    with open_runtime() as runtime, show.bars() as runtime.watch:
        report = import_pages(runtime, pages)
    for error in report.errors:
        show.err(f"Error: {error}")
    for warning in report.warnings:
        show.talk(f"Warning: {warning}")
    if json:
        show.json(import_object(report))
    else:
        show.table(("PAGE", "ARTICLE", "STATE", "LISTED", "FOUND"), [row_of(page) for page in report.pages])
    exit_with([error.exit_code for error in report.errors])


def row_of(page: ImportedPage) -> tuple[object, ...]:
    slug = page.article.slug if page.article else "-"
    state = "new" if page.is_new else "known" if page.article else "-"
    return page.given, slug, state, len(page.listed), sum(one.article_id is not None for one in page.listed)


def import_object(report: ImportReport) -> dict[str, Any]:
    """The shape of design.md 5; an article of several pages is listed once."""
    found = {
        page.article.id: article_object(page.article) | {"new": page.is_new} for page in report.pages if page.article
    }
    listed = [
        {
            "date": item.dated_on.isoformat(),
            "passages": [{"text": text} for text in item.passages],
            "article": item.article_id,
            "page": page.given,
        }
        for page in report.pages
        for item in page.listed
    ]
    errors = [str(error) for error in report.errors]
    return {
        "articles": list(found.values()),
        "listed_extracts": listed,
        "warnings": list(report.warnings),
        "errors": errors,
    }
