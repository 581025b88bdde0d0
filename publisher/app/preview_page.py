"""The preview as pages of a local server: made anew whenever a template, the configuration or an article is saved."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from publisher.app.preview import EXAMPLE, MailParts, Preview, Shown, preview_as_found, read_mail
from publisher.app.runtime import Runtime
from publisher.app.sources import collected_sources
from publisher.config.load import FILE as CONFIGURATION
from publisher.config.load import load_settings
from publisher.errors import PublisherError
from publisher.mail_lint import Finding, Severity
from publisher.mail_lint import problems as problems_of
from publisher.model.article import Problem
from publisher.model.issue import IssueItem, Variant
from publisher.rendering.environment import environment, render
from publisher.rendering.fit import FIT_BYTES, wire_bytes
from publisher.resources import SHIPPED, read_folder

WIDTHS = (600, 375, 320, 280)
SCHEMES = ("light", "dark")
CLIP_BYTES = 100_000
"""Gmail cuts a mail off at about 102,000 bytes of HTML (email.md 3.4)."""
MOST_VARIANTS = 12
"""More renderings are not made at every save."""
HTML, TEXT, MAIL = "text/html; charset=utf-8", "text/plain; charset=utf-8", "message/rfc822"
RULES = re.compile(r'<style[^>]*>.*?</style>|\bmedia="[^"]*"', re.DOTALL | re.IGNORECASE)
SCHEME = re.compile(r"\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)", re.IGNORECASE)
COLOUR_SCHEME = re.compile(r'(<meta name="(?:supported-)?color-schemes?" content=")[^"]*(")')
EXCLUDED = {
    "nothing_for_them": "hold none of its sections, or had everything",
    "suppressed": "suppressed addresses among them",
}
ALWAYS, NEVER = "(min-width: 0)", "(max-width: 0)"
PLACE = re.compile(r"(.+):(\d+)")
NEAR = 3
"""Lines shown before and after the one that failed."""


@dataclass(frozen=True, slots=True)
class PreviewFile:
    """One answer. `is_frame`: a mail's own HTML, which is shown in a sandbox."""

    media_type: str
    data: bytes
    is_frame: bool = False


@dataclass(frozen=True, slots=True)
class PreviewPages:
    """Everything there is to be seen, by path (`/`, `/2`, `/mail/1/dark`), and by what a change is noticed."""

    fingerprint: str
    files: Mapping[str, PreviewFile]


class PreviewWatch:
    """Makes the pages of a preview, and says when they are out of date."""

    def __init__(self, runtime: Runtime, name: str, *, issue: str = "") -> None:
        self._runtime, self._name, self._issue = runtime, name, issue
        self._seen = files_mark(runtime)

    def has_changed(self) -> bool:
        """Whether a template, the configuration or an article was saved since `make`."""
        return files_mark(self._runtime) != self._seen

    def make(self) -> PreviewPages:
        """The pages as of now: the mails, or what is wrong. Nothing is stored."""
        self._seen = files_mark(self._runtime)
        try:
            settings = load_settings(self._runtime.root, environ=self._runtime.environ)
            # A new one, since templates are read once for each.
            self._runtime = replace(self._runtime, settings=settings)
            made = preview_as_found(self._runtime, self._name, output=None, issue=self._issue, most=MOST_VARIANTS)
        except PublisherError as error:
            made = Preview(problems=(Problem(error.what, error.where, error.hint),))
        return PreviewPages(self._seen, files_for(self._runtime, self._name, made, mark=self._seen))


def files_mark(runtime: Runtime) -> str:
    """A fingerprint of the site's templates, configuration and article folders: paths, sizes and times."""
    folders = [runtime.settings.path(one.path) for one in collected_sources(runtime) if one.kind == "folder"]
    roots = (runtime.root / CONFIGURATION, runtime.root / "templates", *folders)
    made = hashlib.sha256()
    for root in roots:
        for line in sorted(stamps(root)):
            made.update(line.encode(errors="surrogateescape"))
    return made.hexdigest()


def stamps(root: Path) -> Iterator[str]:
    """`path size time` of a file, or of each file below a folder; links are not followed."""
    paths = [root]
    if root.is_dir():
        paths = [Path(folder, name) for folder, _, names in os.walk(root) for name in names]
    for path in paths:
        try:
            stat = path.lstat()
        except OSError:  # just removed: its absence is the change
            continue
        yield f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n"


def files_for(runtime: Runtime, name: str, made: Preview, *, mark: str) -> dict[str, PreviewFile]:
    """The pages of a preview: one for each variant with its frames, or one that says why there is none."""
    shown = made.shown
    if shown is None:
        problems = [problem_view(runtime, one) for one in made.problems]
        values = {"mark": mark, "digest": name, "reason": made.reason, "problems": problems}
        return {"/": page(values, "preview/broken.html")}
    files: dict[str, PreviewFile] = {}
    for variant in shown.variants:
        mail = read_mail(shown.mail(runtime.settings, runtime.secrets[0], variant))
        files |= files_of(shown, variant, mail)
        values = {"mark": mark, **view_of(runtime, made, shown, variant, mail)}
        files[f"/{variant.number}"] = page(values, "preview/page.html")
    return {**files, "/": files["/1"]}


def page(values: Mapping[str, Any], name: str) -> PreviewFile:
    """Rendered of the shipped templates alone: where one of the site's is broken, there is a page that says so."""
    return PreviewFile(HTML, render(environment(read_folder(SHIPPED), language="en"), name, values).encode())


def files_of(shown: Shown, variant: Variant, mail: MailParts) -> dict[str, PreviewFile]:
    """The HTML of a variant in both schemes, its text part, and the whole mail."""
    base = f"/mail/{variant.number}"
    files = {f"{base}/{one}": PreviewFile(HTML, in_scheme(mail.html, one).encode(), is_frame=True) for one in SCHEMES}
    files[f"{base}/text"] = PreviewFile(TEXT, mail.text.encode())
    files[f"{base}/{shown.issue.id}.eml"] = PreviewFile(MAIL, mail.data)
    return files


def in_scheme(html: str, scheme: str) -> str:
    """The HTML as a reader sees it whose screen is light or dark, whatever this one is.

    Conditions on the scheme become always true or never; scroll bars take no width, as on a phone.
    """

    def decided(rules: re.Match[str]) -> str:
        return SCHEME.sub(lambda found: ALWAYS if found[1].lower() == scheme else NEVER, rules[0])

    chosen = RULES.sub(decided, html)
    chosen = COLOUR_SCHEME.sub(rf"\g<1>{scheme}\g<2>", chosen)
    own = f"<style>:root{{color-scheme:{scheme} !important;scrollbar-width:none}}</style>"
    return chosen.replace("</head>", f"{own}</head>", 1)


def view_of(runtime: Runtime, made: Preview, shown: Shown, variant: Variant, mail: MailParts) -> dict[str, Any]:
    """What the page's template sees: words and numbers."""
    errors = [one for one in shown.findings if one.is_error]
    linted = problems_of(errors, severity=Severity.ERROR)
    return {
        "issue": shown.issue,
        "state": shown.issue.state.value if shown.issue.number else "",
        "subject": variant.subject or shown.issue.subject,
        "sender": runtime.settings.relay.from_,
        "number": variant.number,
        "variants": [variant_view(shown, one) for one in shown.variants],
        "unmade": shown.unmade,
        "widths": WIDTHS,
        "schemes": SCHEMES,
        "sizes": size_views(mail),
        "clip": CLIP_BYTES,
        "fit": FIT_BYTES,
        "reach": reach_view(shown, variant, runtime.zone),
        "findings": [finding_view(one) for one in shown.findings],
        "error_count": len(errors),
        "warning_count": len(shown.findings) - len(errors),
        "notes": [made.reason] if made.reason else [],
        "problems": [problem_view(runtime, one) for one in made.problems if one not in linted],
        "items": [item_view(one, variant, mail.text) for one in shown.items if one.article_id in variant.items],
        "example": EXAMPLE,
        "headers": mail.headers,
        "text": mail.text,
    }


def variant_view(shown: Shown, variant: Variant) -> dict[str, Any]:
    language = variant.language or "the magazine's"
    return {
        "number": variant.number,
        "language": language,
        "item_count": len(variant.items),
        "count": shown.reach.count(variant),
    }


def size_views(mail: MailParts) -> list[dict[str, Any]]:
    """The parts in bytes as a mail program counts them; only the HTML has a limit that readers see."""
    sizes = (("HTML part", wire_bytes(mail.html)), ("text part", wire_bytes(mail.text)), ("whole mail", len(mail.data)))
    return [
        {"name": name, "bytes": size, "shown": f"{size:,}", "has_limit": name == "HTML part"} for name, size in sizes
    ]


def reach_view(shown: Shown, variant: Variant, zone: ZoneInfo) -> dict[str, Any]:
    """Recipients, pace and end (in the magazine's time) as words; what is not known is left out."""
    foreseen, excluded = shown.reach.foreseen, shown.reach.excluded
    end = foreseen.get("finishes_at")
    return {
        "recipients": foreseen.get("recipients", 0),
        "variant": shown.reach.count(variant),
        "rate": f"{foreseen['rate']:g}" if "rate" in foreseen else "",
        "duration": foreseen.get("duration_s"),
        "end": datetime.fromisoformat(end).astimezone(zone).strftime("%Y-%m-%d %H:%M:%S") if end else "",
        "excluded": [(EXCLUDED[name], count) for name, count in excluded.items() if count],
    }


def finding_view(finding: Finding) -> dict[str, Any]:
    rule = finding.rule
    return {
        "id": rule.id,
        "severity": rule.severity.value,
        "what": finding.what,
        "where": finding.where,
        "hint": finding.hint,
        "source": rule.source,
    }


def item_view(item: IssueItem, variant: Variant, text: str) -> dict[str, Any]:
    """An article, and how much of it the size fit left in this variant."""
    written = "".join(text.split())
    has_words = any("".join(passage.text.split()) in written for passage in item.passages)
    has_title = "".join(item.title.split()) in written
    kept = "whole" if has_words else "headline and link" if has_title else "on the web only"
    return {"position": variant.items.index(item.article_id) + 1, "title": item.title, "kept": kept}


def problem_view(runtime: Runtime, problem: Problem) -> dict[str, Any]:
    """What is wrong, where, what to do; with the lines around it where the place is a line of a file of the site."""
    return {
        "what": problem.what,
        "where": problem.where,
        "hint": problem.hint,
        "lines": lines_near(runtime.root, problem.where),
    }


def lines_near(root: Path, where: str) -> list[dict[str, Any]]:
    """The lines around `templates/mail/item.html:12`; nothing for a file that is not in the site's templates."""
    found = PLACE.fullmatch(where)
    path = (root / found[1]).resolve() if found else root
    if not found or not path.is_relative_to((root / "templates").resolve()) or not path.is_file():
        return []
    failed = int(found[2])
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    first = max(failed - 1 - NEAR, 0)
    near = enumerate(lines[first : failed + NEAR], start=first + 1)
    return [{"number": number, "text": text, "is_it": number == failed} for number, text in near]
