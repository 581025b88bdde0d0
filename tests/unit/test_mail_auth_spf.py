"""SPF records read, and followed through a DNS that is a dict."""

from __future__ import annotations

import ipaddress

import pytest

from publisher.mail_auth.spf import Result, is_spf, parse_spf
from publisher.mail_auth.spf_walk import SpfWalk, result_for, walk_spf
from tests.doubles.dict_resolver import DictResolver

HOME = "harbour.press"


def walked(record: str | list[str], **others: str) -> SpfWalk:
    """The walk of `record`; others: TXT records of `NAME.press`, with `_` for a dot within the name."""
    records = [record] if isinstance(record, str) else record
    zone = {(HOME, "TXT"): records, (HOME, "A"): ["192.0.2.1"], (HOME, "MX"): [f"10 mx.{HOME}"]}
    zone |= {(f"mx.{HOME}", "A"): ["192.0.2.25"], (f"mx.{HOME}", "AAAA"): ["2001:db8::25"]}
    zone |= {(f"{name}.press", "TXT"): [text] for name, text in others.items()}
    return walk_spf(HOME, DictResolver(zone))


def judged(walk: SpfWalk, address: str) -> Result:
    assert walk.top is not None
    return result_for(walk.top, ipaddress.ip_address(address))


def test_only_a_whole_version_makes_an_spf_record() -> None:
    assert is_spf("v=spf1 -all") and is_spf("v=spf1") and is_spf("V=SPF1 ~all")
    assert not is_spf("v=spf10 -all") and not is_spf("spf1 -all") and not is_spf(" v=spf1")


def test_every_kind_of_term_is_read() -> None:
    record = parse_spf("v=spf1 +a a:x.press/24//64 mx/28 ip4:192.0.2.0/24 ip6:2001:db8::/32 include:y.press ?ptr ~all")

    assert record.faults == ()
    assert [term.name for term in record.terms] == ["a", "a", "mx", "ip4", "ip6", "include", "ptr", "all"]
    assert (record.terms[1].domain, record.terms[1].length4, record.terms[1].length6) == ("x.press", 24, 64)
    assert (record.terms[2].domain, record.terms[2].length4) == ("", 28)
    assert record.ending is Result.SOFTFAIL


@pytest.mark.parametrize(
    "wrong",
    [
        *("ip4:300.1.1.1", "ip4:2001:db8::1", "ip6:192.0.2.1", "ip4", "include", "include:", "exists", "all:x", "a/33"),
        *("mail", "a:", "ptr/24", "redirect=a.press redirect=b.press"),
    ],
)
def test_what_a_receiver_calls_an_error_is_a_fault(wrong: str) -> None:
    assert len(parse_spf(f"v=spf1 {wrong}").faults) == 1


def test_unknown_modifiers_and_spare_blanks_are_passed_over() -> None:
    record = parse_spf("v=spf1  a  exp=why.press  op=x  -all ")

    assert (record.faults, [term.name for term in record.terms]) == ((), ["a", "all"])


def test_nothing_counts_behind_all_and_redirect_only_without_it() -> None:
    assert [one.name for one in parse_spf("v=spf1 -all include:x.press redirect=y.press").terms] == ["all"]
    assert [one.name for one in parse_spf("v=spf1 redirect=y.press a").terms] == ["a", "redirect"]


def test_lookups_are_counted_through_includes() -> None:
    walk = walked("v=spf1 a mx include:one.press -all", one="v=spf1 include:two.press ~all", two="v=spf1 ip4:192.0.2.9")

    assert (walk.lookups, walk.faults, walk.voids) == (4, [], [])
    assert walk.includes == ["one.press", "two.press"]
    assert [judged(walk, one) for one in ("192.0.2.1", "192.0.2.25", "2001:db8::25", "192.0.2.9")] == [Result.PASS] * 4
    assert judged(walk, "198.51.100.1") is Result.FAIL


def test_an_include_that_does_not_pass_does_not_match() -> None:
    walk = walked("v=spf1 include:one.press ~all", one="v=spf1 ip4:192.0.2.9 -all")

    assert judged(walk, "192.0.2.8") is Result.SOFTFAIL


def test_eleven_lookups_are_eleven() -> None:
    names = [f"s{number}" for number in range(11)]
    walk = walked(
        "v=spf1 " + " ".join(f"include:{name}.press" for name in names) + " -all",
        **dict.fromkeys(names, "v=spf1 ip4:192.0.2.7"),
    )

    assert walk.lookups == 11


@pytest.mark.parametrize(
    ("record", "others"),
    [
        (f"v=spf1 include:{HOME} -all", {}),
        ("v=spf1 include:one.press -all", {"one": "v=spf1 include:two.press", "two": "v=spf1 include:one.press"}),
        ("v=spf1 redirect=one.press", {"one": f"v=spf1 redirect={HOME}"}),
    ],
)
def test_a_loop_ends_and_is_told(record: str, others: dict[str, str]) -> None:
    walk = walked(record, **others)

    assert len(walk.faults) == 1 and "includes itself" in walk.faults[0]
    assert walk.lookups <= 3


def test_a_fan_of_includes_ends() -> None:
    wide = {f"w{n}": "v=spf1 " + " ".join(f"include:w{m}.press" for m in range(20) if m != n) for n in range(20)}

    zone = {(f"{name}.press", "TXT"): [text] for name, text in wide.items()}
    resolver = DictResolver(zone)
    walk = walk_spf("w0.press", resolver)

    assert walk.lookups > 10
    assert len(resolver.asked) <= 31


def test_names_that_are_gone_are_void() -> None:
    walk = walked("v=spf1 a:gone.press mx:gone2.press exists:gone3.press include:gone4.press -all")

    assert walk.voids == ["gone.press", "gone2.press", "gone3.press", "gone4.press"]
    assert walk.faults == ["gone4.press has no SPF record"]


def test_a_redirect_ends_the_record_as_its_target_does() -> None:
    walk = walked("v=spf1 redirect=one.press", one="v=spf1 ip4:192.0.2.9 -all")

    assert (walk.ending, walk.lookups) == (Result.FAIL, 1)
    assert judged(walk, "192.0.2.9") is Result.PASS
    assert judged(walk, "192.0.2.8") is Result.FAIL


def test_a_macro_is_counted_and_leaves_the_answer_open() -> None:
    walk = walked("v=spf1 exists:%{i}._spf.harbour.press ip4:192.0.2.9 -all")

    assert (walk.lookups, walk.faults) == (1, [])
    assert judged(walk, "192.0.2.9") is Result.UNKNOWN


def test_what_is_not_answered_is_unknown_and_no_fault() -> None:
    zone = {(HOME, "TXT"): ["v=spf1 include:slow.press -all"]}
    walk = walk_spf(HOME, DictResolver(zone, silent=["slow.press"]))

    assert (walk.unknown, walk.faults) == (["slow.press"], [])
    assert judged(walk, "192.0.2.9") is Result.UNKNOWN


@pytest.mark.parametrize(
    ("records", "count"), [(["hello"], 0), (["v=spf1 -all", "x"], 1), (["v=spf1 a", "v=spf1 mx"], 2)]
)
def test_spf_records_are_counted_among_the_other_texts(records: list[str], count: int) -> None:
    assert walked(records).count == count
