"""A process that builds the feeds of a site again and again, so that a test can kill it in the middle.

Run as `python -m tests.doubles.syndicating_child ROOT FIRST COUNT`: before each build it edits one article and adds
one, and after each it writes a line.
"""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

from tests.builders import NOW, an_article
from tests.doubles.feeds_site import FeedsSite


def main(root: Path, first: int, count: int) -> None:
    site = FeedsSite(root, entries=5)
    for number in range(first, first + count):
        at = NOW + timedelta(minutes=number)
        edited = an_article(max(1, number - 3), title=f"Edited {number} " + "x" * (number * 37 % 400), updated=at)
        site.put(edited, an_article(number, published=at, updated=at, authors=(f"Author {number % 4}",)))
        site.build(now=at)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
    site.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
