"""Subscribers as CSV: what is read, what is refused, what reads back the same."""

from __future__ import annotations

import io

import pytest

from publisher.errors import DataError
from publisher.model.subscriber import SubscriberState
from publisher.subscriptions.addresses import parse_address
from publisher.subscriptions.csv_lines import BadLine, Line, plain_cell, read_lines, safe_cell


def read(*lines: str, digests: tuple[str, ...] = ("weekly",)) -> list[Line | BadLine]:
    file = io.StringIO("".join(f"{line}\n" for line in lines), newline="")
    return list(read_lines(file, name="people.csv", digests=digests))


def test_only_the_address_is_required() -> None:
    [line] = read("address", "ada@example.org")

    assert isinstance(line, Line)
    assert (line.state, line.digests) == (SubscriberState.ACTIVE, ("weekly",))


def test_columns_are_found_by_name_in_any_order() -> None:
    [line] = read("language,digests,address", "fi,weekly,ada@example.org")

    assert isinstance(line, Line)
    assert (line.language, line.digests) == ("fi", ("weekly",))


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("nobody,,", "is no mail address"),
        ("ada@example.org,asleep,", "state: 'asleep' was given"),
        ("ada@example.org,,monthly", "there is no digest 'monthly'"),
        ("ada@example.org,,weekly,more", "it has 4 cells"),
    ],
)
def test_a_bad_line_is_named_and_the_next_is_read(row: str, problem: str) -> None:
    bad, good = read("address,state,digests", row, "bo@example.org,,")

    assert isinstance(bad, BadLine)
    assert (bad.number, isinstance(good, Line)) == (2, True)
    assert problem in bad.problem


def test_without_a_digest_named_the_site_must_have_one_only() -> None:
    [line] = read("address", "ada@example.org", digests=("daily", "weekly"))

    assert isinstance(line, BadLine)
    assert "the site has 2: daily, weekly" in line.problem


def test_a_file_without_the_header_is_refused() -> None:
    with pytest.raises(DataError, match=r"people\.csv:1: There is no column `address`"):
        read("ada@example.org", "bo@example.org")


def test_nul_and_endless_lines_end_as_lines() -> None:
    lines = read("address", "a\0da@example.org", "x" * 1_000_000, "bo@example.org")

    assert [isinstance(line, Line) for line in lines] == [True, False, True]


@pytest.mark.parametrize("text", ["=1+1", "+31 20", "-x", "@SUM(A1)", "\tx", "plain", "'quoted", "'=1"])
def test_a_cell_that_a_spreadsheet_would_run_reads_back_the_same(text: str) -> None:
    cell = safe_cell(text)

    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    assert plain_cell(cell) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ada",
        "@example.org",
        "a b@example.org",
        "ada@localhost",
        "a@b..org",
        "a\r\nRCPT TO:<x@y.org>@example.org",
        "<ada@example.org>",
        "ada@example.org,bo@example.org",
        '"a b"@example.org',
        "ä@example.org",
        "a" * 65 + "@example.org",
        "ada@-x.org",
        "ada@1.2.3.4",
    ],
)
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(DataError, match="is no mail address"):
        parse_address(text)


def test_an_address_is_folded_to_compare_it_and_its_domain_is_ascii() -> None:
    address = parse_address(" Ada@Bücher.Example ")

    assert (address.text, address.key) == ("Ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example")


def test_a_stray_quote_costs_its_own_line_and_nobody_else() -> None:
    lines = read(
        "address,consent",
        '"ada@example.org,form',
        "bo@example.org,form",
        'cy@example.org,"said ""yes"""',
        "di@example.org,",
    )

    assert isinstance(lines[0], BadLine)
    assert lines[0].number == 2
    assert [line.address.text for line in lines[1:] if isinstance(line, Line)] == [
        "bo@example.org",
        "cy@example.org",
        "di@example.org",
    ]


def test_a_quoted_cell_may_hold_a_line_break() -> None:
    first, second = read("address,consent", 'ada@example.org,"paper,', 'at the fair"', "bo@example.org,")

    assert isinstance(first, Line)
    assert (first.number, first.consent) == (2, "paper, at the fair")
    assert (second.number, isinstance(second, Line)) == (4, True)


def test_who_is_unsubscribed_without_a_digest_has_ended_all() -> None:
    [line] = read("address,state", "ada@example.org,Unsubscribed", digests=("daily", "weekly"))

    assert isinstance(line, Line)
    assert (line.state, line.digests) == (SubscriberState.UNSUBSCRIBED, ("daily", "weekly"))


@pytest.mark.parametrize("since", ["yesterday", "0001-01-01T00:00:00+14:00", "2026-13-01", "9999-12-31T23:59:59-12:00"])
def test_an_impossible_date_is_a_bad_line(since: str) -> None:
    [line] = read("address,since", f"ada@example.org,{since}")

    assert isinstance(line, BadLine)
    assert "allowed: RFC 3339" in line.problem


def test_a_line_is_counted_through_empty_ones() -> None:
    [line] = read("\ufeffaddress", "", "", "nobody")

    assert (line.number, isinstance(line, BadLine)) == (4, True)


def test_an_endless_line_is_never_held_whole() -> None:
    class Endless(io.StringIO):
        longest = 0

        def readline(self, size: int | None = -1) -> str:  # type: ignore[override]
            text = super().readline(size or -1)
            self.longest = max(self.longest, len(text))
            return text

    file = Endless("address\n" + "x" * 500_000 + "\nada@example.org\n", newline="")
    lines = list(read_lines(file, name="people.csv", digests=("weekly",)))

    assert [isinstance(line, Line) for line in lines] == [False, True]
    assert file.longest <= 20_001
