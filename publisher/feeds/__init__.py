"""Articles to the bytes of feeds: RSS, Atom, JSON Feed, OPML. Values in, bytes out; same input, same bytes."""

from publisher.feeds.atom import render_atom
from publisher.feeds.entry import ArchiveLinks, Category, FeedEntry, FeedInfo, person, project, section_name
from publisher.feeds.ids import article_id, feed_id, issue_entry_id, kept_id
from publisher.feeds.jsonfeed import render_json
from publisher.feeds.language import language_tag
from publisher.feeds.opml import Outline, OutlineGroup, render_opml
from publisher.feeds.rss import render_rss
from publisher.feeds.slugs import slugify

__all__ = [
    "ArchiveLinks",
    "Category",
    "FeedEntry",
    "FeedInfo",
    "Outline",
    "OutlineGroup",
    "article_id",
    "feed_id",
    "issue_entry_id",
    "kept_id",
    "language_tag",
    "person",
    "project",
    "render_atom",
    "render_json",
    "render_opml",
    "render_rss",
    "section_name",
    "slugify",
]
