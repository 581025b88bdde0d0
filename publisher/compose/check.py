"""What would be wrong with an issue's mail: looked at before anything is stored (email.md 0, 9)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from publisher.model.article import Problem
from publisher.rendering.mail import IssueView, Rendered

MAX_BYTES = 100_000
LEFTOVER = re.compile(r"\{\{|\}\}|\{%|%\}")
ADDRESS = re.compile(r"""(?:href|src)\s*=\s*["']([^"']*)["']""", re.IGNORECASE)
ACTIVE = re.compile(r"<\s*(?:script|form|iframe|object|embed|svg|video)\b|\son\w+\s*=\s*[\"']", re.IGNORECASE)


def check_issue(view: IssueView, rendered: Rendered) -> tuple[Problem, ...]:
    """Everything that must stop an issue; empty where it may go."""
    return tuple(_problems(view, rendered))


def _problems(view: IssueView, rendered: Rendered) -> Iterator[Problem]:
    size = len(rendered.html.encode())
    if size > MAX_BYTES:
        yield Problem(
            f"The HTML has {size} bytes; Gmail clips at 102,000", "mail/digest.html", "Make the template smaller."
        )
    for part, content in (("mail/digest.html", rendered.html), ("mail/digest.txt", rendered.text)):
        if view.unsubscribe_url not in content:
            yield Problem("The unsubscribe link is missing", part, "Put {{ issue.unsubscribe_url }} into it.")
        if " ".join(view.postal_address.split())[:40] not in " ".join(content.replace("&amp;", "&").split()):
            yield Problem("The postal address is missing", part, "Put {{ issue.postal_address }} into it.")
    for address in ADDRESS.findall(rendered.html):
        if not re.match(r"https?://[^\s/]+", address):
            yield Problem(
                f"The link {address[:80]!r} is not absolute", "mail/digest.html", "Links begin with https://."
            )
    if ACTIVE.search(rendered.html):
        yield Problem(
            "The HTML holds something active", "mail/digest.html", "No script, form, frame or handler in a mail."
        )
    yield from leftovers(view, rendered)


def leftovers(view: IssueView, rendered: Rendered) -> Iterator[Problem]:
    """Braces of a template that was not filled; those that an article itself holds are its words."""
    words = " ".join([view.subject, *(" ".join([item.title, *item.passages]) for item in view.items)])
    if LEFTOVER.search(rendered.text) and not LEFTOVER.search(words):
        yield Problem("A template's braces are left", "mail/digest.txt", "Look for {{ or {% in the templates.")
