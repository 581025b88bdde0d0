"""A site in a temporary folder, and the installed command run on it as a child process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

NOW = "2026-11-24T08:00:00Z"

CONFIG = """
[site]
title = "The Test Review"
url = "https://review.example/"
language = "en"
timezone = "Europe/Helsinki"
id_authority = "review.example,2026"
licence = "https://creativecommons.org/licenses/by/4.0/"
postal_address = "The Test Review, 1 Quay, 00100 Helsinki"

[[sources]]
name = "articles"
kind = "folder"
path = "articles"

[feeds]
base_url = "https://review.example/feeds/"

[[digests]]
name = "daily"
title = "The Daily Test"
schedule = "daily 07:00"
max_age = "3650d"

[relay]
from = "The Test Review <letters@review.example>"

[web]
base_url = "https://review.example/mail/"
"""

ARTICLE = """---
title: {title}
author: {author}
date: {date}
section: {section}
---

The first paragraph sets the scene, and it is too short to be quoted from.

The second paragraph of {title} is the one that says it: the harbour had been built for ships of another century, and
everybody who worked there knew which of its walls would be the next to give way, though nobody had written it down.

The third paragraph goes on with what came after, when the engineers had left and the gulls had come back to the crane.
"""


@dataclass
class Done:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass
class Site:
    """A site on disk. `environ` holds PUBLISHER_ variables for its commands."""

    root: Path
    environ: dict[str, str] = field(default_factory=lambda: {"PUBLISHER_NOW": NOW})
    more: dict[str, str] = field(default_factory=dict)
    """Other variables, such as SSL_CERT_FILE."""

    def write(self, path: str, content: str | bytes) -> Path:
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, str):
            content = content.encode()
        target.write_bytes(content)
        return target

    def article(self, slug: str, **changes: str) -> Path:
        values = {"title": slug.replace("-", " ").capitalize(), "author": "Ada Berg"}
        values |= {"date": "2026-11-24T06:00:00Z", "section": "culture"} | changes
        return self.write(f"articles/{slug}.md", ARTICLE.format(**values))

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "publisher", "--site", str(self.root), *arguments]

    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PUBLISHER_")}
        return kept | self.environ | self.more

    def run(self, *arguments: str, stdin: str = "") -> Done:
        """Run `publisher ARGUMENTS` to its end."""
        done = subprocess.run(
            self.command(*arguments),
            env=self.environment(),
            input=stdin.encode(),
            capture_output=True,
            timeout=60,
            check=False,
        )
        return Done(done.returncode, done.stdout.decode(), done.stderr.decode())

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a command that goes on, with its talk in `run.log`; the test ends it."""
        with (self.root / "run.log").open("ab") as log:
            return subprocess.Popen(
                self.command(*arguments), env=self.environment(), stdout=subprocess.DEVNULL, stderr=log
            )

    def publish(self, *arguments: str) -> Done:
        return self.run("publish", "--json", *arguments)

    @property
    def mails(self) -> dict[str, Message]:
        """The mails in the outbox, by recipient."""
        found = [message_from_bytes(path.read_bytes()) for path in sorted((self.root / "var/outbox").glob("*.eml"))]
        return {str(mail["To"]): mail for mail in found}


@cache
def an_empty_database() -> bytes:
    """A database as the first command makes it: made once, since each test would wait for it."""
    with TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.write("config/publisher.toml", CONFIG)
        made = site.run("db", "upgrade")
        assert made.code == 0, made.err
        return (site.root / "var/publisher.db").read_bytes()


def a_site(root: Path, *, config: str = CONFIG, subscribers: tuple[str, ...] = ("ada@example.org",)) -> Site:
    """A site with a configuration, one article and some subscribers."""
    site = Site(root)
    site.write("config/publisher.toml", config)
    site.article("the-last-ferry")
    if "[database]" not in config:
        site.write("var/publisher.db", an_empty_database()).parent.chmod(0o700)
    if subscribers:
        people = site.write("people.csv", "\n".join(["address", *subscribers, ""]))
        added = site.run("subscribers", "import", str(people))
        assert added.code == 0, added.err
    return site
