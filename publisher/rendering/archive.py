"""The web page of an issue: the HTML that was sent, and a line above it once it was corrected."""

from __future__ import annotations

import re
from html import escape

from publisher.rendering.languages import translations

BODY = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
STYLE = (
    "margin:0;padding:16px 24px;font:bold 17px/24px Arial,Helvetica,sans-serif;color:#1d2a33;background-color:#fff3c4"
)


def with_correction(html: str, *, url: str, language: str) -> str:
    """The page with a link to the issue that corrects it, first in its body."""
    words = translations(language).gettext("A correction of this issue was sent")
    line = f'<p style="{STYLE}"><a href="{escape(url)}" style="color:#0b4a6f">{escape(words)}</a></p>'
    return BODY.sub(lambda found: found[0] + line, html, count=1)
