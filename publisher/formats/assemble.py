"""From the keys and the body of a file to its article: what the keys leave out, the body says."""

from __future__ import annotations

from publisher.errors import ParseError
from publisher.formats.front_matter import Fields
from publisher.formats.republication import read_republication
from publisher.html.blocks import body_of_sanitised
from publisher.html.clean import clean_line
from publisher.html.headings import take_first_heading
from publisher.html.sanitise import sanitise
from publisher.model.article import BlockKind, Body, ParsedArticle

TITLE_WORDS, TITLE_LENGTH = 10, 80
SPOKEN = (BlockKind.PARAGRAPH, BlockKind.QUOTE, BlockKind.LIST, BlockKind.HEADING)


def article_from_html(html: str, fields: Fields, *, where: str) -> ParsedArticle:
    """The article whose body is this HTML. Its title: the key, else the first heading, else the first words.

    A heading that serves as the title, or repeats it, is taken out of the body. ParseError for no text.
    """
    clean = sanitise(html)
    heading, rest = take_first_heading(clean)
    if heading and fields.title in (None, heading):
        clean = rest
    return build_article(body_of_sanitised(clean), fields, title=fields.title or heading, where=where)


def build_article(body: Body, fields: Fields, *, title: str, where: str) -> ParsedArticle:
    if not body.text.strip():
        hint = "Write the article below the keys." if fields != Fields() else "Write the article into the file."
        raise ParseError("The article has no text", where=where, hint=hint)
    licence, original = read_republication(body)
    return ParsedArticle(
        title=title or first_words(body),
        body=body,
        authors=fields.authors,
        published=fields.published,
        updated=fields.updated,
        entry_id=fields.entry_id,
        slug=fields.slug,
        section=fields.section,
        language=fields.language,
        tags=fields.tags,
        image=fields.image,
        image_size=fields.image_size,
        licence=fields.licence or licence,
        original=fields.original or original,
        given=fields.given,
        is_draft=fields.is_draft,
    )


def first_words(body: Body) -> str:
    """A title for an article that has none: the first words of its first paragraph."""
    texts = [body.text[block.start : block.end] for block in body.blocks if block.kind in SPOKEN]
    words = clean_line(texts[0] if texts else body.text).split()
    cut = " ".join(words[:TITLE_WORDS])[:TITLE_LENGTH].rstrip()
    return cut if cut == " ".join(words) else f"{cut.rstrip('.,;:–—')}…"
