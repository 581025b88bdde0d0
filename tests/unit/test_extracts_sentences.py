"""The own splitter (extracts.md 3); the texts are made up for these tests."""

import pytest

from publisher.extracts.abbreviations import abbreviations_of
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
    ("en", "• 9. Nets are mended|• 10. Oars are cleaned"),
    ("en", "⁃9. Nets are mended|⁃10. Oars are cleaned"),
    ("en", "a. Nets are mended|b. Oars are cleaned|c. Sails are dried"),
    ("en", "a) Nets are mended|b) Oars are cleaned"),
    ("en", "1) The nets are mended.|2) The oars are cleaned."),
    ("en", "The berth is N°. 104.22.7.|Ask there."),
    ("en", "Well . . . what I mean is . . . I never saw the boat."),
    ("en", "They hauled the nets.|. . . The catch was small. . . ."),
    ("en", "The ebb was late...|They waited.|Nobody spoke…"),
    ("en", "“Land!” I cried.|“Where?” Moor asked.|“Nowhere.”|Hale laughed."),
    ("en", "She starred in Ahoy! (1965) and sang.|Was it good?|(Not very.)"),
    ("en", "She sold to Hale & Co. at noon.|It rained in Washington, D.C.|The Lt. Gov. left."),
    ("en", "Moor Jr.'s boat sank.|Wm. H. Moor & Sons Ltd. did not pay.|Mail J.Moor@harbour.example.|She answers."),
    ("en", "The tide turned early.[4] [12]|Boats lay dry. [7]|Nobody minded. [...]"),
    ("en", "It cost $41.50.|It grew from 1.20 billion to 1.35 billion, by -2.25% or (31.5% of all).|They left at 4am."),
    ("en", "The mob called it a “just cause.”|He “earned” it."),
    ("en", "It is 5th st. near the quay.|Turn to p. 55 and Vol. IV.|Mar. 3 was wet, Sat. 4 dry."),
    ("en", "The (first!) boat left; the other (it leaked.) stayed."),
    ("en", "Yes!!!!!!!!!|By noon the quay was empty."),
    ("de", "Am 3. Oktober kam er, z. B. Herr Moor.|„Komm!“, sagte er.|„Geh.“|Er ging."),
    ("de", "Das 19. Jahrhundert war lang, d. h. Dr. Moor fand es lang.|Er ist 25.|Sie kam."),
    ("en", "In 6 B.C. Carthage grew.|The harbour was rebuilt in about 6 B.C.|Carthage grew again."),
    ("de", "Um 300 v. Chr. Karthago wuchs.|Um 200 v. Chr.|Der Hafen war neu, vgl. S. 12."),
    ("de", "Die ev. Kirche blieb, Otto III. Herzog nicht.|Otto II.|Er ging.|H.-G. Moor kam mit Dipl.-Ing. Hahn."),
    ("fr", "« Bonjour. »|Il partit.|M. Moreau arriva avec Mme. Blanc."),
    ("fr", "J.-M. Le Goff et M. Le Roux partirent.|Le port, bâti vers 50 av. J.-C. par eux, resta."),
    ("fr", "Né en 12 av. J.-C.|Cela suffit.|L’éd. Colin parut en janv. 1920.|On but, on rit, etc.|Il plut."),
    ("es", "¿Qué?|¡No!|El Sr. Marín vino.|Los EE. UU. ganaron."),
    (
        "es",
        "La villa fue fundada en 20 a. C.|Marín lo dijo.|Vino el Mar. 23 de Nov. de 1914.|La Dra. Luz volvió.",
    ),
    ("pt", "O Sr. Duarte e a Dra. Luz vieram, p. ex. Ontem.|Depois saíram.|Custou 5 mil, etc.|Os barcos ficaram."),
    ("it", "Il sig. Conti arrivò.|Poi partì."),
    (
        "it",
        "Sono l'Ing. Conti.|Con l’Avv. Riva, pagg. 3 e 4, per G. Di Nola.|Nacque là nel tardo 30 a.C.|Cesare no.",
    ),
    ("nl", "Dhr. Bakker kwam om 7 uur.|Hij bleef, d.w.z. Hij sliep."),
    ("nl", "J. De Wit kwam o.a. Maandag, dus ca. 40 man, a.u.b. Wachten.|De boot, enz.|Hij bleef."),
    ("da", "Hr. Holm kom f.eks. Mandag, bl.a. Fru Holm.|Skt. Hans var den 23. juni.|Han bor i U.S.|Hvad nu?"),
    ("nb", "Hr. Holm kom f.eks. Mandag.|Det var ca. 40 båter m.m. i havna.|Kl. 5 dro de, jf. Lov nr. 4."),
    ("pl", "Port zamknięto dopiero w grudniu 1990 r.|Gdańsk czekał, a ws. Portu milczano."),
    ("pl", "Prof. Lis przyszedł np. Wczoraj.|W 1990 r. Gdańsk rósł.|Ul. Długa, tzw. Trakt, itd.|Potem wyszli."),
    ("fi", "Hän sanoi.|”Tule tänne.”|Hän tuli 1. tammikuuta, ks. s. 12."),
    (
        "fi",
        "Kylä syntyi joen suulle noin vuonna 300 eKr.|Satama paloi, mm. Laituri ja tri Salon talo.|”Miksi?” hän kysyi.",
    ),
    ("sv", "Den kom t.ex. Måndag.|Sedan gick den."),
    ("ru", "В 1990 г. Москва росла.|А. Б. Ветров писал.|Он жил."),
    ("ru", "Порт города закрыли зимой в 1990 г.|Рыбаки уехали в г. Волжск."),
    ("ru", "Город возник в 5 веке до н. э.|Порт сгорел, т. е. Пристань и ул. Портовая.|Им. Петрова улица, д. 5."),
    ("zh", "我看了《船来了！港口》。|“去哪里？”他问。|很好!|他走了。|(完)"),
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


def test_a_missing_space_before_an_opening_quote_still_ends_a_sentence():
    assert texts("They met on the quay.“Nobody came,” she said.") == [
        "They met on the quay.",
        "“Nobody came,” she said.",
    ]


def test_a_closing_mark_after_a_space_stays_with_its_sentence():
    assert texts('He called it a “fair deal.” "') == ['He called it a “fair deal.” "']
    assert texts('Then they stopped.... "') == ['Then they stopped.... "']


def test_a_no_break_space_parts_sentences_like_a_space():
    assert texts("The boats came.\u00a0They were late.\u00a0Mr.\u00a0Hale\u00a0waited.") == [
        "The boats came.",
        "They were late.",
        "Mr.\u00a0Hale\u00a0waited.",
    ]


def test_each_line_with_a_bullet_begins_anew():
    assert texts("Bring:\n• nets\n• oars and\nsails") == ["Bring:", "• nets", "• oars and\nsails"]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "it", "pt", "nl", "fi", "sv", "da", "nb", "pl", "ru"])
def test_the_abbreviations_of_a_language_are_written_the_way_they_are_looked_up(language):
    known = abbreviations_of(language)
    words = known.never | known.rarely | known.numbered | known.openers | known.eras | known.particles | known.speech

    assert all(word == word.lower() and not word.endswith(".") for word in words)
    assert not known.never & known.rarely
    assert not known.eras & known.never
    assert abbreviations_of(f"{language.upper()}-XX") is known


def test_an_unknown_language_is_read_with_the_abbreviations_of_english():
    assert abbreviations_of("tlh") is abbreviations_of("en")


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


def test_a_title_that_nobody_closes_ends_with_its_paragraph() -> None:
    text = "《\n\n港口。The eel came back."

    assert [text[start:end] for start, end in sentences(text)] == ["《", "港口。", "The eel came back."]
