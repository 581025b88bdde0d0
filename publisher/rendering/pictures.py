"""The image of an article in a mail: its size, its words, whose it is (email.md E5, 7)."""

from __future__ import annotations

import re
from html import unescape

from publisher.model.article import Article, Block, BlockKind
from publisher.rendering.safe import web_address
from publisher.rendering.theme import RASTER, Picture

SHEET_WIDTH = 552
"""The sheet of 600 pixels less its margins (email.md 3.1)."""
LEAST_WIDTH, LEAST_HEIGHT = 120, 60
"""Smaller ones are marks and counting pixels."""
MOST_HEIGHT = 900
IMAGE = re.compile(r"<img\b[^>]*>", re.IGNORECASE)
ATTRIBUTE = re.compile(r'\b(src|alt|width|height)="([^"]*)"', re.IGNORECASE)


def article_picture(article: Article) -> tuple[Picture | None, str]:
    """The article's image as a mail can show it, and its credit.

    None for what clients would not show or would show in a wrong size: no https address of a JPEG, PNG or GIF, no known
    width and height, too small, too tall. Its words are those of the same image in the body: its `alt`, else its
    caption, else none; never the file's name.
    """
    url = web_address(article.image or "")
    if not url.startswith("https://") or not RASTER.search(re.split(r"[?#]", url)[0]):
        return None, ""
    found = in_body(article.body.html, url)
    size = fitted(article.image_size or size_of(found))
    if size is None:
        return None, ""
    figure = figure_of(article, found.get("alt", "")) if found else None
    caption = article.body.text[figure.start : figure.end] if figure else ""
    return Picture(url, found.get("alt", "") or caption, *size), figure.credit if figure else ""


def in_body(html: str, url: str) -> dict[str, str]:
    """The attributes of the image of this address in a sanitised body; empty where it is not there."""
    for tag in IMAGE.findall(html):
        found = {name.lower(): unescape(value) for name, value in ATTRIBUTE.findall(tag)}
        if web_address(found.get("src", "")) == url:
            return found
    return {}


def size_of(attributes: dict[str, str]) -> tuple[int, int] | None:
    width, height = attributes.get("width", ""), attributes.get("height", "")
    return (int(width), int(height)) if re.fullmatch(r"\d{1,5}", width) and re.fullmatch(r"\d{1,5}", height) else None


def fitted(size: tuple[int, int] | None) -> tuple[int, int] | None:
    """A size at most as wide as the sheet, in the same proportion; None for what is no picture to read by."""
    if size is None or size[0] < LEAST_WIDTH or size[1] < LEAST_HEIGHT:
        return None
    width = min(size[0], SHEET_WIDTH)
    height = round(size[1] * width / size[0])
    return (width, height) if LEAST_HEIGHT // 2 <= height <= MOST_HEIGHT else None


def figure_of(article: Article, alt: str) -> Block | None:
    """The body's figure with these words for the blind; the only one, where there are none."""
    figures = [block for block in article.body.blocks if block.kind is BlockKind.FIGURE]
    if not alt:
        return figures[0] if len(figures) == 1 else None
    return next((block for block in figures if block.alt == alt), None)
