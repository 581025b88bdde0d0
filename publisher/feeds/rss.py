"""RSS 2.0 (rssboard.org/rss-specification and its Best Practices Profile; feeds.md 1.3)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from publisher.feeds.entry import FeedEntry, FeedInfo
from publisher.feeds.extension import NO_DATE, add_entry, checked, escaped_markup, new_generator, summary_html

TITLE = re.compile(rb"<title>[^<]*</title>")


def render_rss(info: FeedInfo, entries: Sequence[FeedEntry], *, url: str) -> bytes:
    """The feed as RSS, entries in the order given; `url` is where it will be served. Same input, same bytes."""
    generator = new_generator(info, url=url)
    generator.link(href=info.home_url, rel="alternate")
    generator.description(escaped_markup(info.description or info.title))
    generator.lastBuildDate(NO_DATE)
    generator.docs("")
    if info.rights:
        generator.copyright(info.rights)
    for entry in entries:
        node = add_entry(generator, info, entry)
        node.guid(entry.id, permalink=False)
        node.description(summary_html(entry))
        if entry.content_html:
            node.content(entry.content_html)
    return checked(TITLE.sub(hexadecimal, generator.rss_str(pretty=True)))


def hexadecimal(title: re.Match[bytes]) -> bytes:
    """The references that the Profile asks for in titles, and that lxml cannot write."""
    return title[0].replace(b"&amp;", b"&#x26;").replace(b"&lt;", b"&#x3C;")
