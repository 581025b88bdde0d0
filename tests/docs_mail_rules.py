"""Writes docs/reference/mail-rules.md from the linter's registry: `python -m tests.docs_mail_rules`."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from publisher.mail_lint import RULES

TARGET = Path(__file__).parents[1] / "docs" / "reference" / "mail-rules.md"
HEAD = """# Rules of the mail linter

Made from the rules themselves by `python -m tests.docs_mail_rules`. Before an issue is stored, a sample of each of its
mails is looked at. An **error** stops the issue; a **warning** is told. `publisher check` shows both for the next issue
of each digest, each with its id; ids do not change. Ids such as M-4 or E9 are the requirements that the project
started from; "RFC", "WCAG" and names of issues are where a rule comes from.

Words that an article itself holds are never a leftover: a piece about `{{ name }}` shows it.

`publisher check --links` asks the web addresses of the next issues and of the configuration, besides: `link-dead`
(error: 404, 410, no such host, a certificate that does not hold, a private network) and `link-doubtful` (warning: 403,
429, 5xx, no answer in time, not asked within two minutes).
"""
GROUPS = {
    "wire": "Bytes",
    "header": "Headers",
    "subject": "Subject",
    "list": "Headers of a list",
    "part": "Parts",
    "html": "HTML",
    "image": "Images",
    "link": "Links",
    "css": "Styles",
    "contrast": "Colours",
    "font": "Fonts",
    "footer": "Footer",
    "text": "Text part",
    "leftover": "Leftovers of templates",
}


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *sections()])


def sections() -> Iterator[str]:
    for group, rules in groupby(RULES.values(), key=lambda rule: rule.group):
        yield f"## {GROUPS[group]}\n"
        yield "| id | severity | rule | source |\n|---|---|---|---|"
        yield from (f"| `{one.id}` | {one.severity} | {escaped(one.title)} | {one.source} |" for one in rules)
        yield ""


def escaped(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    TARGET.write_text(page())
