"""`publisher extracts`: how good the picker is, and what the magazine's own extracts teach it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from publisher.app import extracts as use_case
from publisher.app.runtime import clock_from
from publisher.app.weights import WEIGHTS_FILE, read_weights
from publisher.cli import show
from publisher.cli.site import exit_with, open_runtime
from publisher.errors import UsageError
from publisher.extracts.evaluate import Rate, Result
from publisher.model.settings import ExtractSettings

app = typer.Typer(no_args_is_help=True, help="How good the picker of extracts is, and what it can learn.")

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
HEADERS = ("SUBSET", "ARTICLES", "", "HITS %", "95 % CI", "WORDS", "VERBATIM %", "CROSSING", "MS", "MS P95")


@app.command("evaluate")
def evaluate_(
    file: Annotated[Path, typer.Argument(help="JSON lines: title, body, and extracts or gold_chars.")],
    *,
    subset: Annotated[str, typer.Option(help="Only articles with this subset.")] = "",
    style: Annotated[str, typer.Option(help="body: from the article's body; lead: its opening.")] = "body",
    passages: Annotated[int, typer.Option(min=1, max=4, help="Passages at most.")] = 1,
    weights: Annotated[Path | None, typer.Option(help="Weights that `extracts learn` wrote.")] = None,
    json: Json = False,
) -> None:
    """Count how often the picker takes what an editor took; needs no site.

    Example: publisher extracts evaluate examples.jsonl --passages 2
    """
    if style not in ("body", "lead"):
        raise UsageError(f"{style!r} was given", "--style", "Allowed: body, lead.")
    settings = ExtractSettings.model_validate({"style": style, "passages": passages})
    loaded = read_weights(weights) if weights else None
    found = use_case.evaluate_file(file, settings=settings, subset=subset, weights=loaded)
    tell(found.examples)
    if json:
        show.json(evaluation_object(found))
    else:
        show.table(HEADERS, [row for result in found.results for row in rows_of(result)])
    exit_with([65] if found.examples.bad or not found.results else [])


@app.command("learn")
def learn_(
    file: Annotated[Path | None, typer.Argument(help="JSON lines as for evaluate; else the site's articles.")] = None,
    *,
    least: Annotated[int, typer.Option("--min", min=10, help="Articles needed.")] = use_case.EXAMPLES_MIN,
    output: Annotated[Path | None, typer.Option(help="Where to write; a site's default: var/extracts.json.")] = None,
    force: Annotated[bool, typer.Option("--force", help="Keep the weights even if they are worse than none.")] = False,
    json: Json = False,
) -> None:
    """Learn the picker's weights from the extracts that an editor gave; keep them if they are not worse than none.

    Example: publisher extracts learn
    """
    if file is not None:
        examples = use_case.read_file(file)
        learning = use_case.Learning(output, clock_from(os.environ)(), least=least, is_forced=force)
    else:
        with open_runtime() as runtime:
            examples = use_case.read_site(runtime)
            settings = runtime.settings
            target = output or settings.path(settings.extracts.weights or WEIGHTS_FILE)
            learning = use_case.Learning(
                target, runtime.now(), least=least, is_forced=force, settings=settings.extracts
            )
    tell(examples)
    with show.bars() as watch:
        found = use_case.learn_weights(examples, learning, watch=watch)
    if json:
        show.json(lessons_object(found))
    else:
        show_lessons(found)
    exit_with([65] if examples.bad else [])


def tell(examples: use_case.Examples) -> None:
    """What could not be read, and what is in no figure."""
    for problem in examples.bad:
        show.err(f"Bad line: {problem}")
    if examples.missing_count:
        left_out = examples.left_out_count
        show.talk(f"{examples.missing_count} passages are not in their article; {left_out} articles left out for it.")
    if not examples.found:
        show.err("There is no article with passages.")


def rows_of(result: Result) -> Iterable[Sequence[str]]:
    """Three lines a subset: the picker, a lead of equal length, a blind pick."""
    name = result.subset or "all"
    own = (f"{result.verbatim_pct:.1f}", str(result.crossing), f"{result.ms_median:.1f}", f"{result.ms_p95:.1f}")
    yield (name, str(result.articles), "picker", *rate_cells(result.picker), *own)
    yield ("", "", "lead", *rate_cells(result.lead), "", "", "", "")
    yield ("", "", "random", *rate_cells(result.blind), "", "", "", "")


def rate_cells(rate: Rate) -> tuple[str, str, str]:
    return f"{rate.hits_pct:.1f}", f"[{rate.low:.1f}, {rate.high:.1f}]", f"{rate.words:.0f}"


def evaluation_object(found: use_case.Evaluation) -> dict[str, Any]:
    """`{"results":[{"subset","articles","picker":{…},"lead":{…},"random":{…},…}],"missing_passages",…}`."""
    return {"results": [result_object(one) for one in found.results], **counts_object(found.examples)}


def result_object(result: Result) -> dict[str, Any]:
    values = asdict(result)
    rates = {name: rate_object(value) for name, value in (("picker", result.picker), ("lead", result.lead))}
    del values["blind"]
    return {**values, **rates, "random": rate_object(result.blind)}


def rate_object(rate: Rate) -> dict[str, float]:
    return {"hits_pct": rate.hits_pct, "ci_low": rate.low, "ci_high": rate.high, "words_median": rate.words}


def counts_object(examples: use_case.Examples) -> dict[str, Any]:
    return {
        "missing_passages": examples.missing_count,
        "articles_left_out": examples.left_out_count,
        "bad_lines": [str(problem) for problem in examples.bad],
    }


def show_lessons(found: use_case.Lessons) -> None:
    """The figures, then what became of the weights."""
    learned = found.learned
    lines = (("with weights", learned.hits), ("without", learned.usual), ("difference", learned.difference))
    show.table(
        ("HITS", "%", "95 % CI"), [(name, f"{one[0]:.1f}", f"[{one[1]:.1f}, {one[2]:.1f}]") for name, one in lines]
    )
    show.out(f"{learned.articles} articles; each was judged by weights that never saw it.")
    show.out(verdict(found))


def verdict(found: use_case.Lessons) -> str:
    if found.written is not None:
        worse = "" if found.learned.is_kept else ", though worse than none (--force)"
        return f"Written: {found.written}{worse}."
    if not found.learned.is_kept:
        return "Nothing was written: the weights are worse than none. --force keeps them."
    return "Nothing was written: name a file with --output."


def lessons_object(found: use_case.Lessons) -> dict[str, Any]:
    """`{"articles","folds","learned":[%,low,high],"without_weights":[…],"difference":[…],"written",…}`."""
    figures = use_case.figures_of(found.learned)
    written = None if found.written is None else str(found.written)
    return {**figures, "is_kept": found.learned.is_kept, "written": written, **counts_object(found.examples)}
