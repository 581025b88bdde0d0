"""The fast way through libyaml gives what PyYAML's own parser gives, or leaves the text to it."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.formats.yaml_subset import events_of, load_mapping, read_document, read_fast, yaml

SHOWN = r"""
title: A ¦ date: 2026-11-24 ¦ tags: [a, b] ¦ map: {a: [b], c: d} ¦ key: ¦ - x ¦ - - z ¦ a: b: c ¦ a:b ¦ 'q ¦ it: 'it''s'
¦ d: "x" ¦ e: "x ¦ text ¦ m: >- ¦ n: |2 ¦ v: >#c ¦ # c ¦ w: a # b ¦ &a x ¦ *a ¦ !t u ¦ ? k ¦ --- ¦ ... ¦ : v ¦ ~ ¦ <<: r
¦ %Y ¦ ` ¦ @ ¦ { ¦ ] ¦ , ¦ é: ü ¦ "\t"
"""
PARTS = [*(part.strip() for part in SHOWN.split("¦")), "\t", "  - y", "\ufeff"]


@given(st.lists(st.tuples(st.sampled_from(PARTS), st.sampled_from(["\n", "\n", "\n", " ", "\n  "])), max_size=7))
@settings(max_examples=100, deadline=None)
def test_what_the_fast_parser_reads_is_what_the_exact_one_reads(parts: list[tuple[str, str]]) -> None:
    text = "".join(part + end for part, end in parts) + "\n"
    fast = read_fast(text, "x.md", 1)

    assert fast is None or fast == read_document(events_of(text, yaml.SafeLoader, "x.md", 1))


def test_ordinary_keys_take_the_fast_way() -> None:
    text = 'title: "A: b"\nauthors: [Ada Berg, Bo Ek]\ndate: 2026-11-24\nextract: >\n  It left at six.\n'

    assert read_fast(text, "x.md", 1) == load_mapping(text, where="x.md") != {}
