"""Posts of a WordPress site, as its REST API gives them (https://developer.wordpress.org/rest-api/reference/posts/)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from publisher.errors import ParseError
from publisher.feeds.slugs import slugify
from publisher.feeds.urls import ascii_url
from publisher.formats.feed_dates import parse_feed_date
from publisher.formats.feed_items import FeedItem, RawItem, read_item
from publisher.formats.feed_media import Medium, picture_of
from publisher.formats.feed_text import REPAIR, decode_feed, load_json
from publisher.formats.json_values import Values, values, words
from publisher.html.clean import clean_line
from publisher.html.references import unescape

DEFAULT_CATEGORY = "uncategorized"


@dataclass(frozen=True, slots=True)
class Post:
    """A post read, and when it was last changed: RFC 3339 in UTC, "" where the site does not say."""

    item: FeedItem
    stamp: str


@dataclass(frozen=True, slots=True)
class ParsedPosts:
    """One page of posts. `count` is how many it held, with those left out, each of which has its warning."""

    posts: tuple[Post, ...]
    count: int = 0
    warnings: tuple[str, ...] = ()


def parse_posts(data: bytes, *, content_type: str = "", url: str, known: Mapping[str, str]) -> ParsedPosts:
    """Read a page of `wp/v2/posts`, fetched with `_embed`.

    `known` gives fingerprints by source key (`post/123`): a post that still has its own is not parsed again.
    ParseError where the answer is no list of posts; a bad post is a problem of its own.
    """
    text = decode_feed(data, content_type=content_type)
    if text.lstrip()[:1] not in ("[", "{"):
        raise ParseError("This is a web page, not the site's REST API", where=url, hint=REPAIR)
    found = load_json(text, where=url)
    if not isinstance(found, list):
        words_of_error = clean_line(words(found, "message"))[:100] if isinstance(found, dict) else ""
        what = f"The REST API gives no posts{': ' if words_of_error else ''}{words_of_error}"
        raise ParseError(what, where=url, hint=REPAIR)
    posts = [post for post in found if isinstance(post, dict) and key_of(post)]
    public = [post for post in posts if not reason_to_skip(post)]
    return ParsedPosts(
        posts=tuple(read_post(post, url=url, known=known) for post in public),
        count=len(found),
        warnings=tuple(skipped(found, url=url)),
    )


def skipped(found: list[Any], *, url: str) -> Iterator[str]:
    nameless = sum(not isinstance(post, dict) or not key_of(post) for post in found)
    if nameless:
        yield f"{url}: {nameless} posts without a number were left out"
    for post in found:
        if isinstance(post, dict) and key_of(post) and (reason := reason_to_skip(post)):
            yield f"{url}#{key_of(post)}: {reason}"


def key_of(post: Values) -> str:
    number = post.get("id")
    return f"post/{number}" if isinstance(number, int) and not isinstance(number, bool) and 0 < number < 10**18 else ""


def reason_to_skip(post: Values) -> str:
    """Why a post is not for everybody; "" for one that is."""
    status = words(post, "status") or "publish"
    if status != "publish":
        return f"its status is {clean_line(status)[:40]!r}: left out"
    is_protected = any(values(post, key).get("protected") is True for key in ("content", "excerpt"))
    return "it is protected by a password: left out" if is_protected else ""


def read_post(post: Values, *, url: str, known: Mapping[str, str]) -> Post:
    raw = raw_item(post)
    return Post(read_item(raw, where=url, known=known, key=key_of(post)), stamp_of(raw.updated))


def stamp_of(text: str) -> str:
    found = parse_feed_date(text)
    return f"{found:%Y-%m-%dT%H:%M:%SZ}" if found is not None and hasattr(found, "hour") else ""


def raw_item(post: Values) -> RawItem:
    embedded = values(post, "_embedded")
    terms = terms_of(embedded)
    sections = terms.get("category", [])
    picture = picture_of([medium_of(one) for one in dicts(embedded.get("wp:featuredmedia"))])
    slug = unquote(words(post, "slug"))
    return RawItem(
        id=unescape(rendered(post, "guid")).strip(),
        title=rendered(post, "title"),
        link=ascii_url(words(post, "link")) or "",
        content=rendered(post, "content"),
        summary=rendered(post, "excerpt"),
        authors=authors_of(post, embedded),
        published=first_date(post, "date_gmt", "date"),
        updated=first_date(post, "modified_gmt", "modified"),
        section=next(iter(sections), ""),
        slug=slugify(slug, fallback="article") if slug else "",
        tags=(*sections[1:], *terms.get("post_tag", ())),
        image=picture.url,
        image_size=picture.size,
    )


def first_date(post: Values, *keys: str) -> str:
    """The first that is a date: WordPress writes `0000-00-00T00:00:00` where it knows none."""
    return next((words(post, key) for key in keys if parse_feed_date(words(post, key)) is not None), "")


def authors_of(post: Values, embedded: Values) -> tuple[str, ...]:
    """Names: of several authors where a plug-in gives them, else WordPress's own."""
    several = [words(one, "display_name") or words(one, "name") for one in dicts(post.get("authors"))]
    own = [words(one, "name") for one in dicts(embedded.get("author"))]
    return tuple(name for name in several if name) or tuple(name for name in own if name)


def terms_of(embedded: Values) -> dict[str, list[str]]:
    """Names of categories and tags, by taxonomy; the one that WordPress gives to what has none is left out."""
    found: dict[str, list[str]] = {}
    groups = embedded.get("wp:term")
    for group in groups[:20] if isinstance(groups, list) else []:
        for term in dicts(group):
            name = clean_line(unescape(words(term, "name")))[:200]
            if name and words(term, "slug") != DEFAULT_CATEGORY:
                found.setdefault(words(term, "taxonomy"), []).append(name)
    return found


def medium_of(one: Values) -> Medium:
    details = values(one, "media_details")
    kind = words(one, "mime_type") or "image/*"
    return Medium(words(one, "source_url"), kind, width=details.get("width"), height=details.get("height"))


def rendered(post: Values, key: str) -> str:
    return words(values(post, key), "rendered")


def dicts(given: object) -> list[Values]:
    return [one for one in given[:100] if isinstance(one, dict)] if isinstance(given, list) else []
