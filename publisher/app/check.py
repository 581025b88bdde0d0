"""`check`: configuration, templates, last feeds and the next issue, looked at without changing anything."""

from __future__ import annotations

from dataclasses import dataclass

from publisher.app.preview import preview
from publisher.app.runtime import Runtime
from publisher.app.syndicate import plan_all
from publisher.app.weights import load_weights
from publisher.errors import PublisherError
from publisher.model.article import ArticleState, Origin, Problem
from publisher.storage import articles


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found; `errors` make the command fail, `warnings` are for a look."""

    errors: tuple[Problem, ...]
    warnings: tuple[Problem, ...]


def check(runtime: Runtime) -> Checked:
    """Build everything in memory, as the next `publish` would, and say what is wrong with it."""
    errors: list[Problem] = []
    for look in (check_weights, check_feeds, check_issues):
        try:
            errors.extend(look(runtime))
        except PublisherError as error:
            errors.append(Problem(error.what, error.where, error.hint))
    with runtime.read() as tx:
        stored = list(articles.iter_articles(tx))
    errors.extend(one.problem for one in stored if one.problem is not None)
    warnings = [Problem(text, one.slug) for one in stored for text in one.warnings]
    bare = [one for one in stored if one.extract.origin is Origin.TITLE and one.state is ArticleState.PUBLISHED]
    warnings += [Problem("The article has no text to quote from; its title stands in", one.slug) for one in bare]
    return Checked(tuple(errors), tuple(warnings))


def check_weights(runtime: Runtime) -> list[Problem]:
    """What `extracts learn` wrote can be read."""
    load_weights(runtime.settings)
    return []


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


def check_issues(runtime: Runtime) -> list[Problem]:
    """The next issue of each digest is made and linted; none is stored."""
    found: list[Problem] = []
    for digest in runtime.settings.digests:
        found.extend(preview(runtime, digest.name, output=None).problems)
    return found
