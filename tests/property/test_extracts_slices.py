"""Every automatic passage is a slice of its body, inside one paragraph, and the same on every run."""

import unicodedata
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.extracts import choose, pick, sentences, text_body
from publisher.extracts.verbatim import fold, locate
from publisher.model.article import Origin
from publisher.model.settings import ExtractSettings

PIECES = st.sampled_from(
    [
        "The eel ",
        "swam ",
        "home. ",
        "Dr. Moor ",
        "“Why?” ",
        "3.5 ",
        "…",
        ". . . ",
        "\n\n",
        "\n",
        "\u00a0",
        "1.) ",
        "港口。",
        "「好。」",
        "e\u0301",
        "ﬁ",
        "U.S. ",
        "future.The ",
        "- ",
        "!",
        "\u00ad",
        "[1] ",
        "? ",
        "Ñandú ",
        "»",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=120).map("".join), st.text(max_size=200))
LANGUAGES = st.sampled_from(["en", "de", "fi", "ru", "zh", "pl", "", "en-GB"])


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, language=LANGUAGES)
def test_sentences_are_in_order_and_hold_every_visible_character(text, language):
    spans = sentences(text, language=language)

    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    joined = "".join(text[start:end] for start, end in spans)
    assert "".join(joined.split()) == "".join(text.split())


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, language=LANGUAGES, count=st.integers(1, 3), style=st.sampled_from(["body", "lead"]))
def test_a_passage_is_a_slice_of_one_paragraph(text, language, count, style):
    body = text_body(text)
    extract = pick(body, title="T", language=language, style=style, words=(4, 12), passages=count)

    assert 1 <= len(extract.passages) <= count
    assert extract == pick(body, title="T", language=language, style=style, words=(4, 12), passages=count)
    if extract.origin is Origin.TITLE:
        return
    for passage in extract.passages:
        assert passage.text == text[passage.start : passage.end] != ""
        assert any(block.start <= passage.start and passage.end <= block.end for block in body.blocks)


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, data=st.data())
def test_a_slice_is_located_even_when_it_is_typed_otherwise(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    passage = text[start:end]
    retyped = passage.replace("“", '"').replace("\u00a0", " ").replace("»", "”")
    is_torn = any(map(unicodedata.combining, passage[:1] + text[end : end + 1]))
    if is_torn or not any(map(str.isalnum, retyped)):
        return  # a mark cut from its letter; or nothing to find

    for typed in (passage, retyped):
        found = locate(text, typed)
        assert found is not None
        assert fold(text[slice(*found)]).strip(" .") in fold(typed)


@settings(max_examples=50, deadline=None)
@given(text=TEXTS, given_passages=st.lists(TEXTS, max_size=3).map(tuple))
def test_what_an_editor_gives_never_blocks_and_never_gets_lost(text, given_passages):
    extract, warnings = choose(
        text_body(text), title="T", language="en", given=given_passages, summary=None, settings=ExtractSettings()
    )
    kept = [passage for passage in given_passages if passage.strip()]

    assert (extract.origin is Origin.EDITOR) == bool(kept)
    if kept:
        assert len(extract.passages) == len(kept)
        assert len(warnings) == sum(one.start is None for one in extract.passages)
