"""`publisher articles`: what was collected, and why something is not out."""

from __future__ import annotations

from typing import Annotated

import typer

from publisher.app import articles as use_case
from publisher.cli import show
from publisher.cli.shapes import article_object
from publisher.cli.site import open_runtime
from publisher.model.article import Article, ArticleState

app = typer.Typer(no_args_is_help=True, help="What was collected, and why something is not out.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Names = Annotated[list[str], typer.Argument(help="Slugs or ids, as `publisher articles list` shows them.")]


@app.command("list")
def list_(
    *,
    state: Annotated[list[ArticleState] | None, typer.Option(help="Only these states.")] = None,
    json: Json = False,
) -> None:
    """List the articles, newest first.

    Example: publisher articles list --state held
    """
    with open_runtime() as runtime:
        found = use_case.list_articles(runtime, states=state or tuple(ArticleState))
    if json:
        show.json([article_object(article) for article in found])
        return
    show_list(found)


def show_list(found: list[Article]) -> None:
    rows = [
        (one.published.strftime("%Y-%m-%d"), one.state, one.section, one.slug, one.extract.origin, one.title)
        for one in found
    ]
    show.table(("PUBLISHED", "STATE", "SECTION", "SLUG", "EXTRACT", "TITLE"), rows)


@app.command("show")
def show_(name: Annotated[str, typer.Argument(help="Slug or id.")], *, json: Json = False) -> None:
    """Show one article: what is known of it, its extract with offsets, its warnings.

    Example: publisher articles show the-last-ferry
    """
    with open_runtime() as runtime:
        article = use_case.show_article(runtime, name)
    if json:
        show.json(article_object(article) | {"body": article.body.text, "warnings": list(article.warnings)})
        return
    for key, value in article_object(article).items():
        if key != "extract" and value not in (None, [], ""):
            show.out(f"{key:10} {in_words(value)}")
    show.out(f"extract    {article.extract.origin}")
    for passage in article.extract.passages:
        place = f"{passage.start}-{passage.end}" if passage.start is not None else "not in the body"
        show.out(f"  [{place}] {passage.text}")
    for warning in article.warnings:
        show.out(f"warning    {warning}")


def in_words(value: object) -> str:
    """A value on one line: the parts of a list or of an object, one after the other."""
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
    return ", ".join(str(part) for part in parts if part)


@app.command()
def hold(names: Names) -> None:
    """Keep published articles out of the feeds and of coming issues.

    Example: publisher articles hold the-last-ferry
    """
    with open_runtime() as runtime:
        show_list(use_case.hold(runtime, names))


@app.command()
def release(names: Names) -> None:
    """Let held articles out.

    Example: publisher articles release the-last-ferry
    """
    with open_runtime() as runtime:
        show_list(use_case.release(runtime, names))


@app.command()
def quarantine(*, json: Json = False) -> None:
    """List what could not be read, with file, line, reason and what to do.

    Example: publisher articles quarantine --json
    """
    with open_runtime() as runtime:
        found = use_case.list_quarantine(runtime)
    if json:
        show.json([article_object(article) for article in found])
        return
    for article in found:
        problem = article.problem
        if problem is not None:
            hint = f" {problem.hint}" if problem.hint else ""
            show.out(f"{problem.where or article.source_key}: {problem.what}{hint}")
