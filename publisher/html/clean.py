"""The one place that removes characters no feed and no mail may hold (feeds.md G12, XML 1.0 section 2.2)."""

from __future__ import annotations

import re

PLANE_ENDS = "".join(chr(plane * 0x10000 + low) for plane in range(17) for low in (0xFFFE, 0xFFFF))
FORBIDDEN = re.compile(f"[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef{PLANE_ENDS}]")


def clean_text(text: str) -> str:
    """Remove control characters (C0 but tab, LF and CR; DEL; C1), lone surrogates and non-characters; CRLF to LF."""
    return FORBIDDEN.sub("", text).replace("\r\n", "\n")


def clean_line(text: str) -> str:
    """Clean text for one line (a title, a name): also every run of white space to one space, and trimmed."""
    return " ".join(clean_text(text).split())


def forbidden_count(text: str) -> int:
    """How many characters `clean_text` would remove."""
    return len(FORBIDDEN.findall(text))
