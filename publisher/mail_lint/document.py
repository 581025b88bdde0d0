"""The page's frame: head, language, headings, tables, preheader, what must not be in it (email.md E1 to E10, 3.1)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from publisher.mail_lint.findings import Expected, Finding, found, shown
from publisher.mail_lint.nesting import outlook_view
from publisher.mail_lint.tree import Element, Page, is_hiding, text_of

RIGHT_TO_LEFT = frozenset(["ar", "arc", "ckb", "dv", "fa", "he", "iw", "ks", "nqo", "ps", "sd", "ug", "ur", "yi"])
ACTIVE = (
    *("script", "form", "input", "button", "select", "textarea", "iframe", "frame", "frameset", "object", "embed"),
    *("applet", "svg", "math", "video", "audio", "canvas", "source", "link", "base", "portal", "dialog", "template"),
)
LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", re.ASCII)
CHARSET_WITHIN = 1024
MOST, NEAR = 100_000, 90_000
FILLER = re.compile(r"[\u034f\u00ad\u200b-\u200f\u2007\u2060\ufeff\u00a0\s]+")
PREHEADER = (35, 140)
TRICKS = (
    ("visibility", ("hidden",)),
    ("opacity", ("0",)),
    ("max-height", ("0", "0px")),
    ("font-size", ("0", "0px", "1px")),
)
GHOST = re.compile(r"<table\b[^>]*\bwidth=\"?[1-6]\d\d\"?")


def check_size(page: Page, _: Expected) -> Iterator[Finding]:
    """What a client counts: bytes of UTF-8, a line end being two. Below the limit no footer is clipped."""
    size = len(page.source.encode("utf-8", "replace")) + page.source.count("\n")
    if size > MOST:
        yield found("html-size", f"The HTML has {size:,} bytes; Gmail clips at 102,000", "HTML")
    elif size > NEAR:
        yield found("html-size-near", f"The HTML has {size:,} bytes", "HTML")


def check_root(page: Page, _: Expected) -> Iterator[Finding]:
    """Doctype, language, direction."""
    if not page.source.startswith("<!DOCTYPE html>"):
        yield found("html-doctype", f"It begins with {shown(page.source[:40])}", "HTML, line 1")
    root = page.first("html")
    language = root.get("lang") if root else ""
    where = root.where if root else "HTML"
    if not LANGUAGE.fullmatch(language):
        yield found("html-lang", f"lang is {shown(language)}", where)
    wanted = "rtl" if language.partition("-")[0].lower() in RIGHT_TO_LEFT else "ltr"
    given = root.get("dir").lower() if root else ""
    if given != wanted:
        yield found("html-dir", f"dir is {shown(given)} in {shown(language)}", where)


def check_head(page: Page, _: Expected) -> Iterator[Finding]:
    """Title, charset and the metas."""
    title = page.first("title")
    if title is None or not title.own_text:
        yield found("html-title", "The title is missing or empty", title.where if title else "HTML, head")
    start = page.source[:CHARSET_WITHIN].lower()
    if not re.search(r"<meta\s+charset\s*=\s*[\"']?utf-8|<meta[^>]*content=[\"']text/html;\s*charset=utf-8", start):
        yield found("html-charset", "No charset is named", "HTML, head")
    metas = {one.get("name").lower(): one.get("content").lower() for one in page.all("meta") if one.get("name")}
    viewport = metas.get("viewport", "")
    if "width=device-width" not in viewport or re.search(r"user-scalable=(?:no|0)|maximum-scale", viewport):
        yield found("html-viewport", f"The viewport is {shown(viewport)}", "HTML, head")
    for name in ("color-scheme", "supported-color-schemes"):
        if metas.get(name, "").split() != ["light", "dark"]:
            yield found("html-scheme", f"{name} is {shown(metas.get(name, ''))}", "HTML, head")


def check_active(page: Page, _: Expected) -> Iterator[Finding]:
    """Nothing that runs, asks, loads or plays."""
    for one in page.elements:
        is_refresh = one.tag == "meta" and one.get("http-equiv").lower() == "refresh"
        if one.tag in ACTIVE or is_refresh:
            yield found("html-active", f"<{one.tag}> is not for a mail", one.where)
        for name in one.attributes:
            if re.match(r"on[a-z]+$", name):
                yield found("html-handler", f"<{one.tag}> has {name}", one.where)


def check_tables(page: Page, _: Expected) -> Iterator[Finding]:
    """Tables are for layout, and Outlook takes their width from the attribute."""
    for table in page.all("table"):
        if table.get("role") not in ("presentation", "none"):
            yield found("html-table-role", "A table without role=presentation", table.where)
        if not table.get("width"):
            yield found("html-table-width", "A table without a width attribute", table.where)
    is_fluid = any("max-width" in one.style for one in page.all("table", "div"))
    if is_fluid and not any(GHOST.search(text) for text in outlook_only(page)):
        yield found("html-ghost-table", "No table of fixed width stands around what has a max-width", "HTML")


def outlook_only(page: Page) -> Iterator[str]:
    """What only Outlook sees, comment by comment."""
    for token in page.tokens:
        if token.sort == "comment" and token.text.startswith("[if") and token.text.endswith("<![endif]"):
            yield outlook_view(f"<!--{token.text}-->")


def check_headings(page: Page, _: Expected) -> Iterator[Finding]:
    """One h1, and no level left out on the way down."""
    headings = page.all("h1", "h2", "h3", "h4", "h5", "h6")
    first = [one for one in headings if one.tag == "h1"]
    if len(first) != 1:
        yield found("html-heading", f"{len(first)} h1", first[1].where if first else "HTML")
    last = 0
    for one in headings:
        level = int(one.tag[1])
        if last and level > last + 1:
            yield found("html-heading", f"<{one.tag}> follows <h{last}>", one.where)
        last = level


def check_ids(page: Page, _: Expected) -> Iterator[Finding]:
    """Ids stand once; `#here` leads somewhere."""
    ids = Counter(one.get("id") for one in page.elements if one.get("id"))
    for name, count in ids.items():
        if count > 1:
            yield found("html-id", f"The id {shown(name)} stands {count} times", "HTML")
    names = {one.get("name") for one in page.all("a")}
    for link in page.all("a"):
        target = link.get("href")
        if target.startswith("#") and target[1:] not in ids and target[1:] not in names:
            yield found("html-id", f"{shown(target)} leads nowhere", link.where)


def check_preheader(page: Page, expected: Expected) -> Iterator[Finding]:
    """The first thing in the body, hidden, which inboxes show beside the subject."""
    element = preheader_of(page)
    if element is None:
        yield found("html-preheader", "The body does not begin with a hidden preheader", "HTML")
        return
    words = FILLER.sub(" ", text_of(element)).strip()
    if not PREHEADER[0] <= len(words) <= PREHEADER[1]:
        yield found("html-preheader", f"The preheader has {len(words)} characters", element.where)
    if words.lower() == expected.subject.strip().lower():
        yield found("html-preheader", "The preheader repeats the subject", element.where)


def preheader_of(page: Page) -> Element | None:
    body = page.first("body")
    first = next(iter(body.children), None) if body and not body.own_text else None
    return first if first is not None and is_hiding(first.style) else None


def check_hidden(page: Page, _: Expected) -> Iterator[Finding]:
    """No other words are hidden, and the preheader by `display:none;mso-hide:all` alone."""
    preheader = preheader_of(page)
    for one in page.elements:
        if one is preheader:
            if set(one.style) - {"display", "mso-hide"} or one.style.get("mso-hide") != "all":
                yield found("html-hidden", "The preheader is hidden by other means", one.where)
        elif is_hiding(one.style) and not (one.parent and one.parent.is_hidden) and text_of(one):
            yield found("html-hidden", f"{shown(text_of(one))} is hidden", one.where)
        elif is_shrunk(one) and not one.is_hidden and text_of(one):
            yield found("html-hidden", f"{shown(text_of(one))} is made invisible", one.where)


def is_shrunk(one: Element) -> bool:
    """Hidden by a trick: no size, no room, out of sight."""
    style = one.style
    if not style:
        return False
    if any(style.get(name) in values for name, values in TRICKS):
        return True
    return style.get("text-indent", "").startswith("-")
