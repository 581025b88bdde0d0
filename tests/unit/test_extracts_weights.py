"""The file of weights: the same bytes from the same weights, and nothing damaged gets through."""

import json

import pytest

from publisher.errors import ConfigError
from publisher.extracts import text_body
from publisher.extracts.candidates import list_candidates, list_paragraphs
from publisher.extracts.centroid import Source
from publisher.extracts.features import FEATURES, known_of, numbers_of
from publisher.extracts.weights import VERSION, Weights, parse_weights, weights_text

WEIGHTS = Weights(tuple(n / 7 for n in range(len(FEATURES))), made="2026-11-24T08:00:00Z", figures={"articles": 200})


def test_what_is_written_is_read_again():
    read = parse_weights(weights_text(WEIGHTS), where="extracts.json")

    assert read.values == pytest.approx(WEIGHTS.values, abs=1e-6)
    assert (read.made, read.figures) == (WEIGHTS.made, WEIGHTS.figures)
    assert weights_text(read) == weights_text(WEIGHTS)


def changed(**changes):
    return json.dumps(json.loads(weights_text(WEIGHTS)) | changes)


NAMED = json.loads(weights_text(WEIGHTS))["weights"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[" * 100_000,
        "[1]",
        changed(version=VERSION + 1),
        changed(weights=None),
        changed(weights={**NAMED, "eels": 1}),
        changed(weights=dict(list(NAMED.items())[1:])),
        changed(weights={**NAMED, "initial": "1"}),
        changed(weights={**NAMED, "initial": True}),
        changed(weights={**NAMED, "initial": float("nan")}),
        changed(weights={**NAMED, "initial": 10**400}),
    ],
)
def test_a_damaged_file_is_an_error_that_names_it(text):
    with pytest.raises(ConfigError, match=r"^extracts\.json: The file of weights cannot be used"):
        parse_weights(text, where="extracts.json")


@pytest.mark.parametrize("language", ["en", "zh", "xx"])
def test_each_candidate_has_a_number_for_each_of_26_features(language):
    text = "“Eels!” he said (twice). 3 of them came.\n\n港口的鳗鱼。它们很晚。\n\nNobody knows why the eels came."
    paragraphs = list_paragraphs(text_body(text), language=language)
    known = known_of(Source(text, "Eels", language, paragraphs))

    rows = [numbers_of(one, known) for one in list_candidates(paragraphs, most=160)]

    assert len(rows) == 7
    assert {len(row) for row in rows} == {len(FEATURES)} == {26}
    assert all(-3 < number < 3 for row in rows for number in row)
