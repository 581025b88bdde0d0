"""Every command in its place."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import typer

from publisher.cli import (
    articles,
    check,
    collect,
    db,
    deliver,
    digest,
    doctor,
    extract,
    feeds,
    init,
    issues,
    publish,
    run,
    subscribers,
    suppressions,
    web,
)

GROUPS = {
    "articles": articles.app,
    "feeds": feeds.app,
    "digest": digest.app,
    "issues": issues.app,
    "subscribers": subscribers.app,
    "suppressions": suppressions.app,
    "db": db.app,
}

SINGLE: Mapping[str, Callable[..., None]] = {
    "init": init.init,
    "publish": publish.publish,
    "run": run.run_,
    "web": web.web,
    "collect": collect.collect,
    "deliver": deliver.deliver,
    "extract": extract.extract,
    "check": check.check,
    "doctor": doctor.doctor,
}


def register(app: typer.Typer) -> None:
    """Give the command `publisher` its commands."""
    for name, command in SINGLE.items():
        app.command(name)(command)
    for name, group in GROUPS.items():
        app.add_typer(group, name=name)
