"""Examples with an editor's passages, and how often a picker takes what the editor took."""

import json

import pytest

from publisher.errors import DataError
from publisher.extracts import pick, text_body
from publisher.extracts.bootstrap import interval
from publisher.extracts.evaluate import evaluate, lead_of, windows_of
from publisher.extracts.examples import Example, mark, parse_example, read_examples
from publisher.model.article import Extract, Origin, Passage
from publisher.model.settings import ExtractSettings

TEXT = "One eel came. Two eels came.\n\nThree “eels” came late. Nobody saw them.\n\nFour eels never came."
SETTINGS = ExtractSettings(words=(2, 5))


def a_line(**changes):
    return json.dumps({"title": "Eels", "body": TEXT, "extracts": ["Two eels came."]} | changes).encode()


def an_example(*passages, **changes):
    return parse_example(a_line(extracts=list(passages), **changes), where="in.jsonl:1")


def texts(example, spans):
    return [example.body.text[start:end] for start, end in spans]


def picker_of(passage):
    def picker(example):
        start = example.body.text.index(passage)
        return Extract((Passage(passage, start, start + len(passage)),), Origin.AUTOMATIC)

    return picker


def figures(examples, passage="Two eels came.", **settings):
    used = ExtractSettings(words=(2, 5), **settings)
    return evaluate(examples, picker_of(passage), settings=used, stopwatch=iter(range(1000)).__next__)


def test_passages_are_found_loosely_and_those_that_are_not_there_are_counted():
    example = an_example('Three "eels" came late.', "Five eels came.")

    assert texts(example, example.gold) == ["Three “eels” came late."]
    assert example.missing == 1


def test_offsets_stand_over_texts():
    assert an_example("Five eels.", gold_chars=[[0, 12]]).gold == ((0, 12),)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"nope", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", "no JSON object"),
        (b'{"body": "\xff"}', "not UTF-8"),
        (a_line(body=" "), '"body" is no text'),
        (a_line(title=3), '"title" is no text'),
        (a_line(extracts=None), "neither"),
        (a_line(extracts=[]), "neither"),
        (a_line(extracts="Two"), "neither"),
        (a_line(gold_chars=[]), "gold_chars"),
        (a_line(gold_chars=[[5, 5]]), "gold_chars"),
        (a_line(gold_chars=[[0, 10**9]]), "gold_chars"),
        (a_line(gold_chars=[[0, True]]), "gold_chars"),
    ],
)
def test_a_bad_line_is_named_and_the_rest_is_read(line, said):
    first, bad, last = read_examples([a_line(), line, b"\n", a_line()], where="in.jsonl")

    assert first == last
    assert isinstance(bad, DataError)
    assert said in str(bad)
    assert str(bad).startswith("in.jsonl:2: ")


def test_a_sentence_is_chosen_with_half_of_it_or_with_most_of_a_passage():
    half = mark(an_example("eels came."))
    most = mark(an_example("saw them."))
    little = mark(an_example("Three “eels” came late. No"))

    assert texts(half.example, half.chosen) == ["Two eels came."]
    assert texts(most.example, most.chosen) == ["Nobody saw them."]
    assert texts(little.example, little.chosen) == ["Three “eels” came late."]


def test_the_lead_has_as_many_words_and_a_blind_pick_stays_in_a_paragraph():
    marked = mark(an_example("Two eels came."))

    assert TEXT[slice(*lead_of(marked, 4))] == "One eel came. Two eels came."
    assert texts(marked.example, windows_of(marked, (6, 9))) == [
        "One eel came. Two eels came.",
        "Three “eels” came late. Nobody saw them.",
    ]
    assert texts(marked.example, windows_of(marked, (10, 20))) == ["Three “eels” came late. Nobody saw them."]


def test_a_hit_a_miss_and_the_chance_of_a_blind_pick():
    [hit] = figures([an_example("Two eels came.")])
    [miss] = figures([an_example("Four eels never came.")])

    assert (hit.picker.hits_pct, hit.lead.hits_pct, hit.blind.hits_pct) == (100, 0, pytest.approx(20))
    assert (miss.picker.hits_pct, miss.picker.low, miss.picker.high) == (0, 0, 0)
    assert (hit.verbatim_pct, hit.crossing, hit.ms_median) == (100, 0, 1000)
    assert figures([an_example("Two eels came.")], passages=2)[0].blind.hits_pct == pytest.approx(40)


def test_a_passage_over_a_blank_line_is_counted_and_a_changed_one_scores_nothing():
    [crossing] = figures([an_example("Two eels came.")], "Two eels came.\n\nThree")
    changed = Extract((Passage("Two eels", 0, 8),), Origin.AUTOMATIC)
    [result] = evaluate([an_example("One eel came.")], lambda _: changed, settings=SETTINGS, stopwatch=lambda: 0.0)

    assert crossing.crossing == 1
    assert (result.verbatim_pct, result.picker.hits_pct) == (0, 0)


def test_figures_come_by_subset_then_for_all_without_articles_that_have_no_passage():
    one = an_example("Two eels came.", subset="b")
    other = an_example("Four eels never came.", subset="a")
    lost = an_example("Five eels came.", subset="a")

    results = figures([one, other, lost])

    assert [(result.subset, result.articles, result.picker.hits_pct) for result in results] == [
        ("a", 1, 0),
        ("b", 1, 100),
        (None, 2, 50),
    ]
    assert figures([lost]) == []


def test_the_interval_is_the_same_every_time_and_holds_the_mean():
    values = [1.0] * 30 + [0.0] * 70

    low, high = interval(values)

    assert (low, high) == interval(values)
    assert 0.20 < low < 0.25 < 0.35 < high < 0.40
    assert interval([]) == (0, 0)


def test_a_text_without_words_is_survived():
    example = Example("T", text_body("***"), "en", ((0, 3),))

    [result] = evaluate(
        [example], lambda one: pick(one.body, title="T", language="en"), settings=SETTINGS, stopwatch=float
    )

    assert result.picker.hits_pct == 0
