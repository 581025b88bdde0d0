"""Names that lead out of a folder: dots, slashes, encodings, roots and endings, in every combination (O2)."""

from __future__ import annotations

import itertools

DOTS = (
    "..",
    ".",
    "...",
    "....//",
    "%2e%2e",
    "%252e%252e",
    "..%00",
    "\uff0e\uff0e",
    "..;",
    ".%2e",
    "\\u002e\\u002e",
    "..\x00",
    "\u2024\u2024",
)
SLASHES = ("/", "\\", "//", "%2f", "%5c", "%252f", "\uff0f", "\u2215", "%c0%af", "/./", "\x00/", ":")
DEPTHS = (1, 3, 8)
ENDS = ("etc/passwd", "canary", "rss.xml", "config/publisher.toml", "con", "~root", "index.html")
ROOTS = ("", "/", "C:\\", "file:///", "\\\\server\\share\\", "~/")
ODD = (
    *(
        "",
        ".",
        "..",
        "-",
        "--",
        "/",
        "\\",
        "CON",
        "NUL.xml",
        "aux",
        "a" * 5_000,
        "\x00",
        "\n",
        "\u202e",
        "a/b",
        "index.html",
        "rss.xml",
    ),
    *(
        "archive",
        "issues",
        "section",
        ".htaccess",
        ".git",
        "feeds.opml",
        "-rf",
        "$(id)",
        "`id`",
        "; id",
        "%s%n",
        "\ud7ff",
        "é" * 300,
    ),
)


def paths() -> list[str]:
    """All of them, each once."""
    made = itertools.product(ROOTS, DOTS, SLASHES, DEPTHS, ENDS)
    found = [f"{root}{(dots + slash) * depth}{end}" for root, dots, slash, depth, end in made]
    return list(dict.fromkeys([*ODD, *found]))
