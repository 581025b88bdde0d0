"""Is it in the body? (extracts.md 1.5)"""

import pytest

from publisher.extracts.verbatim import locate, nearest_sentence

BODY = "He said “the sea\nis\u00a0ours” – and left. Cafe\u0301 ﬁsh was served…  Nobody ate."


@pytest.mark.parametrize(
    ("passage", "found"),
    [
        ("Nobody ate.", "Nobody ate."),
        ("  Nobody ate. ", "Nobody ate."),
        ('the sea is ours" -- and left', "the sea\nis\u00a0ours” – and left"),
        ("..... Café fish was served....", "Cafe\u0301 ﬁsh was served"),
        ("… and left.", "and left."),
        (". . . and left.", "and left."),
        ("served... Nobody ate", "served…  Nobody ate"),
        ("sea is\u200b ours", "sea\nis\u00a0ours"),
    ],
)
def test_a_passage_is_found_whatever_its_quotes_dashes_spaces_and_edge_dots(passage, found):
    span = locate(BODY, passage)

    assert span is not None
    assert BODY[slice(*span)] == found


@pytest.mark.parametrize("passage", ["", "  ", "...", "nobody ate.", "the sea was ours", "sea ours"])
def test_other_words_other_case_and_no_words_are_not_found(passage):
    assert locate(BODY, passage) is None


def test_nearest_sentence_names_the_one_that_shares_most_words():
    assert nearest_sentence(BODY, "Nobody ate a thing") == "Nobody ate."
    assert nearest_sentence(BODY, "the sea is theirs") == "He said “the sea is ours” – and left."


def test_an_empty_text_has_no_nearest_sentence():
    assert nearest_sentence(" \n\n ", "anything") == ""
