"""Which extract an article gets: editor > source > automatic > lead > title (extracts.md 5.1)."""

from __future__ import annotations

from publisher.extracts.pick import pick
from publisher.extracts.sentences import Span, trim
from publisher.extracts.verbatim import is_same_but_for_space, locate, nearest_sentence
from publisher.extracts.weights import Weights
from publisher.extracts.words import word_count
from publisher.model.article import BlockKind, Body, Extract, Origin, Passage
from publisher.model.settings import ExtractSettings

SUMMARY_WORDS_MIN = 5
SHOWN_LENGTH = 60
"""Characters of a passage that a warning repeats."""


def choose(
    body: Body,
    *,
    title: str,
    language: str,
    given: tuple[str, ...],
    summary: str | None,
    settings: ExtractSettings,
    weights: Weights | None = None,
) -> tuple[Extract, tuple[str, ...]]:
    """The extract of an article, and warnings about the editor's passages that are not in its body.

    `given` are the editor's passages as given; empty ones count as not given. `summary` is the source's own, plain
    text; it is taken only if the body's text paragraphs hold it whole. `weights` are the magazine's own, if it has any.
    """
    words = tuple(passage.strip() for passage in given if passage.strip())
    if words:
        located = tuple(as_given(body, passage) for passage in words)
        warnings = tuple(not_found(body, one.text) for one in located if one.start is None)
        return Extract(located, Origin.EDITOR), warnings
    quoted = from_summary(body, summary, words_max=settings.words[1] * 16 // 9) if summary else ()
    if quoted:
        return Extract(quoted, Origin.SOURCE), ()
    extract = pick(
        body,
        title=title,
        language=language,
        style=settings.style,
        words=settings.words,
        passages=settings.passages,
        weights=weights,
    )
    return extract, ()


def as_given(body: Body, passage: str) -> Passage:
    """An editor's passage with its place in the body, both None where it is not there.

    Its words are the body's own slice where the two differ in white space and compatibility forms only (NBSP, line
    ends); where quotes, dashes or edge ellipses were typed otherwise they stay as the editor gave them.
    """
    span = locate(body.text, passage)
    if span is None:
        return Passage(passage)
    own = body.text[slice(*span)]
    return Passage(own if is_same_but_for_space(own, passage) else passage, *span)


def not_found(body: Body, passage: str) -> str:
    """A warning: never a reason to block (extracts.md 1.5, end)."""
    shown = passage if len(passage) <= SHOWN_LENGTH else f"{passage[:SHOWN_LENGTH].rstrip()}…"
    nearest = nearest_sentence(body.text, passage)
    ending = f"nearest is “{nearest}”" if nearest else "the article has no text"
    return f"The passage “{shown}” is not in the article word for word; {ending}"


def from_summary(body: Body, summary: str, *, words_max: int) -> tuple[Passage, ...]:
    """The summary as passages, one a paragraph; none if it is cut off, no quotation, or as long as an article.

    A feed that gives whole articles as descriptions would else be quoted whole.
    """
    if not SUMMARY_WORDS_MIN <= word_count(summary) <= words_max or summary.rstrip(" ])").endswith(("…", "...")):
        return ()
    span = locate(body.text, summary)
    if span is None:
        return ()
    parts = [
        (block.kind, trim(body.text, max(block.start, span[0]), min(block.end, span[1])))
        for block in body.blocks
        if block.start < span[1] and span[0] < block.end
    ]
    if any(kind is not BlockKind.PARAGRAPH for kind, _ in parts):
        return ()
    return tuple(passage_at(body, part) for _, part in parts)


def passage_at(body: Body, span: Span) -> Passage:
    return Passage(body.text[slice(*span)], *span)
