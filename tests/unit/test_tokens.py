"""Tokens: signed, bound to a purpose, without an address."""

from __future__ import annotations

import base64
import random
import string
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from publisher.errors import TokenError
from publisher.model.ids import IssueId, SubscriberId
from publisher.tokens import (
    BOUNCE_TOKEN_LENGTH,
    CONFIRM_TOKEN_LENGTH,
    LINK_TOKEN_LENGTH,
    MESSAGE_TOKEN_LENGTH,
    Purpose,
    bounce_token,
    digest_key,
    hidden_key,
    message_token,
    sign_confirmation,
    sign_link,
    verify_confirmation,
    verify_link,
)

SECRET, OLD = b"a secret of enough bytes", b"an older secret of bytes"
ADA = SubscriberId(7)
ISSUE = IssueId("weekly-2026-w48")


def a_token(secret: bytes = SECRET, digest: str = "weekly") -> str:
    return sign_link(secret, Purpose.UNSUBSCRIBE, subscriber_id=ADA, digest=digest)


def test_a_token_says_who_and_which_digest() -> None:
    claim = verify_link([SECRET], Purpose.UNSUBSCRIBE, a_token())

    assert (claim.subscriber_id, claim.digest_key) == (ADA, digest_key("weekly"))


def test_a_token_of_an_older_key_still_works() -> None:
    assert verify_link([SECRET, OLD], Purpose.UNSUBSCRIBE, a_token(OLD)).subscriber_id == ADA


def test_a_token_of_an_unknown_key_does_not() -> None:
    with pytest.raises(TokenError):
        verify_link([SECRET], Purpose.UNSUBSCRIBE, a_token(OLD))


LETTERS = string.ascii_letters + string.digits + "-_"
UNTIL = datetime(2026, 11, 27, 8, tzinfo=UTC)


def sign(purpose: Purpose, secret: bytes = SECRET, subscriber_id: int = ADA, digest: str = "weekly") -> str:
    who = SubscriberId(subscriber_id)
    if purpose is Purpose.CONFIRM:
        return sign_confirmation(secret, subscriber_id=who, digest=digest, expires_at=UNTIL)
    return sign_link(secret, purpose, subscriber_id=who, digest=digest)


def is_accepted(purpose: Purpose, token: str) -> bool:
    try:
        if purpose is Purpose.CONFIRM:
            verify_confirmation([SECRET, OLD], token)
        else:
            verify_link([SECRET, OLD], purpose, token)
    except TokenError:
        return False
    return True


def mutations(purpose: Purpose, chance: random.Random) -> Iterator[str]:
    """Without end: one token of Ada's, forged in every way that costs nothing."""
    token = sign(purpose)
    data = base64.urlsafe_b64decode(token)
    others = [sign(one) for one in Purpose if one is not purpose]
    while True:
        place, size = chance.randrange(len(token)), len(data)
        yield token[:place] + chance.choice(LETTERS) + token[place + 1 :]
        flipped = int.from_bytes(data, "big") ^ (1 << chance.randrange(size * 8))
        yield base64.urlsafe_b64encode(flipped.to_bytes(size, "big")).decode()
        other = base64.urlsafe_b64decode(sign(purpose, subscriber_id=chance.randrange(8, 10**9)))
        yield base64.urlsafe_b64encode(other[:-18] + data[-18:]).decode()
        other = base64.urlsafe_b64decode(sign(purpose, digest=f"list-{chance.randrange(10**6)}"))
        yield base64.urlsafe_b64encode(other[:-18] + data[-18:]).decode()
        yield sign(purpose, chance.randbytes(24))
        yield token[:place]
        yield token + chance.choice(["=", "==", "A", " ", "\n", "\0", "%3D"])
        yield base64.b32encode(data).decode()
        yield token.swapcase()
        yield chance.choice(others)
        yield token[: place - place % 4] + "+/=é"[place % 4] + token[place - place % 4 + 1 :]


@pytest.mark.parametrize("purpose", Purpose)
def test_of_100_000_forged_tokens_none_is_accepted(purpose: Purpose) -> None:
    own, forged = sign(purpose), mutations(purpose, random.Random(7))
    accepted, count = [], 0
    for token in forged:
        if token == own:
            continue
        count += 1
        if is_accepted(purpose, token):
            accepted.append(token)
        if count == 25_000:
            break

    assert is_accepted(purpose, own)
    assert accepted == []


@pytest.mark.parametrize("purpose", Purpose)
def test_a_rotated_key_keeps_every_link(purpose: Purpose) -> None:
    assert is_accepted(purpose, sign(purpose, OLD))
    assert not is_accepted(purpose, sign(purpose, b"a key that was dropped, long ago"))


def test_a_confirmation_says_who_what_and_until_when() -> None:
    token = sign(Purpose.CONFIRM)
    claim = verify_confirmation([SECRET], token)

    assert (claim.subscriber_id, claim.digest_key, claim.expires_at) == (ADA, digest_key("weekly"), UNTIL)
    assert len(token) == CONFIRM_TOKEN_LENGTH
    assert len(base64.urlsafe_b64decode(token)) * 4 == CONFIRM_TOKEN_LENGTH * 3


def test_a_hidden_key_says_nothing_without_the_secret() -> None:
    keys = {hidden_key(SECRET, "ada@example.org"), hidden_key(OLD, "ada@example.org"), hidden_key(SECRET, "bob@x.org")}

    assert len(keys) == 3
    assert all(len(key) == 64 and "ada" not in key for key in keys)


@pytest.mark.parametrize(
    "forge", [lambda t: t[:-1], lambda t: t + "A", lambda t: t + "=", lambda t: "", lambda t: "é" * 44]
)
def test_a_token_of_another_length_or_alphabet_is_refused(forge) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(TokenError):
        verify_link([SECRET], Purpose.UNSUBSCRIBE, forge(a_token()))


def test_a_token_has_a_fixed_length_and_no_bits_to_spare() -> None:
    assert len(a_token()) == LINK_TOKEN_LENGTH
    assert len(base64.urlsafe_b64decode(a_token())) * 4 == LINK_TOKEN_LENGTH * 3
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
            verify_link([SECRET], Purpose.UNSUBSCRIBE, "forged")
        errors.append(caught.value)

    assert len({id(error) for error in errors}) == 3
    assert len({str(error) for error in errors}) == 1
