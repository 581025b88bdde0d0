"""Rendering of mails: shipped templates in this process, an editor's own in a bounded child (reliability.md O7).

A template cannot leave its sandbox, but it can go on for ever or ask for all memory. The child has 1.5 s of processor
time and 180 MB for an issue; a moment before that ends, it is told which line it is at.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from types import FrameType, TracebackType
from typing import ParamSpec, Self, TypeVar

from publisher.errors import ParseError, RenderError
from publisher.model.article import Problem
from publisher.rendering.environment import RenderingStopped
from publisher.rendering.mail import IssueView, Rendered, Renderer
from publisher.rendering.overrides import override_problems
from publisher.resources import Templates, shipped_templates
from publisher.sources.bounded import Bounded

P = ParamSpec("P")
T = TypeVar("T")

SECONDS = 1.5
"""Of processor time, for an issue of up to a dozen items."""
SECONDS_AN_ITEM = 0.01
SECONDS_TO_TELL = 0.4
TICK_S = 0.01
LOOKING_S = 0.2
MEMORY_BYTES = 180_000_000
"""With the child's own 70 MB under 256 MB."""
HINT = "Look for loops and long texts in it, or remove the site's copy."


def template_problems(templates: Mapping[str, str]) -> tuple[Problem, ...]:
    """What is wrong with the site's own templates of the mail, found without running them."""
    own = templates.own if isinstance(templates, Templates) else ()
    return override_problems(templates, own, shipped=shipped_templates()) if own else ()


class MailRenderer:
    """Renders what `templates` say. Keep one for all variants of an issue, and close it, or use it in `with`."""

    def __init__(self, templates: Mapping[str, str]) -> None:
        """`templates` as `load_templates` gives them: others have none of the site's own."""
        own = templates.own if isinstance(templates, Templates) else ()
        self._templates = templates
        self._own = sorted(name for name in own if name.startswith("mail/"))
        self._here = Renderer(templates)
        self._child = Bounded(memory_bytes=MEMORY_BYTES)

    def issue(self, view: IssueView) -> Rendered:
        """Both parts of an issue; RenderError names the template, and the line wherever there is one."""
        if not self._own:
            return self._here.issue(view)
        seconds = SECONDS + SECONDS_AN_ITEM * len(view.items)
        return self._in_child(seconds, issue_in_child, self._texts, view, limit_s=seconds)

    def subject(self, titles: tuple[str, ...], *, language: str, digest_title: str = "") -> str:
        """The subject of an issue with these headlines."""
        if "mail/subject.txt" not in self._own:
            return self._here.subject(titles, language=language, digest_title=digest_title)
        return self._in_child(
            SECONDS, subject_in_child, self._texts, titles, language=language, digest_title=digest_title
        )

    @property
    def _texts(self) -> tuple[tuple[str, str], ...]:
        return tuple((name, text) for name, text in self._templates.items() if name.startswith("mail/"))

    def _in_child(self, seconds: float, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return self._child.run_for(seconds, function, *args, **kwargs)
        except ParseError as error:
            where = ", ".join(f"templates/{name}" for name in self._own)
            raise RenderError(f"Rendering the mail was stopped: {error.what}", where, HINT) from error

    def close(self) -> None:
        """End the child, if there is one."""
        self._child.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()


def issue_in_child(templates: tuple[tuple[str, str], ...], view: IssueView, *, limit_s: float) -> Rendered:
    with told_in_time(limit_s):
        return renderer_of(templates).issue(view)


def subject_in_child(
    templates: tuple[tuple[str, str], ...], titles: tuple[str, ...], *, language: str, digest_title: str
) -> str:
    with told_in_time(SECONDS):
        return renderer_of(templates).subject(titles, language=language, digest_title=digest_title)


@lru_cache(maxsize=2)
def renderer_of(templates: tuple[tuple[str, str], ...]) -> Renderer:
    """One renderer for all issues that a child makes from the same templates."""
    return Renderer(dict(templates))


@contextmanager
def told_in_time(seconds: float) -> Iterator[None]:
    """Raise inside a rendering that will be stopped soon, so that the error names the line."""
    watch = Watch(time.process_time() + seconds - SECONDS_TO_TELL)
    before = signal.signal(signal.SIGALRM, watch)
    signal.setitimer(signal.ITIMER_REAL, TICK_S, TICK_S)
    try:
        yield
    except RenderingStopped as error:
        raise ParseError("It took too long") from error
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


class Watch:
    """Looks where a rendering is, and stops it at `last` (processor seconds), in the innermost template it was seen in.

    An endless loop gives its pieces to the templates around it, and may be caught there.
    """

    def __init__(self, last: float) -> None:
        self.last, self.deepest = last, 0

    def __call__(self, _signal: int, frame: FrameType | None) -> None:
        left = self.last - time.process_time()
        if left > LOOKING_S:
            return
        depth = template_depth(frame)
        self.deepest = max(self.deepest, depth)
        if left < 0 and (depth >= self.deepest or left < -LOOKING_S):
            signal.setitimer(signal.ITIMER_REAL, 0)
            raise RenderingStopped


def template_depth(frame: FrameType | None) -> int:
    """How many templates are inside one another where a program is."""
    depth = 0
    while frame is not None:
        depth += "__jinja_template__" in frame.f_globals
        frame = frame.f_back
    return depth
