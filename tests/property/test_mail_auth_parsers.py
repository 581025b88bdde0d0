"""Whatever a name server or a mailbox sends, the parsers give a value, and stay within what they promise."""

from __future__ import annotations

import base64

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.mail_auth.dkim import parse_key
from publisher.mail_auth.dmarc import parse_dmarc, places
from publisher.mail_auth.message import parse_message
from publisher.mail_auth.results import results_of
from publisher.mail_auth.signature import canonical_body, canonical_field, signatures_of
from publisher.mail_auth.spf import parse_spf
from publisher.mail_auth.spf_walk import walk_spf
from tests.doubles.dict_resolver import DictResolver
from tests.doubles.dkim_keys import rsa_public

few = settings(max_examples=100, deadline=None)
names = st.sampled_from(["a.press", "b.press", "c.press", "gone.press"])
terms = st.one_of(
    st.text(max_size=12),
    st.builds("{}{}:{}".format, st.sampled_from("+-~?"), st.sampled_from(["include", "a", "mx", "exists"]), names),
    st.builds("redirect={}".format, names),
    st.sampled_from(["all", "-all", "ptr", "ip4:192.0.2.0/24", "ip6:2001:db8::/32", "a/24//64", "exists:%{i}.x"]),
)
records = st.lists(terms, max_size=12).map(lambda words: "v=spf1 " + " ".join(words))


@few
@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    for parse in (parse_key, parse_dmarc, parse_spf):
        parse(text)
        parse(f"v=DKIM1; p={text}")
        parse(f"v=DMARC1; {text}")
    assert next(iter(places(text))) == text


@few
@given(st.dictionaries(names, records))
def test_any_web_of_records_is_walked_to_an_end(zone: dict[str, str]) -> None:
    resolver = DictResolver({(name, "TXT"): [text] for name, text in zone.items()})

    walk = walk_spf("a.press", resolver)

    assert walk.lookups >= 0
    assert len(resolver.asked) < 200


@few
@given(st.integers(0, 300), st.binary(min_size=1, max_size=4))
def test_a_changed_key_is_read_or_refused(at: int, change: bytes) -> None:
    whole = rsa_public(2048)
    key = parse_key("p=" + base64.b64encode(whole[:at] + change + whole[at + len(change) :]).decode())

    assert key is not None and (key.fault == "") == (key.bits > 0)


@few
@given(st.binary(max_size=400))
def test_any_bytes_are_a_mail(data: bytes) -> None:
    message = parse_message(b"DKIM-Signature: a=rsa-sha256; b=" + data)

    assert isinstance(signatures_of(message), list)
    assert set(results_of(parse_message(b"Authentication-Results: x; spf=" + data))) <= {"spf", "dkim", "dmarc"}


@few
@given(st.lists(st.sampled_from([b" ", b"\t", b"a", b"B", b"\r\n", b"\r\n "]), max_size=40).map(b"".join))
def test_the_relaxed_forms_are_their_own_forms(text: bytes) -> None:
    body = canonical_body(text, "relaxed")
    assert canonical_body(body, "relaxed") == body
    field = canonical_field(b"X:" + text.replace(b"\r\n", b"") + b"\r\n", "relaxed")
    assert canonical_field(field, "relaxed") == field
