"""`check`: configuration, templates, last feeds and the next issue, looked at without changing anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from publisher.app.dead_links import check_links
from publisher.app.mail_renderer import template_problems
from publisher.app.preview import Preview, preview
from publisher.app.runtime import Runtime
from publisher.app.syndicate import plan_all
from publisher.app.weights import load_weights
from publisher.errors import PublisherError
from publisher.model.article import ArticleState, Origin, Problem
from publisher.rendering.theme import theme_warnings
from publisher.storage import articles


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found; `errors` make the command fail, `warnings` are for a look."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check(runtime: Runtime) -> Checked:
    """Build everything in memory, as the next `publish` would, and say what is wrong with it."""
    return check_all(runtime, make_previews(runtime))


def check_with_links(runtime: Runtime) -> Checked:
    """As `check`; and every web link of the next issues and of the configuration is asked."""
    previews = make_previews(runtime)
    found, asked = check_all(runtime, previews), check_links(runtime, previews)
    return Checked(found.errors + asked.errors, found.warnings + asked.warnings)


def check_all(runtime: Runtime, previews: Mapping[str, Preview]) -> Checked:
    errors: list[Problem] = []
    for look in (check_weights, check_templates, check_feeds):
        try:
            errors.extend(look(runtime))
        except PublisherError as error:
            errors.append(Problem(error.what, error.where, error.hint))
    errors += [of_digest(name, one) for name, made in previews.items() for one in made.problems]
    with runtime.read() as tx:
        stored = list(articles.iter_articles(tx))
    errors.extend(one.problem for one in stored if one.problem is not None)
    warnings = [*theme_warnings(runtime.settings.mail)]
    warnings += [of_digest(name, one) for name, made in previews.items() for one in made.warnings]
    warnings += [Problem(text, one.slug) for one in stored for text in one.warnings]
    bare = [one for one in stored if one.extract.origin is Origin.TITLE and one.state is ArticleState.PUBLISHED]
    warnings += [Problem("The article has no text to quote from; its title stands in", one.slug) for one in bare]
    return Checked(tuple(errors), tuple(warnings))


def check_weights(runtime: Runtime) -> list[Problem]:
    """What `extracts learn` wrote can be read."""
    load_weights(runtime.settings)
    return []


def check_templates(runtime: Runtime) -> Sequence[Problem]:
    """The site's own templates of the mail can be read, and hold what a mail must hold."""
    return template_problems(runtime.templates)


def check_feeds(runtime: Runtime) -> list[Problem]:
    """Every feed is built and parsed once; files that were edited by hand or are missing are named."""
    plan = plan_all(runtime)
    found = []
    for file in plan.files:
        path = runtime.settings.path(plan.output) / file.path
        if path.is_file() and path.read_bytes() != file.data:
            found.append(Problem("The feed on the disk is not what would be written now", str(path), BUILD))
    return found


BUILD = "Run `publisher feeds build`."


def make_previews(runtime: Runtime) -> dict[str, Preview]:
    """The next issue of each digest, made and linted; none is stored."""
    return {digest.name: preview_of(runtime, digest.name) for digest in runtime.settings.digests}


def preview_of(runtime: Runtime, name: str) -> Preview:
    """One digest's next issue; an error that keeps it from being made is its problem, and the others go on."""
    try:
        return preview(runtime, name, output=None)
    except PublisherError as error:
        return Preview(problems=(Problem(error.what, error.where, error.hint),))


def of_digest(name: str, problem: Problem) -> Problem:
    """The problem, with the digest in whose mail it is."""
    return Problem(problem.what, f"{name}, {problem.where}" if problem.where else name, problem.hint)
