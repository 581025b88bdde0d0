"""Weights learnt from an editor's own extracts."""

from random import Random

from publisher.extracts import text_body
from publisher.extracts.examples import Example
from publisher.extracts.features import FEATURES
from publisher.extracts.learn import CANDIDATES_MAX, Lesson, fit, learn, lesson_of, thin

WORDS = ("harbour", "eel", "lamp", "fog", "gull", "rope", "tide", "crane", "quay", "net", "oar", "buoy", "pilot")


def sentence(seed):
    """Twelve words, other ones for each seed."""
    return " ".join(["The", *Random(seed).choices(WORDS, k=11)]) + "."


def an_example(number, *, chosen):
    """Eight paragraphs of four sentences; the editor took the paragraph `chosen`."""
    paragraphs = [" ".join(sentence(number * 100 + n * 4 + k) for k in range(4)) for n in range(8)]
    text = "\n\n".join(paragraphs)
    start = text.index(paragraphs[chosen])
    return Example(f"Piece {number}", text_body(text), "en", ((start, start + len(paragraphs[chosen])),))


def lessons(chosen, count=15):
    return [lesson_of(an_example(number, chosen=chosen), words=(40, 90)) for number in range(count)]


def test_an_editor_who_takes_the_last_paragraph_is_followed():
    steps = []
    learned = learn(lessons(-1), advance=steps.append)

    assert learned.hits[0] > 90
    assert learned.usual[0] == 0
    assert learned.difference[1] > 0
    assert learned.is_kept
    assert learned.weights.values[FEATURES.index("last_paragraph")] > 0
    assert sum(steps) == 6


def test_the_same_examples_in_another_order_give_the_same_weights():
    given = lessons(-1, count=10)

    assert learn(given) == learn(given[::-1])


def test_from_nothing_comes_the_picker_without_weights():
    values = dict(zip(FEATURES, fit(lessons(2, count=2)), strict=True))
    nothing_right = [Lesson("a", one.rows, tuple(False for _ in one.rows), is_usual_hit=False) for one in lessons(2, 2)]

    assert values["usual_score"] > 0
    assert values["early"] > 0
    assert len(fit(nothing_right)) == len(FEATURES)


def test_worse_than_without_weights_is_not_kept():
    usual = [Lesson(str(n), ((0.0,) * 26,), (False,), is_usual_hit=True) for n in range(10)]

    assert not learn(usual).is_kept


def test_all_right_candidates_are_learnt_from_and_some_of_the_others():
    lesson = Lesson("a", tuple((float(n),) for n in range(500)), tuple(n in (3, 499) for n in range(500)), True)

    rows, right = thin(lesson)

    assert sum(right) == 2
    assert len(rows) <= CANDIDATES_MAX + 2
    assert rows == sorted(rows)
