"""docs/reference/mail-rules.md is what the registry says."""

from __future__ import annotations

from tests.docs_mail_rules import TARGET, page


def test_the_page_of_the_rules_is_what_the_registry_says() -> None:
    assert TARGET.read_text() == page()
