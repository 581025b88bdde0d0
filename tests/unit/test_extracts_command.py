"""`publisher extract` as values (design.md 5): lines out match lines in."""

import json

import pytest

from publisher.app.extract import extract_file, extract_lines, extract_text
from publisher.cli.extract import quoted_object, show_lines, text_of
from publisher.errors import DataError
from publisher.model.article import Origin
from publisher.model.settings import ExtractSettings

TEXT = "Eels\n\n“They are late,” he said. Nobody was surprised; the eels never were in time.\n"
SETTINGS = ExtractSettings()


def test_offsets_are_those_of_the_text_as_given():
    quoted = extract_text("\r\n\u00a0" + TEXT, settings=SETTINGS)

    [passage] = quoted.extract.passages
    assert ("\r\n\u00a0" + TEXT)[passage.start : passage.end] == passage.text
    assert passage.text.startswith("“They are late,”")


def test_a_markdown_file_gives_its_editors_extract():
    data = b"---\ntitle: Eels\nextract: The eels were late.\n---\n\nIt rained. The eels were late.\n"

    quoted = extract_file("eels.md", data, settings=SETTINGS)

    assert quoted.extract.origin is Origin.EDITOR
    assert quoted.extract.plain == "The eels were late."


def test_a_text_file_that_is_no_magazine_page_is_plain_text():
    assert extract_file("eels.txt", TEXT.encode(), settings=SETTINGS) == extract_text(TEXT, settings=SETTINGS)


def test_bytes_that_are_not_utf8_are_bad_data():
    with pytest.raises(DataError, match="not UTF-8"):
        extract_file("eels.txt", b"\xff\xfe", settings=SETTINGS)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b"nope", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"[1]", 'no string "body"'),
        (b'{"title": "T"}', 'no string "body"'),
        (b'{"body": "x", "title": 3}', '"title" is not a string'),
        (b'{"body": "\xff"}', "not UTF-8"),
    ],
)
def test_a_bad_line_gets_an_answer_of_its_own_that_names_the_line(line, said):
    lines = [json.dumps({"body": TEXT, "language": None}).encode(), line, json.dumps({"body": TEXT}).encode()]

    first, bad, last = extract_lines(lines, where="in.jsonl", settings=SETTINGS)

    assert first == last
    assert bad.extract.passages == ()
    assert said in str(bad.problem)
    assert str(bad.problem).startswith("in.jsonl:2: ")


def test_lines_are_printed_in_order_and_bad_ones_counted(capsys):
    lines = [b'\xef\xbb\xbf{"body": "", "title": "T"}\r\n', b"nope\n", b"\n", rb'{"body": "It rained \ud800 all day."}']

    assert show_lines(lines, where="in.jsonl", settings=SETTINGS) == 1

    out, err = capsys.readouterr()
    title, bad, torn = map(json.loads, out.splitlines())
    assert title == {"passages": [{"start": None, "end": None, "text": "T"}], "origin": "title"}
    assert (bad["passages"], bad["origin"]) == ([], "title")
    assert "in.jsonl:2" in bad["error"]
    assert torn["passages"] == [{"start": 0, "end": 20, "text": "It rained \ud800 all day."}]
    assert "in.jsonl:2" in err


def test_the_printed_form_is_the_magazines_line_with_offsets_and_origin():
    quoted = extract_text(TEXT, settings=SETTINGS)

    assert text_of(quoted) == (f'EXTRACT: "{TEXT[6:-1]}"\npassage  6-{len(TEXT) - 1}, 14 words\norigin   automatic')
    assert quoted_object(quoted)["passages"][0]["start"] == 6


def test_a_text_without_a_paragraph_prints_its_title():
    assert text_of(extract_text("", title="Eels", settings=SETTINGS)) == "Eels\norigin   title"
    assert text_of(extract_text("", settings=SETTINGS)) == "origin   title"
