"""Every automatic passage is a slice of its body, inside one paragraph, and the same on every run."""

import sys
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.extracts import choose, pick, sentences, text_body
from publisher.extracts.sentences import paragraph_spans
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
        "a. ",
        "• ",
        "z. B. ",
        "300 eKr. ",
        "«",
        "” ",
        '"',
        "《",
        "！",
        ". . . . ",
        " [4]",
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=120).map("".join), st.text(max_size=200))
LANGUAGES = st.sampled_from(["en", "de", "fi", "ru", "zh", "pl", "fr", "es", "da", "", "en-GB"])
HOSTILE = [
    ".", "a. ", '"', "7", ". ", " .", "1. ", "1.) ", "U.S. ", "a.B", "ab.Cd", ".[1]", '."', "(!", "。", "《！", "》。",
    "1.)", "• 1. ", "\n• ", "a. b. ", "No. 1 ", ". . . ", "a. The ", "!“", "?” He said. ", "Dr.\u00a0", "l'av. ", "\n",
]  # fmt: skip
ENDLESS = "".join(f"{number}.) Eel " for number in range(1, 2000))


class Watched(str):
    """A text that counts the characters handed out of it."""

    taken = 0

    def __getitem__(self, key):
        piece = super().__getitem__(key)
        self.taken += len(piece)
        return piece


def effort(text):
    """Calls made and characters handed out while a text is split: no clock is needed to see it grow."""
    watched, calls = Watched(text), 0

    def count(_frame, event, _value):
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        sentences(watched, language="en")
    finally:
        sys.setprofile(before)
    return calls, watched.taken


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, language=LANGUAGES)
def test_sentences_are_in_order_and_hold_every_visible_character(text, language):
    spans = sentences(text, language=language)

    assert all(start < end for start, end in spans)
    assert all(one[1] <= other[0] for one, other in pairwise(spans))
    joined = "".join(text[start:end] for start, end in spans)
    assert "".join(joined.split()) == "".join(text.split())


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, language=LANGUAGES)
def test_sentences_are_the_same_on_every_run_and_stay_inside_paragraphs(text, language):
    spans = sentences(text, language=language)
    paragraphs = paragraph_spans(text)

    assert spans == sentences(text, language=language)
    assert all(any(start <= one and other <= end for start, end in paragraphs) for one, other in spans)
    assert all(any(map(str.isalnum, text[slice(*span)])) for span in spans if span not in paragraphs)


@settings(max_examples=60, deadline=None)
@given(one=TEXTS, other=TEXTS, language=LANGUAGES)
def test_paragraphs_are_split_each_on_its_own(one, other, language):
    alone = sentences(other, language=language)
    shift = len(one) + 2

    both = sentences(f"{one}\n\n{other}", language=language)

    assert both == sentences(one, language=language) + [(start + shift, end + shift) for start, end in alone]


@pytest.mark.parametrize("unit", [*HOSTILE, ENDLESS])
def test_the_effort_of_splitting_grows_no_faster_than_the_text(unit):
    small, large = (unit * (size // len(unit) + 1) for size in (2_000, 8_000))
    growth = len(large) / len(small)
    calls, taken = effort(small)
    more_calls, more_taken = effort(large)

    assert more_calls <= growth * calls * 1.1 + 100
    assert more_taken <= growth * taken * 1.1 + 1000
    assert taken <= 100 * len(small)


@pytest.mark.parametrize("unit", [".", "a. ", '"', "7"])
def test_a_megabyte_of_one_sign_is_split_in_about_a_second(unit):
    text = (unit * 1_000_000)[:1_000_000]
    before = time.process_time()

    spans = sentences(text)

    assert time.process_time() - before < 3  # measured 0.01 to 0.5; a quadratic search would take minutes
    assert spans[0][0] == 0
    assert spans[-1][1] == len(text.rstrip())


@settings(max_examples=100, deadline=None)
@given(text=TEXTS, language=LANGUAGES, count=st.integers(1, 3), style=st.sampled_from(["body", "lead"]))
def test_a_passage_is_a_slice_of_one_paragraph(text, language, count, style):
    body = text_body(text)
    extract = pick(body, title="T", language=language, style=style, words=(4, 12), passages=count)

    run_over = 2 if style == "lead" else 0  # a lead may run over into a second and third paragraph
    assert 1 <= len(extract.passages) <= count + run_over
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
