"""The mail linter takes whatever it is given, in time that grows with the length alone."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.mail_lint import RULES, Expected, lint, lint_parts
from publisher.mail_lint.encoded_words import decode_header
from publisher.rendering.headers import unstructured
from tests.doubles.a_mail import EXPECTED, HEADERS, HTML, SUBJECT, TEXT, a_mail

PIECES = st.sampled_from(
    (
        *(
            "<",
            ">",
            "</",
            "<!--",
            "-->",
            "[if mso]>",
            "<![endif]",
            '"',
            "'",
            "=",
            "&",
            ";",
            "{{",
            "%}",
            "<table>",
            "<td",
        ),
        *("<p>", "<style>", "@media{", "}", "style=", "=?utf-8?q?", "?=", "\r", "\n", "\0", "\u202e", "\u2028", "=FF"),
        *("\ud83d", "é"),
    )
)
HOSTILE = st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=60).map("".join))


@settings(max_examples=100, deadline=None)
@given(title=HOSTILE, name=HOSTILE, address=HOSTILE)
def test_hostile_titles_names_and_addresses_never_crash_it(title: str, name: str, address: str) -> None:
    expected = Expected(unsubscribe_url=address, postal_address=name, subject=title, words=title)

    told = lint_parts(HTML.replace("Cranes on a Sunday", title).replace("Quay 7", name), f"{title}\n{name}", expected)

    assert {one.rule.id for one in told} <= set(RULES)


@settings(max_examples=100, deadline=None)
@given(title=HOSTILE, place=st.sampled_from(["headers", "html", "text"]))
def test_hostile_bytes_anywhere_in_a_mail_never_crash_it(title: str, place: str) -> None:
    parts = {"headers": HEADERS, "html": HTML, "text": TEXT}
    whole = parts[place].replace("Night shift on the quay", title)
    data = a_mail(**{place: whole.encode("utf-8", "replace").decode()})

    told = lint(data.replace(b"Cranes", title.encode("utf-8", "surrogatepass")), EXPECTED)

    assert all(one.what and one.where for one in told)


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=400))
def test_any_bytes_are_a_mail_with_something_wrong(data: bytes) -> None:
    assert any(one.is_error for one in lint(data, EXPECTED))


@settings(max_examples=100, deadline=None)
@given(title=st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Cn", "Zs", "Cf"]), min_size=1))
def test_a_subject_as_our_writer_encodes_it_breaks_no_rule_of_encoded_words(title: str) -> None:
    line = unstructured("Subject", title).decode()
    headers = HEADERS.replace(f"Subject: {SUBJECT}\n", line.replace("\r\n", "\n"))

    told = {one.rule.id for one in lint(a_mail(headers=headers), Expected("", "", title))}

    assert not [one for one in told if "encoded" in one or one in ("header-subject", "wire-fold", "wire-length")]
    assert decode_header(line.removeprefix("Subject: ").strip().replace("\r\n ", " ")) == title


@pytest.mark.parametrize(
    "piece",
    ['<a "', "<!--", "<p>", "</p>", "<td", '<a href="x', "style=':;", "<style>", "(((", "&amp", "{{", "<table>"],
)
def test_a_part_of_a_hundred_kilobytes_of_one_trap_takes_no_longer_than_another(piece: str) -> None:
    page = HTML.replace("Cranes on a Sunday", piece * (100_000 // len(piece)), 1)
    started = time.process_time()

    told = lint_parts(page, TEXT, EXPECTED)

    assert time.process_time() - started < 4
    assert told


@pytest.mark.parametrize("piece", ["(", '"', "a:b;", ":", "'", "url(", "{", "}", "@media{", "h1,", "rgb(1,"])
def test_a_style_of_a_hundred_kilobytes_of_one_trap_takes_no_longer_than_another(piece: str) -> None:
    trap = piece * (100_000 // len(piece))
    page = HTML.replace("</style>", f"{trap}</style>").replace("padding:24px", trap.replace('"', "'"))
    started = time.process_time()

    told = lint_parts(page, TEXT, EXPECTED)

    assert time.process_time() - started < 4
    assert told
