"""Whatever the weights and the examples are: slices of one paragraph, an error that names the line, never a crash."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import DataError
from publisher.extracts import pick, text_body
from publisher.extracts.examples import Example, parse_example
from publisher.extracts.features import FEATURES
from publisher.extracts.weights import Weights
from publisher.model.article import Origin

PIECES = ("The eel ", "swam home. ", "“Why?” ", "3.5 ", "\n\n", "\n", "港口。", "(so) ", "!", "Ñandú ", "…")
TEXTS = st.lists(st.sampled_from(PIECES), max_size=80).map("".join)
NUMBERS = st.lists(st.floats(-9, 9), min_size=len(FEATURES), max_size=len(FEATURES))
WEIGHTS = NUMBERS.map(lambda row: Weights(tuple(row)))
LEAVES = st.none() | st.booleans() | st.integers() | st.text(max_size=9)
JSON = st.recursive(LEAVES, lambda part: st.lists(part, max_size=3), max_leaves=6)


@settings(max_examples=60, deadline=None)
@given(text=TEXTS, weights=WEIGHTS, count=st.integers(1, 3))
def test_weights_choose_slices_of_one_paragraph(text, weights, count):
    body = text_body(text)

    extract = pick(body, title="The eel", language="en", words=(3, 9), passages=count, weights=weights)

    assert len(extract.passages) <= count
    assert extract == pick(body, title="The eel", language="en", words=(3, 9), passages=count, weights=weights)
    for passage in extract.passages:
        if extract.origin is not Origin.TITLE:
            assert passage.text == text[passage.start : passage.end] != ""
            assert any(block.start <= passage.start and passage.end <= block.end for block in body.blocks)


@settings(max_examples=100, deadline=None)
@given(row=st.dictionaries(st.sampled_from(["title", "body", "extracts", "gold_chars", "subset", "lang"]), JSON))
def test_a_line_is_an_example_or_an_error_that_names_it(row):
    try:
        found = parse_example(json.dumps(row).encode(), where="in.jsonl:7")
    except DataError as error:
        assert str(error).startswith("in.jsonl:7: ")
    else:
        assert isinstance(found, Example)
        assert all(0 <= start < end <= len(found.body.text) for start, end in found.gold)
