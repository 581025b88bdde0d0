"""Inline CSS once per variant, with premailer (email.md 2.1): it fetches nothing, and only our own CSS reaches it."""

from __future__ import annotations

import logging
import re

from publisher.errors import RenderError

DOCTYPE = "<!DOCTYPE html>"
STYLE = re.compile(r' style="[^"]*"')


def refuse_fetch(_: str) -> tuple[None, bytes]:
    """In the place of cssutils' fetcher: `@import` would load an address, with no time-out, even offline."""
    return None, b""


def inline_css(html: str) -> str:
    """The HTML with the rules of its first `<style>` on its elements; `data-premailer="ignore"` keeps a block as it is.

    The HTML must hold no `<style>` of others: articles reach it as escaped text only.
    """
    # Together they take a tenth of a second to import: only who makes a mail waits for them.
    import cssutils
    from premailer import Premailer

    cssutils.util._defaultFetcher = refuse_fetch
    made = Premailer(
        html,
        strip_important=False,
        disable_basic_attributes=["width", "height", "align"],
        disable_validation=True,
        allow_network=False,
        cssutils_logging_level=logging.CRITICAL,
    ).transform()
    if not made.startswith(DOCTYPE):
        raise RenderError(
            "The mail begins with no <!DOCTYPE html>", "templates/mail/digest.html", "Write it first, so."
        )
    return STYLE.sub(lambda found: found[0].replace("; ", ";").replace(", ", ","), str(made))
