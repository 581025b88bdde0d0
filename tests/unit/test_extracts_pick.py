"""The picker and the order of choice (extracts.md 5)."""

import pytest

from publisher.extracts import choose, pick, text_body
from publisher.extracts.features import FEATURES
from publisher.extracts.weights import Weights
from publisher.model.article import Block, BlockKind, Body, Origin
from publisher.model.settings import ExtractSettings

OPENING = "The harbour woke late on Sunday, and nobody was surprised. The gulls were."
EEL = (
    "The eel fishery of the bay feeds eleven families. Each of the families holds an eel licence, and each licence is"
    " older than the harbour itself. The eel, they say, remembers who paid and who did not, and the fishery lives by"
    " that memory. Without the eel there would be no harbour, no families and no songs about either of them."
)
FOG = (
    "Fog is another matter. It comes from the north in spring, stays for a week and leaves without a word to anyone,"
    " while the lamps burn on and the horns blow every other minute. Some like it. The painters do, and so do the"
    " thieves, who have given the town its one museum and its one prison, both of them in the same street."
)
ARTICLE = "\n\n".join([OPENING, EEL, FOG, "Which eel"])


def chosen(text=ARTICLE, *, given=(), summary=None, **settings):
    return choose(
        text_body(text),
        title="What an eel is owed",
        language="en",
        given=given,
        summary=summary,
        settings=ExtractSettings(**settings),
    )


def picked(text, **more):
    return pick(text_body(text), title="What an eel is owed", language="en", **more)


def test_the_pick_is_the_early_paragraph_that_says_what_the_article_repeats():
    extract = picked(ARTICLE)

    assert extract.origin is Origin.AUTOMATIC
    assert extract.passages[0].text == EEL
    assert ARTICLE[extract.passages[0].start : extract.passages[0].end] == EEL


def test_a_second_passage_comes_from_the_rest_of_the_article():
    extract = picked(ARTICLE, passages=2)

    assert [one.text for one in extract.passages] == [EEL, FOG]


def test_the_lead_style_takes_whole_sentences_of_the_opening():
    extract = picked("\n\n".join([EEL, FOG]), style="lead")

    assert extract.origin is Origin.LEAD
    assert extract.passages[0].text == EEL


def test_a_lead_runs_over_from_a_short_paragraph_into_the_next_one_passage_each():
    extract = picked("\n\n".join([OPENING, EEL, FOG]), style="lead")

    assert extract.origin is Origin.LEAD
    assert [one.text for one in extract.passages] == [OPENING, EEL]


def test_of_two_paragraphs_that_say_as_much_the_earlier_is_picked():
    again = EEL.replace("eleven", "twelve")

    assert picked("\n\n".join([OPENING, again, EEL])).passages[0].text == again


def test_weights_choose_from_any_place():
    last = Weights(tuple(float(name == "last_paragraph") for name in FEATURES))
    text = "\n\n".join([OPENING, EEL, *[EEL] * 6, FOG])

    extract = picked(text, weights=last)

    assert extract.origin is Origin.AUTOMATIC
    assert extract.passages[0].text in FOG
    assert chosen(text)[0].passages[0].text == EEL


def test_lines_of_links_and_a_poem_give_whole_lines():
    links = "\n\n".join(f"Link {n} to eels" for n in range(30))
    stanza = "The eel is late, the fog is thin\nthe lamps are out, the tide is in\nand nobody knows where it has been"

    assert picked(links).origin is Origin.TITLE
    assert [one.text for one in picked("\n\n".join([stanza] * 3)).passages] == [stanza]


def test_a_text_too_short_for_a_pick_gives_its_lead():
    extract = picked("A short note on eels.\n\nMore follows.")

    assert extract.origin is Origin.LEAD
    assert extract.passages[0].text == "A short note on eels."


@pytest.mark.parametrize("text", ["", "Only a heading", "- one\n- two", "***"])
def test_a_body_without_a_text_paragraph_gives_the_title(text):
    extract = picked(text)

    assert extract.origin is Origin.TITLE
    assert [(one.text, one.start) for one in extract.passages] == [("What an eel is owed", None)]


@pytest.mark.parametrize("kind", [kind for kind in BlockKind if kind is not BlockKind.PARAGRAPH])
def test_only_paragraphs_are_quoted(kind):
    text = f"{OPENING}\n\n{EEL}"
    cut = len(OPENING)
    body = Body("", text, (Block(BlockKind.PARAGRAPH, 0, cut), Block(kind, cut + 2, len(text))))

    extract = pick(body, title="T", language="en")

    assert [one.text for one in extract.passages] == [OPENING]


def test_a_paragraph_without_a_stop_is_cut_at_a_word():
    extract = picked("words without end " * 400)

    assert len(extract.passages[0].text.split()) == 160
    assert extract.origin is Origin.LEAD


def test_characters_of_chinese_count_half_a_word():
    sentence = "港口的鳗鱼养活了十一个家庭，每个家庭都有一张比港口还要古老的许可证。"
    text = "\n\n".join(["早晨很安静。", sentence * 4, "雾从北方来，停留一个星期。" * 8])

    extract = pick(text_body(text), title="鳗鱼", language="zh")

    assert extract.origin is Origin.AUTOMATIC
    assert 80 <= len(extract.passages[0].text) <= 180


def test_what_the_editor_gives_is_kept_and_placed():
    extract, warnings = chosen(given=("Some like it. ", "", "The gulls were."))

    assert extract.origin is Origin.EDITOR
    assert [one.text for one in extract.passages] == ["Some like it.", "The gulls were."]
    assert [ARTICLE[one.start : one.end] for one in extract.passages] == ["Some like it.", "The gulls were."]
    assert warnings == ()


def test_white_space_alone_yields_the_bodys_own_words():
    text = ARTICLE.replace("Some like it.", "Some\u00a0like\nit.")

    extract, _ = chosen(text, given=("Some like it.",))

    assert extract.passages[0].text == "Some\u00a0like\nit."


def test_edge_ellipses_stay_as_the_editor_typed_them():
    extract, warnings = chosen(given=(".....and nobody was surprised....",))

    [passage] = extract.passages
    assert passage.text == ".....and nobody was surprised...."
    assert ARTICLE[passage.start : passage.end] == "and nobody was surprised"
    assert warnings == ()


def test_a_passage_that_is_not_in_the_body_is_kept_with_a_warning_that_names_the_nearest_sentence():
    extract, [warning] = chosen(given=("The eel fishery of the bay fed twelve families.",))

    [passage] = extract.passages
    assert (passage.start, passage.end) == (None, None)
    assert "The eel fishery of the bay feeds eleven families." in warning


def test_the_sources_summary_is_taken_if_it_is_verbatim():
    extract, _ = chosen(summary="The harbour woke late on Sunday,\nand nobody was surprised.")

    assert extract.origin is Origin.SOURCE
    assert extract.plain == "The harbour woke late on Sunday, and nobody was surprised."


@pytest.mark.parametrize(
    "summary", ["An eel remembers who paid.", "The harbour woke late on Sunday, and…", "Which eel", ARTICLE, ""]
)
def test_a_summary_that_is_no_quotation_or_cut_off_or_the_whole_article_is_not(summary):
    extract, _ = chosen(summary=summary)

    assert extract.origin is Origin.AUTOMATIC


def test_a_plain_text_keeps_its_offsets_and_its_kinds_of_blocks():
    text = f"\n Eels\r\n\r\n{OPENING}\r\n\u00a0\r\n- nets\n- oars\n\nThis article is republished from The Bay.\n"

    body = text_body(text)

    assert body.text == text
    assert [(block.kind.value, text[block.start : block.end]) for block in body.blocks] == [
        ("heading", "Eels"),
        ("paragraph", OPENING),
        ("list", "- nets\n- oars"),
        ("note", "This article is republished from The Bay."),
    ]
