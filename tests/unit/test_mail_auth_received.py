"""A received mail: its fields as they stand, its signatures, and what the receiver found."""

from __future__ import annotations

import pytest

from publisher.mail_auth.dkim import DkimKey, parse_key
from publisher.mail_auth.message import Message, parse_message
from publisher.mail_auth.results import results_of
from publisher.mail_auth.signature import canonical_body, canonical_field, holds, is_body_whole, signatures_of
from tests.doubles.a_received_mail import MAIL, NAMES, RESULTS
from tests.doubles.dkim_keys import SigningKey, rsa_record


@pytest.fixture(scope="module")
def key() -> SigningKey:
    return SigningKey()


def public(key: SigningKey) -> DkimKey:
    found = parse_key(key.record)
    assert found is not None
    return found


def verdict(data: bytes, key: SigningKey) -> tuple[bool, bool | None]:
    message = parse_message(data)
    (signature,) = signatures_of(message)
    return is_body_whole(signature, message), holds(signature, message, public(key))


def test_fields_are_read_in_order_with_their_folds() -> None:
    message = parse_message(MAIL)

    assert [field.name for field in message.fields][:3] == ["date", "from", "to"]
    unsubscribe = message.first("List-Unsubscribe")
    assert unsubscribe is not None and unsubscribe.raw.count(b"\r\n ") == 1
    assert unsubscribe.value.startswith("<https://") and ">, <mailto:" in unsubscribe.value
    assert not unsubscribe.is_broken_inside


def test_a_mail_of_a_mailbox_file_is_the_same_mail() -> None:
    stored = b"From ada@mailbox.press Tue Nov 24 07:31:00 2026\n" + MAIL.replace(b"\r\n", b"\n")

    assert parse_message(stored) == parse_message(MAIL)


@pytest.mark.parametrize("data", [b"", b"\r\n", b"no field\r\n\r\nbody", b"\xff\xfe: x", b": x\n", b"A:\n\n"])
def test_anything_can_be_read(data: bytes) -> None:
    assert isinstance(parse_message(data), Message)


def test_a_fold_inside_an_address_is_seen() -> None:
    message = parse_message(MAIL.replace(b"https://harbour.press/mail", b"https://harbour.\r\n press/mail"))

    assert [field.name for field in message.fields if field.is_broken_inside] == ["list-unsubscribe"]


def test_a_signature_holds_until_something_is_changed(key: SigningKey) -> None:
    signed = key.sign(MAIL, NAMES, domain="harbour.press")

    assert verdict(signed, key) == (True, True)
    assert verdict(signed.replace(b"\r\n", b"\n"), key) == (True, True)
    assert verdict(b"Received: from elsewhere\r\n" + signed, key) == (True, True)
    assert verdict(signed.replace(b"last ferry", b"lost ferry"), key) == (True, False)
    assert verdict(signed.replace(b"at six", b"at ten"), key) == (False, True)


def test_refolding_at_white_space_is_no_change_when_relaxed(key: SigningKey) -> None:
    signed = key.sign(MAIL, NAMES, domain="harbour.press")

    assert verdict(signed.replace(b"Subject: The last", b"Subject: The\r\n\tlast"), key) == (True, True)
    assert verdict(signed.replace(b"/mail/u/", b"/mail/\r\n u/"), key) == (True, False)


def test_another_key_or_a_short_one_does_not_hold(key: SigningKey) -> None:
    message = parse_message(key.sign(MAIL, NAMES, domain="harbour.press"))
    (signature,) = signatures_of(message)
    other = parse_key(rsa_record(512))

    assert holds(signature, message, public(SigningKey())) is False
    assert other is not None and holds(signature, message, other) is False
    assert holds(signature, message, DkimKey("ed25519", 256)) is None


def test_what_is_no_signature_is_left_out() -> None:
    broken = b"DKIM-Signature: v=1; a=rsa-sha256; d=x\r\nDKIM-Signature: b\r\nDKIM-Signature: a=b; a=c\r\n"

    assert signatures_of(parse_message(broken + MAIL)) == []


def test_the_canonical_forms_are_those_of_rfc_6376() -> None:
    assert canonical_field(b"A: X\r\n", "relaxed") == b"a:X\r\n"
    assert canonical_field(b"B : Y\t\r\n\tZ  \r\n", "relaxed") == b"b:Y Z\r\n"
    assert canonical_field(b"B : Y\t\r\n\tZ  \r\n", "simple") == b"B : Y\t\r\n\tZ  \r\n"
    assert canonical_body(b" C \r\nD \t E\r\n\r\n\r\n", "relaxed") == b" C\r\nD E\r\n"
    assert canonical_body(b" C \r\nD \t E\r\n\r\n\r\n", "simple") == b" C \r\nD \t E\r\n"
    assert (canonical_body(b"", "relaxed"), canonical_body(b"\r\n\r\n", "simple")) == (b"", b"\r\n")


def test_the_receivers_results_are_read_without_its_comments() -> None:
    assert results_of(parse_message(RESULTS + MAIL)) == {"spf": "pass", "dkim": "pass", "dmarc": "pass"}
    assert results_of(parse_message(MAIL)) == {}


def test_one_signature_that_passes_is_enough_and_others_results_do_not_count() -> None:
    last = b"Authentication-Results: mx.a.press; dkim=fail header.d=x; dkim=pass header.d=y; spf=softfail\r\n"
    forged = b"Authentication-Results: mx.b.press; spf=pass; dmarc=pass\r\n"

    assert results_of(parse_message(last + forged + MAIL)) == {"dkim": "pass", "spf": "softfail"}
