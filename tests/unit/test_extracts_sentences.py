"""The own splitter (extracts.md 3); the texts are made up for these tests."""

import pytest

from publisher.extracts.sentences import sentences

CASES = [
    ("en", "Dr. Hale left.|He went to the U.S. Capitol.|It was 3.5 metres deep."),
    ("en", "Jan. 5 was cold.|They live in the U.S.|The ferry came."),
    ("en", "J. R. Moor wrote it.|Plan B.|It failed.|At 5 a.m. Mrs. Hale rowed out."),
    ("en", '“Really?” he asked and left.|“Go!” she said.|"Stop."|He stopped.'),
    ("en", "Nets, oars, etc. were gone.|The end.[1]|Next came Harbour Inc. and its boats."),
    ("en", "iPhone sales rose.|It was the (!) Best of days."),
    ("en", "No. 5 is afloat.|No.|See Fig. 3 on p. 12."),
    ("en", "We waited . . . and waited.|Then it came."),
    ("en", "..... and so it went on.|It ended."),
    ("en", "1.) The nets are mended|2.) The oars are cleaned"),
    ("en", "1. Nets are mended.|2. Oars are cleaned."),
    ("de", "Am 3. Oktober kam er, z. B. Herr Moor.|„Komm!“, sagte er.|„Geh.“|Er ging."),
    ("de", "Das 19. Jahrhundert war lang, d. h. Dr. Moor fand es lang.|Er ist 25.|Sie kam."),
    ("fr", "« Bonjour. »|Il partit.|M. Moreau arriva avec Mme. Blanc."),
    ("es", "¿Qué?|¡No!|El Sr. Marín vino.|Los EE. UU. ganaron."),
    ("it", "Il sig. Conti arrivò.|Poi partì."),
    ("nl", "Dhr. Bakker kwam om 7 uur.|Hij bleef, d.w.z. Hij sliep."),
    ("fi", "Hän sanoi.|”Tule tänne.”|Hän tuli 1. tammikuuta, ks. s. 12."),
    ("sv", "Den kom t.ex. Måndag.|Sedan gick den."),
    ("ru", "В 1990 г. Москва росла.|А. Б. Ветров писал.|Он жил."),
    ("zh", "他来了。|她走了！|「好。」"),
    ("ja", "「行く。」と言った。|次の日。"),
    ("ar", "جاء د. محمد.|هل ذهب؟|نعم."),
]


def texts(text: str, language: str = "en") -> list[str]:
    return [text[start:end] for start, end in sentences(text, language=language)]


@pytest.mark.parametrize(("language", "marked"), CASES)
def test_sentences_end_where_a_reader_ends_them(language, marked):
    gap = "" if language in ("zh", "ja") else " "

    assert texts(marked.replace("|", gap), language) == marked.split("|")


def test_a_missing_space_after_a_stop_still_ends_a_sentence():
    assert texts("It looks to the future.The claim was false.") == ["It looks to the future.", "The claim was false."]


def test_addresses_and_dotted_names_are_not_split():
    assert texts("See harbour.example/Foo.Bar and System.Text.Json now.") == [
        "See harbour.example/Foo.Bar and System.Text.Json now."
    ]


def test_no_sentence_crosses_a_blank_line():
    assert texts("A heading\n\u00a0\nFirst line\nsecond line. Third") == [
        "A heading",
        "First line\nsecond line.",
        "Third",
    ]


def test_a_text_without_words_gives_no_sentence():
    assert texts(" \n\n\u00a0\n") == []
