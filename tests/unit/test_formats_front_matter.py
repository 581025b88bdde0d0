"""The keys at the head of an article."""

from __future__ import annotations

from datetime import date

import pytest

from publisher.errors import ParseError
from publisher.formats import parse_file
from publisher.model.article import Original, ParsedArticle


def read(keys: str, body: str = "Some words.") -> ParsedArticle:
    article = parse_file("a.md", f"---\n{keys}\n---\n\n{body}\n".encode(), where="articles/a.md").article
    assert article is not None
    return article


def fail(keys: str) -> ParseError:
    with pytest.raises(ParseError) as caught:
        read(keys)
    return caught.value


def test_every_key_is_read() -> None:
    article = read(
        """title: "A ferry: the last"
authors: [Ada Berg, Bo Ek]
date: 2026-11-24
updated: Nov 25th 2026
id: tag:harbour.example,2026:article/7
slug: a-ferry
section: culture
language: pt-BR
tags: sea, ferries
image: https://harbour.example/i.jpg
image_size: [1104, 620]
licence: https://creativecommons.org/licenses/by/4.0/
original: {name: The Paper, url: "https://paper.example/1"}
extract: ["Some words.", "…more"]
draft: true
unknown: {a: [b, c]}"""
    )
    assert article.title == "A ferry: the last"
    assert article.authors == ("Ada Berg", "Bo Ek")
    assert (article.published, article.updated) == (date(2026, 11, 24), date(2026, 11, 25))
    assert (article.entry_id, article.slug) == ("tag:harbour.example,2026:article/7", "a-ferry")
    assert (article.section, article.language, article.tags) == ("culture", "pt-BR", ("sea", "ferries"))
    assert article.image == "https://harbour.example/i.jpg"
    assert article.image_size == (1104, 620)
    assert article.licence == "https://creativecommons.org/licenses/by/4.0/"
    assert article.original == Original("The Paper", "https://paper.example/1")
    assert article.given == ("Some words.", "…more")
    assert article.is_draft


def test_values_stay_the_words_that_were_written() -> None:
    article = read("title: 2026\nlanguage: no\ntags: [yes, 1.10, 2026-01-01]")
    assert (article.title, article.language, article.tags) == ("2026", "no", ("yes", "1.10", "2026-01-01"))


@pytest.mark.parametrize(
    "keys", ["", "title:", "title: ~\ndate: null\nauthor: []", "title: ' '\nauthor: ''", "# nothing"]
)
def test_what_is_empty_counts_as_missing(keys: str) -> None:
    article = read(keys)
    assert article.title == "Some words."
    assert (article.authors, article.published) == ((), None)


def test_an_extract_may_be_a_line_of_the_magazine() -> None:
    assert read("""extract: 'EXTRACTS: "One." ---- "Two."'""").given == ("One.", "Two.")
    assert read("extract: A passage.").given == ("A passage.",)
    assert read("extract: >-\n  A passage\n  in two lines.").given == ("A passage in two lines.",)


def test_a_warning_about_an_extract_names_its_line() -> None:
    text = b'---\ntitle: a\nextract: \'EXTRACT: "One." ---- "Two."\'\n---\nWords.'
    parsed = parse_file("a.md", text, where="articles/a.md")
    assert parsed.warnings == ("articles/a.md:3: the line says EXTRACT and holds 2 passages in 'One.'",)


def test_a_title_is_plain_text_and_no_markup_is_read_in_it() -> None:
    assert read("title: 'a <script>alert(1)</script> &amp;\tb'").title == "a <script>alert(1)</script> &amp; b"


def test_author_and_authors_are_taken_together_once() -> None:
    assert read("author: Ada Berg\nauthors: [Bo Ek, Ada Berg]").authors == ("Bo Ek", "Ada Berg")


@pytest.mark.parametrize(
    ("keys", "key", "line", "allowed"),
    [
        ("title: [a]", "title", 2, "one text"),
        ("a: b\ndate: soon", "date", 3, "2026-11-24"),
        ("date: 2026-02-30", "date", 2, "2026-11-24"),
        ("updated: [2026-01-01]", "updated", 2, "one text"),
        ("slug: No Spaces", "slug", 2, "a-z"),
        (f"slug: {'a' * 81}", "slug", 2, "1 to 80"),
        ("language: english language", "language", 2, "pt-BR"),
        ("id: 7", "id", 2, "absolute URI"),
        ("author: {name: a}", "author", 2, "list of texts"),
        ("tags: {a: b}", "tags", 2, "list of texts"),
        ("image: javascript:alert(1)", "image", 2, "https://"),
        ("image_size: 1104", "image_size", 2, "[1104, 620]"),
        ("image_size: [0, 620]", "image_size", 2, "[1104, 620]"),
        ("licence: 'javascript:alert(1)'", "licence", 2, "https://"),
        ("original: The Paper", "original", 2, "name"),
        ("original: {name: a, url: 'javascript:x'}", "original", 2, "name"),
        ("original:\n  x: y", "original", 2, "name"),
        ("extract: {a: b}", "extract", 2, "list of passages"),
        ("extract: [[a]]", "extract", 2, "list of passages"),
        ("draft: maybe", "draft", 2, "true or false"),
    ],
)
def test_a_wrong_value_names_file_line_key_and_what_is_allowed(keys: str, key: str, line: int, allowed: str) -> None:
    error = fail(keys)
    assert error.where == f"articles/a.md:{line}"
    assert f"'{key}'" in error.what
    assert allowed in error.hint


@pytest.mark.parametrize(
    ("keys", "what", "line"),
    [
        ("a: &x b\nc: *x", "anchor", 2),
        ("title: *Big* news", "Broken YAML", 2),
        ("title: *big", "alias", 2),
        ("a: !!python/object/apply:os.system [ls]", "tag", 2),
        ("a: !x b", "tag", 2),
        ("<<: *base", "alias", 2),
        ("title: a\ntitle: b", "twice", 3),
        ("title: a\n- b", "Broken YAML", 3),
        ("title: a: b", "Broken YAML", 2),
        ("title: 'open", "Broken YAML", 3),
        ("- a\n- b", "not a list of keys", 2),
        ("just words", "not a list of keys", 2),
        ("? [a]\n: b", "A key is not a word", 2),
        ("a: " + "[" * 50 + "]" * 50, "nested deeper", 2),
        ("a: " + "{b: " * 50 + "}" * 50, "nested deeper", 2),
        ('a: "\\UFFFFFFFF"', "Broken YAML", 2),
        ("a: b\n" + "x" * 70_000, "too long", 1),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(keys: str, what: str, line: int) -> None:
    error = fail(keys)
    assert what in error.what
    assert error.where == f"articles/a.md:{line}"


def test_an_alias_bomb_is_refused_before_it_grows() -> None:
    rows = ["a0: &a0 [x, x]"] + [f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]" for n in range(1, 60)]
    assert "anchor" in fail("\n".join(rows)).what


def test_front_matter_without_an_end_is_an_error() -> None:
    with pytest.raises(ParseError, match="no end"):
        parse_file("a.md", b"---\ntitle: a\n\nWords.", where="a.md")


def test_an_escape_brings_no_control_character_back() -> None:
    assert read('title: "a\\0b\\ud800c"').title == "abc"
