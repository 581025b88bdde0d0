"""DMARC: records, the tree walk, alignment, and whose domains are whose."""

from __future__ import annotations

import pytest

from publisher.mail_auth import domain_of, is_free_mail, is_reserved, shown
from publisher.mail_auth.dmarc import DmarcWalk, is_aligned, parse_dmarc, places, walk_dmarc
from tests.doubles.dict_resolver import DictResolver


def walked(domain: str, **records: str | list[str]) -> DmarcWalk:
    """The walk from a domain; a record by its domain, with `_` for a dot."""
    zone = {
        (f"_dmarc.{name.replace('_', '.')}", "TXT"): [text] if isinstance(text, str) else text
        for name, text in records.items()
    }
    return walk_dmarc(domain, DictResolver(zone))


def test_a_record_is_read_whatever_its_case_and_blanks() -> None:
    record = parse_dmarc("v = DMARC1 ; P=Reject; rua=mailto:d@harbour.press; adkim=s; ASPF=S; sp=none")

    assert record is not None
    assert (record.policy, record.subdomain_policy, record.fault) == ("reject", "none", "")
    assert (record.is_strict_dkim, record.is_strict_spf, record.reports) == (True, True, "mailto:d@harbour.press")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("v=DMARC1; p=bad", "p=bad"),
        ("v=DMARC1", "p= is missing"),
        ("v=DMARC1; p=none; sp=soft", "sp=soft"),
        ("v=DMARC1; p=none; p=reject", "twice"),
    ],
)
def test_a_policy_that_no_receiver_takes_is_a_fault(text: str, fault: str) -> None:
    record = parse_dmarc(text)

    assert record is not None and fault in record.fault


@pytest.mark.parametrize("text", ["v=DMARC2; p=none", "p=none; v=DMARC1", "dmarc", "v=dmarc1; p=none", ""])
def test_what_does_not_begin_with_the_version_is_no_record(text: str) -> None:
    assert parse_dmarc(text) is None


def test_the_walk_goes_up_to_the_parent() -> None:
    walk = walked("letters.harbour.press", harbour_press="v=DMARC1; p=none")

    assert (walk.found_at, walk.organisational_domain) == ("harbour.press", "harbour.press")


def test_an_own_record_counts_before_the_parents() -> None:
    own, above = "v=DMARC1; p=reject", "v=DMARC1; p=none"
    walk = walked("letters.harbour.press", letters_harbour_press=own, harbour_press=above)

    assert walk.policy is not None and walk.policy.policy == "reject"
    assert walk.organisational_domain == "harbour.press"


def test_a_public_suffix_has_organisations_one_label_below() -> None:
    walk = walked("a.b.harbour.press", press="v=DMARC1; p=reject; psd=y")

    assert walk.organisational_domain == "harbour.press"
    assert walk.found_at == "press"


def test_psd_n_ends_the_walk() -> None:
    walk = walked("a.b.press", b_press="v=DMARC1; p=none; psd=n", press="v=DMARC1; p=none")

    assert (walk.organisational_domain, set(walk.records)) == ("b.press", {"b.press"})


def test_two_records_are_none_and_are_told() -> None:
    walk = walked("harbour.press", harbour_press=["v=DMARC1; p=none", "v=DMARC1; p=reject"])

    assert walk.policy is None and "2 records" in walk.faults["harbour.press"]


def test_a_long_name_costs_eight_questions() -> None:
    found = list(places("a.b.c.d.e.f.g.h.i.j.press"))

    assert len(found) == 8
    assert found[:2] == ["a.b.c.d.e.f.g.h.i.j.press", "e.f.g.h.i.j.press"]
    assert list(places("harbour.press")) == ["harbour.press", "press"]


def test_alignment_is_relaxed_unless_it_is_strict() -> None:
    own = walked("harbour.press", harbour_press="v=DMARC1; p=none")
    bounces = walked("bounces.harbour.press", harbour_press="v=DMARC1; p=none")
    other = walked("relay.press")

    assert is_aligned(own, bounces, is_strict=False)
    assert not is_aligned(own, bounces, is_strict=True)
    assert not is_aligned(own, other, is_strict=False)
    assert is_aligned(own, own, is_strict=True)


@pytest.mark.parametrize("domain", ["gmail.com", "yahoo.com", "yahoo.co.uk", "hotmail.fr", "outlook.de", "GMX.de"])
def test_free_mail_is_known_with_every_ending(domain: str) -> None:
    assert is_free_mail(domain)


@pytest.mark.parametrize("domain", ["harbour.press", "live.harbour.press", "notgmail.com", "yahoo.harbour.example"])
def test_an_own_domain_is_no_free_mail(domain: str) -> None:
    assert not is_free_mail(domain)


@pytest.mark.parametrize(
    "domain", ["harbour.example", "example", "a.test", "b.invalid", "localhost", "x.localhost", "mail.example.org", ""]
)
def test_nobody_asks_for_a_reserved_domain(domain: str) -> None:
    assert is_reserved(domain)


def test_an_address_of_numbers_is_nothing_to_look_up_and_a_domain_is() -> None:
    assert is_reserved("192.0.2.1") and is_reserved("[2001:db8::1]")
    assert not is_reserved("harbour.press") and not is_reserved("myexample.org")


def test_an_address_has_its_domain_in_lower_case() -> None:
    assert (domain_of("Ada@Harbour.Press."), domain_of("ada"), domain_of("")) == ("harbour.press", "", "")


def test_a_record_from_outside_cannot_write_to_the_terminal() -> None:
    assert shown("v=spf1\x1b[2J\n-all" + "x" * 500) == "v=spf1 [2J -all" + "x" * 105 + "…"
