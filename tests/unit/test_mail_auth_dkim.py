"""DKIM key records: their length comes from the key's own bytes."""

from __future__ import annotations

import base64

import pytest

from publisher.mail_auth.dkim import DkimKey, parse_key
from tests.doubles.dkim_keys import element, rsa_public, rsa_record


def key_of(text: str) -> DkimKey:
    key = parse_key(text)
    assert key is not None
    return key


@pytest.mark.parametrize("bits", [512, 768, 1024, 2048, 4096])
def test_the_length_of_an_rsa_key_is_that_of_its_modulus(bits: int) -> None:
    assert (key_of(rsa_record(bits)).bits, key_of(rsa_record(bits)).fault) == (bits, "")


def test_k_and_v_may_be_left_out_and_a_bare_key_is_read_too() -> None:
    bare = element(0x30, element(0x02, b"\0" + b"\xff" * 128) + element(0x02, b"\x03"))

    assert key_of(rsa_record(1024, prefix="p=")).bits == 1024
    assert key_of("p=" + base64.b64encode(bare).decode()).bits == 1024


def test_white_space_in_the_key_does_not_matter() -> None:
    record = rsa_record(2048)

    assert key_of(f"{record[:60]} \t{record[60:90]}\r\n {record[90:]}").bits == 2048


def test_an_ed25519_key_has_thirty_two_bytes() -> None:
    whole = base64.b64encode(b"k" * 32).decode()
    cut = base64.b64encode(b"k" * 31).decode()

    assert key_of(f"v=DKIM1; k=ed25519; p={whole}").bits == 256
    assert "32 bytes" in key_of(f"v=DKIM1; k=ed25519; p={cut}").fault


def test_an_empty_p_is_a_revoked_key() -> None:
    assert key_of("v=DKIM1; p=").is_revoked
    assert key_of("v=DKIM1; k=rsa; p= ; t=s").is_revoked


def test_a_testing_key_says_so() -> None:
    assert key_of(rsa_record(2048) + "; t=y:s").is_testing
    assert not key_of(rsa_record(2048) + "; t=s").is_testing


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("v=DKIM2; p=AAAA", "v="),
        ("p=AAAA; v=DKIM1", "v="),
        ("v=DKIM1; p=AA*A", "base64"),
        ("v=DKIM1; p=AAAA", "no RSA key"),
        ("v=DKIM1; k=dsa; p=AAAA", "k=dsa"),
    ],
)
def test_a_broken_record_is_told(text: str, fault: str) -> None:
    assert fault in key_of(text).fault


def test_a_cut_key_never_breaks_the_reader() -> None:
    whole = rsa_public(2048)

    faults = {key_of("p=" + base64.b64encode(whole[:size]).decode()).fault for size in range(1, len(whole))}

    assert faults == {"p= is no RSA key: it was cut or changed"}


@pytest.mark.parametrize("text", ["v=spf1 -all", "hello", "v=DKIM1; k=rsa", "", "p=AAAA; p=BBBB", "a=b; ="])
def test_other_texts_are_no_key(text: str) -> None:
    assert parse_key(text) is None
