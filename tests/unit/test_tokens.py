"""Tokens: signed, bound to a purpose, without an address."""

from __future__ import annotations

import base64
import random
import string

import pytest

from publisher.errors import TokenError
from publisher.model.ids import IssueId, SubscriberId
from publisher.tokens import (
    BOUNCE_TOKEN_LENGTH,
    MESSAGE_TOKEN_LENGTH,
    UNSUBSCRIBE_TOKEN_LENGTH,
    bounce_token,
    digest_key,
    message_token,
    sign_unsubscribe,
    verify_unsubscribe,
)

SECRET, OLD = b"a secret of enough bytes", b"an older secret of bytes"
ADA = SubscriberId(7)
ISSUE = IssueId("weekly-2026-w48")


def a_token(secret: bytes = SECRET, digest: str = "weekly") -> str:
    return sign_unsubscribe(secret, subscriber_id=ADA, digest=digest)


def test_a_token_says_who_and_which_digest() -> None:
    claim = verify_unsubscribe([SECRET], a_token())

    assert (claim.subscriber_id, claim.digest_key) == (ADA, digest_key("weekly"))


def test_a_token_of_an_older_key_still_works() -> None:
    assert verify_unsubscribe([SECRET, OLD], a_token(OLD)).subscriber_id == ADA


def test_a_token_of_an_unknown_key_does_not() -> None:
    with pytest.raises(TokenError):
        verify_unsubscribe([SECRET], a_token(OLD))


def test_no_changed_token_is_accepted() -> None:
    token, chance = a_token(), random.Random(7)
    letters = string.ascii_letters + string.digits + "-_"
    accepted = []
    for _ in range(3000):
        place = chance.randrange(len(token))
        forged = token[:place] + chance.choice(letters) + token[place + 1 :]
        if forged == token:
            continue
        try:
            verify_unsubscribe([SECRET], forged)
        except TokenError:
            continue
        accepted.append(forged)

    assert accepted == []


@pytest.mark.parametrize(
    "forge", [lambda t: t[:-1], lambda t: t + "A", lambda t: t + "=", lambda t: "", lambda t: "é" * 44]
)
def test_a_token_of_another_length_or_alphabet_is_refused(forge) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TokenError):
        verify_unsubscribe([SECRET], forge(a_token()))


def test_a_token_has_a_fixed_length_and_no_bits_to_spare() -> None:
    assert len(a_token()) == UNSUBSCRIBE_TOKEN_LENGTH
    assert len(base64.urlsafe_b64decode(a_token())) * 4 == UNSUBSCRIBE_TOKEN_LENGTH * 3
    assert len(message_token(SECRET, ISSUE, ADA)) == MESSAGE_TOKEN_LENGTH


def test_tokens_of_other_purposes_people_and_issues_differ() -> None:
    tokens = {
        message_token(SECRET, ISSUE, ADA),
        message_token(SECRET, ISSUE, SubscriberId(8)),
        message_token(SECRET, IssueId("weekly-2026-w49"), ADA),
        message_token(OLD, ISSUE, ADA),
        bounce_token(SECRET, ISSUE, ADA),
    }

    assert len(tokens) == 5


def test_a_bounce_token_survives_a_lost_case_and_fits_before_the_at_sign() -> None:
    tokens = [bounce_token(SECRET, ISSUE, SubscriberId(one)) for one in (0, 7, 2**40)]

    assert {len(token) for token in tokens} == {BOUNCE_TOKEN_LENGTH}
    assert all(token.isalnum() and token == token.lower() for token in tokens)
    assert len("bounces+") + BOUNCE_TOKEN_LENGTH <= 64


def test_a_refused_token_keeps_nothing_of_the_one_before() -> None:
    errors = []
    for _ in range(3):
        with pytest.raises(TokenError) as caught:
            verify_unsubscribe([SECRET], "forged")
        errors.append(caught.value)

    assert len({id(error) for error in errors}) == 3
    assert len({str(error) for error in errors}) == 1
