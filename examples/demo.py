"""The main job on the example magazine, as an editor would run it: `make demo`."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


def publisher(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the installed command on this checkout's own site and show it as one would type it."""
    print(f"$ publisher {' '.join(arguments)}", flush=True)
    command = [sys.executable, "-m", "publisher", "--site", str(ROOT), *arguments]
    return subprocess.run(command, check=False, text=True, stdout=subprocess.PIPE)


def main() -> int:
    imported = publisher("subscribers", "import", "examples/subscribers.csv")
    print(imported.stdout, end="")
    done = publisher("publish", "--json")
    if done.returncode not in (0, 75):
        return done.returncode
    show_summary(json.loads(done.stdout))
    return done.returncode


def show_summary(report: dict[str, Any]) -> None:
    collected, feeds = report["collect"], report["feeds"]
    print(f"\nArticles  {collected['new']} new, {collected['changed']} changed, {collected['unchanged']} unchanged")
    print(f"Feeds     {len(feeds['written'])} files written, {feeds['unchanged']} unchanged")
    for issue in report["issues"]:
        counts = issue["counts"]
        print(f"Issue     {issue['id']}: {issue['state']}, accepted for {counts['accepted']} of {counts['frozen']}")
        print(f"          «{issue['subject']}», {issue['items']} items, {issue['bytes']:,} bytes a mail")
    for skipped in report["skipped"]:
        print(f"Issue     {skipped['digest']} {skipped['slot']}: {skipped['reason']}")
    print("\nLook at")
    for path, what in sorted(places()):
        print(f"  {path:42} {what}")
    if not report["issues"]:
        print("\nNobody is mailed twice: this issue went out before. `rm -r var feeds/*` starts afresh.")


def places() -> list[tuple[str, str]]:
    """What there is to see, relative to the checkout."""
    found = [
        ("feeds/index.html", "the page that readers subscribe from"),
        ("feeds/rss.xml, atom.xml, feed.json", "the feeds"),
        ("var/outbox/", "the mails, as a relay would get them"),
    ]
    pages = sorted((ROOT / "feeds" / "issues").glob("*.html"))
    return found + [(str(page.relative_to(ROOT)), "the issue as a web page") for page in pages]


if __name__ == "__main__":
    sys.exit(main())
