"""Markdown with YAML front matter (CommonMark, with tables and ~~strikethrough~~)."""

from __future__ import annotations

from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from publisher.errors import ParseError
from publisher.formats.assemble import article_from_html
from publisher.formats.front_matter import read_fields, split_front_matter
from publisher.model.article import ParsedFile

MAX_BRACKETS = 20_000
"""Each one that begins no link costs 20 microseconds (measured): 5 MB of them would take 100 s."""


def parse_markdown(text: str, *, where: str) -> ParsedFile:
    """Read an article in Markdown; ParseError names the line."""
    front = split_front_matter(text, where=where)
    fields = read_fields(front.keys, where=where)
    article = article_from_html(render(front.rest), fields, where=f"{where}:{front.rest_line}")
    return ParsedFile(article=article, warnings=fields.warnings)


def render(markdown: str) -> str:
    """HTML, not yet sanitised: raw HTML in Markdown goes through, the allow-list decides afterwards."""
    if markdown.count("[") > MAX_BRACKETS:
        raise ParseError(f"The text has more than {MAX_BRACKETS:,} of [", hint="Write \\[ where no link is meant.")
    parser = commonmark()
    tokens = parser.parse(markdown)
    for opening, inline, closing in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opening.type == "paragraph_open" and (image := lone_image(inline)) is not None:
            make_figure(opening, inline, closing, image=image)
    return str(parser.renderer.render(tokens, parser.options, {}))


@cache
def commonmark() -> MarkdownIt:
    """The parser, made once: it keeps its rules, and nothing of a text."""
    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def lone_image(inline: Token) -> Token | None:
    """The image of a paragraph that holds nothing else."""
    children = [child for child in inline.children or [] if child.type != "text" or child.content.strip()]
    return children[0] if len(children) == 1 and children[0].type == "image" else None


def make_figure(opening: Token, inline: Token, closing: Token, *, image: Token) -> None:
    """`![alt](address "caption")` alone in a paragraph: a figure, with the title as its caption."""
    opening.tag = closing.tag = "figure"
    opening.hidden = closing.hidden = False
    title = image.attrs.pop("title", "")
    if title:
        caption = Token("text", "", 0, content=str(title))
        marks = [Token("html_inline", "", 0, content=tag) for tag in ("<figcaption>", "</figcaption>")]
        inline.children = [image, marks[0], caption, marks[1]]
